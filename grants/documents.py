"""Documents that the chain draws up, as accessible PDF."""

import datetime

from django.template.loader import render_to_string

from grants.models import Decision
from nch.accounts.models import User
from nch.common.pdf import html_to_accessible_pdf
from nch.counties.services import NCH_NAME


def render_decision(decision: Decision, *, decision_maker: User, at: datetime.datetime) -> bytes:
    """Return the decision document: parties, diary number, decision with amounts per year, conditions, reasons, names.

    General administrative law asks for the date, the diary number, the reasons, who decided and who presented.
    """
    application = decision.application
    amounts = list(decision.amounts.all())
    applied = {row.year: row.amount for row in application.applied_amounts.all()}
    context = {
        "decision": decision,
        "application": application,
        "case": application.case,
        "rows": [(row.year, applied.get(row.year), row.amount) for row in amounts],
        "applied_total": application.applied_total,
        "granted_total": sum(row.amount for row in amounts),
        "conditions": list(decision.conditions.all()),
        "decision_maker": decision_maker,
        "at": at,
        "agency": NCH_NAME,
    }
    title = f"Beslut om bidrag, dnr {application.case.registration_number if application.case else ''}"
    return html_to_accessible_pdf(
        render_to_string("grants/decision_document.html", context),
        title=title,
        author=NCH_NAME,
        subject=application.call.title,
        created_at=at,
    )
