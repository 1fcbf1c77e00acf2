"""Reading decisions and proposals."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from grants.enums import DecisionKind, DecisionState
from grants.models import Application, Decision
from nch.accounts.models import User
from nch.cases.selectors import handles, matters_for

Anyone = User | AnonymousUser


def decisions_for(user: Anyone) -> QuerySet[Decision]:
    """Signed decisions in the cases that the user may see, newest first."""
    decisions = Decision.objects.filter(state=DecisionState.SIGNED).select_related(
        "application__organisation", "application__call", "application__case", "decision_maker", "document"
    )
    return matters_for(user, decisions, "application__case").order_by("-decided_at", "-pk")


def decisions_visible_to(user: Anyone, application: Application) -> QuerySet[Decision]:
    """Every proposal for those who handle the case, only what is signed for the applicant."""
    decisions = Decision.objects.filter(application=application).select_related(
        "presenter", "decision_maker", "document"
    )
    decisions = matters_for(user, decisions.prefetch_related("amounts", "conditions"), "application__case")
    if application.case is not None and handles(user, application.case):
        return decisions
    return decisions.filter(state=DecisionState.SIGNED)


def standing_decisions_of(application_id: int) -> QuerySet[Decision]:
    """The application's signed decisions on amounts, budget and last day; the one that holds now comes first."""
    return Decision.objects.filter(
        application_id=application_id,
        state=DecisionState.SIGNED,
        kind__in=[DecisionKind.GRANT, DecisionKind.CHANGE],
    ).order_by("-decided_at", "-pk")


def standing_decision(application: Application) -> Decision | None:
    """The signed decision whose amounts, budget and last day hold now: the first one, or the latest change of it."""
    return standing_decisions_of(application.pk).prefetch_related("amounts", "budget_lines", "conditions").first()
