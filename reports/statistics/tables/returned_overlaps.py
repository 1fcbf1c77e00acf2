"""Individuals by something of which one may have several (what they are exposed to, what support), and by age."""

from collections.abc import Callable, Mapping

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
    rows_of,
    total_of,
    year_values,
    years,
)
from reports.statistics.tables.line_individuals import AGE
from reports.statistics.tables.returned_individuals import AGE_SUMS
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
        codes = {YEAR.id: year_values(question), dimension.id: across, AGE.id: coded(_AGE_CLASSES)}
        rows = rows_of(found, grid, SUPPORTED)
        # The rows are added up over ages only: what all individuals are comes from the table that counts each once.
        parts = {**codes, dimension.id: across[:-1]}
        every: list[Row] = [
            ((year, _EVERY_INDIVIDUAL.code, AGE_OF_GROUP[AgeGroup(group)]), {SUPPORTED.code: number})
            for year, group, _, number in cells_of(found, INDIVIDUALS)
        ]
        whole = {**codes, dimension.id: [Value(_EVERY_INDIVIDUAL.code, _EVERY_INDIVIDUAL.text)]}
        cells: dict[tuple[str, ...], Number | CellStatus] = {
            **summed(parts, (SUPPORTED,), rows),
            **summed(whole, (SUPPORTED,), every),
        }
        told = finding(
            question, total_of(found, INDIVIDUALS), Text("individer fick stöd", "individuals were supported")
        )
        return Facts(codes, cells, told)

    return facts


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
