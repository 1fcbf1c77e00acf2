"""A cube laid out on two axes, as people read a table: one dimension across, the others down."""

import itertools
from dataclasses import dataclass
from math import prod

from reports.statistics.cube import Category, Cell, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID


@dataclass(frozen=True)
class GridRow:
    """A row: the categories that name it, and its cells."""

    stub: tuple[Category, ...]
    cells: tuple[Cell, ...]

    @property
    def is_total(self) -> bool:
        return any(category.is_total for category in self.stub)


@dataclass(frozen=True)
class Grid:
    """Rows and columns. `fixed` are the dimensions with one category, which the caption states instead."""

    stub: tuple[CubeDimension, ...]
    heading: CubeDimension
    fixed: tuple[CubeDimension, ...]
    rows: tuple[GridRow, ...]
    unit: str

    @property
    def columns(self) -> list[str]:
        """Labels of all columns, the stub's first."""
        return [dimension.label for dimension in self.stub] + [category.label for category in self.heading.categories]


def lay_out(cube: Cube) -> Grid:
    """Lay the cube's heading dimension across and the rest down, leaving out dimensions of one category."""
    heading = cube.dimension(cube.heading)
    others = [dimension for dimension in cube.dimensions if dimension.id != heading.id]
    stub = [dimension for dimension in others if len(dimension.categories) != 1]
    if not stub:
        stub = [dimension for dimension in others if dimension.id != METRIC_ID][:1]
    fixed = [dimension for dimension in others if dimension not in stub and dimension.id != METRIC_ID]
    cells = {tuple(category.code for category in cell.categories): cell for cell in cube.cells()}
    rows = []
    for names in itertools.product(*(dimension.categories for dimension in stub)):
        named = dict(zip((dimension.id for dimension in stub), (category.code for category in names), strict=True))
        row = []
        for across in heading.categories:
            named[heading.id] = across.code
            row.append(cells[tuple(named.get(one.id, one.codes[0]) for one in cube.dimensions)])
        rows.append(GridRow(names, tuple(row)))
    if len(rows) * len(heading.categories) != prod(cube.size):
        raise ValueError(f"{cube.table_id} does not fit on two axes")
    units = dict.fromkeys(category.unit for category in cube.metric.categories)
    return Grid(tuple(stub), heading, tuple(fixed), tuple(rows), " och ".join(units))
