"""What a call's adopted plan says as proposals of decisions: one for each application, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from grants.enums import ApplicationState, AssessmentKind, DecisionKind, DecisionState, Outcome
from grants.models import AllocationPlan, AllocationRow, Application, Assessment, Decision, ProposalDraft
from grants.selectors.allocation import rows_of
from grants.selectors.applications import handled_applications_for
from grants.selectors.assessments import NEEDED_ASSESSMENTS, counting
from nch.accounts.models import User

NOTHING = Decimal(0)
_STATES = {
    ApplicationState.PROPOSED: "Ett förslag väntar redan på beslutsfattaren.",
    ApplicationState.DECIDED: "Ansökan är redan beslutad.",
    ApplicationState.COMPLETION: "Sökanden har inte svarat på begäran om komplettering.",
    ApplicationState.WITHDRAWN: "Ansökan är återkallad.",
}


@dataclass(frozen=True)
class PlannedProposal:
    """What a plan says of one application: outcome, kronor per applied year (empty for a rejection), and why.

    `obstacle` says in Swedish why no draft can be made of it, and is empty where one can. `has_draft` where the user
    has begun one already. Of a hidden application, in which the user is recused, nothing else may be shown.
    """

    application: Application
    outcome: Outcome
    amounts: Mapping[int, Decimal]
    explanation: str
    obstacle: str
    has_draft: bool
    is_hidden: bool

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), NOTHING)


def planned_proposals(user: User, plan: AllocationPlan) -> list[PlannedProposal]:
    """The plan's applications in its order, then those handed in that it leaves out (four queries)."""
    standing = {application.pk: application for application in _standing(user, plan)}
    found = [_planned(row, standing.pop(row.application_id, None)) for row in rows_of(user, [plan])]
    outside = [application for application in standing.values() if application.state != ApplicationState.WITHDRAWN]
    return found + [
        PlannedProposal(
            application=application,
            outcome=Outcome.REJECTED,
            amounts={},
            explanation="",
            obstacle="Ansökan finns inte i fördelningen.",
            has_draft=getattr(application, "has_draft", False),
            is_hidden=False,
        )
        for application in outside
    ]


def _standing(user: User, plan: AllocationPlan) -> QuerySet[Any]:
    """The call's applications that the user may know of, with what stands in the way of a proposal."""
    drafts = ProposalDraft.objects.filter(application=OuterRef("pk"), subject="", by=user)
    returned = Decision.objects.filter(
        application=OuterRef("pk"), kind=DecisionKind.GRANT, state=DecisionState.RETURNED
    )
    handed_in = Assessment.objects.filter(
        application=OuterRef("pk"), kind=AssessmentKind.INDIVIDUAL, submitted_at__isnull=False
    )
    number = counting(handed_in).order_by().values("application").annotate(n=Count("pk")).values("n")
    return (
        handled_applications_for(user)
        .filter(call=plan.call_id)
        .annotate(has_draft=Exists(drafts), was_returned=Exists(returned), assessors=Subquery(number))
        .order_by("organisation__sort_key", "pk")
    )


def _planned(row: AllocationRow, application: Any) -> PlannedProposal:
    """A row of the plan; `application` is None for whoever may not know of it."""
    asked = {applied.year: applied.amount for applied in row.application.applied_amounts.all()}
    given = {amount.year: amount.amount for amount in row.amounts.all()}
    amounts = {year: given.get(year, NOTHING) for year in asked}
    outcome = _outcome(asked, amounts)
    return PlannedProposal(
        application=application or row.application,
        outcome=outcome,
        amounts={} if outcome == Outcome.REJECTED else amounts,
        explanation=row.explanation,
        obstacle=_obstacle(application),
        has_draft=bool(application and application.has_draft and application.state == ApplicationState.SUBMITTED),
        is_hidden=application is None,
    )


def _outcome(asked: Mapping[int, Decimal], amounts: Mapping[int, Decimal]) -> Outcome:
    if not any(amounts.values()):
        return Outcome.REJECTED
    return Outcome.GRANTED if amounts == asked else Outcome.GRANTED_IN_PART


def _obstacle(application: Any) -> str:
    if application is None:
        return "Du är jävig i ärendet."
    if application.state in _STATES:
        return _STATES[application.state]
    if application.has_draft:
        return "Du har redan ett utkast till förslag."
    if application.was_returned:
        return "Beslutsfattaren har lämnat tillbaka ett förslag, som ska arbetas om för sig."
    if (application.assessors or 0) < NEEDED_ASSESSMENTS:
        return f"Färre än {NEEDED_ASSESSMENTS} bedömningar räknas."
    return ""
