"""The counties of tables of returned statistics: which have answered what, and what is said where some have not."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from reports.statistics.definitions import Text, Value
from reports.statistics.follow_up import county_values, period_text
from reports.statistics.question import Question
from reports.statistics.returns import GRID_TEXTS
from resurscentra.selectors.returns import ReturnedStatistics

NO_FIGURES = Text(
    "Ett län utan siffra har inget resurscentrum som har svarat på den tabellen, och vars siffror räknas, det året.",
    "A county without a number has no centre that has answered that table, and whose figures count, that year.",
)


def returning_counties(question: Question, found: Iterable[ReturnedStatistics], *grids: str) -> list[Value]:
    """The counties, each with those of the tables that some of its centres have not answered in a round."""
    standing: dict[str, dict[int, list[ReturnedStatistics]]] = {}
    for one in found:
        standing.setdefault(one.county, {}).setdefault(one.round, []).append(one)
    return [
        dataclasses.replace(value, notes=tuple(_left_out(standing.get(value.code, {}).values(), grids)))
        for value in county_values(question)
    ]


def _left_out(rounds: Iterable[Sequence[ReturnedStatistics]], grids: Iterable[str]) -> Iterator[Text]:
    grids = tuple(grids)
    for standing in rounds:
        first, of = standing[0], len(standing)
        period = period_text(first.title, first.starts_on, first.ends_on)
        for grid in grids:
            if (answered := sum(1 for one in standing if grid in one.tables)) < of:
                name = GRID_TEXTS[grid]
                yield Text(
                    f"{period.sv}: av {of} resurscentrum vars siffror räknas har {answered} svarat på ”{name.sv}”.",
                    f"{period.en}: of {of} resource centres whose figures count, {answered} answered “{name.en}”.",
                )


def answered_places(counties: Iterable[Value], found: Iterable[ReturnedStatistics], grid: str) -> set[tuple[str, str]]:
    """The years and counties, and sums of these, in which some centre has answered the table: the others have no 0."""
    totals = [value.code for value in counties if value.is_total]
    return {
        (str(one.starts_on.year), county) for one in found if grid in one.tables for county in (one.county, *totals)
    }
