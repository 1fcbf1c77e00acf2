"""What is chosen of a table, as it stands in the address, and the part of the table that it makes.

`v.County=12,14` are values in the expressions of PxWebApi 2 (`v.Year=top(5)`), `ihop=County` adds the chosen values up,
`rad=County,Age` and `kolumn=Year` are where variables stand, outermost first, `visa=staplar` is how it is drawn. What
is not said is as the table has it: all values, the measures of the table, its own heading across, no figure.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod
from typing import Final

from django.http import QueryDict

from reports.exploring.rates import SUFFIX
from reports.exploring.together import put_together
from reports.statistics.cube import Cube, CubeDimension
from reports.statistics.default_selection import default_selection
from reports.statistics.definitions import METRIC_ID, Role, TableDefinition
from reports.statistics.grid import Placement
from reports.statistics.selection import SelectionError, count_cells, select, split_expressions

MOST_CELLS: Final = 10_000
"""Most cells on a page and in its files; whoever needs more takes the published tables from the API."""

VALUES, TOGETHER, ROWS, COLUMNS, DRAWN = "v.", "ihop", "rad", "kolumn", "visa"
# Blanks are taken off afterwards: a pattern that took them off itself would try every way to divide a long row of them.
_SPAN = re.compile(r"(?i)(top|from|to|range)\(([^,()]+)(?:,([^,()]+))?\)")


class Drawn(StrEnum):
    """How the chosen is drawn above its table."""

    NOT = ""
    BARS = "staplar"
    STACKED = "staplade"
    LINES = "linjer"
    MAP = "karta"
    MULTIPLES = "lan"


@dataclass(frozen=True)
class Choice:
    """What is chosen. `values` are expressions by variable; variables that are not named keep what they have."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    together: frozenset[str] = frozenset()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    drawn: Drawn = Drawn.NOT

    def parameters(self) -> dict[str, str]:
        """The choice as it stands in an address."""
        found = {f"{VALUES}{name}": ",".join(expressions) for name, expressions in self.values.items()}
        found |= {TOGETHER: ",".join(sorted(self.together)), ROWS: ",".join(self.rows), COLUMNS: ",".join(self.columns)}
        found[DRAWN] = self.drawn.value
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class TimeSpan:
    """A choice of times that is no list of single ones: the latest so many, or from one to another (blank: open)."""

    latest: str = ""
    since: str = ""
    until: str = ""


def span_of(expressions: Sequence[str]) -> TimeSpan | None:
    """The span that an expression for a time variable stands for, if it is one."""
    match = _SPAN.fullmatch(expressions[0].strip()) if len(expressions) == 1 else None
    if match is None:
        return None
    match match[1].lower(), match[2].strip(), match[3] and match[3].strip():
        case "top", count, None:
            return TimeSpan(latest=count)
        case "from", first, None:
            return TimeSpan(since=first)
        case "to", last, None:
            return TimeSpan(until=last)
        case "range", first, str() as last:
            return TimeSpan(since=first, until=last)
    return None


def expression_of(span: TimeSpan) -> tuple[str, ...]:
    """The other way round; nothing for a span that is open on both sides."""
    if span.latest:
        return (f"top({span.latest})",)
    if span.since and span.until:
        return (f"range({span.since},{span.until})",)
    if span.since:
        return (f"from({span.since})",)
    return (f"to({span.until})",) if span.until else ()


def without_choice(cube: Cube) -> dict[str, list[str]]:
    """The values that a table shows before anything is chosen: its own measures, and of a large table the latest."""
    own = [one.code for one in cube.metric.categories if not one.code.endswith(SUFFIX)]
    part = select(cube, {METRIC_ID: own})
    return default_selection(part, MOST_CELLS)


def codes_of(cube: Cube, dimension: CubeDimension, expressions: Iterable[str]) -> list[str]:
    """The codes that expressions stand for; an expression that stands for nothing stays as it is, to be pointed out."""
    codes: list[str] = []
    for expression in expressions:
        try:
            codes += select_codes(cube, dimension.id, [expression])
        except SelectionError:
            codes.append(expression)
    return list(dict.fromkeys(codes))


def select_codes(cube: Cube, variable: str, expressions: Sequence[str]) -> list[str]:
    """The codes that expressions stand for, in the order of the table. Raises SelectionError."""
    bare = dataclasses.replace(
        cube, dimensions=(cube.dimension(variable),), values=(0,) * len(cube.dimension(variable).codes), statuses={}
    )
    return select(bare, {variable: expressions}).dimension(variable).codes


