"""Sums that no single table shows: months of a year, counties of the country, and a table with the same one filtered.

Whoever has two tables can take one from the other. What is left is a cell that stands in no table; where it is small it
is protected like any other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.statistics.disclosure import periods
from reports.statistics.disclosure.periods import IRREGULAR, Span
from reports.statistics.disclosure.policy import Count, InconsistentTablesError
from reports.statistics.disclosure.tables import TIME, FrozenTable, Identity

Valued = tuple[Identity, int]


@dataclass(frozen=True)
class Sum:
    """A total, its parts, and what is left of it: None where the parts are all there are.

    `overlapping` parts are each no larger than the total. Only of `sensitive` sums is the rest protected.
    """

    total: Valued
    parts: tuple[Valued, ...]
    rest: Identity | None
    overlapping: bool = False
    threshold: int = 0
    zeros_shown: bool = True
    sensitive: bool = True


@dataclass(frozen=True)
class _Shown:
    value: int
    release: int
    threshold: int
    zeros_shown: bool


class Links:
    """The sums over tables that stand side by side, each with the number of its release."""

    def __init__(self, tables: Sequence[tuple[int, FrozenTable]], *, strict: int) -> None:
        self._strict = strict
        self._pool: dict[Identity, _Shown] = {}
        self._overlapping: set[tuple[str, str]] = set()
        self._declared: dict[tuple[str, str], tuple[str, ...]] = {}
        self._complete: defaultdict[tuple[Identity, str], list[frozenset[Identity]]] = defaultdict(list)
        for release, table in sorted(tables, key=lambda pair: (pair[0], pair[1].key)):
            self._take(release, table)

    def sums(self) -> Iterator[Sum]:
        """All of them."""
        children: defaultdict[tuple[Identity, str], list[Identity]] = defaultdict(list)
        spans: defaultdict[Identity, dict[Span, Identity]] = defaultdict(dict)
        for identity in self._pool:
            for dimension, code in identity.codes:
                if dimension == TIME:
                    if span := periods.parse(code):
                        spans[identity.without(TIME)][span] = identity
                elif (dimension, code) in self._declared:
                    yield from self._declared_sum(identity, dimension, code)
                elif (parent := identity.without(dimension)) in self._pool:
                    children[parent, dimension].append(identity)
        for (parent, dimension), parts in children.items():
            yield from self._over_codes(parent, dimension, parts)
        for there in spans.values():
            yield from self._over_time(there)

    def _take(self, release: int, table: FrozenTable) -> None:
        policy = table.policy
        for rule in policy.measures.values():
            if isinstance(rule, Count):
                self._overlapping.update((rule.quantity, dimension) for dimension in rule.overlapping)
        for dimension, sums in policy.sums.items():
            self._declared.update(((dimension, code), parts) for code, parts in sums.items())
        counts = {cell.flat: cell for cell in table.counts()}
        for cell in counts.values():
            if cell.value is None:
                continue
            before = self._pool.get(cell.identity)
            if before and before.release == release == self._strict and before.value != cell.value:
                raise InconsistentTablesError(f"{table.cube.table_id} and another table disagree on {cell.identity}")
            self._pool[cell.identity] = _Shown(cell.value, release, policy.threshold, policy.show_zeros)
        for relation in table.relations():
            parts = [counts[flat] for flat in relation.parts]
            if not relation.overlapping and all(part.value is not None for part in parts):
                key = counts[relation.total].identity, relation.dimension
                self._complete[key].append(frozenset(part.identity for part in parts))

    def _declared_sum(self, identity: Identity, dimension: str, code: str) -> Iterator[Sum]:
        members = [identity.with_code(dimension, part) for part in self._declared[dimension, code]]
        there = [one for one in members if one in self._pool]
        rest = None
        if len(there) < len(members):
            rest = identity.with_code(f"rest of {dimension}", _listed(dimension, there))
        if there:
            yield from self._sum(identity, there, rest)

    def _over_codes(self, parent: Identity, dimension: str, parts: list[Identity]) -> Iterator[Sum]:
        if (parent.quantity, dimension) in self._overlapping:
            total = self._pool[parent].value
            if any(self._pool[part].value > total for part in parts):
                self._refuse(parent, parts)
            fitting = [(part, self._pool[part].value) for part in sorted(parts, key=lambda one: one.order)]
            yield Sum((parent, total), tuple(pair for pair in fitting if pair[1] <= total), None, overlapping=True)
            return
        if any(known.issubset(parts) for known in self._complete[parent, dimension]):
            return
        yield from self._sum(parent, parts, parent.with_code(f"rest of {dimension}", _listed(dimension, parts)))

    def _over_time(self, there: Mapping[Span, Identity]) -> Iterator[Sum]:
        by_unit: defaultdict[str, list[Span]] = defaultdict(list)
        for span in sorted(there):
            by_unit[span.unit].append(span)
        for whole, parent in sorted(there.items()):
            for unit, spans in by_unit.items():
                inside = [span for span in spans if whole.holds(span)]
                for parts in [[one] for one in inside] if unit == IRREGULAR else [inside]:
                    if parts:
                        yield from self._over_spans(whole, parent, parts, there)

    def _over_spans(
        self, whole: Span, parent: Identity, parts: list[Span], there: Mapping[Span, Identity]
    ) -> Iterator[Sum]:
        left = periods.remainder(whole, parts)
        members = [there[span] for span in parts]
        if len(left) == 1 and left[0] in there:
            members.append(there[left.pop()])
        rest = parent.with_code(TIME, " ".join(span.code for span in left)) if left else None
        yield from self._sum(parent, members, rest)

    def _sum(self, parent: Identity, parts: Sequence[Identity], rest: Identity | None) -> Iterator[Sum]:
        shown = [self._pool[one] for one in (parent, *parts)]
        total, left = shown[0], shown[0].value - sum(one.value for one in shown[1:])
        same_release = len({one.release for one in shown}) == 1
        if left < 0 or (left and rest is None):
            # Tables of different releases may well differ: one of them has been revised since.
            if same_release:
                self._refuse(parent, parts)
            return
        ordered = sorted(parts, key=lambda one: one.order)
        yield Sum(
            total=(parent, total.value),
            parts=tuple((one, self._pool[one].value) for one in ordered),
            rest=rest,
            threshold=max(one.threshold for one in shown),
            zeros_shown=all(one.zeros_shown for one in shown),
            sensitive=same_release,
        )

    def _refuse(self, parent: Identity, parts: Sequence[Identity]) -> None:
        if all(self._pool[one].release == self._strict for one in (parent, *parts)):
            raise InconsistentTablesError(f"More is published of the parts of {parent} than there is of it")


def _listed(dimension: str, parts: Sequence[Identity]) -> str:
    codes = sorted(code for one in parts for name, code in one.codes if name == dimension)
    return f"without {' '.join(codes)}"
