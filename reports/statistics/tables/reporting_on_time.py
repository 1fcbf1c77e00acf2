"""Lägesbilder and economic reports by the year in which they were due: asked for, in time, late, missing."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nch.accounts.enums import Right
from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, YEAR, Adds, Chart, Dimension, Facts, Measure, Text, Value
from reports.statistics.follow_up import (
    NO_COUNTY,
    Row,
    asked_years,
    follow_up_table,
    recipients_counties,
    span,
    summed,
    year_values,
)
from reports.statistics.live import COUNTY, total_value
from reports.statistics.question import Question

KIND = Dimension("Kind", Text("Slag", "Kind"))
SITUATION_REPORT, ECONOMIC_REPORT = "situation_report", "economic_report"
KINDS = [
    Value(SITUATION_REPORT, Text("Lägesbild", "Situation report")),
    Value(ECONOMIC_REPORT, Text("Ekonomisk redovisning", "Economic report")),
    total_value(),
]
ASKED = Measure("asked", Text("Begärda", "Asked for"), COUNT, adds=Adds.ALWAYS)
IN_TIME = Measure("in_time", Text("Inlämnade i tid", "Handed in on time"), COUNT, adds=Adds.ALWAYS)
LATE = Measure("late", Text("Inlämnade för sent", "Handed in late"), COUNT, adds=Adds.ALWAYS)
MISSING = Measure("missing", Text("Saknas", "Missing"), COUNT, adds=Adds.ALWAYS)
WAITING = Measure("waiting", Text("Väntas, inte förfallna", "Expected, not due yet"), COUNT, adds=Adds.ALWAYS)
MEASURES = (ASKED, IN_TIME, LATE, MISSING)
ALL_MEASURES = (*MEASURES, WAITING)
READERS = (Right.SEE_CENTRES,)
IN_TIME_NOTE = Text(
    "Det som räknas är när en rapport lämnades in första gången, senast den dag då den skulle lämnas. En rapport som "
    "har lämnats tillbaka för komplettering är alltså inte försenad av det.",
    "What counts is the first time a report was handed in, at the latest on the day it was due. A report sent back for "
    "completion is not late for that.",
)


def outcome(due_on: datetime.date, handed_in_on: datetime.date | None, today: datetime.date) -> Measure:
    """Which of the measures a report that is asked for counts under."""
    return _outcome(due_on, None if handed_in_on is None else handed_in_on <= due_on, today)


def _outcome(due_on: datetime.date, in_time: bool | None, today: datetime.date) -> Measure:
    if in_time is not None:
        return IN_TIME if in_time else LATE
    return MISSING if due_on < today else WAITING


def in_time_finding(question: Question, outcomes: Counter[Measure]) -> Text:
    """How many of the reports that are due came in time."""
    due, name = sum(outcomes[one] for one in (IN_TIME, LATE, MISSING)), question.period.name
    if not due:
        return Text(f"Inga rapporter har förfallit {name.sv}", f"No reports have been due in {name.en}")
    return Text(
        f"{format_number(outcomes[IN_TIME])} av {format_number(due)} rapporter lämnades i tid {name.sv}",
        f"{outcomes[IN_TIME]} of {due} reports were handed in on time in {name.en}",
    )


@dataclass(frozen=True)
class _Asked:
    """So many reports of a kind and county that are due in a year, and how they came in."""

    kind: str
    county: str
    year: int
    outcome: Measure
    number: int = 1


def _asked(question: Question) -> Iterator[_Asked]:
    today = question.asked_at.date()
    for one in question.reach.situation_reports:
        how = outcome(one.due_on, one.handed_in_on, today)
        yield _Asked(SITUATION_REPORT, one.county, one.due_on.year, how)
    for some in question.reach.economic_reports:
        how = _outcome(some.due_on, some.in_time, today)
        yield _Asked(ECONOMIC_REPORT, some.county, some.due_on.year, how, some.number)


def years(question: Question) -> Sequence[int]:
    """Years in which a report was or is due."""
    return span(one.year for one in _asked(question))


def facts(question: Question) -> Facts:
    """Every year, county and kind."""
    found = [one for one in _asked(question) if one.year in asked_years(question)]
    counties = recipients_counties(question, (one.county for one in found))
    codes = {YEAR.id: year_values(question), COUNTY.id: counties, KIND.id: KINDS}
    rows, outcomes = list[Row](), Counter[Measure]()
    for one in found:
        outcomes[one.outcome] += one.number
        key = (str(one.year), one.county or NO_COUNTY, one.kind)
        rows.append((key, {ASKED.code: one.number, one.outcome.code: one.number}))
    return Facts(codes, summed(codes, ALL_MEASURES, rows), in_time_finding(question, outcomes))


TABLE = follow_up_table(
    id="reports-on-time-by-year-and-county",
    title=Text("Rapportering i tid per år, län och slag", "Reporting on time by year, county and kind"),
    description=Text(
        "Lägesbilder och ekonomiska redovisningar som har begärts, efter det år då de skulle lämnas: i tid, för sent "
        "eller inte alls.",
        "Situation reports and economic reports asked for, by the year in which they were due: handed in on time, late "
        "or not at all.",
    ),
    dimensions=(YEAR, COUNTY, KIND),
    measures=MEASURES,
    notes=(IN_TIME_NOTE,),
    source=Text("Lägesbilder och bidragsärenden i systemet", "Situation reports and grant cases in the system"),
    chart=Chart.BAR,
    charted=(ASKED.code,),
    facts=facts,
    years=years,
    readers=READERS,
)
