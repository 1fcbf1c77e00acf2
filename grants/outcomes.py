"""What the sums of an earlier year's outcome should be, and where its source gives another (domain: §3.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class OutcomeLike(Protocol):
    """The columns of an earlier outcome, in kronor; what the source does not give is None."""

    @property
    def opening_balance(self) -> Decimal: ...

    @property
    def allotted(self) -> Decimal: ...

    @property
    def given_total(self) -> Decimal | None: ...

    @property
    def salaries(self) -> Decimal: ...

    @property
    def overhead(self) -> Decimal: ...

    @property
    def other(self) -> Decimal: ...

    @property
    def given_cost(self) -> Decimal | None: ...

    @property
    def given_closing_balance(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Difference:
    """A total that its source gives otherwise than its parts add up to; nothing is corrected."""

    label: str
    given: Decimal
    worked_out: Decimal

    @property
    def by(self) -> Decimal:
        """Kronor that the source gives above (or below) the sum."""
        return self.given - self.worked_out


def total_of(row: OutcomeLike) -> Decimal:
    """Opening balance and what was allotted."""
    return row.opening_balance + row.allotted


def cost_of(row: OutcomeLike) -> Decimal:
    """The three kinds of cost."""
    return row.salaries + row.overhead + row.other


def closing_of(row: OutcomeLike) -> Decimal:
    """What was left."""
    return total_of(row) - cost_of(row)


def differences(row: OutcomeLike) -> Iterator[Difference]:
    """Every given total that is not the sum of its parts."""
    for label, given, worked_out in (
        ("Totalt belopp", row.given_total, total_of(row)),
        ("Total kostnad", row.given_cost, cost_of(row)),
        ("Utgående balans", row.given_closing_balance, closing_of(row)),
    ):
        if given is not None and given != worked_out:
            yield Difference(label, given, worked_out)
