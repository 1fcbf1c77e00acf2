"""When a cost has to be explained: pure arithmetic, and the one place where the rule is.

The limits are NCH's working rule and come from no ordinance: a deviation is explained where it is more than a tenth
of the budget line and more than 10 000 kronor, so that small lines and small sums are left in peace.
"""

from dataclasses import dataclass
from decimal import Decimal

SHARE_TO_EXPLAIN = Decimal("0.10")
KRONOR_TO_EXPLAIN = Decimal(10_000)


@dataclass(frozen=True)
class Deviation:
    """A cost against its budget line, in kronor."""

    budget: Decimal
    cost: Decimal

    @property
    def amount(self) -> Decimal:
        """Kronor over the budget; negative where less was spent."""
        return self.cost - self.budget

    @property
    def percent(self) -> Decimal | None:
        """The same in per cent of the budget with one decimal; None where there was no budget."""
        if not self.budget:
            return None
        return (self.amount / self.budget * 100).quantize(Decimal("0.1"))

    @property
    def limit(self) -> Decimal:
        """The kronor above which the deviation, over or under, has to be explained."""
        return max(self.budget * SHARE_TO_EXPLAIN, KRONOR_TO_EXPLAIN)

    @property
    def must_be_explained(self) -> bool:
        """Whether the deviation is above both limits."""
        return abs(self.amount) > self.limit
