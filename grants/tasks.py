"""What the chain does in the background."""

from decimal import Decimal

from celery import shared_task
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from grants.documents import render_requisition
from grants.enums import FinancialReportState, PaymentBasis
from grants.financial_report_form import CERTIFICATION
from grants.models import Application, FinancialReport, FinancialReportReturn, Payment
from grants.selectors.financial_reports import frozen_figures
from nch.cases.enums import DocumentDirection
from nch.cases.models import Document
from nch.cases.services import add_document_once
from nch.common.background import each_on_its_own
from nch.common.formats import format_datetime, format_kronor
from nch.questionnaires.documents import SummaryTable, file_response
from nch.questionnaires.models import ResponseSubmission


@shared_task
def file_application_copy(application_id: int, number: int = 1) -> None:
    """Register the submitted application as a PDF in its case, or the completion that was submission `number`.

    A second delivery changes nothing.
    """
    application = Application.objects.select_related("call", "organisation", "case", "response__version").get(
        pk=application_id
    )
    submission = application.response.submissions.select_related("by").filter(number=number).first()
    case = application.case
    if case is None or submission is None:
        return
    facts = [
        ("Diarienummer", case.registration_number),
        ("Sökande", application.organisation.name),
        ("Utlysning", application.call.title),
        ("Inlämnad", format_datetime(submission.at)),
    ]
    completion = number - 1
    file_response(
        application.response,
        submission=submission,
        case=case,
        title=f"Komplettering {completion}" if completion else "Ansökan",
        heading=f"Ansökan om bidrag, komplettering {completion}" if completion else "Ansökan om bidrag",
        file_name=f"{f'komplettering-{completion}' if completion else 'ansokan'}-{case.year}-{case.number}.pdf",
        facts=facts,
        by=submission.by,
        at=submission.at,
    )


@shared_task
def file_missing_copies() -> int:
    """File what a lost task left out: what was handed in and has no document in its case; returns how many.

    Runs by the clock (nch/celery.py), so that neither a broker that was down nor a killed worker leaves a gap.
    """
    title = Case(
        When(number=1, then=Value("Ansökan")),
        default=Concat(Value("Komplettering "), Cast(F("number") - 1, CharField())),
    )
    filed = Document.objects.filter(
        case=OuterRef("response__application__case"), direction=DocumentDirection.INCOMING, title=OuterRef("title")
    )
    submissions = ResponseSubmission.objects.filter(response__application__case__isnull=False)
    missing = submissions.annotate(title=title).exclude(Exists(filed))
    rows = list(missing.order_by("at").values_list("response__application", "number")[:100])
    return each_on_its_own(file_application_copy, rows)


@shared_task
def file_requisition(payment_id: int) -> None:
    """Register a requisition as a PDF in the grant's case; a second delivery changes nothing."""
    payment = Payment.objects.select_related(
        "grant__organisation", "grant__call__grantor", "grant__case", "requested_by"
    ).get(pk=payment_id)
    if payment.requested_by is None or payment.requested_at is None or payment.document_id is not None:
        return
    case = payment.grant.case
    document = add_document_once(
        case=case,
        direction=DocumentDirection.INCOMING,
        title=f"Rekvisition {payment.number}",
        file_name=f"rekvisition-{case.year}-{case.number}-{payment.number}.pdf",
        content=render_requisition(payment, at=payment.requested_at),
        by=payment.requested_by,
        at=payment.requested_at,
    )
    Payment.objects.filter(pk=payment.pk, document__isnull=True).update(document=document)


@shared_task
def file_missing_requisitions() -> int:
    """File the requisitions that a lost task left out; returns how many. Runs by the clock (nch/celery.py)."""
    missing = Payment.objects.filter(basis=PaymentBasis.REQUISITION, document__isnull=True, exported_at__isnull=True)
    rows = list(missing.order_by("requested_at").values_list("pk")[:100])
    return each_on_its_own(file_requisition, rows)


