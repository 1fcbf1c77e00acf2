"""Assessments: each officer's own scores and reasons, after a declaration on the case."""

import datetime
from collections.abc import Mapping

from django.db import transaction

from grants.enums import ApplicationState, AssessmentKind
from grants.models import Application, Assessment, AssessmentScore, Criterion
from grants.selectors.assessments import NEEDED_ASSESSMENTS, counting_assessments
from grants.selectors.calls import criteria
from grants.services.applications import assess_task_key, detail_url
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.selectors import declaration_of
from nch.cases.services import close_tasks, note, open_task

SCORES = ((1, "1 – uppfyller inte"), (2, "2 – i liten grad"), (3, "3 – delvis"), (4, "4 – väl"), (5, "5 – mycket väl"))


@transaction.atomic
def submit_assessment(
    *,
    application: Application,
    scores: Mapping[Criterion, tuple[int, str]],
    comment: str,
    by: User,
    at: datetime.datetime,
) -> Assessment:
    """Hand in one's own assessment: a score from 1 to 5 and a reason for every criterion."""
    require(by, Right.ASSESS, application.call.grantor_id)
    check_impartial(application, by)
    if application.state != ApplicationState.SUBMITTED:
        raise GrantError("Ansökan kan inte bedömas i det läge den är i.")
    wanted = criteria(application.call)
    if set(scores) != set(wanted) or any(not reason.strip() for _, reason in scores.values()):
        raise GrantError("Ge poäng och motivering för varje kriterium.")
    assessment, _ = Assessment.objects.get_or_create(
        application=application, officer=by, kind=AssessmentKind.INDIVIDUAL, defaults={"begun_at": at}
    )
    if not Assessment.objects.filter(pk=assessment.pk, submitted_at__isnull=True).update(
        submitted_at=at, changed_at=at, comment=comment
    ):
        raise GrantError("Bedömningen är redan lämnad.")
    assessment.refresh_from_db()
    assessment.scores.all().delete()
    AssessmentScore.objects.bulk_create(
        AssessmentScore(assessment=assessment, criterion=criterion, score=score, reason=reason)
        for criterion, (score, reason) in scores.items()
    )
    record("assessment_submitted", by=by, subject=assessment, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(application.case, f"{by} lämnade sin bedömning", by=by, at=at, internal=True)
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
    return assessment


def check_impartial(application: Application, by: User) -> None:
    """Raise GrantError for somebody who has not declared, has a conflict of interest, or acts for the applicant too.

    Those who only see to payments and sums (Right.DECLARE_INTEREST is not theirs) have nothing to declare.
    """
    if application.case is None:
        raise GrantError("Ansökan är inte inlämnad.")
    declaration = declaration_of(by, application.case)
    if declaration is None and access_of(by).may_at(Right.DECLARE_INTEREST, application.case.handler_id):
        raise GrantError("Ange först om du är jävig i ärendet.")
    if declaration is not None and declaration.recused:
        raise GrantError("Du har anmält jäv i ärendet och kan inte handlägga det.")
    if application.organisation_id in access_of(by).organisation_ids(Right.FILL_IN):
        raise GrantError("Du har behörighet hos sökanden och kan inte handlägga ärendet.")


def propose_task_key(application: Application) -> str:
    """The key of NCH's task to propose a decision."""
    return f"propose:{application.pk}"
