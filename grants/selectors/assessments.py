"""Reading assessments: independent ones are made without looking at others'."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from grants.enums import AssessmentKind
from grants.models import Application, Assessment, AssessmentScore
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.models import InterestDeclaration
from nch.cases.selectors import handles

NEEDED_ASSESSMENTS = 2


@dataclass(frozen=True)
class AssessmentInBrief:
    """An assessment with its mean score (1–5) by the criteria's weights; None before it is handed in."""

    assessment: Assessment
    score: Decimal | None


def counting_assessments(application: Application) -> int:
    """How many independent assessments are handed in by officers without a conflict of interest."""
    return _individual(application).filter(submitted_at__isnull=False).count()


def _individual(application: Application) -> QuerySet[Assessment]:
    recused = InterestDeclaration.objects.filter(case=application.case, recused=True)
    return Assessment.objects.filter(application=application, kind=AssessmentKind.INDIVIDUAL).exclude(
        officer__in=recused.values("user_id")
    )


def assessments_visible_to(user: User, application: Application) -> list[AssessmentInBrief]:
    """Individual assessments that the user may see now (two queries at most).

    Those who do not assess themselves (decision-makers, auditors) see all that are handed in. An officer sees others'
    once the own one is in, or enough of others' are. Those of recused officers are nobody's to see.
    """
    if application.case is None or not handles(user, application.case):
        return []
    assessments = list(
        _individual(application)
        .select_related("officer")
        .annotate(
            points=Sum(F("scores__score") * F("scores__criterion__weight")), weight=Sum("scores__criterion__weight")
        )
    )
    own = next((assessment for assessment in assessments if assessment.officer_id == user.pk), None)
    enough = sum(1 for assessment in assessments if assessment.submitted_at) >= NEEDED_ASSESSMENTS
    assesses = access_of(user).may_at(Right.ASSESS, application.case.handler_id)
    if assesses and not enough and (own is None or own.submitted_at is None):
        visible = [own] if own else []
    else:
        visible = [assessment for assessment in assessments if assessment.submitted_at]
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


def own_assessment(user: User, application: Application) -> Assessment | None:
    """The user's own assessment, begun or handed in."""
    return Assessment.objects.filter(application=application, officer=user, kind=AssessmentKind.INDIVIDUAL).first()
