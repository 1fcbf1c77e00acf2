"""What comes of a granted application: the grant, its payments and economic reports, and what is due."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from bench.seed.bulk import Bulk
from bench.seed.people import People
from grants.enums import CostCategory, FinancialReportState, PaymentBasis, PaymentState
from grants.models import (
    Application,
    Decision,
    DecisionBudgetLine,
    FinancialReport,
    FinancialReportLine,
    Grant,
    Payment,
)
from grants.sharing import share_out

INSTALMENTS = 2


def add_grant(
    application: Application,
    decision: Decision,
    granted: Mapping[int, Decimal],
    costs: Mapping[str, Mapping[str, str]],
    *,
    people: People,
    now: datetime.datetime,
    bulk: Bulk,
) -> None:
    """Add the grant of a signed decision; years that are over are paid and accounted for, later ones are planned.

    `granted` is kronor per year, `costs` the applied budget by category and year.
    """
    case = application.case
    assert case is not None
    assert decision.decided_at is not None
    grant = bulk.add(
        Grant(
            application=application,
            call=application.call,
            organisation=application.organisation,
            grantor=application.call.grantor,
            case=case,
            starts_on=datetime.date(min(granted), 1, 1),
            ends_on=datetime.date(max(granted), 12, 31),
            project_code=f"N-{case.year}-{case.number}",
            granted_total=sum(granted.values(), Decimal(0)),
            opened_at=decision.decided_at,
        )
    )
    number = 0
    for year, amount in granted.items():
        weights = {code: Decimal(costs[code][str(year)]) for code in CostCategory.values}
        lines = share_out(amount, weights)
        for category, part in lines.items():
            bulk.add(DecisionBudgetLine(decision=decision, year=year, category=category, amount=part))
        is_over = year < now.year
        for part in share_out(amount, dict.fromkeys(range(INSTALMENTS), Decimal(1))).values():
            number += 1
            bulk.add(_payment(grant, number, year, part, is_paid=is_over, people=people))
        report = bulk.add(_report(grant, year, amount, is_over=is_over, people=people))
        if is_over:
            for category, part in lines.items():
                bulk.add(FinancialReportLine(report=report, category=category, budget=part, cost=part, admitted=part))


def _payment(grant: Grant, number: int, year: int, amount: Decimal, *, is_paid: bool, people: People) -> Payment:
    payment = Payment(
        grant=grant,
        number=number,
        year=year,
        amount=amount,
        basis=PaymentBasis.PLAN,
        state=PaymentState.PLANNED,
        planned_on=datetime.date(year, 6, 1),
    )
    if is_paid:
        payment.state = PaymentState.PAID
        payment.prepared_by, payment.prepared_at = people.officers[0], grant.opened_at
        payment.approved_by, payment.approved_at = people.decision_maker, grant.opened_at
        payment.paid_on, payment.voucher = datetime.date(year, 6, 1), f"V{grant.pk}-{number}"
    return payment


def _report(grant: Grant, year: int, amount: Decimal, *, is_over: bool, people: People) -> FinancialReport:
    report = FinancialReport(
        grant=grant, year=year, opens_on=datetime.date(year + 1, 1, 1), due_on=datetime.date(year + 1, 1, 31)
    )
    if is_over:
        at = grant.opened_at
        report.state = FinancialReportState.APPROVED
        report.opening_balance, report.allotted = Decimal(0), amount
        report.certified_at, report.certified_by = at, people.signatories[grant.organisation_id]
        report.substance_reviewed_at, report.substance_reviewed_by = at, people.officers[0]
        report.sums_reviewed_at, report.sums_reviewed_by = at, people.officers[1]
        report.approved_at = at
    return report
