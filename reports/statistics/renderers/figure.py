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
    county_codes,
    county_map,
    grid_chart,
    interval_chart,
    line_chart,
    small_multiples,
    stacked_bar_chart,
)
from reports.figures.files import png_file, svg_file
from reports.figures.theme import CATEGORIES
from reports.figures.words import WORDS, Words
from reports.statistics.cube import Category, Cell, Cube, CubeDimension, freeze, thaw
from reports.statistics.definitions import METRIC_ID, CellStatus, Chart, Role
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
        source=_source(cube),
        note=" ".join([*cube.break_notes, *cube.notes]),
        columns=grid.columns,
        rows=[
            [*(category.label for category in row.stub), *(drawn.written(cell) for cell in row.cells)]
            for row in grid.rows
        ],
        download_links=download_links,
    )


def _source(cube: Cube) -> str:
    return f"{cube.source}; {WORDS[cube.language].map_source}" if cube.chart == Chart.MAP else cube.source


def svg_of(cube: Cube) -> bytes:
    """The figure as an SVG file."""
    return svg_file(draw(cube), title=cube.finding, source=f"{WORDS[cube.language].source}: {_source(cube)}")


def png_of(cube: Cube) -> bytes:
    """The figure as a PNG file."""
    return png_file(svg_of(cube))


def draw(cube: Cube, *, width: int = WIDE) -> SafeString:
    """The figure alone, as SVG. Raises ValueError for a cube without cells."""
    # What is not drawn must not tell two pictures apart: a live table is updated every second.
    drawn = replace(_charted(cube), updated=EPOCH, notes=(), description="")
    return mark_safe(_drawing(json.dumps(freeze(drawn)), width))  # noqa: S308 - drawn by us; texts are escaped by the chart


def _charted(cube: Cube) -> Cube:
    codes = [code for code in cube.charted if code in cube.metric.codes] or cube.metric.codes
    drawn = select(cube, {METRIC_ID: codes})
    if len(codes) == 1 and all(value is None for value in drawn.values):
        # A rate whose population is not known says nothing; what it is the rate of does.
        return select(cube, {METRIC_ID: cube.metric.codes[:1]})
    return drawn


@lru_cache(maxsize=256)
def _drawing(frozen: str, width: int) -> str:
    """The chart of a frozen cube. Drawing takes a tenth of a second, and the same cube gives the same picture."""
    cube = thaw(json.loads(frozen))
    first, *others = cube.metric.categories
    unit = first.unit.capitalize() if others else f"{first.label}, {first.unit}"
    return _DRAWN_BY[Chart(cube.chart)](cube, unit, width, WORDS[cube.language])


def _point(label: str, cell: Cell, *, inapplicable: float | None = None) -> Point:
    """The cell as charts take it. What cannot be given is `inapplicable`: as a part of a whole it has no size, but a
    share of nothing, or a county without figures, is no nought."""
    if cell.status == CellStatus.SUPPRESSED:
        return Point(label, None, protected=True)
    if cell.status == CellStatus.NOT_APPLICABLE:
        return Point(label, inapplicable)
    return Point(label, None if cell.value is None else float(cell.value))


def _measured(cube: Cube) -> list[Series]:
    """A series per measure over the first dimension, without its total."""
    return [
        Series(
            measure.label,
            [
                _point(cell.categories[0].label, cell)
                for cell in select(cube, {METRIC_ID: [measure.code]}).cells()
                if not cell.categories[0].is_total
            ],
        )
        for measure in cube.metric.categories
    ]


