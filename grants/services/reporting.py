"""Tasks for what a receiver of a grant hands in, so that it is asked for, reminded of and closed."""

import datetime

from django.urls import reverse

from grants.enums import ReportingKind
from grants.models import FinancialReport, Grant
from nch.accounts.enums import Right
from nch.cases.services import open_task
from nch.counties.enums import OrganisationKind


def report_url(report: FinancialReport) -> str:
    """The address of an economic report."""
    return reverse("grants:report_detail", args=[report.pk])


def report_task_key(report: FinancialReport) -> str:
    """The key of the receiver's task to hand in an economic report."""
    return f"financial-report:{report.pk}"


def ask_for_report(report: FinancialReport, *, at: datetime.datetime, due_on: datetime.date | None = None) -> None:
    """Let the receiver have a task for an economic report; `due_on` where it is another day than at first."""
    grant = report.grant
    open_task(
        report_task_key(report),
        organisation=grant.organisation,
        right=Right.FILL_IN,
        title=f"Lämna ekonomisk redovisning för {report.year}",
        url=report_url(report),
        at=at,
        due_on=due_on or report.due_on,
        opens_on=report.opens_on,
        case=grant.case,
        waiting=grant.call.grantor,
        waiting_right=Right.REVIEW_SUBSTANCE,
        topic=ReportingKind.FINANCIAL_REPORT,
        period_ends_on=datetime.date(report.year, 12, 31),
    )


def ask_as_planned(grant: Grant, *, at: datetime.datetime) -> None:
    """Let the receiver have tasks for the lägesbilder and the statistics of the call's reporting plan.

    Those are handed in elsewhere, and whoever takes them in closes the task (nch.cases.services.fulfil).
    """
    is_board = grant.organisation.kind == OrganisationKind.COUNTY_BOARD
    where = reverse("resurscentra:report_overview") if is_board else reverse("case_detail", args=[grant.case_id])
    for row in grant.call.reporting_plan.exclude(kind=ReportingKind.FINANCIAL_REPORT):
        open_task(
            f"planned-report:{grant.pk}:{row.pk}",
            organisation=grant.organisation,
            right=Right.FILL_IN,
            title=f"Lämna {row.get_kind_display().lower()} för {row.period_starts_on} – {row.period_ends_on}",
            url=where,
            at=at,
            due_on=row.due_on,
            opens_on=row.opens_on,
            case=grant.case,
            waiting=grant.call.grantor,
            waiting_right=Right.REVIEW_SUBSTANCE,
            topic=row.kind,
            period_ends_on=row.period_ends_on,
        )
