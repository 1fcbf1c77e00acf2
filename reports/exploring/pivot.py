"""The chosen part of a table as rows and columns, with head cells of several levels that screen readers follow.

Where both sides have one level at most `scope` says which head belongs to a cell. With more levels each cell names its
heads by `headers`, since a scope reaches over one group of columns only.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from reports.statistics.cube import Category, Cell, Cube, CubeDimension
from reports.statistics.grid import Placement, flat_rows


@dataclass(frozen=True)
class Head:
    """A head cell over `span` rows or columns. `id` is blank where a scope is enough; `scope` where it is not."""

    label: str
    span: int = 1
    id: str = ""
    scope: str = ""
    headers: str = ""
    is_total: bool = False


class PivotCell(NamedTuple):
    """A number as it is written, or the symbol that stands in its place with what it means in `why`."""

    text: str
    why: str = ""
    headers: str = ""


@dataclass(frozen=True)
class PivotRow:
    """The head cells that begin in this row, and its cells."""

    heads: tuple[Head, ...]
    cells: tuple[PivotCell, ...]


@dataclass(frozen=True)
class Pivot:
    """A table with head rows (`levels`, outermost first), names of the columns of heads (`corner`), and rows."""

    corner: tuple[str, ...]
    levels: tuple[tuple[Head, ...], ...]
    rows: tuple[PivotRow, ...]
    unit: str

    @property
    def number_of_levels(self) -> int:
        return len(self.levels)


def pivot(cube: Cube, placement: Placement) -> Pivot:
    """Lay the cube out. Variables of a single value have no level of their own."""
    down, across = (
        [one for one in map(cube.dimension, side) if len(one.categories) > 1]
        for side in (placement.stub, placement.heading)
    )
    deep = len(down) > 1 or len(across) > 1
    name = cube.metric.categories[0].label if len(cube.metric.categories) == 1 else "Värde"
    levels = _levels(across, deep) or ((Head(name, id="k" if deep else "", scope="" if deep else "col"),),)
    over = _named(levels)
    sides = _row_heads(down, deep)
    cells = list(cube.cells())
    rows = []
    for number, flats in enumerate(flat_rows(cube, placement)):
        begun, names = sides[number]
        rows.append(
            PivotRow(
                begun,
                tuple(
                    _cell(cube, cells[flat], f"{names} {over[place]}".strip() if deep else "")
                    for place, flat in enumerate(flats)
                ),
            )
        )
    units = dict.fromkeys(one.unit for one in cube.metric.categories)
    return Pivot(tuple(one.label for one in down), levels, tuple(rows), " och ".join(units))


def _cell(cube: Cube, cell: Cell, headers: str) -> PivotCell:
    if cell.value is None:
        return PivotCell(cell.status, cube.symbols[cell.status], headers)
    return PivotCell(cube.written(cell), "", headers)


def _levels(dimensions: Sequence[CubeDimension], deep: bool) -> tuple[tuple[Head, ...], ...]:
    """A row of heads for each dimension, each head over those of the next that belong to it."""
    levels = []
    for level, dimension in enumerate(dimensions):
        repeated = prod(len(one.categories) for one in dimensions[:level])
        span = prod(len(one.categories) for one in dimensions[level + 1 :])
        categories = itertools.chain.from_iterable(itertools.repeat(dimension.categories, repeated))
        heads = (
            _head(category, span, f"k{level}-{number}" if deep else "", "col")
            for number, category in enumerate(categories)
        )
        levels.append(tuple(heads))
    return tuple(levels)


def _named(levels: Sequence[Sequence[Head]]) -> list[str]:
    """For each column the identities of the heads above it."""
    columns = sum(head.span for head in levels[0])
    over: list[list[str]] = [[] for _ in range(columns)]
    for heads in levels:
        place = 0
        for head in heads:
            for column in range(place, place + head.span):
                over[column].append(head.id)
            place += head.span
    return [" ".join(ids) for ids in over]


def _row_heads(dimensions: Sequence[CubeDimension], deep: bool) -> list[tuple[tuple[Head, ...], str]]:
    """For each row the heads that begin there, and the identities of all that it belongs to."""
    found = []
    number_of_rows = prod(len(one.categories) for one in dimensions)
    spans = [prod(len(one.categories) for one in dimensions[level + 1 :]) for level in range(len(dimensions))]
    for row in range(number_of_rows):
        begun, ids = [], []
        for level, (dimension, span) in enumerate(zip(dimensions, spans, strict=True)):
            name = f"r{level}-{row // span}" if deep else ""
            ids.append(name)
            if row % span == 0:
                category = dimension.categories[row // span % len(dimension.categories)]
                begun.append(_head(category, span, name, "row"))
        found.append((tuple(begun), " ".join(ids)))
    return found


def _head(category: Category, span: int, name: str, scope: str) -> Head:
    label = f"{category.label} (tidsseriebrott)" if category.break_label else category.label
    return Head(label, span, name, "" if name else scope, is_total=category.is_total)
