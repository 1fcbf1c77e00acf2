"""What a grant's money has become, year by year: pure arithmetic in kronor, no database.

In every year opening balance + paid = cost + carried over + repaid + outstanding, and over the whole grant
paid = cost + carried over + repaid + outstanding, where "carried over" is what has been moved to a year that is not
accounted for yet. Both hold by construction: what is outstanding is what nothing else explains.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Carry:
    """A decision that kronor left over in one year may be used in another."""

    from_year: int
    to_year: int
    amount: Decimal


@dataclass(frozen=True)
class Bookings:
    """Everything that has happened with the money, in kronor by year.

    `admitted` has a year only where its economic report is approved; `expected` are repayments that are decided or
    agreed but not yet paid. The year of a repayment is that of the report it belongs to.
    """

    granted: Mapping[int, Decimal] = field(default_factory=dict)
    paid: Mapping[int, Decimal] = field(default_factory=dict)
    admitted: Mapping[int, Decimal] = field(default_factory=dict)
    repaid: Mapping[int, Decimal] = field(default_factory=dict)
    expected: Mapping[int, Decimal] = field(default_factory=dict)
    carries: tuple[Carry, ...] = ()

    @property
    def years(self) -> list[int]:
        """Every year that something is said of."""
        named = {year for carry in self.carries for year in (carry.from_year, carry.to_year)}
        return sorted(named.union(self.granted, self.paid, self.admitted, self.repaid, self.expected))


@dataclass(frozen=True)
class LedgerRow:
    """One year of a grant, in kronor. `cost` is None until the year's report is approved."""

    year: int
    granted: Decimal
    opening: Decimal
    paid: Decimal
    admitted: Decimal | None
    carried_over: Decimal
    repaid: Decimal
    expected: Decimal

    @property
    def total(self) -> Decimal:
        """What there was to use in the year."""
        return self.opening + self.paid

    @property
    def cost(self) -> Decimal:
        """What the grant bears of the admitted cost: no more than there was to use."""
        return min(self.admitted or ZERO, self.total - self.carried_over - self.repaid)

    @property
    def own_share(self) -> Decimal:
        """What the receiver bears itself, where more was spent than there was."""
        return (self.admitted or ZERO) - self.cost

    @property
    def closing(self) -> Decimal | None:
        """What was left at the end of the year (utgående balans); None until the report is approved."""
        return None if self.admitted is None else self.total - self.cost

    @property
    def outstanding(self) -> Decimal:
        """What is neither used, carried over nor paid back."""
        return self.total - self.cost - self.carried_over - self.repaid

    @property
    def unsettled(self) -> Decimal:
        """What nobody has decided or agreed on yet: the most that can be carried over, paid back or claimed."""
        return max(ZERO, self.outstanding - self.expected)

    @property
    def in_use(self) -> Decimal:
        """What was carried over to this year and is not accounted for yet."""
        return ZERO if self.admitted is not None else min(self.opening, self.outstanding)


@dataclass(frozen=True)
class Ledger:
    """A grant's money: its years, and the sums over them."""

    rows: tuple[LedgerRow, ...]

    def _sum(self, amounts: Iterable[Decimal]) -> Decimal:
        return sum(amounts, ZERO)

    @property
    def granted(self) -> Decimal:
        return self._sum(row.granted for row in self.rows)

    @property
    def paid(self) -> Decimal:
        return self._sum(row.paid for row in self.rows)

    @property
    def cost(self) -> Decimal:
        return self._sum(row.cost for row in self.rows)

    @property
    def carried_over(self) -> Decimal:
        """Moved to a year whose report is not approved yet."""
        return self._sum(row.in_use for row in self.rows)

    @property
    def repaid(self) -> Decimal:
        return self._sum(row.repaid for row in self.rows)

    @property
    def expected(self) -> Decimal:
        return self._sum(row.expected for row in self.rows)

    @property
    def outstanding(self) -> Decimal:
        return self._sum(row.outstanding - row.in_use for row in self.rows)

    def row(self, year: int) -> LedgerRow:
        """The year's row; a year that nothing is said of has zeros."""
        empty = LedgerRow(year, ZERO, ZERO, ZERO, None, ZERO, ZERO, ZERO)
        return next((row for row in self.rows if row.year == year), empty)


def work_out(bookings: Bookings) -> Ledger:
    """Return the ledger that the bookings make."""
    return Ledger(
        tuple(
            LedgerRow(
                year=year,
                granted=bookings.granted.get(year, ZERO),
                opening=sum((c.amount for c in bookings.carries if c.to_year == year), ZERO),
                paid=bookings.paid.get(year, ZERO),
                admitted=bookings.admitted.get(year),
                carried_over=sum((c.amount for c in bookings.carries if c.from_year == year), ZERO),
                repaid=bookings.repaid.get(year, ZERO),
                expected=bookings.expected.get(year, ZERO),
            )
            for year in bookings.years
        )
    )


@dataclass(frozen=True)
class Sums:
    """The sums over several ledgers, in kronor."""

    granted: Decimal
    paid: Decimal
    cost: Decimal
    carried_over: Decimal
    repaid: Decimal
    outstanding: Decimal


def together(ledgers: Iterable[Ledger]) -> Sums:
    """Add ledgers up."""
    parts = [(x.granted, x.paid, x.cost, x.carried_over, x.repaid, x.outstanding) for x in ledgers]
    return Sums(*(sum(column, ZERO) for column in zip(*parts, strict=True))) if parts else Sums(*[ZERO] * 6)
