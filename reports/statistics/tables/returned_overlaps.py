"""Individuals by something of which one may have several (what they are exposed to, what support), and by age."""

import functools
from collections.abc import Callable, Mapping, Sequence

from nch.common.individuals import AgeGroup
from reports.statistics.definitions import (
    YEAR,
    CellStatus,
    Chart,
    Dimension,
    Facts,
    Number,
    TableDefinition,
    Text,
    Value,
)
from reports.statistics.disclosure.policy import Count, DisclosurePolicy
from reports.statistics.follow_up import Row, coded, follow_up_table, summed
from reports.statistics.live import PROTECTED
from reports.statistics.question import Question
from reports.statistics.returns import (
    NOT_UNIQUE,
    ONLY_STANDING,
    READERS,
    SOURCE,
    SUPPORTED,
    cells_of,
    counted,
    finding,
    only_answered,
    rows_of,
    total_of,
    who_answered,
    year_values,
    years,
)
from reports.statistics.tables.line_individuals import AGE
from reports.statistics.tables.returned_individuals import AGE_SUMS
from resurscentra.selectors.returns import ReturnedStatistics
from resurscentra.statistics_form import ADULT, AGE_OF_GROUP, AGE_UNKNOWN, CHILD, INDIVIDUALS

_AGE_CLASSES = {
    CHILD: Text("Under 18 år", "Under 18 years"),
    ADULT: Text("18 år eller äldre", "18 years or older"),
    AGE_UNKNOWN: Text("Okänd ålder", "Unknown age"),
}
_EVERY_INDIVIDUAL = Value("total", Text("Alla individer", "All individuals"), is_total=True)
SEVERAL = Text(
    "En individ kan räknas på flera rader, som därför inte kan läggas ihop.",
    "An individual may count in several rows, which cannot be added up.",
)


def _facts(dimension: Dimension, grid: str, texts: Mapping[str, Text]) -> Callable[[Question], Facts]:
    """Individuals by something of which one may have several, and age; beside them all individuals of the age."""

    def facts(question: Question) -> Facts:
        found = counted(question)
        across = [*(Value(code, text) for code, text in texts.items()), _EVERY_INDIVIDUAL]
        codes = {
            YEAR.id: year_values(question, functools.partial(_who_answered, grid)),
            dimension.id: across,
            AGE.id: coded(_AGE_CLASSES),
        }
        rows = rows_of(found, grid, SUPPORTED)
        # The rows are added up over ages only: what all individuals are comes from the table that counts each once.
        parts = {**codes, dimension.id: across[:-1]}
        every: list[Row] = [
            ((year, _EVERY_INDIVIDUAL.code, AGE_OF_GROUP[AgeGroup(group)]), {SUPPORTED.code: number})
            for year, group, _, number in cells_of(found, INDIVIDUALS)
        ]
        whole = {**codes, dimension.id: [Value(_EVERY_INDIVIDUAL.code, _EVERY_INDIVIDUAL.text)]}
        cells: dict[tuple[str, ...], Number | CellStatus] = {
            **only_answered(summed(parts, (SUPPORTED,), rows), found, grid),
            **only_answered(summed(whole, (SUPPORTED,), every), found, INDIVIDUALS),
        }
        told = finding(
            question, total_of(found, INDIVIDUALS), Text("individer fick stöd", "individuals were supported")
        )
        return Facts(codes, cells, told)

    return facts


def _who_answered(grid: str, standing: Sequence[ReturnedStatistics]) -> Text:
    """How many centres are in the rows, and how many only in the sum, which is linked to the other tables and stays."""
    answered = who_answered(standing, grid)
    counted_only = sum(1 for one in standing if INDIVIDUALS in one.tables and grid not in one.tables)
    if not counted_only:
        return answered
    return Text(
        f"{answered.sv} Bara med i ”{_EVERY_INDIVIDUAL.text.sv}”: {counted_only}.",
        f"{answered.en} Only in “{_EVERY_INDIVIDUAL.text.en}”: {counted_only}.",
    )


def overlap_table(
    *, id: str, title: Text, description: Text, dimension: Dimension, grid: str, texts: Mapping[str, Text]
) -> TableDefinition:
    """The table of a grid whose rows are `texts`: no row exceeds all individuals, and rows are not added up."""
    counts = Count("returned_individuals", overlapping=frozenset({dimension.id}))
    return follow_up_table(
        id=id,
        title=title,
        description=description,
        dimensions=(YEAR, dimension, AGE),
        measures=(SUPPORTED,),
        notes=(SEVERAL, NOT_UNIQUE, ONLY_STANDING, PROTECTED),
        source=SOURCE,
        chart=Chart.LINE,
        charted=(SUPPORTED.code,),
        heading=AGE.id,
        facts=_facts(dimension, grid, texts),
        years=years,
        readers=READERS,
        policy=DisclosurePolicy(measures={SUPPORTED.code: counts}, sums=AGE_SUMS),
    )
