"""Making an ordered report."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction

from nch.audit.services import record
from nch.common.work import Claim, Failure, carry_out
from reports.annual.bound import BoundReport
from reports.annual.compose import ReportDataError, compose_annual
from reports.annual.render import render_annual
from reports.models import Report

DATA_MISSING = "Uppgifter som rapporten behöver saknas eller går inte ihop."
WENT_WRONG = "Ett fel uppstod när rapporten sattes."


class _CannotComposeError(Exception):
    """The report has no numbers to print; what is missing is in the server's log."""

    code = "data_missing"


def render(report_id: int, *, task: str = "") -> None:
    """Render the report if it waits for that.

    The numbers are fetched and frozen before the setting begins: a report that failed while it was set prints the same
    ones when it is made again.
    """
    report = Report.objects.select_related("requested_by").get(pk=report_id)

    def do(claim: Claim) -> None:
        _store(report, render_annual(_bound_values(report), progress=claim.tell), claim)

    carry_out(
        report,
        do,
        stage="Hämtar siffror",
        broken=WENT_WRONG,
        refusals=(_CannotComposeError,),
        failed=_fail,
        task=task,
    )


def _bound_values(report: Report) -> BoundReport:
    if report.bound is None:
        try:
            report.bound = compose_annual(report.year).to_json()
        except ReportDataError as error:
            raise _CannotComposeError(DATA_MISSING) from error
        Report.objects.filter(pk=report.pk, bound__isnull=True).update(bound=report.bound)
    return BoundReport.from_json(report.bound)


def _store(report: Report, content: bytes, claim: Claim) -> None:
    digest = hashlib.sha256(content).hexdigest()
    report.file.save(report.file_name, ContentFile(content), save=False)
    name = str(report.file.name)
    try:
        with transaction.atomic():
            claim.finish(file=name, size=len(content), sha256=digest)
            by, at = report.requested_by, claim.clock()
            record("report_rendered", by=by, subject=report, details={"sha256": digest}, at=at)
    except Exception:
        report.file.storage.delete(name)
        raise


@transaction.atomic
def _fail(claim: Claim, failure: Failure) -> None:
    claim.fail(failure.reason)
    report, details = claim.work, {"failure": failure.code}
    record("report_failed", by=report.requested_by, subject=report, details=details, at=claim.clock())
