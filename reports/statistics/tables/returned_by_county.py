"""What resource centres hand in as statistics by year and county: the sum of each of their tables."""

from collections.abc import Callable, Mapping

from nch.questionnaires.counts import CountSums
from reports.statistics.definitions import YEAR, CellStatus, Chart, Facts, Measure, Text
from reports.statistics.disclosure.policy import Count, DisclosurePolicy, MeasureRule, Open
from reports.statistics.follow_up import Row, follow_up_table, summed
from reports.statistics.live import COUNTY, PROTECTED
from reports.statistics.question import Question
from reports.statistics.returning_counties import NO_FIGURES, answered_places, returning_counties
from reports.statistics.returns import (
    GROUP_MEETINGS,
    HELD,
    NOT_UNIQUE,
    ONLY_STANDING,
    PROFESSIONAL_CONTACTS,
    READERS,
    SOURCE,
    SUPPORTED,
    TAKING_PART,
    counted,
    finding,
    total_of,
    who_answered,
    year_values,
    years,
)
from resurscentra.statistics_form import CONTACTS, INDIVIDUALS, MEETINGS, OCCASIONS, PARTICIPANTS, TRAININGS

_OF_COUNTY: Mapping[Measure, tuple[str, Callable[[CountSums], int | None]]] = {
    SUPPORTED: (INDIVIDUALS, lambda sums: sums.total),
    PROFESSIONAL_CONTACTS: (CONTACTS, lambda sums: sums.total),
    HELD: (TRAININGS, lambda sums: sums.column(OCCASIONS)),
    TAKING_PART: (TRAININGS, lambda sums: sums.column(PARTICIPANTS)),
    GROUP_MEETINGS: (MEETINGS, lambda sums: sums.total),
}
GRIDS_OF_COUNTY = tuple(dict.fromkeys(grid for grid, _ in _OF_COUNTY.values()))
_RULES: Mapping[str, MeasureRule] = {
    SUPPORTED.code: Count("returned_individuals"),
    PROFESSIONAL_CONTACTS.code: Count("returned_contacts"),
    HELD.code: Open(),
    TAKING_PART.code: Open(),
    GROUP_MEETINGS.code: Open(),
}


def facts(question: Question) -> Facts:
    """Every year and county; where no centre whose figures count has answered there is no number, which is not 0."""
    found = counted(question)
    period_years = year_values(question, lambda standing: who_answered(standing, *GRIDS_OF_COUNTY))
    counties = returning_counties(question, found, *GRIDS_OF_COUNTY)
    codes = {YEAR.id: period_years, COUNTY.id: counties}
    rows: list[Row] = [
        ((str(one.starts_on.year), one.county), {measure.code: number_of(CountSums(one.tables[grid])) or 0})
        for one in found
        for measure, (grid, number_of) in _OF_COUNTY.items()
        if grid in one.tables
    ]
    places = {measure.code: answered_places(counties, found, grid) for measure, (grid, _) in _OF_COUNTY.items()}
    cells = {
        key: number if key[:2] in places[key[2]] else CellStatus.NOT_APPLICABLE
        for key, number in summed(codes, tuple(_OF_COUNTY), rows).items()
    }
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, cells, finding(question, total_of(found, INDIVIDUALS), what))


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
