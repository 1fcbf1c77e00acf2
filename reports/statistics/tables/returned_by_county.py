"""What resource centres hand in as statistics by year and county: the sum of each of their tables."""

from collections.abc import Callable, Mapping

from nch.questionnaires.counts import CountSums
from reports.statistics.definitions import COUNT, YEAR, Adds, CellStatus, Chart, Facts, Measure, Text
from reports.statistics.disclosure.policy import Count, DisclosurePolicy, MeasureRule, Open
from reports.statistics.follow_up import Row, county_values, follow_up_table, summed
from reports.statistics.live import COUNTY, PROTECTED
from reports.statistics.question import Question
from reports.statistics.returns import (
    NOT_UNIQUE,
    ONLY_STANDING,
    PROFESSIONAL_CONTACTS,
    READERS,
    SOURCE,
    SUPPORTED,
    counted,
    finding,
    total_of,
    year_values,
    years,
)
from resurscentra.statistics_form import CONTACTS, INDIVIDUALS, MEETINGS, OCCASIONS, PARTICIPANTS, TRAININGS

HELD = Measure("trainings", Text("Utbildningstillfällen", "Training sessions"), COUNT, adds=Adds.ALWAYS)
TAKING_PART = Measure("participants", Text("Deltagare", "Participants"), COUNT, adds=Adds.ALWAYS)
GROUP_MEETINGS = Measure("meetings", Text("Möten i grupper", "Group meetings"), COUNT, adds=Adds.ALWAYS)
NO_FIGURES = Text(
    "Ett län utan siffra har inget resurscentrum vars siffror räknas det året.",
    "A county without a number has no centre whose figures count that year.",
)

_OF_COUNTY: Mapping[Measure, tuple[str, Callable[[CountSums], int | None]]] = {
    SUPPORTED: (INDIVIDUALS, lambda sums: sums.total),
    PROFESSIONAL_CONTACTS: (CONTACTS, lambda sums: sums.total),
    HELD: (TRAININGS, lambda sums: sums.column(OCCASIONS)),
    TAKING_PART: (TRAININGS, lambda sums: sums.column(PARTICIPANTS)),
    GROUP_MEETINGS: (MEETINGS, lambda sums: sums.total),
}
_RULES: Mapping[str, MeasureRule] = {
    SUPPORTED.code: Count("returned_individuals"),
    PROFESSIONAL_CONTACTS.code: Count("returned_contacts"),
    HELD.code: Open(),
    TAKING_PART.code: Open(),
    GROUP_MEETINGS.code: Open(),
}


def facts(question: Question) -> Facts:
    """Every year and county; where no centre's figures count there is no number, which is not 0."""
    found = counted(question)
    codes = {YEAR.id: year_values(question), COUNTY.id: county_values(question)}
    rows, there = list[Row](), set[tuple[str, str, str]]()
    for one in found:
        for measure, (grid, number_of) in _OF_COUNTY.items():
            if (number := number_of(CountSums(one.tables.get(grid)))) is not None:
                key = (str(one.starts_on.year), one.county)
                rows.append((key, {measure.code: number}))
                there.add((*key, measure.code))
    cells = summed(codes, tuple(_OF_COUNTY), rows)
    totals = {value.code for value in codes[COUNTY.id] if value.is_total}
    empty = {key: CellStatus.NOT_APPLICABLE for key in cells if key not in there and key[1] not in totals}
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, {**cells, **empty}, finding(question, total_of(found, INDIVIDUALS), what))


TABLE = follow_up_table(
    id="returned-statistics-by-year-and-county",
    title=Text("Resurscentrumens statistik per år och län", "Statistics of the resource centres by year and county"),
    description=Text(
        "Individer som fått stöd, kontakter med yrkesverksamma, utbildningar och möten, så som resurscentrumen själva "
        "har räknat dem.",
        "Individuals supported, contacts with professionals, trainings and meetings, as counted by the centres.",
    ),
    dimensions=(YEAR, COUNTY),
    measures=tuple(_OF_COUNTY),
    notes=(NOT_UNIQUE, ONLY_STANDING, NO_FIGURES, PROTECTED),
    source=SOURCE,
    chart=Chart.LINE,
    more_charts=(Chart.MULTIPLES,),
    charted=(SUPPORTED.code,),
    facts=facts,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures=_RULES),
)
