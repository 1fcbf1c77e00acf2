"""What happens to lägesbilder and statistics returns in the background."""

from celery import shared_task
from django.db.models import Count, F, Q

from nch.cases.enums import DocumentDirection
from nch.common.background import each_on_its_own
from nch.common.formats import format_date, format_datetime
from nch.questionnaires.documents import file_response
from resurscentra.models import SituationReport, StatisticsReturn


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


@shared_task
def file_return_copies(return_id: int) -> None:
    """Register each time that statistics were handed in as a PDF in their case; a second delivery changes nothing."""
    statistics = StatisticsReturn.objects.select_related(
        "round", "organisation", "centre__organisation", "case", "response__version", "response__organisation"
    ).get(pk=return_id)
    response, case, round_ = statistics.response, statistics.case, statistics.round
    if response is None or case is None:
        return
    for submission in response.submissions.select_related("by"):
        number = submission.number
        file_response(
            response,
            submission=submission,
            case=case,
            title="Statistik" if number == 1 else f"Statistik, rättad {number - 1}",
            heading=f"Statistik {round_}",
            file_name=f"statistik-{case.year}-{case.number}-{number}.pdf",
            facts=[
                ("Diarienummer", case.registration_number),
                ("Gäller", str(statistics.centre)),
                ("Period", f"{format_date(round_.starts_on)} till {format_date(round_.ends_on)}"),
                ("Inlämnad", format_datetime(submission.at)),
            ],
            by=submission.by,
            at=submission.at,
        )


@shared_task
def file_missing_returns() -> int:
    """File what a lost task left out: returns handed in more often than their case has documents; how many."""
    incoming = Q(case__documents__direction=DocumentDirection.INCOMING)
    missing = StatisticsReturn.objects.filter(submitted_at__isnull=False).annotate(
        submitted=Count("response__submissions", distinct=True),
        filed=Count("case__documents", filter=incoming, distinct=True),
    )
    rows = list(missing.filter(filed__lt=F("submitted")).order_by("submitted_at").values_list("pk")[:100])
    return each_on_its_own(file_return_copies, rows)
