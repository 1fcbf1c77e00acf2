"""What resource centres hold for others, counted in a table of rows: by year, county and row.

Nothing is hidden of it: what is counted are an authority's own activities and who was taught, not who was exposed.
"""

from collections.abc import Callable, Mapping

from reports.statistics.definitions import YEAR, CellStatus, Chart, Dimension, Facts, Measure, TableDefinition, Text
from reports.statistics.follow_up import Row, coded, follow_up_table, summed
from reports.statistics.live import COUNTY
from reports.statistics.question import Question
from reports.statistics.returning_counties import NO_FIGURES, answered_places, returning_counties
from reports.statistics.returns import (
    ONLY_STANDING,
    READERS,
    SOURCE,
    counted,
    finding,
    who_answered,
    year_values,
    years,
)


def _facts(
    grid: str, dimension: Dimension, texts: Mapping[str, Text], measures: Mapping[str, Measure], what: Text
) -> Callable[[Question], Facts]:
    def facts(question: Question) -> Facts:
        """Every year, county and row of the table; where no centre has answered it there is no number."""
        found = counted(question)
        counties = returning_counties(question, found, grid)
        codes = {YEAR.id: year_values(question, lambda standing: who_answered(standing, grid)), COUNTY.id: counties}
        codes[dimension.id] = coded(texts)
        rows: list[Row] = [
            (
                (str(one.starts_on.year), one.county, row),
                {measures[column].code: number for column, number in numbers.items()},
            )
            for one in found
            for row, numbers in one.tables.get(grid, {}).items()
        ]
        answered = answered_places(counties, found, grid)
        cells = {
            key: number if key[:2] in answered else CellStatus.NOT_APPLICABLE
            for key, number in summed(codes, tuple(measures.values()), rows).items()
        }
        first = next(iter(measures.values())).code
        return Facts(codes, cells, finding(question, sum(int(numbers.get(first, 0)) for _, numbers in rows), what))

    return facts


def activity_table(
    *,
    id: str,
    title: Text,
    description: Text,
    grid: str,
    dimension: Dimension,
    texts: Mapping[str, Text],
    measures: Mapping[str, Measure],
    finding_of: Text,
    notes: tuple[Text, ...] = (),
) -> TableDefinition:
    """The table of a grid whose rows are `texts` and whose columns are `measures`.

    The first measure is what is drawn, and what the finding counts as `finding_of`.
    """
    return follow_up_table(
        id=id,
        title=title,
        description=description,
        dimensions=(YEAR, COUNTY, dimension),
        measures=tuple(measures.values()),
        notes=(*notes, ONLY_STANDING, NO_FIGURES),
        source=SOURCE,
        chart=Chart.LINE,
        more_charts=(Chart.MULTIPLES,),
        charted=(next(iter(measures.values())).code,),
        heading=dimension.id,
        facts=_facts(grid, dimension, texts, measures, finding_of),
        years=years,
        readers=READERS,
    )
