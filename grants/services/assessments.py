"""Assessments: a declaration first, then each officer's own scores and reasons."""

import datetime
from collections.abc import Mapping

from django.db import transaction

from grants.enums import ApplicationState
from grants.models import Application, Assessment, AssessmentScore, Criterion
from grants.selectors import NEEDED_ASSESSMENTS, criteria, submitted_assessments
from grants.services.applications import assess_task_key, detail_url
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.services import close_tasks, note, open_task

SCORES = ((1, "1 – uppfyller inte"), (2, "2 – i liten grad"), (3, "3 – delvis"), (4, "4 – väl"), (5, "5 – mycket väl"))


@transaction.atomic
def declare(*, application: Application, recused: bool, by: User, at: datetime.datetime) -> Assessment:
    """Declare whether one has a conflict of interest (jäv), before anything of the assessments is shown.

    Whoever has begun an assessment can still declare a conflict later; it then no longer counts. The other way
    round is refused: a declared conflict stands.
    """
    require(by, Right.DECLARE_INTEREST)
    if application.state not in (ApplicationState.SUBMITTED, ApplicationState.PROPOSED):
        raise GrantError("Ärendet är avgjort eller inte inlämnat.")
    assessment, created = Assessment.objects.get_or_create(
        application=application, officer=by, defaults={"recused": recused, "declared_at": at}
    )
    if not created and assessment.recused and not recused:
        raise GrantError("Du har anmält jäv i ärendet och kan inte bedöma ansökan.")
    if not created and recused and not assessment.recused:
        assessment.recused, assessment.submitted_at = True, None
        assessment.save(update_fields=["recused", "submitted_at"])
    action = "conflict_of_interest_declared" if recused else "no_conflict_of_interest_declared"
    record(action, by=by, subject=assessment, organisation_id=application.organisation_id, at=at)
    if recused and application.case is not None:
        note(application.case, f"{by} anmälde jäv", by=by, at=at, internal=True)
    return assessment


@transaction.atomic
def submit_assessment(
    *,
    assessment: Assessment,
    scores: Mapping[Criterion, tuple[int, str]],
    comment: str,
    by: User,
    at: datetime.datetime,
) -> Assessment:
    """Hand in one's own assessment: a score from 1 to 5 and a reason for every criterion."""
    require(by, Right.ASSESS)
    application = assessment.application
    if assessment.officer_id != by.pk:
        raise GrantError("Du kan bara lämna din egen bedömning.")
    if assessment.recused:
        raise GrantError("Du har anmält jäv i ärendet och kan inte bedöma ansökan.")
    if application.state != ApplicationState.SUBMITTED:
        raise GrantError("Ansökan kan inte bedömas i det läge den är i.")
    wanted = criteria(application.call)
    if set(scores) != set(wanted) or any(not reason.strip() for _, reason in scores.values()):
        raise GrantError("Ge poäng och motivering för varje kriterium.")
    if not Assessment.objects.filter(pk=assessment.pk, submitted_at__isnull=True).update(
        submitted_at=at, comment=comment
    ):
        raise GrantError("Bedömningen är redan lämnad.")
    assessment.refresh_from_db()
    AssessmentScore.objects.bulk_create(
        AssessmentScore(assessment=assessment, criterion=criterion, score=score, reason=reason)
        for criterion, (score, reason) in scores.items()
    )
    record("assessment_submitted", by=by, subject=assessment, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(application.case, f"{by} lämnade sin bedömning", by=by, at=at, internal=True)
    if submitted_assessments(application) >= NEEDED_ASSESSMENTS:
        close_tasks(assess_task_key(application), at=at)
        open_task(
            propose_task_key(application),
            organisation=application.call.grantor,
            right=Right.PROPOSE_DECISIONS,
            title=f"Föreslå beslut för {application.organisation}",
            url=detail_url(application),
            at=at,
        )
    return assessment


def propose_task_key(application: Application) -> str:
    """The key of NCH's task to propose a decision."""
    return f"propose:{application.pk}"
