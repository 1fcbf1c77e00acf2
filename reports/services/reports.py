"""Ordering reports, and ordering them again where something went wrong."""

import datetime

from django.db import IntegrityError, transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common import work
from reports import rendering
from reports.annual.compose import annual_years
from reports.enums import ReportKind
from reports.models import Report
from reports.tasks import render_report


class ReportError(Exception):
    """The report cannot be ordered; the message says why, in Swedish."""


def request_report(*, kind: ReportKind, year: int, by: User, at: datetime.datetime) -> Report:
    """Order a report, which a task then renders.

    Raises ReportError for a year without published figures, or where the same report is under way.
    """
    return _order(kind=kind, year=year, by=by, at=at, in_background=True)


def render_report_now(*, kind: ReportKind, year: int, by: User, at: datetime.datetime) -> Report:
    """Order a report and render it before returning.

    Raises ReportError as `request_report` does, and where the rendering failed.
    """
    report = _order(kind=kind, year=year, by=by, at=at, in_background=False)
    rendering.render(report.pk)
    report.refresh_from_db()
    if report.state != work.WorkState.DONE:
        raise ReportError(report.failure or f"Rapporten är {report.get_state_display().lower()}.")
    return report


@transaction.atomic
def _order(*, kind: ReportKind, year: int, by: User, at: datetime.datetime, in_background: bool) -> Report:
    require(by, Right.MAKE_REPORTS)
    years = annual_years()
    if year not in years:
        known = ", ".join(map(str, years)) or "inget år än"
        raise ReportError(f"Det finns inte publicerade uppgifter för en rapport om {year}. Det finns för {known}.")
    try:
        with transaction.atomic():
            report = Report.objects.create(kind=kind, year=year, requested_by=by, requested_at=at, touched_at=at)
    except IntegrityError as error:
        raise ReportError(f"En {kind.label.lower()} för {year} tas redan fram.") from error
    record("report_requested", by=by, subject=report, details={"kind": kind.value, "year": year}, at=at)
    if in_background:
        transaction.on_commit(lambda: render_report.delay(report.pk), robust=True)
    return report


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime.datetime) -> Report:
    """Order a report again that failed or whose worker fell silent.

    Raises TransitionError where it did neither, and ReportError where another one of the same kind is under way.
    """
    require(by, Right.MAKE_REPORTS)
    try:
        with transaction.atomic():
            work.ask_again(report, by=by, at=at)
    except IntegrityError as error:
        raise ReportError("En rapport av samma slag för samma år tas redan fram.") from error
    record("report_requested_again", by=by, subject=report, at=at)
    transaction.on_commit(lambda: render_report.delay(report.pk), robust=True)
    return report
