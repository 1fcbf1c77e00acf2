"""Assessments: each officer's own scores and reasons, after a declaration on the case; then a common one; notes."""

import datetime
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from grants.enums import ApplicationState, AssessmentKind
from grants.models import Application, Assessment, AssessmentNote, AssessmentScore, Assignment, Criterion
from grants.selectors.assessments import (
    NEEDED_ASSESSMENTS,
    comparison_for,
    counting_assessments,
)
from grants.selectors.calls import criteria
from grants.services.applications import assess_task_key, detail_url, own_task_key
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.selectors import declaration_of
from nch.cases.services import close_tasks, note, open_task

SCORES = ((1, "1 – uppfyller inte"), (2, "2 – i liten grad"), (3, "3 – delvis"), (4, "4 – väl"), (5, "5 – mycket väl"))
Given = Mapping[Criterion, tuple[int | None, str]]


class StaleAssessmentError(GrantError):
    """The assessment was saved in another window since it was read here."""


@transaction.atomic
def save_assessment(
    *,
    application: Application,
    scores: Given,
    comment: str,
    by: User,
    at: datetime.datetime,
    kind: AssessmentKind = AssessmentKind.INDIVIDUAL,
    seen: str | None = None,
) -> Assessment:
    """Save one's assessment as it stands: scores and reasons may be missing until it is handed in.

    `seen` is the revision that was edited (see revision_of); StaleAssessmentError says that there is a later one.
    """
    _check_may_assess(application, kind, by)
    assessment = _begin(application, kind, seen, by=by, at=at)
    _keep(assessment, scores, comment, at=at)
    return assessment


@transaction.atomic
def submit_assessment(
    *,
    application: Application,
    scores: Given,
    comment: str,
    by: User,
    at: datetime.datetime,
    kind: AssessmentKind = AssessmentKind.INDIVIDUAL,
    seen: str | None = None,
) -> Assessment:
    """Hand in an assessment: a score from 1 to 5 and a reason for every criterion; from now on it stands."""
    _check_may_assess(application, kind, by)
    given = list(scores.values())
    if set(scores) != set(criteria(application.call)) or any(
        score is None or not reason.strip() for score, reason in given
    ):
        raise GrantError("Ge poäng och motivering för varje kriterium.")
    assessment = _begin(application, kind, seen, by=by, at=at)
    _keep(assessment, scores, comment, at=at)
    if not Assessment.objects.filter(pk=assessment.pk, submitted_at__isnull=True).update(submitted_at=at):
        raise GrantError("Bedömningen är redan lämnad.")
    assessment.refresh_from_db()
    record(
        "assessment_submitted",
        by=by,
        subject=assessment,
        organisation_id=application.organisation_id,
        details={"kind": kind},
        at=at,
    )
    if application.case is not None:
        what = "den gemensamma bedömningen" if kind == AssessmentKind.COMMON else "sin bedömning"
        note(application.case, f"{by} lämnade {what}", by=by, at=at, internal=True, url=detail_url(application))
    if kind == AssessmentKind.INDIVIDUAL:
        close_tasks(own_task_key(application, by.pk), at=at)
        after_assessment(application, at=at)
    return assessment


def after_assessment(application: Application, *, at: datetime.datetime) -> None:
    """Let the next step wait: a proposal once there are assessments enough, else assessing."""
    if counting_assessments(application) >= NEEDED_ASSESSMENTS:
        close_tasks(assess_task_key(application), at=at)
        open_task(
            propose_task_key(application),
            organisation=application.call.grantor,
            right=Right.PROPOSE_DECISIONS,
            title=f"Föreslå beslut för {application.organisation}",
            url=detail_url(application),
            at=at,
            case=application.case,
        )


def common_start(application: Application, by: User) -> dict[Criterion, tuple[int | None, str]]:
    """What a common assessment starts from: per criterion the rounded mean, and everybody's reason under their name."""
    comparison = comparison_for(by, application)
    start: dict[Criterion, tuple[int | None, str]] = {}
    for row in comparison.rows:
        reasons = [
            f"{brief.assessment.officer}: {score.reason}"
            for brief, score in zip(comparison.briefs, row.scores, strict=True)
            if score is not None and not brief.is_common
        ]
        middle = row.mean or Decimal(0)
        start[row.criterion] = (int(middle.quantize(Decimal(1), rounding=ROUND_HALF_UP)) or None, "\n".join(reasons))
    return start


@transaction.atomic
def take_over_common(*, assessment: Assessment, by: User, at: datetime.datetime) -> Assessment:
    """Go on writing the common assessment in the place of whoever began it."""
    _check_may_assess(assessment.application, AssessmentKind.COMMON, by)
    taken = Assessment.objects.filter(
        pk=assessment.pk, officer=assessment.officer_id, kind=AssessmentKind.COMMON, submitted_at__isnull=True
    ).update(officer=by)
    if not taken:
        raise GrantError(
            "Den gemensamma bedömningen är redan lämnad, eller skrivs av någon annan. Läs in sidan på nytt."
        )
    assessment.refresh_from_db()
    organisation_id = assessment.application.organisation_id
    record("common_assessment_taken_over", by=by, subject=assessment, organisation_id=organisation_id, at=at)
    return assessment


