"""A table about to be released, and what each of its cells counts, in words that are the same in every table."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, CellStatus, Role
from reports.statistics.disclosure import periods
from reports.statistics.disclosure.policy import Count, Derived, DisclosurePolicy, PolicyError

TIME = "Time"
"""The axis on which the time dimensions of all tables lie, whatever they are called."""

Coordinates = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Identity:
    """What a cell counts: units of a quantity that have all these codes. Totals narrow nothing and are left out."""

    quantity: str
    codes: Coordinates

    @cached_property
    def order(self) -> tuple[str, int, tuple[tuple[str, str], ...]]:
        """Sorts cells alike, in whatever order tables and codes come."""
        return self.quantity, len(self.codes), tuple(sorted(self.codes))

    def with_code(self, dimension: str, code: str) -> "Identity":
        """The same with one more code, or another code of the same dimension."""
        return Identity(self.quantity, self.without(dimension).codes | {(dimension, code)})

    def without(self, dimension: str) -> "Identity":
        """The same, not narrowed by the dimension."""
        return Identity(self.quantity, frozenset(pair for pair in self.codes if pair[0] != dimension))

    def __str__(self) -> str:
        return ", ".join([self.quantity, *(f"{dimension}={code}" for dimension, code in sorted(self.codes))])


@dataclass(frozen=True)
class PlacedCell:
    """A count in a table: where it stands, what it counts, and the number; None where the facts have none."""

    flat: int
    identity: Identity
    value: int | None


@dataclass(frozen=True)
class InnerRelation:
    """`total` is the sum of `parts` (flat indexes) over a dimension; of `overlapping` parts none is larger than it."""

    dimension: str
    total: int
    parts: tuple[int, ...]
    overlapping: bool


@dataclass(frozen=True)
class FrozenTable:
    """A resolved table with nothing hidden yet, and its policy. It never leaves the system.

    `context` holds what the whole table is narrowed to, by dimension: a filter (`{"Category": "polis"}`), or the period
    of a table without a time dimension (`{"Time": "2025"}` or `{"Time": "2025-01-01/2025-06-30"}`). `release` numbers
    the occasions on which tables were published; `suppressed` is what was hidden then, None if it is yet to be decided.
    """

    cube: Cube
    policy: DisclosurePolicy
    context: Mapping[str, str] = field(default_factory=dict)
    release: int = 0
    suppressed: frozenset[int] | None = None

    def __post_init__(self) -> None:
        policy, name, codes = self.policy, self.cube.table_id, self.cube.metric.codes
        if missing := [code for code in codes if code not in policy.measures]:
            raise PolicyError(f"{name}: the policy does not say what {', '.join(missing)} counts")
        rules = {code: policy.measures[code] for code in codes}
        needed = {count for rule in rules.values() if isinstance(rule, Derived) for count in rule.counts}
        if policy.respondents:
            needed.add(policy.respondents)
        if absent := sorted(needed - set(codes)):
            raise PolicyError(f"{name}: {', '.join(absent)} has to stand in the table beside what rests on it")
        for cell in self.counts():
            if cell.value is not None and cell.value < 0:
                raise PolicyError(f"{name}: {cell.identity} is {cell.value}, and a count is never negative")

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The same for every release of the same table with the same filters."""
        return self.cube.table_id, tuple(sorted(self.context.items()))

    @cached_property
    def rows(self) -> tuple[CubeDimension, ...]:
        """The dimensions but for the measures', which are always the last one."""
        if self.cube.dimensions[-1].id != METRIC_ID:
            raise PolicyError(f"{self.cube.table_id}: the measures have to be the last dimension")
        return self.cube.dimensions[:-1]

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """How far apart two neighbours of each dimension lie among the values."""
        return tuple(math.prod(self.cube.size[place + 1 :]) for place in range(len(self.cube.size)))

    def place(self, flat: int) -> tuple[int, ...]:
        """The positions of a cell in each dimension."""
        return tuple(flat // step % size for step, size in zip(self.steps, self.cube.size, strict=True))

    def respondents_of(self, flat: int) -> int | None:
        """How many respondents the cell's row rests on; None where the policy does not ask."""
        if not self.policy.respondents:
            return None
        codes = self.cube.metric.codes
        found = self.cube.values[flat - flat % len(codes) + codes.index(self.policy.respondents)]
        return None if found is None else int(found)

    def counts(self) -> Iterator[PlacedCell]:
        """Every cell that counts something, but for the number of respondents."""
        codes = self.cube.metric.codes
        for flat, value in enumerate(self.cube.values):
            measure = codes[flat % len(codes)]
            rule = self.policy.measures[measure]
            if not isinstance(rule, Count) or measure == self.policy.respondents:
                continue
            if value is not None and value != int(value):
                raise PolicyError(f"{self.cube.table_id}: {measure} is {value}, and a count is a whole number")
            known = None if value is None else int(value)
            if value is None and self.cube.statuses.get(flat) == CellStatus.NOT_APPLICABLE:
                known = 0
            yield PlacedCell(flat, self._identity(flat, rule), known)

    def relations(self) -> Iterator[InnerRelation]:
        """What the totals in the table say, for every count."""
        codes = self.cube.metric.codes
        for axis, dimension in enumerate(self.rows):
            totals = [place for place, one in enumerate(dimension.categories) if one.is_total]
            if not totals:
                continue
            parts = self._parts(dimension)
            for flat in range(len(self.cube.values)):
                rule = self.policy.measures[codes[flat % len(codes)]]
                position = self.place(flat)[axis]
                if (
                    position in totals
                    and isinstance(rule, Count)
                    and codes[flat % len(codes)] != self.policy.respondents
                ):
                    base, step = flat - position * self.steps[axis], self.steps[axis]
                    members = tuple(base + part * step for part in parts)
                    yield InnerRelation(dimension.id, flat, members, dimension.id in rule.overlapping)

    def _parts(self, dimension: CubeDimension) -> list[int]:
        """The codes that make up the total: not those that are themselves the sum of other codes in the table."""
        there = set(dimension.codes)
        sums = self.policy.sums.get(dimension.id, {})
        return [
            place
            for place, one in enumerate(dimension.categories)
            if not one.is_total and not (one.code in sums and there.issuperset(sums[one.code]))
        ]

    def _identity(self, flat: int, rule: Count) -> Identity:
        codes = {**self.context, **rule.at}
        if TIME in codes and (span := periods.parse(codes[TIME])):
            codes[TIME] = span.code
        for known, position in zip(self._axes, self.place(flat), strict=False):
            axis, code = known[position]
            if code is not None:
                codes[axis] = code
        return Identity(rule.quantity, frozenset(codes.items()))

    @cached_property
    def _axes(self) -> list[list[tuple[str, str | None]]]:
        """For each dimension what its categories stand for."""
        return [[self._code(one, category) for category in one.categories] for one in self.rows]

    def _code(self, dimension: CubeDimension, category: Category) -> tuple[str, str | None]:
        """The axis and the code on it; no code where the category narrows nothing."""
        if dimension.role != Role.TIME:
            return dimension.id, None if category.is_total else category.code
        if not category.is_total:
            span = periods.parse(category.code)
            return (TIME, span.code) if span else (dimension.id, category.code)
        spans = [periods.parse(one.code) for one in dimension.categories if not one.is_total]
        whole = periods.hull([span for span in spans if span]) if all(spans) else None
        return (TIME, whole.code) if whole else (dimension.id, f"all of {self.cube.table_id}")
