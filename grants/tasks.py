"""What the chain does in the background."""

from celery import shared_task

from grants.documents import render_requisition
from grants.enums import PaymentBasis
from grants.models import Application, Payment
from nch.cases.enums import DocumentDirection
from nch.cases.services import add_document_once
from nch.common.formats import format_datetime
from nch.questionnaires.documents import file_response


@shared_task
def file_application_copy(application_id: int) -> None:
    """Register the submitted application as a PDF in its case; a second delivery changes nothing."""
    application = Application.objects.select_related(
        "call", "organisation", "case", "response__version", "response__submitted_by"
    ).get(pk=application_id)
    case, submitted_at, submitted_by = application.case, application.submitted_at, application.response.submitted_by
    if case is None or submitted_at is None or submitted_by is None:
        return
    facts = [
        ("Diarienummer", case.registration_number),
        ("Sökande", application.organisation.name),
        ("Utlysning", application.call.title),
        ("Inlämnad", format_datetime(submitted_at)),
    ]
    file_response(
        application.response,
        case=case,
        title="Ansökan",
        heading="Ansökan om bidrag",
        file_name=f"ansokan-{case.year}-{case.number}.pdf",
        facts=facts,
        by=submitted_by,
        at=submitted_at,
    )


@shared_task
def file_missing_copies() -> int:
    """File what a lost task left out: submitted applications whose case has no document; returns how many.

    Runs by the clock (nch/celery.py), so that neither a broker that was down nor a killed worker leaves a gap.
    """
    missing = Application.objects.filter(submitted_at__isnull=False).exclude(
        case__documents__direction=DocumentDirection.INCOMING
    )
    ids = list(missing.values_list("pk", flat=True)[:100])
    for application_id in ids:
        file_application_copy(application_id)
    return len(ids)


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
    ids = list(missing.values_list("pk", flat=True)[:100])
    for payment_id in ids:
        file_requisition(payment_id)
    return len(ids)
