"""Everything that is published, as whoever attacks it sees it: one set of cells and the sums that relate them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.statistics.disclosure.policy import Reason
from reports.statistics.disclosure.tables import Identity

Told = Callable[[float], None]
"""Hears how far something has come, from 0 to 1."""

Place = tuple[int, int]
"""A table (by its place among those that are protected) and a flat index in it."""


@dataclass(frozen=True)
class SystemCell:
    """One number, however many tables show it.

    `lower` is the least that an attacker can take it to be: 1 where zeros are shown, else 0. `known` cells stand in an
    earlier release or are zeros that are shown: nothing can hide them. `reason` is why the cell is hidden whatever the
    others are. A cell without `places` is in none of the tables to be protected: it was hidden in an earlier release,
    or it is what one gets by taking parts from their sum; without a reason either it is merely unknown.
    """

    identity: Identity
    value: int
    lower: int
    threshold: int
    reason: Reason | None
    known: bool
    places: tuple[Place, ...]

    @property
    def can_be_chosen(self) -> bool:
        """Whether hiding the cell can help others."""
        return bool(self.places) and self.reason is None and not self.known

    @property
    def tables(self) -> tuple[int, ...]:
        """The tables that show it, or would if it were not hidden."""
        return tuple(sorted({table for table, _ in self.places}))

    @property
    def name(self) -> str:
        """For a message: what is counted, never how many."""
        return str(self.identity)


Relation = tuple[tuple[int, int], ...]
"""Cells and their signs: with the known cells left out, what an attacker's guess may be wrong by sums to 0."""


@dataclass(frozen=True)
class Component:
    """Cells that sums relate to each other, and to no cell outside; both in order."""

    cells: tuple[int, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class System:
    """Cells in an order that does not depend on the order of the tables, and the relations among them."""

    cells: tuple[SystemCell, ...]
    relations: tuple[Relation, ...]

    @cached_property
    def forced(self) -> frozenset[int]:
        """Cells that are hidden whatever the others are."""
        return frozenset(place for place, cell in enumerate(self.cells) if cell.reason and not cell.known)

    def open_relations(self, unknown: frozenset[int]) -> list[Relation]:
        """What the relations say of the cells that are unknown: the others are known, and leave no room for error."""
        found = dict.fromkeys(tuple(term for term in relation if term[0] in unknown) for relation in self.relations)
        found.pop((), None)
        return list(found)

    def unknown(self, hidden: Iterable[int]) -> frozenset[int]:
        """What an attacker does not know where `hidden` is hidden: that, and what no table shows."""
        loose = (place for place, cell in enumerate(self.cells) if not cell.places and not cell.known)
        return frozenset([*hidden, *loose])

    def components(self, unknown: frozenset[int]) -> list[Component]:
        """The unknown cells, parted where no relation ties them together."""
        relations = self.open_relations(unknown)
        root = {place: place for place in unknown}

        def find(place: int) -> int:
            while root[place] != place:
                root[place] = root[root[place]]
                place = root[place]
            return place

        for relation in relations:
            first = find(relation[0][0])
            for place, _ in relation[1:]:
                other = find(place)
                first, other = min(first, other), max(first, other)
                root[other] = first
        cells: defaultdict[int, list[int]] = defaultdict(list)
        for place in sorted(unknown):
            cells[find(place)].append(place)
        rows: defaultdict[int, list[Relation]] = defaultdict(list)
        for relation in relations:
            rows[find(relation[0][0])].append(relation)
        return [Component(tuple(cells[one]), tuple(rows[one])) for one in sorted(cells)]


def names(system: System, places: Sequence[int]) -> tuple[str, ...]:
    """The cells in words, each once."""
    return tuple(dict.fromkeys(system.cells[place].name for place in places))
