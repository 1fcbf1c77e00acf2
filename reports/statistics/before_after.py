"""How calls from some counties changed after an event in each, against others in the same months.

See docs/decisions/0021.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.statistics.comparing import ERROR
from reports.statistics.intervals import share_interval, spread_of

Calls = Mapping[tuple[date, str], int]
"""By month and county."""


@dataclass(frozen=True)
class Sides:
    """The months that are compared."""

    before: Sequence[date]
    after: Sequence[date]

    def sums(self, counties: Iterable[str], calls: Calls) -> tuple[int, int]:
        """Calls from these counties on either side."""
        counties = list(counties)
        before, after = (
            sum(calls.get((month, county), 0) for month in side for county in counties)
            for side in (self.before, self.after)
        )
        return before, after


@dataclass(frozen=True)
class Change:
    """How many times as many calls per month there were after as before, elsewhere, and here against elsewhere.

    `low` and `high` are the limits of `ratio`; both may be infinite, where there were no calls before.
    """

    elsewhere: float
    ratio: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        return self.low > 1 or self.high < 1


def changes(sides: Mapping[str, Sides], calls: Calls, others: Sequence[str]) -> dict[str, Change]:
    """The change in each county that can be compared: with calls of its own, and of others on both sides.

    Given a county's calls on both sides together, those after are a share of them. Its interval is widened by how much
    shares vary between months of the same side, and as what it is compared with is uncertain itself: n calls here and
    N elsewhere make the variance 1 + n/N times as large. All counties together miss by accident with the chance ERROR.
    """
    compared = {}
    for county, side in sides.items():
        here, there = side.sums([county], calls), side.sums(others, calls)
        if sum(here) and all(there):
            compared[county] = (side, here, there)
    spread = spread_of(
        [[calls.get((month, county), 0) for month in months], [_of(month, others, calls) for month in months]]
        for county, (side, _, _) in compared.items()
        for months in (side.before, side.after)
    )
    if spread is None:
        return {}
    confidence = 1 - ERROR / len(compared)
    dispersion, found = spread.dispersion(confidence), {}
    for county, (side, (before, after), there) in compared.items():
        elsewhere = there[1] / there[0]
        widened = dispersion * (1 + (before + after) / sum(there))
        low, high = share_interval(after, before + after, confidence=confidence, dispersion=widened)
        found[county] = Change(
            elsewhere=elsewhere * len(side.before) / len(side.after),
            ratio=after / before / elsewhere if before else math.inf,
            low=low / (1 - low) / elsewhere,
            high=high / (1 - high) / elsewhere if high < 1 else math.inf,
        )
    return found


def _of(month: date, counties: Iterable[str], calls: Calls) -> int:
    return sum(calls.get((month, county), 0) for county in counties)
