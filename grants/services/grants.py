"""The grant that a signed decision makes."""

import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from grants.enums import CostCategory, FinancialReportState, ReportingKind
from grants.models import Application, Decision, FinancialReport, Grant
from grants.selectors.ledger import opening_balance
from grants.selectors.payments import paid_by_year, years_of
from grants.services.errors import GrantError, YearError
from grants.services.proposals import Amounts
from grants.services.reporting import ask_as_planned, ask_for_report, report_task_key
from grants.sharing import share_out
from grants.standard_form import BUDGET_KEY
from nch.accounts.models import User
from nch.audit.services import record
from nch.cases.models import Case
from nch.cases.services import close_tasks
from nch.common.formats import format_date, format_kronor
from nch.counties.models import Organisation
from nch.questionnaires.grids import GridSums
from nch.questionnaires.selectors import ResponseReader

# Where a call's reporting plan says nothing of a year: the report can be written when the year is over and is due in
# time for NCH's own yearly report of 1 March (förordning 2022:1345, 4 §).
DEFAULT_DUE = (1, 31)
# Each year is reported and followed up. No call runs for as long; a mistyped year does.
MOST_YEARS = 10


def applied_budget(application: Application, year: int) -> dict[str, Decimal]:
    """Kronor per category of cost that the application asks for in the year."""
    typed = ResponseReader(application.response).value_of(BUDGET_KEY) or {}
    amounts = GridSums(typed).amounts
    return {str(code): amounts.get(code, {}).get(str(year), Decimal(0)) for code in CostCategory.values}


def scaled_budget(application: Application, year: int, granted: Decimal) -> dict[str, Decimal]:
    """The applied budget brought down to what is granted, in proportion and to the krona.

    A county that wants it otherwise asks for a change of budget.
    """
    applied = applied_budget(application, year)
    if not any(applied.values()):
        return {CostCategory.OTHER: granted} if granted else {}
    return {category: part for category, part in share_out(granted, applied).items() if applied[category] or part}


@transaction.atomic
def open_grant(*, decision: Decision, by: User, at: datetime.datetime) -> Grant:
    """Open the grant of a signed decision, with an economic report expected for every year of it.

    Raises GrantError where somebody takes the code of its project at the same moment.
    """
    application = decision.application
    if application.case is None:
        raise GrantError("Ansökan saknar ärende.")
    amounts = {row.year: row.amount for row in decision.amounts.all() if row.amount}
    first, last = min(amounts), max(amounts)
    grantor = application.call.grantor
    try:
        with transaction.atomic():
            grant = Grant.objects.create(
                application=application,
                call=application.call,
                organisation=application.organisation,
                grantor=grantor,
                case=application.case,
                starts_on=datetime.date(first, 1, 1),
                ends_on=decision.ends_on or datetime.date(last, 12, 31),
                project_code=_free_project_code(grantor, application.case),
                granted_total=sum(amounts.values(), Decimal(0)),
                opened_at=at,
            )
    except IntegrityError as error:
        raise GrantError("Bidragets projektkod togs nyss av ett annat bidrag. Försök en gång till.") from error
    for year in amounts:
        expect_report(grant, year, at=at)
    ask_as_planned(grant, at=at)
    record("grant_opened", by=by, subject=grant, organisation_id=grant.organisation_id, at=at)
    return grant


def _free_project_code(grantor: Organisation, case: Case) -> str:
    """The code that follows from the case's number, with a number after it where another grant of the grantor's has it.

    Whoever keeps the accounts can give any grant any code that is free.
    """
    wanted = f"{grantor.county_id or 'N'}-{case.year}-{case.number}"
    taken = set(
        Grant.objects.filter(grantor=grantor, project_code__startswith=wanted).values_list("project_code", flat=True)
    )
    code, number = wanted, 1
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code


