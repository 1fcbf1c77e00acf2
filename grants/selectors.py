"""Reading calls, applications, assessments and decisions, each within the user's reach."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from grants.enums import ApplicationState, DecisionState
from grants.models import (
    Application,
    Assessment,
    AssessmentScore,
    CallBudget,
    Criterion,
    Decision,
    DecisionAmount,
    FundingCall,
    PublishedMoney,
)
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.models import Organisation

Anyone = User | AnonymousUser
NEEDED_ASSESSMENTS = 2


@dataclass(frozen=True)
class MoneyLine:
    """A year's money for resource centres as published, in kronor; None where the sources give no figure."""

    year: int
    set_aside: Decimal | None
    handed_out: Decimal | None
    source: str
    note: str


def published_money_lines() -> list[MoneyLine]:
    """Published figures of earlier rounds, oldest first. Open to everybody."""
    return [
        MoneyLine(row.year, row.set_aside, row.handed_out, row.source, row.note) for row in PublishedMoney.objects.all()
    ]


def calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """All calls for those who manage them, the published ones for others who see cases."""
    access = access_of(user)
    calls = access.limit(FundingCall.objects.select_related("grantor", "version"), Right.SEE_CASES)
    return calls if access.may(Right.MANAGE_CALLS) else calls.filter(published_at__lte=timezone.now())


def call_choices_for(user: Anyone) -> list[tuple[int, str]]:
    """Key and title of the latest hundred calls, for a filter."""
    return list(calls_for(user).values_list("pk", "title")[:100])


def applications_for(user: Anyone) -> QuerySet[Application]:
    """Applications the user may see: an organisation's own in every state, for NCH those that have been submitted."""
    access = access_of(user)
    applications = access.limit(
        Application.objects.select_related("call", "organisation", "organisation__county", "case"), Right.SEE_CASES
    )
    if not access.everywhere(Right.SEE_CASES):
        return applications
    own = access.organisation_ids(Right.FILL_IN)
    return applications.filter(Q(submitted_at__isnull=False) | Q(organisation_id__in=own))


def editable_applications_for(user: Anyone) -> QuerySet[Application]:
    """Applications the user may fill in."""
    return access_of(user).limit(
        Application.objects.select_related("call", "organisation", "response", "response__version", "case"),
        Right.FILL_IN,
    )


def organisations_that_may_apply(user: Anyone, call: FundingCall) -> list[Organisation]:
    """The user's organisations that the call is for and that have no living application to it."""
    organisations = access_of(user).organisations(Right.FILL_IN)
    taken = set(
        Application.objects.filter(call=call, organisation__in=organisations)
        .exclude(state=ApplicationState.WITHDRAWN)
        .values_list("organisation_id", flat=True)
    )
    return [o for o in organisations if o.kind == call.applicant_kind and o.pk not in taken]


@dataclass(frozen=True)
class AssessmentInBrief:
    """An assessment with its mean score (1–5) by the criteria's weights; None before it is handed in."""

    assessment: Assessment
    score: Decimal | None


def assessments_visible_to(user: User, application: Application) -> list[AssessmentInBrief]:
    """Others' assessments only after one's own: independent assessments are made without looking (one query).

    Those who do not assess themselves (decision-makers, auditors) see all that are handed in. An officer sees them
    after a declaration of no conflict of interest, once the own assessment is in or enough of others' are.
    """
    access = access_of(user)
    if not access.everywhere(Right.SEE_CASES):
        return []
    assessments = list(
        Assessment.objects.filter(application=application)
        .select_related("officer")
        .annotate(
            points=Sum(F("scores__score") * F("scores__criterion__weight")), weight=Sum("scores__criterion__weight")
        )
    )
    own = next((assessment for assessment in assessments if assessment.officer_id == user.pk), None)
    enough = sum(1 for assessment in assessments if assessment.submitted_at) >= NEEDED_ASSESSMENTS
    if access.may(Right.ASSESS) and (own is None or own.recused or not (own.submitted_at or enough)):
        visible = [own] if own else []
    else:
        visible = [assessment for assessment in assessments if assessment.submitted_at or assessment.recused]
    return [
        AssessmentInBrief(a, (Decimal(a.points) / a.weight).quantize(Decimal("0.01")) if a.submitted_at else None)
        for a in visible
    ]


def scores_of(briefs: list[AssessmentInBrief]) -> dict[int, list[AssessmentScore]]:
    """The scores with reasons of assessments that one may see, by assessment (one query)."""
    scores: dict[int, list[AssessmentScore]] = {brief.assessment.pk: [] for brief in briefs}
    for score in AssessmentScore.objects.filter(assessment__in=scores).select_related("criterion"):
        scores[score.assessment_id].append(score)
    return scores


def declaration_of(user: Anyone, application: Application) -> Assessment | None:
    """The user's declaration (and assessment) in this application, if there is one."""
    return Assessment.objects.filter(application=application, officer_id=user.pk).first()


def submitted_assessments(application: Application) -> int:
    """How many independent assessments count."""
    return Assessment.objects.filter(application=application, submitted_at__isnull=False, recused=False).count()


def decisions_visible_to(user: Anyone, application: Application) -> QuerySet[Decision]:
    """Every proposal for those at NCH, only the signed decision for the applicant."""
    decisions = Decision.objects.filter(application=application).select_related(
        "presenter", "decision_maker", "document"
    )
    decisions = access_of(user).limit(decisions.prefetch_related("amounts", "conditions"), Right.SEE_CASES)
    if access_of(user).everywhere(Right.SEE_CASES):
        return decisions
    return decisions.filter(state=DecisionState.SIGNED)


@dataclass(frozen=True)
class YearBalance:
    """A call's money in one year, in kronor: what there is, what is granted, and what is left."""

    year: int
    budget: Decimal
    granted: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.granted


def balances(call: FundingCall) -> list[YearBalance]:
    """The call's money per year against its signed decisions."""
    granted = dict(
        DecisionAmount.objects.filter(decision__application__call=call, decision__state=DecisionState.SIGNED)
        .values("year")
        .annotate(total=Sum("amount"))
        .values_list("year", "total")
    )
    return [
        YearBalance(budget.year, budget.amount, granted.get(budget.year, Decimal(0)))
        for budget in CallBudget.objects.filter(call=call)
    ]


def criteria(call: FundingCall) -> list[Criterion]:
    """The call's criteria in order."""
    return list(Criterion.objects.filter(call=call))


def application_counts(call: FundingCall) -> dict[str, int]:
    """Applications per state, for the call's page."""
    return dict(Application.objects.filter(call=call).values("state").annotate(n=Count("pk")).values_list("state", "n"))


def is_open(call: FundingCall, at: datetime.datetime) -> bool:
    """Whether applications can be started and submitted at the moment."""
    return call.published_at is not None and call.published_at <= at and call.opens_at <= at < call.closes_at