@shared_task
def file_financial_report(report_id: int) -> None:
    """Register an economic report that is handed in as a PDF in its case; a second delivery changes nothing."""
    report = FinancialReport.objects.select_related(
        "grant__organisation", "grant__call", "grant__case", "response__version", "certified_by"
    ).get(pk=report_id)
    case, response = report.grant.case, report.response
    certified_at, certified_by = report.certified_at, report.certified_by
    if response is None or certified_at is None or certified_by is None:
        return
    times = report.returns.filter(answered_at__isnull=False).count()
    title = f"Ekonomisk redovisning {report.year}" + (f", komplettering {times}" if times else "")
    file_response(
        response,
        case=case,
        title=title,
        heading=f"Ekonomisk redovisning {report.year}",
        file_name=f"ekonomisk-redovisning-{report.year}-{case.year}-{case.number}.pdf",
        facts=report_facts(report),
        summaries=report_tables(report),
        by=certified_by,
        at=certified_at,
    )


@shared_task
def file_missing_reports() -> int:
    """File the economic reports that a lost task left out; returns how many. Runs by the clock (nch/celery.py).

    One that has been sent back is filed when it comes again: until then its answers are being written.
    """
    answered = FinancialReportReturn.objects.filter(report=OuterRef("pk"), answered_at__isnull=False)
    times = Subquery(answered.order_by().values("report").annotate(times=Count("pk")).values("times"))
    plain = Concat(Value("Ekonomisk redovisning "), Cast(F("year"), CharField()))
    title = Case(
        When(times=0, then=plain), default=Concat(plain, Value(", komplettering "), Cast(F("times"), CharField()))
    )
    filed = Document.objects.filter(
        case=OuterRef("grant__case"), direction=DocumentDirection.INCOMING, title=OuterRef("title")
    )
    handed_in = FinancialReport.objects.filter(
        state__in=[FinancialReportState.SUBMITTED, FinancialReportState.APPROVED], response__isnull=False
    )
    missing = handed_in.annotate(times=Coalesce(times, 0)).annotate(title=title).exclude(Exists(filed))
    rows = list(missing.order_by("certified_at").values_list("pk")[:100])
    return each_on_its_own(file_financial_report, rows)


def report_facts(report: FinancialReport) -> list[tuple[str, str]]:
    """What stands first in the PDF of an economic report: whose it is, and who certified what."""
    return [
        ("Diarienummer", report.grant.case.registration_number),
        ("Mottagare", report.grant.organisation.name),
        ("Utlysning", report.grant.call.title),
        ("Projekt", report.grant.project_code),
        ("Intygande", CERTIFICATION),
        (
            "Intygad av",
            f"{report.certified_by}, {format_datetime(report.certified_at)}" if report.certified_at else "–",
        ),
    ]


def report_tables(report: FinancialReport) -> list[SummaryTable]:
    """The figures of an economic report: the year's money, and the costs against the budget."""
    figures = frozen_figures(report)
    money = [
        ("Ingående balans", figures.opening),
        ("Tilldelat belopp", figures.allotted),
        ("Totalt belopp", figures.total),
        ("Total kostnad", figures.cost),
        ("Utgående balans", max(figures.total - figures.cost, Decimal(0))),
    ]
    costs = [
        (str(line.category.label), line.deviation.cost, line.deviation.budget, line.deviation.amount)
        for line in figures.lines
    ]
    costs.append(("Summa", figures.cost, figures.budget, figures.sum_deviation.amount))
    return [
        SummaryTable("Årets pengar", ["Post", "Belopp"], [(label, [format_kronor(amount)]) for label, amount in money]),
        SummaryTable(
            "Kostnader mot budget",
            ["Kostnadsslag", "Kostnad", "Budget", "Avvikelse"],
            [(label, [format_kronor(amount) for amount in amounts]) for label, *amounts in costs],
            has_total=True,
        ),
    ]
