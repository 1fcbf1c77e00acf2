"""Making an ordered report: claimed once, with its progress told as it goes, ended as done or failed."""

import datetime
import hashlib

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from nch.audit.services import record
from nch.common.transitions import TransitionError, move
from reports.annual.bound import BoundReport
from reports.annual.compose import ReportDataError, compose_annual
from reports.annual.render import render_annual
from reports.enums import TRANSITIONS, ReportFailure, ReportState
from reports.models import Report, ReportMove

log = structlog.get_logger(__name__)


def render(report_id: int) -> None:
    """Render the report if it waits for that; a second delivery finds it claimed or done and changes nothing.

    The numbers are fetched and frozen before the setting begins: a report that failed while it was set prints the same
    ones when it is made again.
    """
    report = Report.objects.select_related("requested_by").get(pk=report_id)
    if not _claim(report):
        return
    try:
        bound = _bound_values(report)
        content = render_annual(bound, progress=lambda per_cent, stage: _tell(report, per_cent, stage))
        _finish(report, content)
    except ReportDataError:
        _fail(report, ReportFailure.DATA)
    except Exception:
        log.exception("report_failed", report=report.pk)
        _fail(report, ReportFailure.RENDERING)


def _claim(report: Report) -> bool:
    now = timezone.now()
    try:
        move(
            report,
            to=ReportState.RENDERING,
            transitions=TRANSITIONS,
            moves=ReportMove,
            by=report.requested_by,
            at=now,
            progress=1,
            stage="Hämtar siffror",
            touched_at=now,
        )
    except TransitionError:
        return False
    return True


def _bound_values(report: Report) -> BoundReport:
    if report.bound is None:
        report.bound = compose_annual(report.year).to_json()
        Report.objects.filter(pk=report.pk, bound__isnull=True).update(bound=report.bound)
    return BoundReport.from_json(report.bound)


def _tell(report: Report, per_cent: int, stage: str) -> None:
    Report.objects.filter(pk=report.pk, state=ReportState.RENDERING).update(
        progress=per_cent, stage=stage, touched_at=timezone.now()
    )


def _finish(report: Report, content: bytes) -> None:
    now = timezone.now()
    digest = hashlib.sha256(content).hexdigest()
    report.file.save(report.file_name, ContentFile(content), save=False)
    name = str(report.file.name)
    try:
        with transaction.atomic():
            _end(report, ReportState.DONE, now, file=name, size=len(content), sha256=digest, progress=100)
            record("report_rendered", by=report.requested_by, subject=report, details={"sha256": digest}, at=now)
    except Exception:
        report.file.storage.delete(name)
        raise


def _fail(report: Report, failure: ReportFailure) -> None:
    now = timezone.now()
    with transaction.atomic():
        _end(report, ReportState.FAILED, now, failure=failure, file="")
        record("report_failed", by=report.requested_by, subject=report, details={"failure": failure.value}, at=now)


def _end(report: Report, state: ReportState, now: datetime.datetime, **changes: object) -> None:
    move(
        report,
        to=state,
        transitions=TRANSITIONS,
        moves=ReportMove,
        by=report.requested_by,
        at=now,
        stage="",
        touched_at=now,
        finished_at=now,
        **changes,
    )