def expect_report(grant: Grant, year: int, *, at: datetime.datetime) -> FinancialReport:
    """The economic report of a year of the grant, expected from now on if it was not; its days as the call plans."""
    planned = grant.call.reporting_plan.filter(kind=ReportingKind.FINANCIAL_REPORT, period_starts_on__year=year).first()
    days = {
        "opens_on": planned.opens_on if planned else datetime.date(year + 1, 1, 1),
        "due_on": planned.due_on if planned else datetime.date(year + 1, *DEFAULT_DUE),
    }
    report, is_new = FinancialReport.objects.get_or_create(grant=grant, year=year, defaults=days)
    if is_new:
        ask_for_report(report, at=at)
    return report


def check_last_day(grant: Grant, ends_on: datetime.date) -> None:
    """Raise GrantError where the grant cannot end on that day."""
    if ends_on < grant.starts_on:
        raise GrantError(f"Bidraget börjar {format_date(grant.starts_on)} och kan inte sluta före det.")
    if ends_on.year >= grant.starts_on.year + MOST_YEARS:
        raise GrantError(f"Bidraget börjar {grant.starts_on.year} och kan gälla i högst {MOST_YEARS} år.")


def check_schedule(grant: Grant, amounts: Amounts, *, ends_on: datetime.date) -> None:
    """Raise GrantError where the grant cannot have these kronor per year.

    They lie within its time and take back nothing that is paid or approved for payment. Whether the call has the
    money is for the grantor alone to know (proposals.check_money).
    """
    check_last_day(grant, ends_on)
    funded = [year for year, amount in amounts.items() if amount]
    if funded and min(funded) < grant.starts_on.year:
        raise GrantError(f"Bidraget börjar {grant.starts_on.year}. Det kan inte ha pengar för {min(funded)}.")
    if funded and max(funded) > ends_on.year:
        raise GrantError(f"Bidraget slutar {format_date(ends_on)} men har pengar för {max(funded)}. Ändra sista dagen.")
    for year, paid in paid_by_year(grant, and_approved=True).items():
        if amounts.get(year, Decimal(0)) < paid:
            raise YearError(
                f"För {year} är {format_kronor(paid)} redan utbetalat eller godkänt för utbetalning. "
                "Beloppet kan inte bli lägre än så.",
                year,
            )


def check_commitments(grant: Grant, amounts: Amounts) -> None:
    """Raise YearError where a year would get less than what is paid, planned, asked for or on its way of it.

    Whoever decides first says which instalments fall; so every year, and the whole, stays at or above them.
    """
    for row in years_of(grant):
        if amounts.get(row.year, Decimal(0)) < row.paid + row.committed:
            raise YearError(
                f"För {row.year} är {format_kronor(row.paid)} utbetalat och {format_kronor(row.committed)} planerat, "
                f"rekvirerat eller på väg. Beloppet kan inte bli lägre än {format_kronor(row.paid + row.committed)}. "
                "Ändra planen eller ställ in utbetalningar först.",
                row.year,
            )


@transaction.atomic
def change_grant(*, grant: Grant, decision: Decision, by: User, at: datetime.datetime) -> Grant:
    """Give the grant the sum and the last day of a signed change; each of its years is reported.

    A report of a year that is no longer in the grant is not asked for any more, if nobody has begun it.
    """
    grant.granted_total = sum((row.amount for row in decision.amounts.all()), Decimal(0))
    grant.ends_on = decision.ends_on or grant.ends_on
    grant.save(update_fields=["granted_total", "ends_on"])
    unbegun = grant.financial_reports.filter(
        state=FinancialReportState.EXPECTED, response__isnull=True, year__gt=grant.ends_on.year
    )
    for report in unbegun:
        if not opening_balance(grant, report.year):
            close_tasks(report_task_key(report), at=at)
            report.delete()
    for year in range(grant.starts_on.year, grant.ends_on.year + 1):
        expect_report(grant, year, at=at)
    record("grant_changed", by=by, subject=grant, organisation_id=grant.organisation_id, at=at)
    return grant
