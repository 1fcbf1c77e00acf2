"""What resource centres hand in as statistics by year and county: the sum of each of their tables."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nch.questionnaires.counts import CountSums
from reports.statistics.definitions import COUNT, YEAR, Adds, CellStatus, Chart, Facts, Measure, Text, Value
from reports.statistics.disclosure.policy import Count, DisclosurePolicy, MeasureRule, Open
from reports.statistics.follow_up import Row, county_values, follow_up_table, period_text, summed
from reports.statistics.live import COUNTY, PROTECTED
from reports.statistics.question import Question
from reports.statistics.returns import (
    GRID_TEXTS,
    NOT_UNIQUE,
    ONLY_STANDING,
    PROFESSIONAL_CONTACTS,
    READERS,
    SOURCE,
    SUPPORTED,
    counted,
    finding,
    total_of,
    who_answered,
    year_values,
    years,
)
from resurscentra.selectors.returns import ReturnedStatistics
from resurscentra.statistics_form import CONTACTS, INDIVIDUALS, MEETINGS, OCCASIONS, PARTICIPANTS, TRAININGS

HELD = Measure("trainings", Text("Utbildningstillfällen", "Training sessions"), COUNT, adds=Adds.ALWAYS)
TAKING_PART = Measure("participants", Text("Deltagare", "Participants"), COUNT, adds=Adds.ALWAYS)
GROUP_MEETINGS = Measure("meetings", Text("Möten i grupper", "Group meetings"), COUNT, adds=Adds.ALWAYS)
NO_FIGURES = Text(
    "Ett län utan siffra har inget resurscentrum som har svarat på den tabellen, och vars siffror räknas, det året.",
    "A county without a number has no centre that has answered that table, and whose figures count, that year.",
)

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
    codes = {YEAR.id: period_years, COUNTY.id: _counties(question, found)}
    totals = [value.code for value in codes[COUNTY.id] if value.is_total]
    rows, there = list[Row](), set[tuple[str, ...]]()
    for one in found:
        for measure, (grid, number_of) in _OF_COUNTY.items():
            if (number := number_of(CountSums(one.tables.get(grid)))) is not None:
                year = str(one.starts_on.year)
                rows.append(((year, one.county), {measure.code: number}))
                there.update((year, county, measure.code) for county in (one.county, *totals))
    cells = summed(codes, tuple(_OF_COUNTY), rows)
    empty = {key: CellStatus.NOT_APPLICABLE for key in cells if key not in there}
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, {**cells, **empty}, finding(question, total_of(found, INDIVIDUALS), what))


def _counties(question: Question, found: Iterable[ReturnedStatistics]) -> list[Value]:
    """The counties, each with the tables that some of its centres have not answered in a round."""
    standing: dict[str, dict[int, list[ReturnedStatistics]]] = {}
    for one in found:
        standing.setdefault(one.county, {}).setdefault(one.round, []).append(one)
    return [
        dataclasses.replace(value, notes=tuple(_left_out(standing.get(value.code, {}).values())))
        for value in county_values(question)
    ]


def _left_out(rounds: Iterable[Sequence[ReturnedStatistics]]) -> Iterator[Text]:
    for standing in rounds:
        first, of = standing[0], len(standing)
        period = period_text(first.title, first.starts_on, first.ends_on)
        for grid in GRIDS_OF_COUNTY:
            if (answered := sum(1 for one in standing if grid in one.tables)) < of:
                name = GRID_TEXTS[grid]
                yield Text(
                    f"{period.sv}: {answered} av {of} resurscentrum har svarat på ”{name.sv}”.",
                    f"{period.en}: {answered} of {of} resource centres answered “{name.en}”.",
                )


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
