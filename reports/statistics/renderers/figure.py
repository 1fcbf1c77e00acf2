"""A cube as a figure: chart and the table behind it, with what the pages' figure component asks for."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from reports.figures.charts import (
    WIDE,
    Break,
    Interval,
    Point,
    Series,
    bar_chart,
    column_chart,
    grid_chart,
    interval_chart,
    line_chart,
    stacked_bar_chart,
)
from reports.figures.theme import CATEGORIES
from reports.statistics.cube import Category, Cell, Cube, freeze, thaw
from reports.statistics.definitions import METRIC_ID, CellStatus, Chart
from reports.statistics.grid import lay_out
from reports.statistics.selection import select

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


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
    drawn = _charted(cube)
    grid = lay_out(drawn)
    return Figure(
        title=cube.finding,
        svg=draw(cube, width=width),
        source=cube.source,
        note=" ".join([*cube.break_notes, *cube.notes]),
        columns=grid.columns,
        rows=[
            [*(category.label for category in row.stub), *(drawn.written(cell) for cell in row.cells)]
            for row in grid.rows
        ],
        download_links=download_links,
    )


def draw(cube: Cube, *, width: int = WIDE) -> SafeString:
    """The figure alone, as SVG. Raises ValueError for a cube without cells."""
    # What is not drawn must not tell two pictures apart: a live table is updated every second.
    drawn = replace(_charted(cube), updated=EPOCH, notes=(), description="")
    return mark_safe(_drawing(json.dumps(freeze(drawn)), width))  # noqa: S308 - drawn by us; texts are escaped by the chart


def _charted(cube: Cube) -> Cube:
    codes = [code for code in cube.charted if code in cube.metric.codes] or cube.metric.codes
    return select(cube, {METRIC_ID: codes})


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
        if cell.status != CellStatus.NOT_APPLICABLE and not any(category.is_total for category in cell.categories)
    ]
    return bar_chart(points, title=cube.finding, unit=unit, decimals=cube.metric.categories[0].decimals, width=width)


def _stacked(cube: Cube, unit: str, width: int) -> str:
    """A bar per row of the table, made up of its columns; totals are the bars themselves.

    With more parts than colours can tell apart it is a grid.
    """
    grid = lay_out(cube)
    rows = [row for row in grid.rows if not row.is_total]
    series = [
        Series(
            across.label,
            [
                Point(
                    ", ".join(category.label for category in row.stub),
                    _height(row.cells[place]),
                )
                for row in rows
            ],
        )
        for place, across in enumerate(grid.heading.categories)
        if not across.is_total
    ]
    if len(series) > len(CATEGORIES):
        return grid_chart(series, title=cube.finding, unit=unit, width=width)
    return stacked_bar_chart(series, title=cube.finding, unit=unit, horizontal=True, width=width)


def _height(cell: Cell) -> float | None:
    """A part's height; one that cannot occur takes no room, and is not missing."""
    if cell.value is None:
        return 0.0 if cell.status == CellStatus.NOT_APPLICABLE else None
    return float(cell.value)


def _columns(cube: Cube, unit: str, width: int) -> str:
    """Columns of the first measure over the first dimension; a second measure is the line to reach."""
    first, *others = [
        Series(
            measure.label,
            [
                Point(cell.categories[0].label, _height(cell))
                for cell in select(cube, {METRIC_ID: [code]}).cells()
                if not cell.categories[0].is_total
            ],
        )
        for code, measure in zip(cube.metric.codes, cube.metric.categories, strict=True)
    ]
    measure = cube.metric.categories[0]
    return column_chart(
        first.points,
        title=cube.finding,
        unit=f"{measure.label}, {measure.unit}",
        line=others[0] if others else None,
        decimals=measure.decimals,
        width=width,
    )


def _shades(cube: Cube, unit: str, width: int) -> str:
    """The table itself, shaded, without its totals."""
    grid = lay_out(cube)
    rows = [row for row in grid.rows if not row.is_total]
    series = [
        Series(across.label, [Point(row.stub[0].label, _height(row.cells[place])) for row in rows])
        for place, across in enumerate(grid.heading.categories)
        if not across.is_total
    ]
    return grid_chart(series, title=cube.finding, unit=unit, width=width)


def _ratios(cube: Cube, unit: str, width: int) -> str:
    """A row per value of the first dimension, a series per value of the second; measures are ratio, low and high."""
    rows, *others = (dimension for dimension in cube.dimensions if dimension.id != METRIC_ID)
    bases = [(one.label, {others[0].id: one.code}) for one in others[0].categories] if others else [(unit, {})]
    ratio, low, high = cube.metric.codes

    def value(measure: str, codes: dict[str, str]) -> float | None:
        number = cube.cell(**codes, **{METRIC_ID: measure}).value
        return None if number is None else float(number)

    series = [
        (
            name,
            [
                Interval(row.label, *(value(part, {rows.id: row.code, **chosen}) for part in (ratio, low, high)))
                for row in rows.categories
            ],
        )
        for name, chosen in bases
    ]
    measure = cube.metric.categories[0]
    return interval_chart(series, title=cube.finding, unit=f"{measure.label}, {measure.unit}", width=width)


_DRAWN_BY = {
    Chart.LINE: _lines,
    Chart.BAR: _bars,
    Chart.STACKED: _stacked,
    Chart.COLUMN: _columns,
    Chart.GRID: _shades,
    Chart.INTERVAL: _ratios,
}
