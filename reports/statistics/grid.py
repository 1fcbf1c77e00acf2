"""A cube laid out on two axes, as people read a table: some dimensions across, the others down."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from reports.statistics.cube import Category, Cell, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, Role


class PlacementError(Exception):
    """Variables cannot be placed as asked; the message says which and why, in Swedish."""

    def __init__(self, message: str, variable: str) -> None:
        self.variable = variable
        super().__init__(message)


@dataclass(frozen=True)
class Placement:
    """Which dimensions go down (`stub`) and which across (`heading`), by identity, outermost first."""

    stub: tuple[str, ...]
    heading: tuple[str, ...]


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


def place(cube: Cube, stub: Sequence[str] | None = None, heading: Sequence[str] | None = None) -> Placement:
    """Place every dimension: those that are named as asked, the rest on the axis that is not named.

    Names are read whatever their case. Where nothing is named the table's own heading goes across. Raises
    PlacementError for a variable that does not exist or is named twice.
    """
    if not stub and not heading:
        heading = [cube.heading]
    known = {dimension.id.casefold(): dimension.id for dimension in cube.dimensions}
    named: list[str] = []
    for name in (*(stub or ()), *(heading or ())):
        if name.casefold() not in known:
            variables = ", ".join(known.values())
            raise PlacementError(f"Tabellen har ingen variabel ”{name}”. Variablerna är {variables}.", name)
        if known[name.casefold()] in named:
            raise PlacementError(f"Variabeln {name} är placerad mer än en gång.", name)
        named.append(known[name.casefold()])
    rest = [dimension.id for dimension in cube.dimensions if dimension.id not in named]
    down = named[: len(stub or ())]
    across = named[len(down) :]
    return Placement(tuple(down), tuple(across + rest)) if not heading else Placement(tuple(down + rest), tuple(across))


def flat_rows(cube: Cube, placement: Placement) -> Iterator[list[int]]:
    """Where the cells of each row stand among the cube's values, row by row."""
    steps = {one.id: prod(cube.size[place + 1 :]) for place, one in enumerate(cube.dimensions)}

    def offsets(names: Sequence[str]) -> list[int]:
        parts = [[steps[name] * number for number in range(len(cube.dimension(name).categories))] for name in names]
        return [sum(combined) for combined in itertools.product(*parts)]

    across = offsets(placement.heading)
    for down in offsets(placement.stub):
        yield [down + offset for offset in across]


def lay_out(cube: Cube, placement: Placement | None = None) -> Grid:
    """Lay the cube out. Without a placement, dimensions of one category are left out and stand in the caption."""
    fixed: list[CubeDimension] = []
    placed = placement or place(cube)
    stub = [cube.dimension(name) for name in placed.stub]
    if placement is None:
        others = stub
        stub = [dimension for dimension in others if len(dimension.categories) != 1]
        if not stub:
            stub = [dimension for dimension in others if dimension.id != METRIC_ID][:1]
        fixed = [dimension for dimension in others if dimension not in stub and dimension.id != METRIC_ID]
    cells = list(cube.cells())
    names = itertools.product(*(dimension.categories for dimension in stub))
    rows = tuple(
        GridRow(categories, tuple(cells[flat] for flat in flats))
        for categories, flats in zip(names, flat_rows(cube, placed), strict=True)
    )
    units = dict.fromkeys(category.unit for category in cube.metric.categories)
    joined = (" and " if cube.language == "en" else " och ").join(units)
    return Grid(tuple(stub), _heading(cube, placed.heading), tuple(fixed), rows, joined)


def _heading(cube: Cube, names: Sequence[str]) -> CubeDimension:
    """What stands across as one dimension: several are combined, and where there is none it is the number itself."""
    dimensions = [cube.dimension(name) for name in names]
    if len(dimensions) == 1:
        return dimensions[0]
    if not dimensions:
        label = "Value" if cube.language == "en" else "Värde"
        return CubeDimension("", label, Role.CLASSIFICATION, (Category("", label),))
    return CubeDimension(
        " ".join(names),
        ", ".join(dimension.label for dimension in dimensions),
        Role.CLASSIFICATION,
        tuple(
            Category(" ".join(one.code for one in combined), ", ".join(one.label for one in combined))
            for combined in itertools.product(*(dimension.categories for dimension in dimensions))
        ),
    )
