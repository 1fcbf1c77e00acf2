"""A cube as a figure: chart and the table behind it, with what the pages' figure component asks for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from reports.figures.charts import WIDE, Break, Point, Series, bar_chart, line_chart, stacked_bar_chart
from reports.statistics.cube import Category, Cube, freeze, thaw
from reports.statistics.definitions import METRIC_ID, Chart
from reports.statistics.grid import lay_out
from reports.statistics.selection import select


@dataclass(frozen=True)
class Figure:
    """A figure with its numbers. `title` is the finding; `columns` and `rows` are the table's texts.

    `note` says what is counted and where the series breaks. `unit` is empty, because the chart writes it.
    """

    title: str
    svg: SafeString
    source: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    download_links: Sequence[tuple[str, str]] = ()
    unit: str = ""


def to_figure(cube: Cube, *, width: int = WIDE, download_links: Sequence[tuple[str, str]] = ()) -> Figure:
    """Draw the measures that the table charts. Raises ValueError for a cube without cells."""
    drawn = select(cube, {METRIC_ID: [code for code in cube.charted if code in cube.metric.codes] or cube.metric.codes})
    grid = lay_out(drawn)
    return Figure(
        title=cube.finding,
        svg=mark_safe(_drawing(json.dumps(freeze(drawn)), width)),  # noqa: S308 - drawn by us; texts are escaped by the chart
        source=cube.source,
        note=" ".join([*cube.break_notes, *cube.notes]),
        columns=grid.columns,
        rows=[
            [*(category.label for category in row.stub), *(drawn.written(cell) for cell in row.cells)]
            for row in grid.rows
        ],
        download_links=download_links,
    )


@lru_cache(maxsize=256)
def _drawing(frozen: str, width: int) -> str:
    """The chart of a frozen cube. Drawing takes a tenth of a second, and the same cube gives the same picture."""
    cube = thaw(json.loads(frozen))
    first, *others = cube.metric.categories
    unit = first.unit.capitalize() if others else f"{first.label}, {first.unit}"
    return _DRAWN_BY[Chart(cube.chart)](cube, unit, width)


def _lines(cube: Cube, unit: str, width: int) -> str:
    series = [
        Series(
            measure.label,
            [
                Point(cell.categories[0].label, None if cell.value is None else float(cell.value))
                for cell in select(cube, {METRIC_ID: [measure.code]}).cells()
            ],
        )
        for measure in cube.metric.categories
    ]
    time = cube.time
    breaks = [Break(int(one.code), one.break_label) for one in time.categories if one.break_label] if time else []
    return line_chart(
        series,
        title=cube.finding,
        unit=unit,
        breaks=breaks,
        decimals=cube.metric.categories[0].decimals,
        width=width,
    )


def _bars(cube: Cube, unit: str, width: int) -> str:
    """Bars for every cell but totals, named by what tells them apart."""
    told_apart = [len(dimension.categories) > 1 for dimension in cube.dimensions]

    def name(categories: tuple[Category, ...]) -> str:
        parts = [one.label for one, needed in zip(categories, told_apart, strict=True) if needed]
        return ", ".join(parts or [categories[0].label])

    points = [
        Point(name(cell.categories), None if cell.value is None else float(cell.value))
        for cell in cube.cells()
        if not any(category.is_total for category in cell.categories)
    ]
    return bar_chart(points, title=cube.finding, unit=unit, decimals=cube.metric.categories[0].decimals, width=width)


def _stacked(cube: Cube, unit: str, width: int) -> str:
    """A bar per row of the table, made up of its columns; totals are the bars themselves."""
    grid = lay_out(cube)
    rows = [row for row in grid.rows if not row.is_total]
    series = [
        Series(
            across.label,
            [
                Point(
                    ", ".join(category.label for category in row.stub),
                    None if (value := row.cells[place].value) is None else float(value),
                )
                for row in rows
            ],
        )
        for place, across in enumerate(grid.heading.categories)
        if not across.is_total
    ]
    return stacked_bar_chart(series, title=cube.finding, unit=unit, horizontal=True, width=width)


_DRAWN_BY = {Chart.LINE: _lines, Chart.BAR: _bars, Chart.STACKED: _stacked}
