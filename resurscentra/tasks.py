"""What happens to a lägesbild in the background."""

from celery import shared_task

from nch.cases.enums import DocumentDirection
from nch.common.background import each_on_its_own
from nch.common.formats import format_datetime
from nch.questionnaires.documents import file_response
from resurscentra.models import SituationReport


@shared_task
def file_report_copy(report_id: int) -> None:
    """Register the submitted lägesbild as a PDF in its case; a second delivery changes nothing."""
    report = SituationReport.objects.select_related(
        "period", "organisation", "centre__organisation", "case", "response__version", "response__submitted_by"
    ).get(pk=report_id)
    response, case, submitted_at = report.response, report.case, report.submitted_at
    if response is None or case is None or submitted_at is None or response.submitted_by is None:
        return
    facts = [
        ("Diarienummer", case.registration_number),
        ("Gäller", report.subject_name),
        ("Inlämnad", format_datetime(submitted_at)),
    ]
    file_response(
        response,
        case=case,
        title="Lägesbild",
        heading=f"Lägesbild {report.period}",
        file_name=f"lagesbild-{case.year}-{case.number}.pdf",
        facts=facts,
        by=response.submitted_by,
        at=submitted_at,
    )


@shared_task
def file_missing_copies() -> int:
    """File what a lost task left out: submitted lägesbilder whose case has no document; returns how many."""
    missing = SituationReport.objects.filter(submitted_at__isnull=False).exclude(
        case__documents__direction=DocumentDirection.INCOMING
    )
    rows = list(missing.order_by("submitted_at").values_list("pk")[:100])
    return each_on_its_own(file_report_copy, rows)
