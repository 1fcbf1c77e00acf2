"""Reading assessments: independent ones are made without looking at others'."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Sum, Value, When

from grants.enums import ApplicationState, AssessmentKind
from grants.models import Application, Assessment, AssessmentNote, AssessmentScore, Assignment, Criterion
from grants.selectors.applications import handled_applications_for
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.models import InterestDeclaration
from nch.cases.selectors import handles, matters_for

Anyone = User | AnonymousUser
NEEDED_ASSESSMENTS = 2
GREAT_SPREAD = 2
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class AssessmentInBrief:
    """An assessment with its mean score (1–5) by the criteria's weights; None before it is handed in."""

    assessment: Assessment
    score: Decimal | None

    @property
    def is_common(self) -> bool:
        return self.assessment.kind == AssessmentKind.COMMON


def counting(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Leave out the assessments of officers who are recused in the case: they are nobody's to see and do not count."""
    recused = InterestDeclaration.objects.filter(
        case=OuterRef("application__case"), user=OuterRef("officer"), recused=True
    )
    return assessments.filter(~Exists(recused))


def weighted(assessments: QuerySet[Assessment]) -> QuerySet[Any]:
    """Add `points` (the sum of score × weight) and `weight`, whose quotient is the mean score."""
    return assessments.annotate(
        points=Sum(F("scores__score") * F("scores__criterion__weight")), weight=Sum("scores__criterion__weight")
    )


def counting_assessments(application: Application) -> int:
    """How many independent assessments are handed in by officers without a conflict of interest."""
    handed_in = Assessment.objects.filter(
        application=application, kind=AssessmentKind.INDIVIDUAL, submitted_at__isnull=False
    )
    return counting(handed_in).count()


def assessments_visible_to(user: User, application: Application) -> list[AssessmentInBrief]:
    """Assessments that the user may see now, the common one last (two queries at most).

    Those who do not assess themselves (decision-makers, auditors) see all that are handed in. An officer who has begun
    an assessment or is assigned one sees others' once the own one is in; any other officer once enough of others' are.
    The common assessment is seen while it is written. Those of recused officers are nobody's to see.
    """
    if application.case is None or not handles(user, application.case):
        return []
    assessments = list(weighted(counting(Assessment.objects.filter(application=application))).select_related("officer"))
    individual = [a for a in assessments if a.kind == AssessmentKind.INDIVIDUAL]
    own = next((assessment for assessment in individual if assessment.officer_id == user.pk), None)
    if access_of(user).may_at(Right.ASSESS, application.case.handler_id) and not _may_compare(
        user, application, own, individual
    ):
        visible = [own] if own else []
    else:
        visible = [assessment for assessment in individual if assessment.submitted_at]
        visible += [assessment for assessment in assessments if assessment.kind == AssessmentKind.COMMON]
    return [AssessmentInBrief(a, mean(a.points, a.weight) if a.submitted_at else None) for a in visible]


def _may_compare(
    user: User, application: Application, own: Assessment | None, individual: Sequence[Assessment]
) -> bool:
    """Whether an officer's own assessment can no longer be coloured by others'."""
    if own is not None and own.submitted_at is not None:
        return True
    if sum(1 for assessment in individual if assessment.submitted_at) < NEEDED_ASSESSMENTS:
        return False
    if application.state != ApplicationState.SUBMITTED:
        return True
    return own is None and not Assignment.objects.filter(application=application, officer=user).exists()


def mean(points: int, weight: int) -> Decimal:
    """The mean score by the criteria's weights, to the hundredth."""
    return (Decimal(points) / weight).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def overall(scores: Sequence[Decimal]) -> Decimal:
    """The mean of several officers' mean scores, to the hundredth, as one would count it from the page."""
    return (sum(scores, Decimal(0)) / len(scores)).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class ComparedCriterion:
    """A criterion with everybody's score and reason in the order of the assessments (None: nothing said yet)."""

    criterion: Criterion
    scores: list[AssessmentScore | None]
    mean: Decimal | None
    spread: int

    @property
    def differs(self) -> bool:
        """Whether the independent scores lie so far apart that it should be talked over."""
        return self.spread >= GREAT_SPREAD


@dataclass(frozen=True)
class Comparison:
    """Assessments side by side. `mean` is that of the independent ones that are handed in."""

    briefs: list[AssessmentInBrief]
    rows: list[ComparedCriterion]
    mean: Decimal | None

    @property
    def common(self) -> AssessmentInBrief | None:
        return next((brief for brief in self.briefs if brief.is_common), None)

    @property
    def individual(self) -> list[AssessmentInBrief]:
        return [brief for brief in self.briefs if not brief.is_common and brief.score is not None]

    @property
    def differing(self) -> int:
        """How many criteria the independent scores lie far apart in."""
        return sum(1 for row in self.rows if row.differs)


def comparison_for(user: User, application: Application) -> Comparison:
    """What the user may see of the assessments, criterion by criterion (four queries at most)."""
    briefs = [
        brief for brief in assessments_visible_to(user, application) if brief.score is not None or brief.is_common
    ]
    found: dict[tuple[int, int], AssessmentScore] = {}
    rows: list[ComparedCriterion] = []
    if briefs:
        for score in AssessmentScore.objects.filter(assessment__in=[brief.assessment.pk for brief in briefs]):
            found[score.assessment_id, score.criterion_id] = score
        for criterion in Criterion.objects.filter(call=application.call_id):
            scores = [found.get((brief.assessment.pk, criterion.pk)) for brief in briefs]
            points = [
                score.score
                for brief, score in zip(briefs, scores, strict=True)
                if score and score.score is not None and not brief.is_common
            ]
            middle = mean(sum(points), len(points)) if points else None
            spread = max(points) - min(points) if points else 0
            rows.append(ComparedCriterion(criterion, scores, middle, spread))
    means = [brief.score for brief in briefs if brief.score is not None and not brief.is_common]
    return Comparison(briefs, rows, overall(means) if means else None)


def own_assessment(user: User, application: Application) -> Assessment | None:
    """The user's own assessment, begun or handed in."""
    return Assessment.objects.filter(application=application, officer=user, kind=AssessmentKind.INDIVIDUAL).first()


def common_assessment(application: Application) -> Assessment | None:
    """The common assessment, begun or handed in, whoever writes it."""
    return (
        Assessment.objects.filter(application=application, kind=AssessmentKind.COMMON).select_related("officer").first()
    )


def notes_for(user: Anyone, application: Application) -> QuerySet[AssessmentNote]:
    """The handlers' notes on an application, oldest first; none for its party."""
    notes = AssessmentNote.objects.filter(application=application).select_related("by")
    if application.case is None or not handles(user, application.case):
        return notes.none()
    return matters_for(user, notes, "application__case")


def assignments_of(application: Application) -> QuerySet[Assignment]:
    """Who is to assess the application."""
    return Assignment.objects.filter(application=application).select_related("officer")


def is_given_to_others(user: Anyone, application: Application) -> bool:
    """Whether the application is assigned, and to others than the user (one query)."""
    officers = Assignment.objects.filter(application=application).order_by().values_list("officer_id", flat=True)
    return bool(given := set(officers)) and user.pk not in given


def owed_by(user: Anyone) -> Case:
    """Whether the user is to hand in an own assessment of an application, to be read together with it."""
    own = Assessment.objects.filter(application=OuterRef("pk"), officer_id=user.pk or 0, kind=AssessmentKind.INDIVIDUAL)
    assigned = Assignment.objects.filter(application=OuterRef("pk"))
    mine = Exists(assigned.filter(officer_id=user.pk or 0))
    begun = Exists(own.filter(submitted_at__isnull=True)) & ~Exists(assigned)
    waits = ~Exists(own.filter(submitted_at__isnull=False)) & (mine | begun)
    is_open = When(waits, state=ApplicationState.SUBMITTED, then=Value(value=True))
    return Case(is_open, default=Value(value=False))


def assignable_applications(user: Anyone, call_id: int) -> QuerySet[Application]:
    """The call's applications that can be assessed and that the user may know of, by name."""
    return (
        handled_applications_for(user)
        .filter(call=call_id, state__in=[ApplicationState.SUBMITTED, ApplicationState.COMPLETION])
        .prefetch_related("assignments", "assessments")
        .order_by("organisation__sort_key", "pk")
    )
