"""What is left of a year: how much can still be settled, and asking for what is to be paid back."""

import datetime
from decimal import Decimal

from grants.enums import FinancialReportState
from grants.models import FinancialReport, Repayment
from grants.selectors.ledger import ledger_of
from grants.services.errors import GrantError, YearError
from grants.services.reporting import report_url
from nch.accounts.enums import Right
from nch.cases.mail import letter, write_mails
from nch.cases.notices import people_with
from nch.cases.services import close_tasks, open_task
from nch.common.formats import format_date, format_kronor


def check_left(report: FinancialReport, amount: Decimal) -> None:
    """Raise YearError where the amount is not above zero or more than what is left of the year and not settled."""
    left = ledger_of(report.grant).row(report.year).unsettled
    if amount <= 0:
        raise YearError("Ange ett belopp som är större än noll.", report.year)
    if amount > left:
        raise YearError(f"Av {report.year} är {format_kronor(left)} kvar att avgöra. Mer än så går inte.", report.year)


def check_carry_over(report: FinancialReport, amount: Decimal, year: int) -> None:
    """Raise GrantError where the amount cannot be carried over from the report's year to the other."""
    if report.state != FinancialReportState.APPROVED:
        raise GrantError("Redovisningen ska vara godkänd innan något kan föras över.")
    later = FinancialReport.objects.filter(grant=report.grant_id, year=year, state=FinancialReportState.APPROVED)
    if later.exists():
        raise GrantError(f"Redovisningen för {year} är redan godkänd. Det går inte att föra över medel till det året.")
    check_left(report, amount)


def settle_task_key(report: FinancialReport) -> str:
    """The key of the grantor's task to settle what is left of an approved report."""
    return f"settle:{report.pk}"


def repayment_task_keys(repayment: Repayment) -> tuple[str, str]:
    """The keys of the receiver's task to pay and of the grantor's to enter the payment in its accounts."""
    return f"repay:{repayment.pk}", f"register-repayment:{repayment.pk}"


def ask_for_repayment(repayment: Repayment, *, at: datetime.datetime) -> None:
    """Tell the receiver to pay, and let those who keep the accounts wait for the money."""
    grant = repayment.grant
    pay, register = repayment_task_keys(repayment)
    amount = format_kronor(repayment.amount)
    url = report_url(repayment.report)
    open_task(
        pay,
        organisation=grant.organisation,
        right=Right.FILL_IN,
        title=f"Betala tillbaka {amount}",
        url=url,
        at=at,
        due_on=repayment.due_on,
        case=grant.case,
        waiting=grant.call.grantor,
        waiting_right=Right.KEEP_ACCOUNTS,
    )
    open_task(
        register,
        organisation=grant.call.grantor,
        right=Right.KEEP_ACCOUNTS,
        title=f"Bokför återbetalning från {grant.organisation}: {amount}",
        url=url,
        at=at,
        due_on=repayment.due_on,
        case=grant.case,
    )
    write_mails(
        key=f"repayment:{repayment.pk}",
        users=people_with(grant.organisation, Right.FILL_IN),
        subject="Medel ska betalas tillbaka",
        body=letter(f"Medel ska betalas tillbaka senast {format_date(repayment.due_on)}. På sidan står hur.", url),
        at=at,
        case=grant.case,
    )
    close_when_settled(repayment.report, at=at)


def close_when_settled(report: FinancialReport, *, at: datetime.datetime) -> None:
    """Close the grantor's task to settle a report in which nothing is left to settle."""
    if not ledger_of(report.grant).row(report.year).unsettled:
        close_tasks(settle_task_key(report), at=at)
