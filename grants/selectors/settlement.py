"""Reading what has been decided and agreed about money that is left."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from grants.enums import DecisionKind, DecisionState
from grants.models import Decision, FinancialReport, Repayment
from nch.accounts.models import User
from nch.cases.selectors import matters_for

Anyone = User | AnonymousUser


def repayments_for(user: Anyone) -> QuerySet[Repayment]:
    """Repayments in the cases that the user may see."""
    repayments = Repayment.objects.select_related(
        "report", "claim", "grant__organisation", "grant__call__grantor", "grant__case", "grant__application"
    )
    return matters_for(user, repayments, "grant__case")


def settling_decisions(user: Anyone, report: FinancialReport, *, proposals: bool) -> QuerySet[Decision]:
    """Carry-overs and claims that concern the report, oldest first: those signed, with `proposals` all of them."""
    decisions = Decision.objects.filter(
        financial_report=report, kind__in=[DecisionKind.CARRY_OVER, DecisionKind.REPAYMENT_CLAIM]
    ).select_related("document")
    if not proposals:
        decisions = decisions.filter(state=DecisionState.SIGNED)
    decisions = decisions.prefetch_related("amounts").order_by("proposed_at", "pk")
    return matters_for(user, decisions, "application__case")
