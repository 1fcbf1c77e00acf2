"""What a table's measures count, and what has to be hidden of them before anybody outside NCH sees the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_THRESHOLD = 4
"""Counts from 1 up to this one are small."""


class DisclosureError(Exception):
    """The tables cannot be protected as they stand."""


class PolicyError(DisclosureError):
    """A policy does not fit its table: a mistake in the definition."""


class InconsistentTablesError(DisclosureError):
    """Tables that are published together say different things of the same cell, or parts do not make up their sum."""


class CannotProtectError(DisclosureError):
    """No pattern protects these cells: what is public already gives them away. Make the table coarser."""

    def __init__(self, cells: tuple[str, ...]) -> None:
        self.cells = cells
        super().__init__(f"No suppression protects {'; '.join(cells)}")


class Reason(StrEnum):
    """Why a cell is hidden. The order is the order in which a cell with several reasons names one."""

    SMALL = "small number"
    RESPONDENTS = "too few respondents"
    EARLIER = "as in an earlier release"
    SECONDARY = "secondary"
    DERIVED = "rests on a hidden count"


@dataclass(frozen=True)
class Count:
    """The measure counts units of a `quantity`; the same quantity in two tables is the same number.

    `at` narrows it (`{"Repeated": "yes"}`: of the calls, those that came back). Over the dimensions in `overlapping` a
    unit may count under several codes, so that these do not add up to the total, though none is larger than it.
    """

    quantity: str
    at: Mapping[str, str] = field(default_factory=dict)
    overlapping: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Derived:
    """A rate, share, mean or sum of money: hidden wherever a count that it rests on is hidden.

    It rests on the `counts` (measures) of its own row; on those where the dimensions in `of_total` stand at their total
    (a share of the whole); and, in the rows of a code, on those of further codes of the same dimension: with
    `also={("County", "00"): ("unknown",)}` the country's rate is worked out without the unknown county.
    """

    counts: tuple[str, ...]
    of_total: tuple[str, ...] = ()
    also: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """Never hidden: it says nothing of those who are counted (inhabitants, a target), or all that is counted is public
    one by one (what authorities have decided and handed in)."""


MeasureRule = Count | Derived | Open


@dataclass(frozen=True)
class DisclosurePolicy:
    """How a table is protected.

    `measures` says what each measure is. Counts from 1 to `threshold` are hidden, and 0 too unless zeros are shown.
    Rows that rest on fewer than `minimum_respondents` by the measure `respondents` are hidden but for that measure.
    `sums` names codes that are the sum of other codes of their dimension. `ranked` are dimensions whose codes the facts
    sort by size: a protected table sorts them by code, or the order would tell. A table `published_before` hides
    nothing, but what it says is known to whoever attacks the others.
    """

    measures: Mapping[str, MeasureRule]
    threshold: int = DEFAULT_THRESHOLD
    show_zeros: bool = True
    respondents: str = ""
    minimum_respondents: int = 0
    sums: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    ranked: frozenset[str] = frozenset()
    published_before: bool = False

    def __post_init__(self) -> None:
        if self.threshold < 1:
            raise PolicyError(f"A threshold of {self.threshold} protects nothing")
        if bool(self.respondents) != bool(self.minimum_respondents):
            raise PolicyError("A minimum number of respondents and the measure that counts them belong together")
        for code, rule in self.measures.items():
            for count in rule.counts if isinstance(rule, Derived) else ():
                if not isinstance(self.measures.get(count), Count):
                    raise PolicyError(f"The measure {code} rests on {count}, which counts nothing")

    def is_small(self, number: int) -> bool:
        """Whether a count has to be hidden for its size."""
        return 0 < number <= self.threshold or (number == 0 and not self.show_zeros)