@transaction.atomic
def add_note(*, application: Application, text: str, by: User, at: datetime.datetime) -> AssessmentNote:
    """Write a note to the others who handle the application; the applicant does not see it."""
    require(by, Right.DECLARE_FIRST, application.call.grantor_id)
    check_impartial(application, by)
    if not text.strip():
        raise GrantError("Skriv en anteckning.")
    written = AssessmentNote.objects.create(application=application, by=by, at=at, text=text.strip())
    record("assessment_note_written", by=by, subject=written, organisation_id=application.organisation_id, at=at)
    return written


def _check_may_assess(application: Application, kind: AssessmentKind, by: User) -> None:
    require(by, Right.ASSESS, application.call.grantor_id)
    check_impartial(application, by)
    if application.state != ApplicationState.SUBMITTED:
        raise GrantError("Ansökan kan inte bedömas i det läge den är i.")
    own = Assessment.objects.filter(application=application, officer=by, kind=AssessmentKind.INDIVIDUAL)
    if kind == AssessmentKind.COMMON:
        if counting_assessments(application) < NEEDED_ASSESSMENTS:
            raise GrantError("Minst två egna bedömningar ska vara lämnade före den gemensamma.")
        assigned = Assignment.objects.filter(application=application, officer=by)
        if (own.exists() or assigned.exists()) and not own.filter(submitted_at__isnull=False).exists():
            raise GrantError("Lämna din egen bedömning före den gemensamma.")
        return
    assigned_ids = set(Assignment.objects.filter(application=application).values_list("officer", flat=True))
    if assigned_ids and by.pk not in assigned_ids:
        raise GrantError("Ansökan är fördelad på andra bedömare.")
    if not assigned_ids and not own.exists() and counting_assessments(application) >= NEEDED_ASSESSMENTS:
        # Whoever is not assigned may read the others' by now (selectors.assessments), so it would not be independent.
        raise GrantError(
            "Två egna bedömningar är lämnade och kan läsas av den som handlägger. "
            "Ska fler bedöma var för sig fördelas ansökan på dem först."
        )


def revision_of(assessment: Assessment | None) -> str:
    """Which version of an assessment a page shows: when it was saved, empty where nothing is saved."""
    return assessment.changed_at.isoformat() if assessment is not None and assessment.changed_at else ""


def _begin(
    application: Application, kind: AssessmentKind, seen: str | None, *, by: User, at: datetime.datetime
) -> Assessment:
    """The assessment, begun now if it was not, locked for writing; GrantError if it stands or is another's to write."""
    whose = {"officer": by} if kind == AssessmentKind.INDIVIDUAL else {}
    assessment, _ = Assessment.objects.select_for_update().get_or_create(
        application=application, kind=kind, **whose, defaults={"begun_at": at, "officer": by}
    )
    if assessment.submitted_at is not None:
        raise GrantError("Bedömningen är redan lämnad.")
    if assessment.officer_id != by.pk:
        raise GrantError(f"Den gemensamma bedömningen skrivs av {assessment.officer}.")
    if seen is not None and seen != revision_of(assessment):
        raise StaleAssessmentError(
            "Bedömningen har sparats i ett annat fönster sedan du öppnade sidan. Inget har skrivits över."
        )
    return assessment


def _keep(assessment: Assessment, scores: Given, comment: str, *, at: datetime.datetime) -> None:
    """Write what is said now in the place of what was said before."""
    assessment.comment, assessment.changed_at = comment, at
    assessment.save(update_fields=["comment", "changed_at"])
    assessment.scores.all().delete()
    AssessmentScore.objects.bulk_create(
        AssessmentScore(assessment=assessment, criterion=criterion, score=score, reason=reason)
        for criterion, (score, reason) in scores.items()
        if score is not None or reason
    )


def check_impartial(application: Application, by: User) -> None:
    """Raise GrantError for somebody who has not declared, has a conflict of interest, or acts for the applicant too.

    Those who only see to payments and sums (Right.DECLARE_FIRST is not theirs) need not have declared.
    """
    if application.case is None:
        raise GrantError("Ansökan är inte inlämnad.")
    declaration = declaration_of(by, application.case)
    if declaration is None and access_of(by).may_at(Right.DECLARE_FIRST, application.case.handler_id):
        raise GrantError("Ange först om du är jävig i ärendet.")
    if declaration is not None and declaration.recused:
        raise GrantError("Du har anmält jäv i ärendet och kan inte handlägga det.")
    if application.organisation_id in access_of(by).organisation_ids(Right.FILL_IN):
        raise GrantError("Du har behörighet hos sökanden och kan inte handlägga ärendet.")


def propose_task_key(application: Application) -> str:
    """The key of NCH's task to propose a decision."""
    return f"propose:{application.pk}"
