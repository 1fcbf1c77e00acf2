"""Tasks for what a receiver of a grant hands in, so that it is asked for, reminded of and closed."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from grants.enums import ReportingKind
from grants.models import FinancialReport, Grant
from grants.selectors.reporting import PLANNED_KEY, name_of, received_by_hand
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.models import Task
from nch.cases.services import note, open_task
from nch.common.formats import format_date
from nch.counties.enums import OrganisationKind

# The comment becomes a part of a line of the timeline.
LONGEST_COMMENT = 100
# Where a county board hands in what the plan asks for.
PAGES_OF_BOARDS: dict[str, str] = {
    ReportingKind.SITUATION_REPORT: "resurscentra:report_overview",
    ReportingKind.STATISTICS: "resurscentra:return_list",
}


def report_url(report: FinancialReport) -> str:
    """The address of an economic report."""
    return reverse("grants:report_detail", args=[report.pk])


def settlement_url(report: FinancialReport) -> str:
    """The address of what becomes of the money that is left of an economic report's year."""
    return reverse("grants:report_settlement", args=[report.pk])


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

    A county board's lägesbild and its centres' statistics are handed in in the system, and close their tasks
    (nch.cases.services.fulfil). The rest comes in some other way, and is marked as received (receive_planned), and so
    are the statistics of a county whose centre is not asked for any yet.
    """
    of_grant = reverse("grants:grant_reporting", args=[grant.pk])
    is_board = grant.organisation.kind == OrganisationKind.COUNTY_BOARD
    of_boards = {kind: reverse(name) for kind, name in PAGES_OF_BOARDS.items()} if is_board else {}
    for row in grant.call.reporting_plan.exclude(kind=ReportingKind.FINANCIAL_REPORT):
        open_task(
            f"{PLANNED_KEY}{grant.pk}:{row.pk}",
            organisation=grant.organisation,
            right=Right.FILL_IN,
            title=f"Lämna {row.get_kind_display().lower()} för {row.period_starts_on} – {row.period_ends_on}",
            url=of_boards.get(row.kind, of_grant),
            at=at,
            due_on=row.due_on,
            opens_on=row.opens_on,
            case=grant.case,
            waiting=grant.call.grantor,
            waiting_right=Right.REVIEW_SUBSTANCE,
            topic=row.kind,
            period_ends_on=row.period_ends_on,
        )


@transaction.atomic
def receive_planned(
    *, grant: Grant, task: Task, received_on: datetime.date, comment: str, by: User, at: datetime.datetime
) -> None:
    """Note that what the plan asks for has come in outside the system, when, and what there is to say of it.

    Raises GrantError for a day in the future, and for what is received already or handed in in the system.
    """
    require(by, Right.REVIEW_SUBSTANCE, grant.call.grantor_id)
    check_impartial(grant.application, by)
    if received_on > timezone.localdate(at):
        raise GrantError("Dagen ligger i framtiden. Ange dagen då det kom in.")
    if not received_by_hand(grant).filter(pk=task.pk).update(done_at=at):
        raise GrantError("Det är redan markerat som mottaget.")
    told = f": {comment.strip()[:LONGEST_COMMENT]}" if comment.strip() else ""
    note(grant.case, f"{name_of(task)} togs emot {format_date(received_on)}{told}", by=by, at=at)
    record(
        "planned_report_received",
        by=by,
        subject=grant,
        organisation_id=grant.organisation_id,
        details={"task": task.key, "received_on": received_on.isoformat()},
        at=at,
    )
