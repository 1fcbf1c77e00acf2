"""Adding up values of a variable: by the table's own total where it has one, else only what can be added up.

A share or a mean is never added up, nor what may count under several values at once. Where a part is hidden or missing
the sum is so too: nothing is made of numbers that are not there.
"""

import dataclasses
import itertools
from math import prod
from typing import Final

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import Adds, CellStatus, Number, Role, TableDefinition
from reports.statistics.selection import select

SUM: Final = "sum"
"""The code of a value that is the sum of others."""

_WORST_FIRST: Final = (
    CellStatus.SUPPRESSED,
    CellStatus.NOT_PUBLISHED,
    CellStatus.NOT_KNOWN,
    CellStatus.NOT_APPLICABLE,
)
_NAMED: Final = 3


class NotAddableError(Exception):
    """The values cannot be added up; the message says why, in Swedish."""

    def __init__(self, message: str, variable: str) -> None:
        self.variable = variable
        super().__init__(message)


def put_together(cube: Cube, variable: str, whole: Cube, definition: TableDefinition) -> Cube:
    """The cube with the variable's values as one. `whole` is the table before anything of it was chosen.

    Where all values are chosen and the table has their total, it is that total. Raises NotAddableError.
    """
    dimension, every = cube.dimension(variable), whole.dimension(variable)
    totals = [one.code for one in dimension.categories if one.is_total]
    if len(dimension.categories) == 1:
        return cube
    if totals:
        if len(dimension.categories) == len(every.categories):
            return select(cube, {variable: totals[:1]})
        label = next(one.label for one in dimension.categories if one.is_total)
        raise NotAddableError(f"”{label}” är redan summan. Välj antingen den eller delarna.", variable)
    _check(cube, dimension, definition)
    return _summed(cube, dimension)


def _check(cube: Cube, dimension: CubeDimension, definition: TableDefinition) -> None:
    declared = next((one for one in definition.dimensions if one.id == dimension.id), None)
    if declared is None or declared.overlaps:
        raise NotAddableError(
            f"Värdena i {dimension.label} överlappar varandra och kan inte läggas ihop.", dimension.id
        )
    adds = {one.code: one.adds for one in definition.measures}
    enough = (Adds.ALWAYS,) if dimension.role == Role.TIME else (Adds.ALWAYS, Adds.EXCEPT_OVER_TIME)
    unfit = [one.label for one in cube.metric.categories if adds.get(one.code, Adds.NEVER) not in enough]
    if unfit:
        raise NotAddableError(
            f"{' och '.join(unfit)} kan inte läggas ihop över {dimension.label}. Välj bort det under Innehåll.",
            dimension.id,
        )


def _summed(cube: Cube, dimension: CubeDimension) -> Cube:
    place = cube.dimensions.index(dimension)
    inner, number = prod(cube.size[place + 1 :]), len(dimension.categories)
    values: list[Number | None] = []
    statuses: dict[int, str] = {}
    for outer, within in itertools.product(range(prod(cube.size[:place])), range(inner)):
        flats = [(outer * number + one) * inner + within for one in range(number)]
        parts = [value for flat in flats if (value := cube.values[flat]) is not None]
        if len(parts) < number:
            statuses[len(values)] = _worst({cube.statuses[flat] for flat in flats if flat in cube.statuses})
            values.append(None)
        else:
            values.append(sum(parts))
    return dataclasses.replace(
        cube,
        dimensions=tuple(_as_one(one) if one is dimension else one for one in cube.dimensions),
        values=tuple(values),
        statuses=statuses,
    )


def _as_one(dimension: CubeDimension) -> CubeDimension:
    """The dimension with its values as one, which is no time any more."""
    labels = [one.label for one in dimension.categories]
    named = " + ".join(labels) if len(labels) <= _NAMED else f"Summan av {len(labels)} valda"
    notes = tuple(f"{one.label}: {note}" for one in dimension.categories for note in one.notes)
    note = () if len(labels) <= _NAMED else (f"Summan av {', '.join(labels)}.",)
    role = Role.CLASSIFICATION if dimension.role == Role.TIME else dimension.role
    return CubeDimension(dimension.id, dimension.label, role, (Category(SUM, named, notes=(*note, *notes)),))


def _worst(statuses: set[str]) -> str:
    return next(one.value for one in _WORST_FIRST if one.value in statuses)