def read_values(query: QueryDict) -> dict[str, list[str]]:
    """The expressions by variable, as they stand in the address: commas and repeated parameters alike."""
    return {
        name.removeprefix(VALUES): [one for text in query.getlist(name) for one in split_expressions(text)]
        for name in query
        if name.startswith(VALUES)
    }


def is_choice(name: str) -> bool:
    """Whether a parameter of the address says what is chosen."""
    return name.startswith(VALUES) or name in (TOGETHER, ROWS, COLUMNS, DRAWN)


def listed(query: QueryDict, name: str) -> list[str]:
    """A comma list in the address."""
    return [one for text in query.getlist(name) for one in split_expressions(text)]


class TooManyCellsError(Exception):
    """More cells are chosen than are shown; the message says how many, and what the limit is."""

    def __init__(self, cells: int) -> None:
        super().__init__(cells)
        self.cells = cells


def shown_part(cube: Cube, choice: Choice, definition: TableDefinition) -> Cube:
    """The chosen part of the table. Raises SelectionError, NotAddableError or TooManyCellsError.

    What it shows stands in the place of the finding, which was found in the table as a whole. A table with nothing in
    it yet is shown as it is.
    """
    if not cube.values:
        return cube
    every = {one: cube.dimension(one).codes for one in choice.together}
    wanted = {**without_choice(cube), **every, **choice.values}
    sizes = {one: 1 if one in choice.together else count_cells(cube, _only(cube, one, wanted[one])) for one in wanted}
    if (cells := prod(sizes.values())) > MOST_CELLS:
        raise TooManyCellsError(cells)
    part = select(cube, wanted)
    for variable in choice.together:
        part = put_together(part, variable, cube, definition)
    used = set(part.statuses.values())
    return dataclasses.replace(
        part,
        finding=caption(part),
        charted=tuple(part.metric.codes),
        symbols={symbol: text for symbol, text in part.symbols.items() if symbol in used},
    )


_MOST_NAMED: Final = 2


def caption(cube: Cube) -> str:
    """What a part of a table shows: `Samtal efter år och län, Socialtjänst`."""
    measures = [one.label for one in cube.metric.categories]
    named = cube.title if len(measures) > _MOST_NAMED else " och ".join([measures[0], *map(_low, measures[1:])])
    by = [_low(one.label) for one in varying(cube) if one.id != METRIC_ID]
    after = f" efter {', '.join(by[:-1])}{' och ' if len(by) > 1 else ''}{by[-1]}" if by and named != cube.title else ""
    single = [one.categories[0] for one in cube.dimensions if len(one.categories) == 1 and one.id != METRIC_ID]
    return ", ".join([f"{named}{after}", *(one.label for one in single if not one.is_total)])


def _low(label: str) -> str:
    return label[:1].lower() + label[1:]


def _only(cube: Cube, variable: str, expressions: Sequence[str]) -> dict[str, Sequence[str]]:
    """A selection of one value of everything else, to count what one variable's expressions stand for."""
    return {one.id: one.codes[:1] for one in cube.dimensions} | {variable: expressions}


def varying(cube: Cube) -> list[CubeDimension]:
    """The variables that tell the cells apart; the others are said in the caption."""
    return [one for one in cube.dimensions if len(one.categories) > 1]


def stands(cube: Cube, choice: Choice) -> Placement:
    """Where every variable stands: as chosen; else the table's own heading across and the others down.

    Variables of a single value are put outermost down, where they change nothing.
    """
    several = [one.id for one in varying(cube)]
    rows = [one for one in choice.rows if one in several]
    columns = [one for one in choice.columns if one in several and one not in rows]
    rest = [one for one in several if one not in (*rows, *columns)]
    if not rows and not columns and cube.heading in rest and len(rest) > 1:
        columns, rest = [cube.heading], [one for one in rest if one != cube.heading]
    single = [one.id for one in cube.dimensions if one.id not in several]
    return Placement((*single, *rows, *rest), tuple(columns))


def turned(cube: Cube, choice: Choice) -> Choice:
    """The same with rows as columns and columns as rows."""
    several, placed = [one.id for one in varying(cube)], stands(cube, choice)
    rows, columns = (tuple(one for one in side if one in several) for side in (placed.heading, placed.stub))
    return dataclasses.replace(choice, rows=rows, columns=columns)


def time_variables(cube: Cube) -> frozenset[str]:
    """The variables whose values follow on each other in time."""
    return frozenset(one.id for one in cube.dimensions if one.role == Role.TIME)
