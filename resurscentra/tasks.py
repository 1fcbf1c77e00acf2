"""What happens to a lägesbild in the background."""

from celery import shared_task

from nch.cases.enums import DocumentDirection
from nch.cases.services import add_document_once
from nch.common.formats import format_datetime
from nch.questionnaires.documents import render_response
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
    content = render_response(response, title=f"Lägesbild {report.period}", facts=facts, at=submitted_at)
    add_document_once(
        case=case,
        direction=DocumentDirection.INCOMING,
        title="Lägesbild",
        file_name=f"lagesbild-{case.year}-{case.number}.pdf",
        content=content,
        by=response.submitted_by,
        at=submitted_at,
    )