def _lines(cube: Cube, unit: str, width: int, words: Words) -> str:
    series = [
        Series(
            measure.label,
            [_point(cell.categories[0].label, cell) for cell in select(cube, {METRIC_ID: [measure.code]}).cells()],
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
        words=words,
    )


def _bars(cube: Cube, unit: str, width: int, words: Words) -> str:
    """Bars for every cell but totals, named by what tells them apart; for the totals where there is nothing else."""
    told_apart = [len(dimension.categories) > 1 for dimension in cube.dimensions]

    def name(categories: tuple[Category, ...]) -> str:
        parts = [one.label for one, needed in zip(categories, told_apart, strict=True) if needed]
        return ", ".join(parts or [categories[0].label])

    cells = list(cube.cells())
    parts = [
        cell
        for cell in cells
        if cell.status != CellStatus.NOT_APPLICABLE and not any(category.is_total for category in cell.categories)
    ]
    points = [_point(name(cell.categories), cell) for cell in parts or cells]
    decimals = cube.metric.categories[0].decimals
    return bar_chart(points, title=cube.finding, unit=unit, decimals=decimals, width=width, words=words)


def _stacked(cube: Cube, unit: str, width: int, words: Words) -> str:
    """A bar per row of the table, made up of its columns; totals are the bars themselves.

    With more parts than colours can tell apart it is a grid.
    """
    series = _columns_of_grid(cube)
    if len(series) > len(CATEGORIES):
        return grid_chart(series, title=cube.finding, unit=unit, width=width, words=words)
    return stacked_bar_chart(series, title=cube.finding, unit=unit, horizontal=True, width=width, words=words)


def _columns_of_grid(cube: Cube) -> list[Series]:
    """The table as it is laid out, without its totals: a series per column."""
    grid = lay_out(cube)
    rows = [(", ".join(one.label for one in row.stub), row.cells) for row in grid.rows if not row.is_total]
    return [
        Series(across.label, [_point(label, cells[place], inapplicable=0.0) for label, cells in rows])
        for place, across in enumerate(grid.heading.categories)
        if not across.is_total
    ]


def _columns(cube: Cube, unit: str, width: int, words: Words) -> str:
    """Columns of the first measure over the first dimension; a second measure is the line to reach."""
    first, *others = _measured(cube)
    measure = cube.metric.categories[0]
    return column_chart(
        first.points,
        title=cube.finding,
        unit=f"{measure.label}, {measure.unit}",
        line=others[0] if others else None,
        breaks=_labelled_breaks(cube),
        decimals=measure.decimals,
        width=width,
        words=words,
    )


def _shades(cube: Cube, unit: str, width: int, words: Words) -> str:
    """The table itself, shaded, without its totals."""
    return grid_chart(_columns_of_grid(cube), title=cube.finding, unit=unit, width=width, words=words)


def _ratios(cube: Cube, unit: str, width: int, words: Words) -> str:
    """A row per value of the first dimension, a series per value of the second; measures are ratio, low and high."""
    rows, *others = (dimension for dimension in cube.dimensions if dimension.id != METRIC_ID)
    bases = [(one.label, {others[0].id: one.code}) for one in others[0].categories] if others else [(unit, {})]

    def interval(label: str, codes: dict[str, str]) -> Interval:
        cells = [_point(label, cube.cell(**codes, **{METRIC_ID: measure})) for measure in cube.metric.codes]
        if any(one.protected for one in cells):
            return Interval(label, None, None, None, protected=True)
        ratio, low, high = (one.value for one in cells)
        return Interval(label, ratio, low, high)

    series = [
        (name, [interval(row.label, {rows.id: row.code, **chosen}) for row in rows.categories])
        for name, chosen in bases
    ]
    measure = cube.metric.categories[0]
    return interval_chart(series, title=cube.finding, unit=f"{measure.label}, {measure.unit}", width=width, words=words)


def _on_a_map(cube: Cube, unit: str, width: int, words: Words) -> str:
    """The counties of one period; what has no place on the map is written above it."""
    places = {one.code: one for one in _place(cube).categories}
    on_the_map = county_codes() & places.keys()
    points = {code: _point(one.label, cube.cell(**{_place(cube).id: code})) for code, one in places.items()}
    beside = [
        f"{one.label}: {cube.written(cell)}"
        for code, one in places.items()
        if code not in on_the_map
        and not one.is_total
        and (cell := cube.cell(**{_place(cube).id: code})).status != CellStatus.NOT_APPLICABLE
    ]
    return county_map(
        {code: points[code].value for code in sorted(on_the_map)},
        title=cube.finding,
        unit=unit,
        protected=[code for code in sorted(on_the_map) if points[code].protected],
        notes=beside,
        decimals=cube.metric.categories[0].decimals,
        width=min(width, _MAP_WIDTH),
        words=words,
    )


def _county_by_county(cube: Cube, unit: str, width: int, words: Words) -> str:
    """Columns over time for each place, in the order of the table, without the total."""
    place, time = _place(cube), cube.time
    panels = [
        Series(
            one.label,
            [
                _point(cell.categories[cube.dimensions.index(time)].label if time else unit, cell)
                for cell in select(cube, {place.id: [one.code]}).cells()
            ],
        )
        for one in place.categories
        if not one.is_total
    ]
    return small_multiples(
        panels,
        title=cube.finding,
        unit=unit,
        breaks=_labelled_breaks(cube),
        decimals=cube.metric.categories[0].decimals,
        width=width,
        words=words,
    )


def _labelled_breaks(cube: Cube) -> list[tuple[str, str]]:
    """The times from which numbers are not comparable, and why, as charts of columns take them."""
    return [(one.label, one.break_label) for one in cube.time.categories if one.break_label] if cube.time else []


def _place(cube: Cube) -> CubeDimension:
    return next(one for one in cube.dimensions if one.role == Role.GEO)


_MAP_WIDTH = 400
_DRAWN_BY = {
    Chart.LINE: _lines,
    Chart.BAR: _bars,
    Chart.STACKED: _stacked,
    Chart.COLUMN: _columns,
    Chart.GRID: _shades,
    Chart.INTERVAL: _ratios,
    Chart.MAP: _on_a_map,
    Chart.MULTIPLES: _county_by_county,
}
