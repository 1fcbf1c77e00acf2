"""Resource centres by county at the end of each year: phase, services to target groups, and long-term financing."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nch.accounts.enums import Right
from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, YEAR, Adds, Chart, Dimension, Facts, Measure, Text, Value
from reports.statistics.follow_up import (
    Row,
    asked_years,
    coded,
    county_values,
    follow_up_table,
    span,
    summed,
    year_values,
)
from reports.statistics.live import COUNTY
from reports.statistics.question import Question
from reports.statistics.tables.resource_centres import PHASE, PHASES
from resurscentra.enums import Availability, Financing, Phase, TargetGroup
from resurscentra.selectors import CentreState

CENTRES = Measure("centres", Text("Resurscentrum", "Resource centres"), COUNT, adds=Adds.EXCEPT_OVER_TIME)
TARGET_GROUP = Dimension("TargetGroup", Text("Målgrupp", "Target group"), overlaps=True)
AVAILABILITY = Dimension("Availability", Text("Stöd ges", "Support is given"))
FINANCING = Dimension("Financing", Text("Långsiktig finansiering", "Long-term financing"))
UNKNOWN = "unknown"
UNKNOWN_TEXT = Text("Inte känt", "Not known")
PHASE_TEXTS = dict(PHASES.values())
GROUPS = {
    TargetGroup.PROFESSIONALS: "Professionals",
    TargetGroup.EXPOSED_CHILDREN: "Exposed children",
    TargetGroup.EXPOSED_ADULTS: "Exposed adults",
}
AVAILABILITIES = {Availability.YES: "Yes", Availability.PLANNED: "Planned", Availability.NO: "No"}
FINANCINGS = {
    Financing.SECURED: "Secured",
    Financing.PLANNED: "Planned, not decided",
    Financing.LACKING: "Lacking",
}
GROUP_VALUES = [Value(str(one), Text(one.label, english)) for one, english in GROUPS.items()]
AVAILABILITY_VALUES = coded(
    {**{str(one): Text(one.label, english) for one, english in AVAILABILITIES.items()}, UNKNOWN: UNKNOWN_TEXT}
)
FINANCING_VALUES = coded(
    {**{str(one): Text(one.label, english) for one, english in FINANCINGS.items()}, UNKNOWN: UNKNOWN_TEXT}
)
AT_THE_END = Text(
    "Läget den 31 december, för innevarande år läget i dag. Ett resurscentrum som har lagts ned räknas inte.",
    "As of 31 December, for the current year as of today. Centres that have closed do not count.",
)
COMMON: dict[str, Any] = {
    "measures": (CENTRES,),
    "source": Text("Uppgifterna om resurscentrum i systemet", "What the system knows of resource centres"),
    "chart": Chart.STACKED,
    "readers": (Right.SEE_CENTRES,),
}


def _days(question: Question) -> Iterator[datetime.date]:
    today = question.asked_at.date()
    return (min(datetime.date(year, 12, 31), today) for year in asked_years(question))


def states(question: Question) -> Iterator[tuple[str, CentreState]]:
    """Year and state of every centre that there is at the end of it."""
    for day in _days(question):
        for history in question.reach.centres:
            state = history.on(day)
            if state is not None and state.phase != Phase.CLOSED:
                yield str(day.year), state


def known_years(question: Question) -> Sequence[int]:
    """From the first year of which the phase of a centre is known until the year of asking."""
    known = [since.year for history in question.reach.centres for since, _, _ in history.phases]
    return range(min(known), question.asked_at.year + 1) if known else range(0)


def financed_years(question: Question) -> Sequence[int]:
    """The years of which the financing of some centre is known."""
    return span(year for history in question.reach.centres for year in history.financing)


def phase_facts(question: Question) -> Facts:
    """Every year, county and phase."""
    codes = {YEAR.id: year_values(question), COUNTY.id: county_values(question, everywhere=True)}
    codes[PHASE.id] = coded(PHASE_TEXTS)
    found = list(states(question))
    rows: list[Row] = [((year, one.county, PHASES[one.phase][0]), {CENTRES.code: 1}) for year, one in found]
    running = _at_the_end(question, found, lambda one: one.phase == Phase.OPERATION)
    said = _finding(question, running, "är i drift", "in operation")
    return Facts(codes, summed(codes, (CENTRES,), rows), said)


def service_facts(question: Question) -> Facts:
    """Every year, county and target group, and whether support is given."""
    codes = {YEAR.id: year_values(question), COUNTY.id: county_values(question, everywhere=True)}
    codes |= {TARGET_GROUP.id: GROUP_VALUES, AVAILABILITY.id: AVAILABILITY_VALUES}
    found = list(states(question))
    rows: list[Row] = [
        ((year, one.county, str(group), one.services.get(group) or UNKNOWN), {CENTRES.code: 1})
        for year, one in found
        for group in TargetGroup
    ]
    for_children = _at_the_end(
        question, found, lambda one: one.services.get(TargetGroup.EXPOSED_CHILDREN) == Availability.YES
    )
    said = _finding(question, for_children, "ger stöd till utsatta barn", "supporting exposed children")
    return Facts(codes, summed(codes, (CENTRES,), rows), said)


def financing_facts(question: Question) -> Facts:
    """Every year, county and state of financing."""
    codes = {YEAR.id: year_values(question), COUNTY.id: county_values(question, everywhere=True)}
    codes[FINANCING.id] = FINANCING_VALUES
    found = list(states(question))
    rows: list[Row] = [((year, one.county, one.financing or UNKNOWN), {CENTRES.code: 1}) for year, one in found]
    secured = _at_the_end(question, found, lambda one: one.financing == Financing.SECURED)
    said = _finding(question, secured, "har långsiktig finansiering", "with long-term financing")
    return Facts(codes, summed(codes, (CENTRES,), rows), said)


def _at_the_end(
    question: Question, found: Sequence[tuple[str, CentreState]], hits: Callable[[CentreState], bool]
) -> list[bool]:
    return [hits(one) for year, one in found if year == str(question.period.until.year)]


def _finding(question: Question, hits: Sequence[bool], swedish: str, english: str) -> Text:
    day = min(question.period.until, question.asked_at.date())
    if not hits:
        return Text(f"Inga kända resurscentrum {day}", f"No known resource centres on {day}")
    number, whole = format_number(sum(hits)), format_number(len(hits))
    return Text(
        f"{number} av {whole} resurscentrum {swedish} {day}",
        f"{number} of {whole} resource centres {english} on {day}",
    )


BY_PHASE = follow_up_table(
    id="centres-by-year-county-and-phase",
    title=Text("Resurscentrum per år, län och fas", "Resource centres by year, county and phase"),
    description=Text(
        "Hur långt resurscentrumen i varje län hade kommit vid årets slut.",
        "How far the resource centres of each county had come at the end of the year.",
    ),
    dimensions=(YEAR, COUNTY, PHASE),
    notes=(AT_THE_END,),
    heading=PHASE.id,
    facts=phase_facts,
    years=known_years,
    **COMMON,
)
SERVICES = follow_up_table(
    id="centre-services-by-year-and-county",
    title=Text(
        "Resurscentrumens stöd per år, län och målgrupp",
        "Support from resource centres by year, county and target group",
    ),
    description=Text(
        "Resurscentrum efter om de ger stöd till yrkesverksamma, utsatta barn och utsatta vuxna.",
        "Resource centres by whether they support professionals, exposed children and exposed adults.",
    ),
    dimensions=(YEAR, COUNTY, TARGET_GROUP, AVAILABILITY),
    notes=(
        AT_THE_END,
        Text(
            "Varje resurscentrum räknas en gång under varje målgrupp, enligt den senaste uppgift som finns.",
            "Each centre counts once under each target group, by the latest information there is.",
        ),
    ),
    heading=AVAILABILITY.id,
    facts=service_facts,
    years=known_years,
    **COMMON,
)
FINANCED = follow_up_table(
    id="centre-financing-by-year-and-county",
    title=Text("Resurscentrumens finansiering per år och län", "Financing of resource centres by year and county"),
    description=Text(
        "Resurscentrum efter hur den långsiktiga finansieringen ser ut.",
        "Resource centres by how their long-term financing stands.",
    ),
    dimensions=(YEAR, COUNTY, FINANCING),
    notes=(AT_THE_END,),
    heading=FINANCING.id,
    facts=financing_facts,
    years=financed_years,
    **COMMON,
)
