"""The grant that a signed decision makes."""

import datetime
from decimal import Decimal

from django.db import transaction

from grants.enums import CostCategory, ReportingKind
from grants.models import Application, Decision, FinancialReport, Grant
from grants.services.errors import GrantError
from grants.sharing import share_out
from grants.standard_form import BUDGET_KEY
from nch.accounts.models import User
from nch.audit.services import record
from nch.questionnaires.fields import GridSums
from nch.questionnaires.selectors import ResponseReader

# Where a call's reporting plan says nothing of a year: the report can be written when the year is over and is due in
# time for NCH's own yearly report of 1 March (förordning 2022:1345, 4 §).
DEFAULT_DUE = (1, 31)


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
    """Open the grant of a signed decision, with an economic report expected for every year of it."""
    application = decision.application
    if application.case is None:
        raise GrantError("Ansökan saknar ärende.")
    amounts = {row.year: row.amount for row in decision.amounts.all() if row.amount}
    first, last = min(amounts), max(amounts)
    case, county = application.case, application.call.grantor.county_id
    grant = Grant.objects.create(
        application=application,
        call=application.call,
        organisation=application.organisation,
        case=case,
        starts_on=datetime.date(first, 1, 1),
        ends_on=decision.ends_on or datetime.date(last, 12, 31),
        project_code=f"{county or 'N'}-{case.year}-{case.number}",
        granted_total=sum(amounts.values(), Decimal(0)),
        opened_at=at,
    )
    plan = {
        row.period_starts_on.year: row
        for row in application.call.reporting_plan.filter(kind=ReportingKind.FINANCIAL_REPORT)
    }
    for year in amounts:
        row = plan.get(year)
        FinancialReport.objects.create(
            grant=grant,
            year=year,
            opens_on=row.opens_on if row else datetime.date(year + 1, 1, 1),
            due_on=row.due_on if row else datetime.date(year + 1, *DEFAULT_DUE),
        )
    record("grant_opened", by=by, subject=grant, organisation_id=grant.organisation_id, at=at)
    return grant
