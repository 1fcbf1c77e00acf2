"""What the chain does in the background."""

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from grants.models import Application, Decision
from nch.accounts.enums import Right
from nch.cases.enums import DocumentDirection
from nch.cases.notices import addresses_of
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
def notify_decision(decision_id: int) -> int:
    """Mail everybody who fills in for the applicant that there is a decision; returns the number of addressees.

    The mail says where the decision is, not what it says.
    """
    decision = Decision.objects.select_related(
        "application__organisation", "application__call", "application__case"
    ).get(pk=decision_id)
    application = decision.application
    addresses = addresses_of(application.organisation, Right.FILL_IN)
    link = settings.SITE_URL + reverse("grants:application_detail", args=[application.pk])
    text = render_to_string("grants/mail/decision.txt", {"application": application, "link": link})
    if addresses:
        EmailMessage("Beslut i ert ärende hos NCH", text, bcc=addresses).send()
    return len(addresses)
