"""Cutting a cube: which values of which variables, in the expressions of PxWebApi 2.

A variable's values are codes and expressions: `2019`, `*`, `20*`, `??14`, `top(5)`, `top(5,1)`, `bottom(2)`,
`from(2016)`, `to(2019)`, `range(2016,2019)`. Of a time variable, `top` means the latest and `bottom` the earliest.
A variable that is not named keeps all its values. The result keeps the order of the table.
"""

import dataclasses
import fnmatch
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from reports.statistics.cube import Cube, CubeDimension
from reports.statistics.definitions import Role

MAX_EXPRESSION: Final = 100
"""Most characters of one expression; no code of ours is near it."""

MAX_EXPRESSIONS: Final = 10_000
"""Most expressions for one variable."""

MAX_PATTERNS: Final = 100
"""Most expressions with * or ? for one variable: each is tried on every value."""

_CALL = re.compile(r"(top|bottom|from|to|range)\((.*)\)", re.IGNORECASE)


class SelectionError(Exception):
    """The selection names a variable or value that the table does not have; the message says which, in Swedish."""

    def __init__(self, message: str, variable: str) -> None:
        self.variable = variable
        super().__init__(message)


def split_expressions(text: str) -> list[str]:
    """Split a comma list; commas inside parentheses belong to the expression."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def count_cells(cube: Cube, selection: Mapping[str, Sequence[str]]) -> int:
    """How many cells the selection asks for. Raises SelectionError."""
    return math.prod(len(positions) for positions in _positions(cube, selection))


def select(cube: Cube, selection: Mapping[str, Sequence[str]]) -> Cube:
    """Return the part of the cube that the selection asks for. Raises SelectionError."""
    chosen = _positions(cube, selection)
    steps = [math.prod(cube.size[place + 1 :]) for place in range(len(cube.size))]
    offsets = ([position * step for position in positions] for positions, step in zip(chosen, steps, strict=True))
    flats = [sum(combined) for combined in itertools.product(*offsets)]
    return dataclasses.replace(
        cube,
        dimensions=tuple(
            dataclasses.replace(dimension, categories=tuple(dimension.categories[position] for position in positions))
            for dimension, positions in zip(cube.dimensions, chosen, strict=True)
        ),
        values=tuple(cube.values[flat] for flat in flats),
        statuses={place: cube.statuses[flat] for place, flat in enumerate(flats) if flat in cube.statuses},
    )


def _positions(cube: Cube, selection: Mapping[str, Sequence[str]]) -> list[list[int]]:
    known = {dimension.id.casefold(): dimension for dimension in cube.dimensions}
    wanted: dict[str, Sequence[str]] = {}
    for variable, expressions in selection.items():
        dimension = known.get(variable.casefold())
        if dimension is None:
            names = ", ".join(one.id for one in cube.dimensions)
            raise SelectionError(f"Tabellen har ingen variabel ”{variable}”. Variablerna är {names}.", variable)
        if dimension.id in wanted:
            raise SelectionError(f"Variabeln {dimension.id} är angiven mer än en gång.", variable)
        wanted[dimension.id] = expressions
    return [
        _chosen(dimension, wanted[dimension.id]) if dimension.id in wanted else list(range(len(dimension.codes)))
        for dimension in cube.dimensions
    ]


def _chosen(dimension: CubeDimension, expressions: Sequence[str]) -> list[int]:
    if not expressions:
        raise SelectionError(f"Variabeln {dimension.id} saknar värden.", dimension.id)
    if len(expressions) > MAX_EXPRESSIONS:
        raise SelectionError(f"Variabeln {dimension.id} har fler än {MAX_EXPRESSIONS} värden i urvalet.", dimension.id)
    if any(len(expression) > MAX_EXPRESSION for expression in expressions):
        raise SelectionError(
            f"Ett värde av {dimension.id} är längre än {MAX_EXPRESSION} tecken. Så långa koder finns inte.",
            dimension.id,
        )
    places = {code.casefold(): place for place, code in reversed(list(enumerate(dimension.codes)))}
    distinct = {expression.strip().casefold(): expression for expression in expressions}
    if sum(_is_pattern(wanted) for wanted in distinct) > MAX_PATTERNS:
        raise SelectionError(
            f"Variabeln {dimension.id} har fler än {MAX_PATTERNS} uttryck med * eller ?.", dimension.id
        )
    return sorted(
        {place for wanted, typed in distinct.items() for place in _matching(dimension, places, wanted, typed)}
    )


def _is_pattern(expression: str) -> bool:
    return "*" in expression or "?" in expression


def _matching(dimension: CubeDimension, places: Mapping[str, int], wanted: str, typed: str) -> Sequence[int]:
    """The positions that one expression stands for. `places` are the codes, and `wanted` the expression, casefolded."""
    if wanted in places:
        return [places[wanted]]
    if call := _CALL.fullmatch(wanted):
        return _called(dimension, call[1], [part.strip() for part in call[2].split(",")])
    if _is_pattern(wanted):
        # fnmatch never goes back over a star, so no expression takes long; a bracket means itself here.
        matches = re.compile(fnmatch.translate(wanted.replace("[", "[[]"))).match
        if found := [place for place, code in enumerate(dimension.codes) if matches(code.casefold())]:
            return found
    raise SelectionError(f"Variabeln {dimension.id} har inget värde ”{typed}”.", dimension.id)


def _called(dimension: CubeDimension, name: str, arguments: list[str]) -> Sequence[int]:
    places = range(len(dimension.codes))
    if name in ("top", "bottom"):
        if len(arguments) > 2 or not all(re.fullmatch(r"[0-9]{1,6}", argument) for argument in arguments):
            raise SelectionError(f"{name} tar ett eller två heltal, till exempel {name}(5).", dimension.id)
        count, skipped = int(arguments[0]), int(arguments[1]) if len(arguments) == 2 else 0
        if not count:
            raise SelectionError(f"{name} behöver ett tal som är minst 1.", dimension.id)
        from_the_end = (dimension.role == Role.TIME) == (name == "top")
        ordered = list(reversed(places)) if from_the_end else list(places)
        return ordered[skipped : skipped + count]
    needed = 2 if name == "range" else 1
    if len(arguments) != needed:
        raise SelectionError(f"{name} tar {needed} värde{'n' if needed == 2 else ''}.", dimension.id)
    codes = [code.casefold() for code in dimension.codes]
    for argument in arguments:
        if argument not in codes:
            raise SelectionError(f"Variabeln {dimension.id} har inget värde ”{argument}”.", dimension.id)
    first, last = codes.index(arguments[0]), codes.index(arguments[-1])
    if name == "from":
        return places[first:]
    if name == "to":
        return places[: last + 1]
    if first > last:
        raise SelectionError(f"range({arguments[0]},{arguments[1]}) slutar innan det börjar.", dimension.id)
    return places[first : last + 1]
