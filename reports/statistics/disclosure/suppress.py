"""Choosing what to hide beside what has to be hidden, so that nothing hidden can be worked out.

For each hidden cell that is not yet wide enough, a linear program looks for the cheapest pair of guesses that fit
everything published and are far enough apart in that cell; the cells in which such a guess differs from the truth are
hidden. Everything goes in the order of the system's cells, so the same tables get the same pattern.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from math import ceil, floor, log2

from reports.statistics.disclosure.policy import CannotProtectError
from reports.statistics.disclosure.solver import GOALS, TOLERANCE, Attack, Cover, Move
from reports.statistics.disclosure.system import Component, System, Told, names

HIDDEN_ALREADY = 0.001
"""The cost of a cell that is hidden anyway: next to nothing, but no guess moves it for no reason."""

SMALL_COMPONENT = 600
"""Up to so many cells are widened one after the other, and then tried for whether they could be shown after all, which
hides least. In larger components many are widened at once, and what has been chosen stays."""


def is_wide(low: float, high: float, threshold: int) -> bool:
    """Whether an interval is wider than the threshold, and thereby holds a number that is not small.

    Its ends are rounded inwards: whoever attacks counts knows that they are whole.
    """
    return floor(high + TOLERANCE) - ceil(low - TOLERANCE) > threshold


def choose(system: System, told: Told = lambda share: None) -> frozenset[int]:
    """All cells to hide: the forced ones and those chosen to protect them. Raises CannotProtectError."""
    hidden = set(system.forced)
    components = _components(system, hidden)
    done, cells = 0, sum(len(component.cells) for component in components)
    for component in components:
        # How many steps a component takes nobody knows before; what is known is that it is not over.
        protector = _Protector(system, component, hidden, partial(told, done / cells))
        done += len(component.cells)
        protector.protect()
        protector.show_again()
        hidden |= protector.hidden
    return frozenset(hidden)


def widen(
    system: System, hidden: Iterable[int], cells: Iterable[int], factor: int, step: Callable[[], None]
) -> frozenset[int]:
    """Hide more, so that guesses at these cells may lie `factor` times as far apart. Where they cannot, hide it all."""
    wanted, result = frozenset(cells), set(hidden)
    for component in _components(system, wanted):
        protector = _Protector(system, component, result, step)
        for cell in sorted(wanted.intersection(component.cells)):
            protector.stretch([cell], factor)
        protector.protect()
        result |= protector.hidden
    return frozenset(result)


def _components(system: System, cells: Iterable[int]) -> list[Component]:
    """The parts of the system that hold any of the cells, with all that could be hidden in them."""
    candidates = (place for place, cell in enumerate(system.cells) if cell.can_be_chosen)
    wanted = frozenset(cells)
    parts = system.components(system.unknown([*system.forced, *candidates]))
    return [part for part in parts if not wanted.isdisjoint(part.cells)]


class _Proofs:
    """How far apart the guesses lie that have been found for each cell, and which cells each of them needs hidden."""

    def __init__(self, system: System, moves: Iterable[Move] = ()) -> None:
        self._system = system
        self._moves: list[Move] = []
        self._low: dict[int, float] = {}
        self._high: dict[int, float] = {}
        for move in moves:
            self.add(move)

    def add(self, move: Move) -> None:
        """Take in a guess that fits everything published."""
        self._moves.append(move)
        for cell, value in move.items():
            self._low[cell] = min(self._low.get(cell, 0), value)
            self._high[cell] = max(self._high.get(cell, 0), value)

    def wide(self, cell: int) -> bool:
        """Whether the cell is known to be wide enough."""
        return is_wide(self._low.get(cell, 0), self._high.get(cell, 0), self._system.cells[cell].threshold)

    def without(self, cell: int) -> "_Proofs":
        """What is still proven if the cell is shown."""
        return _Proofs(self._system, (move for move in self._moves if cell not in move))


class _Protector:
    """Protects the hidden cells of one component."""

    def __init__(self, system: System, component: Component, hidden: Iterable[int], step: Callable[[], None]) -> None:
        self._step = step
        self.hidden = set(hidden).intersection(component.cells)
        self._system = system
        self._candidates = [cell for cell in component.cells if system.cells[cell].can_be_chosen]
        self._chosen: list[int] = []
        self._proofs = _Proofs(system)
        shown = set(self._candidates) - self.hidden
        self._attack = Attack(system, component, shown)
        # A number says the more the larger it is; the rank decides between equals, always in the same way.
        self._costs = {
            cell: 1 + log2(1 + system.cells[cell].value) / 4 + rank / len(component.cells) / 1000
            for rank, cell in enumerate(component.cells)
        }
        costs = {cell: self._costs[cell] if cell in shown else HIDDEN_ALREADY for cell in component.cells}
        self._sums = [frozenset(cell for cell, _ in relation) for relation in component.relations]
        self._sums_of: defaultdict[int, list[int]] = defaultdict(list)
        for place, members in enumerate(self._sums):
            for cell in members:
                self._sums_of[cell].append(place)
        self._cover = Cover(system, component, costs)
        self._is_small = len(component.cells) <= SMALL_COMPONENT

    def protect(self) -> None:
        """Hide until every hidden cell is wide enough."""
        while narrow := [cell for cell in self._narrow() if not self._prove(cell)]:
            self.stretch(self._apart(narrow), 1)

    def stretch(self, cells: Sequence[int], factor: int) -> None:
        """Hide what it takes for guesses at the cells to lie so many times as far apart as they have to."""
        found = self._cover.moves({cell: factor * (self._system.cells[cell].threshold + 1) for cell in cells})
        if found is None and len(cells) > 1:
            for cell in cells:
                self.stretch([cell], factor)
            return
        if found is None and factor == 1:
            raise CannotProtectError(names(self._system, cells))
        for move in found or [dict.fromkeys(self._candidates, 0.0)]:
            for moved in sorted(move):
                self._hide(moved)
            self._proofs.add(move)

    def _apart(self, cells: Sequence[int]) -> list[int]:
        """Some of the cells, no two of them in one sum, so that one program may widen them all without a quarrel."""
        taken: set[int] = set()
        chosen: list[int] = []
        for cell in cells:
            if cell not in taken and len(chosen) < (1 if self._is_small else GOALS):
                chosen.append(cell)
                taken.update(*(self._sums[place] for place in self._sums_of[cell]))
        return chosen

    def show_again(self) -> None:
        """Show chosen cells again, the dearest first, as long as the others stay wide enough."""
        for cell in sorted(self._chosen, key=lambda one: -self._costs[one]) if self._is_small else ():
            proofs = self._proofs
            self.hidden.remove(cell)
            self._attack.show(cell)
            self._proofs = proofs.without(cell)
            if not all(self._prove(one) for one in self._narrow()):
                self.hidden.add(cell)
                self._attack.hide(cell)
                self._proofs = proofs

    def _narrow(self) -> list[int]:
        return [cell for cell in sorted(self.hidden) if not self._proofs.wide(cell)]

    def _prove(self, cell: int) -> bool:
        """Whether the cell is wide enough with what is hidden now."""
        self._step()
        for sign in (1, -1):
            if not self._proofs.wide(cell) and (move := self._attack.furthest(cell, sign)) is not None:
                self._proofs.add(move)
        return self._proofs.wide(cell)

    def _hide(self, cell: int) -> None:
        if cell not in self.hidden and self._system.cells[cell].can_be_chosen:
            self.hidden.add(cell)
            self._chosen.append(cell)
            self._attack.hide(cell)
            self._cover.set_cost(cell, HIDDEN_ALREADY)
