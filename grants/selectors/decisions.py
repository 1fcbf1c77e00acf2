"""Reading decisions and proposals."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Q, QuerySet

from grants.enums import DecisionKind, DecisionState, Outcome
from grants.models import Application, Decision
from nch.accounts.models import Membership, User
from nch.accounts.permissions import access_of
from nch.audit.models import AuditEvent
from nch.cases.enums import MailState
from nch.cases.models import Document, OutgoingMail
from nch.cases.selectors import handles, matters_for

Anyone = User | AnonymousUser
# The keys of the mails that tell of a decision: this, the decision's number, a colon, the user's number.
MAIL_KEY = "decision:"


@dataclass(frozen=True)
class Delivery:
    """How a signed decision reached the applicant: mails written and sent, and when the document was first fetched."""

    addressees: int
    sent: int
    sent_at: datetime.datetime | None
    fetched_at: datetime.datetime | None


def decisions_for(user: Anyone) -> QuerySet[Decision]:
    """Signed decisions in the cases that the user may see, newest first."""
    decisions = Decision.objects.filter(state=DecisionState.SIGNED).select_related(
        "application__organisation", "application__call", "application__case", "decision_maker", "document"
    )
    return matters_for(user, decisions, "application__case").order_by("-decided_at", "-pk")


def decisions_visible_to(user: Anyone, application: Application) -> QuerySet[Decision]:
    """Every proposal for those who handle the case, only what is signed for the applicant."""
    decisions = (
        Decision.objects.filter(application=application)
        .select_related("presenter", "decision_maker", "document")
        .defer("document__search_text")
    )
    decisions = matters_for(user, decisions.prefetch_related("amounts", "conditions"), "application__case")
    if application.case is not None and handles(user, application.case):
        return decisions
    return decisions.filter(state=DecisionState.SIGNED)


def every_decision_for(user: Anyone) -> QuerySet[Decision]:
    """Decisions in the cases that the user may see: signed ones, and proposals for those who handle the case."""
    decisions = Decision.objects.select_related(
        "application__organisation",
        "application__call__grantor",
        "application__case__handler",
        "application__grant",
        "presenter",
        "decision_maker",
        "document",
        "changes",
        "change_request",
    ).prefetch_related("amounts", "conditions", "budget_lines", "changed_by")
    decisions = matters_for(user, decisions, "application__case")
    signed = Q(state=DecisionState.SIGNED)
    return access_of(user).limit_to_handled(decisions, "application__call__grantor", others=signed)


def standing(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """The signed decisions whose amounts, budget and last day hold now, one for each application that is granted money.

    That is the first decision, or the latest change of it; a rejected application for a change leaves what stood
    before. `decisions` has all there are of each application in it. Whatever is counted of what is granted asks here.
    """
    granting = decisions.filter(state=DecisionState.SIGNED, kind__in=[DecisionKind.GRANT, DecisionKind.CHANGE])
    granting = granting.exclude(outcome=Outcome.REJECTED)
    return granting.exclude(pk__in=granting.filter(kind=DecisionKind.CHANGE).values("changes"))


def standing_decision(application: Application) -> Decision | None:
    """The decision that holds now of the application, where there is one."""
    decisions = standing(Decision.objects.filter(application=application))
    return decisions.prefetch_related("amounts", "budget_lines", "conditions").first()


def delivery_of(decisions: Iterable[Decision]) -> dict[int, Delivery]:
    """How each signed decision reached the applicant, by decision (two queries)."""
    signed = {decision.pk: decision for decision in decisions if decision.state == DecisionState.SIGNED}
    if not signed:
        return {}
    mails: dict[int, list[OutgoingMail]] = {key: [] for key in signed}
    of_cases = OutgoingMail.objects.filter(case__in={d.application.case_id for d in signed.values()})
    for mail in of_cases.filter(key__startswith=MAIL_KEY):
        key = int(mail.key.split(":")[1])
        if key in mails:
            mails[key].append(mail)
    party = {d.application.organisation_id for d in signed.values()}
    people = Membership.objects.filter(organisation__in=party).values("user")
    read = AuditEvent.objects.filter(
        action="read",
        subject_type=Document._meta.label_lower,
        subject_id__in=[str(decision.document_id) for decision in signed.values()],
        actor_id__in=people,
    )
    fetched = dict(read.order_by().values("subject_id").annotate(first=Min("at")).values_list("subject_id", "first"))
    return {
        key: Delivery(
            addressees=len(mails[key]),
            sent=sum(mail.state == MailState.SENT for mail in mails[key]),
            sent_at=max((mail.sent_at for mail in mails[key] if mail.sent_at), default=None),
            fetched_at=fetched.get(str(decision.document_id)),
        )
        for key, decision in signed.items()
    }
