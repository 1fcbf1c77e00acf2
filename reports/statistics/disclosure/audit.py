"""The audit: an attacker who knows everything published tries to narrow down every hidden cell.

Whoever attacks knows all numbers that are or were published, every sum among them, that counts are whole numbers and
not negative, that a hidden cell is not 0 where zeros are shown, and which hidden numbers are the same as in an earlier
release. A cell holds if two tables of whole numbers fit all that and differ in it by more than the threshold: then the
attacker can neither tell the number to within the threshold nor even that it is small.

The linear program gives the widest interval there can be, and a cell is exposed where that is too narrow. Whether
its ends are reached in whole numbers is a further question: mostly the program's own guess shows it, else a search
does. Searches are made where few cells hang together (all tables with two dimensions come out whole without); other
cells hold against the linear program only, and are counted.
"""

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor

from reports.statistics.disclosure.solver import REACH, TOLERANCE, Attack, GaveUpError, Move, is_whole
from reports.statistics.disclosure.suppress import is_wide
from reports.statistics.disclosure.system import Component, System, Told

EXACT_COMPONENT = 300
"""Up to so many unknown cells that hang together, cells are searched for in whole numbers."""


@dataclass(frozen=True)
class Interval:
    """What an attacker can tell of a hidden cell: it lies from `low` to `high`; without `high` there is no end.

    `tables` are those it stands in, by their place among the ones that are attacked.
    """

    cell: str
    value: int
    low: int
    high: int | None
    threshold: int
    tables: tuple[int, ...] = ()

    @property
    def width(self) -> float:
        return float("inf") if self.high is None else self.high - self.low


@dataclass(frozen=True)
class Audit:
    """What an attack on everything published together came to.

    `attacked` cells were tried, and `exposed` are those that did not hold; `proven` held against an attacker who knows
    that counts are whole, the others against the linear program. `narrowest` is the cell with the shortest interval
    that guesses have been found for; None where nothing is hidden.
    """

    cells: int
    relations: int
    attacked: int
    proven: int
    exposed: tuple[Interval, ...]
    exposed_cells: tuple[int, ...]
    narrowest: Interval | None
    programs: int
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.exposed


def audit(system: System, hidden: Iterable[int], told: Told = lambda share: None) -> Audit:
    """Attack every hidden cell of the system; `told` hears how large a share of them has been."""
    begun = time.perf_counter()
    targets = frozenset(hidden) | system.forced
    tried = itertools.count(1)

    def step() -> None:
        told(next(tried) / (2 * len(targets)))

    exposed: dict[int, Interval] = {}
    shortest: list[Interval] = []
    programs = proven = 0
    for component in system.components(system.unknown(targets)):
        if attacked := [cell for cell in component.cells if cell in targets]:
            attacker = _Attacker(system, component, step)
            exposed |= attacker.exposed(attacked)
            shortest.append(attacker.narrowest(attacked))
            proven += attacker.proven(attacked)
            programs += attacker.programs
    return Audit(
        cells=len(system.cells),
        relations=len(system.relations),
        attacked=len(targets),
        proven=proven,
        exposed=tuple(exposed.values()),
        exposed_cells=tuple(exposed),
        narrowest=min(shortest, key=lambda one: one.width, default=None),
        programs=programs,
        seconds=round(time.perf_counter() - begun, 3),
    )


class _Range:
    """How far apart the guesses lie that have been found for each cell."""

    def __init__(self, component: Component) -> None:
        self.low = dict.fromkeys(component.cells, 0.0)
        self.high = dict.fromkeys(component.cells, 0.0)

    def take(self, move: Move) -> None:
        for cell, value in move.items():
            self.low[cell] = min(self.low[cell], value)
            self.high[cell] = max(self.high[cell], value)

    def width(self, cell: int) -> float:
        return self.high[cell] - self.low[cell]


class _Attacker:
    """Attacks one component."""

    def __init__(self, system: System, component: Component, step: Callable[[], None]) -> None:
        self._system, self._step = system, step
        self._attack = Attack(system, component)
        self._any, self._whole = _Range(component), _Range(component)
        self._is_exact = len(component.cells) <= EXACT_COMPONENT
        self.programs = 0

    def exposed(self, cells: list[int]) -> dict[int, Interval]:
        """The cells that do not hold."""
        found = {}
        for cell in cells:
            self._step()
            for sign in (1, -1):
                if not self._holds(self._any, cell):
                    self._reach(cell, sign)
            if not self._holds(self._any, cell):
                found[cell] = self._interval(self._any, cell)
        for cell in cells:
            self._step()
            held = cell in found or self._holds(self._whole, cell) or not self._is_exact
            if not held and not self._search(cell):
                found[cell] = self._interval(self._whole, cell)
        return found

    def proven(self, cells: list[int]) -> int:
        """How many cells hold in whole numbers."""
        return sum(self._holds(self._whole, cell) for cell in cells)

    def narrowest(self, cells: list[int]) -> Interval:
        """The cell with the shortest interval that was reached."""
        cell = min(cells, key=lambda one: (self._any.width(one), one))
        return self._interval(self._any, cell)

    def _holds(self, found: _Range, cell: int) -> bool:
        return is_wide(found.low[cell], found.high[cell], self._system.cells[cell].threshold)

    def _reach(self, cell: int, sign: int) -> None:
        """Find the end of the cell's interval."""
        self.programs += 1
        if (move := self._attack.furthest(cell, sign)) is not None:
            self._any.take(move)
            if is_whole(move):
                self._whole.take(move)

    def _search(self, cell: int) -> bool:
        """Search for guesses in whole numbers that lie far enough apart; False if there are none."""
        for sign in (1, -1):
            if not self._holds(self._whole, cell):
                self.programs += 1
                try:
                    move = self._attack.furthest_whole(cell, sign, self._system.cells[cell].threshold + 1)
                except GaveUpError:
                    return True
                if move is not None:
                    self._whole.take(move)
        return self._holds(self._whole, cell)

    def _interval(self, found: _Range, cell: int) -> Interval:
        one = self._system.cells[cell]
        low, high = found.low[cell], found.high[cell]
        # Whole numbers between the ends: the attacker rounds inwards.
        end = None if high >= REACH else one.value + floor(high + TOLERANCE)
        return Interval(one.name, one.value, one.value + ceil(low - TOLERANCE), end, one.threshold, one.tables)
