"""Who is to assess which application, and what happens when one of them turns out to have a conflict of interest."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.urls import reverse

from grants.enums import ApplicationState, AssessmentKind
from grants.models import Application, Assessment, Assignment, FundingCall
from grants.selectors.assessments import NEEDED_ASSESSMENTS, assignments_of, counting_assessments
from grants.services.applications import assess_task_key, detail_url, own_task_key, reassign_task_key
from grants.services.assessments import propose_task_key
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.models import InterestDeclaration
from nch.cases.notices import people_with
from nch.cases.services import close_tasks, open_task

ASSIGNABLE = (ApplicationState.SUBMITTED, ApplicationState.COMPLETION)


@transaction.atomic
def assign(
    *,
    call: FundingCall,
    wanted: Mapping[Application, Collection[User]],
    due_on: datetime.date | None,
    by: User,
    at: datetime.datetime,
) -> int:
    """Let exactly these officers assess each of these applications, by a day; returns how many assignments are new.

    A handed-in assessment keeps its assignment. Raises GrantError where somebody may not assess or is recused.
    """
    require(by, Right.MANAGE_CALLS, call.grantor_id)
    may_assess = set(people_with(call.grantor, Right.ASSESS).values_list("pk", flat=True))
    recused = recused_pairs(list(wanted))
    new = 0
    for application, officers in wanted.items():
        if application.call_id != call.pk or application.state not in ASSIGNABLE:
            raise GrantError(f"Ansökan från {application.organisation} kan inte bedömas i det läge den är i.")
        for officer in officers:
            if officer.pk not in may_assess:
                raise GrantError(f"{officer} får inte bedöma ansökningar.")
            if (application.pk, officer.pk) in recused:
                raise GrantError(f"{officer} är jävig i ärendet för {application.organisation}.")
        new += _assign_one(application, officers, due_on=due_on, by=by, at=at)
    return new


def _assign_one(
    application: Application,
    officers: Collection[User],
    *,
    due_on: datetime.date | None,
    by: User,
    at: datetime.datetime,
) -> int:
    before = {assignment.officer_id: assignment for assignment in assignments_of(application)}
    done = _handed_in(application)
    wanted = {officer.pk: officer for officer in officers}
    for officer_id, assignment in before.items():
        if officer_id not in wanted and officer_id not in done:
            close_tasks(own_task_key(application, officer_id), at=at)
            assignment.delete()
    for officer_id, officer in wanted.items():
        Assignment.objects.update_or_create(
            application=application,
            officer=officer,
            defaults={"due_on": due_on},
            create_defaults={"due_on": due_on, "assigned_by": by, "assigned_at": at},
        )
        if officer_id not in done:
            open_task(
                own_task_key(application, officer_id),
                organisation=application.call.grantor,
                right=Right.ASSESS,
                title=f"Bedöm ansökan från {application.organisation}",
                url=reverse("grants:assess", args=[application.pk]),
                at=at,
                due_on=due_on,
                assignee=officer,
                case=application.case,
            )
    new = set(wanted) - set(before)
    gone = set(before) - set(wanted) - done
    if new or gone:
        record(
            "assessors_assigned",
            by=by,
            subject=application,
            organisation_id=application.organisation_id,
            details={"added": sorted(new), "removed": sorted(gone)},
            at=at,
        )
    _let_wait(application, at=at)
    if new:
        close_tasks(reassign_task_key(application), at=at)
    return len(new)


def _handed_in(application: Application) -> set[int]:
    handed_in = Assessment.objects.filter(
        application=application, kind=AssessmentKind.INDIVIDUAL, submitted_at__isnull=False
    )
    return set(handed_in.values_list("officer", flat=True))


def _let_wait(application: Application, *, at: datetime.datetime) -> None:
    """The task to assess waits for everybody while nobody is assigned and assessments are missing."""
    if assignments_of(application).exists() or counting_assessments(application) >= NEEDED_ASSESSMENTS:
        close_tasks(assess_task_key(application), at=at)
        return
    open_task(
        assess_task_key(application),
        organisation=application.call.grantor,
        right=Right.ASSESS,
        title=f"Bedöm ansökan från {application.organisation}",
        url=detail_url(application),
        at=at,
        case=application.case,
    )


def spread_evenly(
    applications: Sequence[Application], officers: Sequence[User], *, per_application: int
) -> dict[Application, list[User]]:
    """Give each application so many of the officers, so that all get about as many; recused ones are passed by.

    The least burdened comes first, and among equals the one first in the list.
    """
    recused = recused_pairs(applications)
    burden = {officer.pk: 0 for officer in officers}
    shared: dict[Application, list[User]] = {}
    for application in applications:
        possible = [officer for officer in officers if (application.pk, officer.pk) not in recused]
        chosen = sorted(possible, key=lambda officer: burden[officer.pk])[:per_application]
        for officer in chosen:
            burden[officer.pk] += 1
        shared[application] = chosen
    return shared


def recused_pairs(applications: Sequence[Application]) -> set[tuple[int, int]]:
    """Keys of application and officer where the officer has declared a conflict of interest (one query)."""
    declarations = InterestDeclaration.objects.filter(
        recused=True, case__applications__in=[application.pk for application in applications]
    )
    return set(declarations.values_list("case__applications", "user"))


def drop_recused(declaration: InterestDeclaration, at: datetime.datetime) -> None:
    """An assigned officer who declares a conflict of interest is assigned no longer, and somebody else is asked for.

    Called in the transaction of the declaration (services.recusals).
    """
    for application in Application.objects.filter(case=declaration.case, state__in=ASSIGNABLE).select_related(
        "call__grantor", "organisation", "case"
    ):
        dropped, _ = Assignment.objects.filter(application=application, officer=declaration.user).delete()
        close_tasks(own_task_key(application, declaration.user_id), at=at)
        if counting_assessments(application) < NEEDED_ASSESSMENTS:
            close_tasks(propose_task_key(application), at=at)
        _let_wait(application, at=at)
        if dropped:
            open_task(
                reassign_task_key(application),
                organisation=application.call.grantor,
                right=Right.MANAGE_CALLS,
                title=f"Utse en ny bedömare av ansökan från {application.organisation}",
                url=reverse("grants:assignments", args=[application.call_id]),
                at=at,
                case=application.case,
            )
