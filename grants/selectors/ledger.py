"""Reading what the money of grants has become: the same number of queries for one grant and for a thousand."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models.functions import Coalesce

from grants.enums import DecisionKind, DecisionState, FinancialReportState, PaymentState, RepaymentState
from grants.ledger import Bookings, Carry, Ledger, work_out
from grants.models import (
    Decision,
    DecisionAmount,
    FinancialReport,
    FinancialReportLine,
    Grant,
    Payment,
    Repayment,
)
from grants.selectors.decisions import standing

ByYear = dict[int, dict[int, Decimal]]


def ledger_of(grant: Grant) -> Ledger:
    """The grant's ledger (six queries)."""
    return ledgers_of([grant])[grant.pk]


def ledgers_of(grants: Iterable[Grant]) -> dict[int, Ledger]:
    """The ledgers of grants by their keys (six queries, however many there are)."""
    keys = [grant.pk for grant in grants]
    granted = _granted(keys)
    paid = _by_year(
        Payment.objects.filter(grant__in=keys, state=PaymentState.PAID).values_list("grant", "year", "amount")
    )
    approved = _approved(keys)
    lines = FinancialReportLine.objects.filter(
        report__grant__in=keys, report__state=FinancialReportState.APPROVED
    ).annotate(counted=Coalesce("admitted", "cost"))
    admitted = _by_year(lines.values_list("report__grant", "report__year", "counted"))
    repaid: list[tuple[int, int, Decimal]] = []
    expected: list[tuple[int, int, Decimal]] = []
    repayments = Repayment.objects.filter(grant__in=keys).exclude(state=RepaymentState.CANCELLED)
    for key, year, amount, state in repayments.values_list("grant", "report__year", "amount", "state"):
        (repaid if state == RepaymentState.REPAID else expected).append((key, year, amount))
    carries = _carries(keys)
    repaid_by_year, expected_by_year = _by_year(repaid), _by_year(expected)
    return {
        key: work_out(
            Bookings(
                granted=granted[key],
                paid=paid[key],
                # An approved report without costs is accounted for as well.
                admitted={year: admitted[key].get(year, Decimal(0)) for year in approved[key]},
                repaid=repaid_by_year[key],
                expected=expected_by_year[key],
                carries=tuple(carries[key]),
            )
        )
        for key in keys
    }


def opening_balance(grant: Grant, year: int) -> Decimal:
    """Kronor that signed decisions have carried over to the year (one query)."""
    return sum((carry.amount for carry in _carries([grant.pk])[grant.pk] if carry.to_year == year), Decimal(0))


def _by_year(rows: Iterable[tuple[int, int, Decimal]]) -> ByYear:
    sums: ByYear = defaultdict(lambda: defaultdict(Decimal))
    for key, year, amount in rows:
        sums[key][year] += amount
    return sums


def _granted(keys: list[int]) -> ByYear:
    """Kronor per year by the decisions that hold now."""
    holding = standing(Decision.objects.filter(application__grant__in=keys))
    amounts = DecisionAmount.objects.filter(decision__in=holding)
    return _by_year(amounts.values_list("decision__application__grant", "year", "amount"))


def _approved(keys: list[int]) -> dict[int, list[int]]:
    years: dict[int, list[int]] = defaultdict(list)
    reports = FinancialReport.objects.filter(grant__in=keys, state=FinancialReportState.APPROVED)
    for key, year in reports.values_list("grant", "year"):
        years[key].append(year)
    return years


def _carries(keys: list[int]) -> dict[int, list[Carry]]:
    carries: dict[int, list[Carry]] = defaultdict(list)
    amounts = DecisionAmount.objects.filter(
        decision__financial_report__grant__in=keys,
        decision__kind=DecisionKind.CARRY_OVER,
        decision__state=DecisionState.SIGNED,
    )
    for key, from_year, to_year, amount in amounts.values_list(
        "decision__financial_report__grant", "decision__financial_report__year", "year", "amount"
    ):
        carries[key].append(Carry(from_year, to_year, amount))
    return carries
