"""Reading instalments: what is paid, and what is promised of a grant's money. Amounts are in kronor."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Sum

from grants.enums import PaymentState
from grants.models import Grant, Payment
from grants.selectors.grants import granted_by_year
from grants.sharing import share_out
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import matters_for

Anyone = User | AnonymousUser

# What is not paid yet but takes its part of the year's money.
WAITING = (PaymentState.PLANNED, PaymentState.REQUESTED, PaymentState.PREPARED, PaymentState.APPROVED)


def payments_for(user: Anyone) -> QuerySet[Payment]:
    """Instalments in the cases that the user may see."""
    payments = Payment.objects.select_related(
        "grant__organisation", "grant__call__grantor", "grant__case", "grant__application__case", "document", "export"
    )
    return matters_for(user, payments, "grant__case")


def handled_payments_for(user: Anyone) -> QuerySet[Payment]:
    """Instalments that the user's authority pays."""
    return access_of(user).limit_to_handled(payments_for(user), "grant__call__grantor")


def _by_year(grant: Grant, states: Iterable[PaymentState]) -> dict[int, Decimal]:
    rows = Payment.objects.filter(grant=grant, state__in=states).values("year").annotate(total=Sum("amount"))
    return dict(rows.order_by("year").values_list("year", "total"))


def paid_by_year(grant: Grant, *, and_approved: bool = False) -> dict[int, Decimal]:
    """Kronor that have been paid out (or are approved for it too), per budget year; years without any are left out."""
    return _by_year(grant, [PaymentState.PAID, *([PaymentState.APPROVED] if and_approved else [])])


def committed_by_year(grant: Grant) -> dict[int, Decimal]:
    """Kronor per budget year that are planned, asked for, prepared or approved but not paid out yet."""
    return _by_year(grant, WAITING)


@dataclass(frozen=True)
class YearOfGrant:
    """One budget year of a grant, in kronor: granted, paid out, and on its way (planned, asked for or approved)."""

    year: int
    granted: Decimal
    paid: Decimal
    committed: Decimal

    @property
    def left(self) -> Decimal:
        """What can still be planned or asked for; below zero where a change has lowered the year's amount."""
        return self.granted - self.paid - self.committed


def years_of(grant: Grant) -> list[YearOfGrant]:
    """Every year that has money in it, in order (two queries)."""
    granted = granted_by_year(grant)
    paid, committed = dict.fromkeys(granted, Decimal(0)), dict.fromkeys(granted, Decimal(0))
    sums = Payment.objects.filter(grant=grant).filter(state__in=[PaymentState.PAID, *WAITING])
    for year, state, total in sums.order_by("year").values_list("year", "state").annotate(total=Sum("amount")):
        part = paid if state == PaymentState.PAID else committed
        part[year] = part.get(year, Decimal(0)) + total
    years = sorted({*granted, *paid, *committed})
    none = Decimal(0)
    return [YearOfGrant(y, granted.get(y, none), paid.get(y, none), committed.get(y, none)) for y in years]


# Instalments of a suggested plan are paid in the middle of the first month of each quarter.
QUARTER_DAYS = ((1, 15), (4, 15), (7, 15), (10, 15))


def suggested_instalments(
    year: int, amount: Decimal, *, quarterly: bool, on: datetime.date
) -> list[tuple[datetime.date, Decimal]]:
    """A year's kronor in equal parts on the quarter days that are left of the year at `on`, or in one sum on the first.

    The parts always add up to the amount; a year whose quarter days have passed is paid at once.
    """
    days = [day for day in (datetime.date(year, *month_and_day) for month_and_day in QUARTER_DAYS) if day >= on]
    days = days or [on]
    weights = dict.fromkeys(days if quarterly else days[:1], Decimal(1))
    return [(day, part) for day, part in share_out(amount, weights).items() if part]
