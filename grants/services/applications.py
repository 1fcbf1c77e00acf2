"""Applications: started, submitted into a case, withdrawn."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from grants.enums import ApplicationState, DecisionState
from grants.models import Application, ApplicationMove, ApplicationSubmission, AppliedAmount, FundingCall
from grants.selectors.calls import is_open, possible_applicants
from grants.selectors.completion import read_task_key
from grants.services.calls import call_task_key
from grants.services.eligibility import kept_answers
from grants.services.errors import GrantError
from grants.standard_form import BUDGET_KEY
from grants.tasks import file_application_copy
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import CaseKind
from nch.cases.services import close_case, close_tasks, note, open_task, register_case
from nch.common.transitions import Transition, TransitionError, move
from nch.counties.models import Organisation
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.grids import GridSums
from nch.questionnaires.handing_in import close_draft, close_reopened, submit_response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import start_response

TRANSITIONS = (
    Transition(ApplicationState.DRAFT, ApplicationState.SUBMITTED),
    Transition(ApplicationState.DRAFT, ApplicationState.WITHDRAWN),
    Transition(ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN),
    Transition(ApplicationState.SUBMITTED, ApplicationState.PROPOSED),
    Transition(ApplicationState.SUBMITTED, ApplicationState.COMPLETION),
    Transition(ApplicationState.COMPLETION, ApplicationState.SUBMITTED),
    Transition(ApplicationState.COMPLETION, ApplicationState.WITHDRAWN),
    Transition(ApplicationState.PROPOSED, ApplicationState.SUBMITTED),
    Transition(ApplicationState.PROPOSED, ApplicationState.WITHDRAWN),
    Transition(ApplicationState.PROPOSED, ApplicationState.DECIDED),
)


def move_application(
    application: Application, to: ApplicationState, *, by: User, at: datetime.datetime, **changes: object
) -> None:
    """Move an application as the table allows; raises GrantError with the reason where it does not."""
    try:
        move(application, to=to, transitions=TRANSITIONS, moves=ApplicationMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise GrantError(str(error)) from error


def detail_url(application: Application) -> str:
    """The address of the application's page."""
    return reverse("grants:application_detail", args=[application.pk])


def assess_task_key(application: Application) -> str:
    """The key of NCH's task to assess the application."""
    return f"assess:{application.pk}"


def completion_task_key(application: Application) -> str:
    """The key of the applicant's task to complete the application."""
    return f"completion:{application.pk}"


def keep_applied_amounts(application: Application) -> None:
    """Write what the submitted budget asks for in each year of the call to columns of its own."""
    sums = GridSums(ResponseReader(application.response).value_of(BUDGET_KEY) or {})
    years = [budget.year for budget in application.call.budgets.all()]
    AppliedAmount.objects.bulk_create(
        (AppliedAmount(application=application, year=year, amount=sums.column(str(year))) for year in years),
        update_conflicts=True,
        unique_fields=["application", "year"],
        update_fields=["amount"],
    )
    application.applied_total = sum((sums.column(str(year)) for year in years), Decimal(0))
    application.save(update_fields=["applied_total"])


def own_task_key(application: Application, officer_id: int) -> str:
    """The key of an assigned officer's task to assess the application."""
    return f"{assess_task_key(application)}:{officer_id}"


def reassign_task_key(application: Application) -> str:
    """The key of the task to find somebody in the place of a recused assessor."""
    return f"reassign:{application.pk}"


def end_assessing(application: Application, *, at: datetime.datetime) -> None:
    """Nothing is left to assess: the application is withdrawn, or a decision is proposed."""
    assigned = application.assignments.values_list("officer", flat=True)
    own = [own_task_key(application, officer_id) for officer_id in assigned]
    close_tasks(assess_task_key(application), reassign_task_key(application), *own, at=at)


@transaction.atomic
def start_application(
    *,
    call: FundingCall,
    organisation: Organisation,
    by: User,
    at: datetime.datetime,
    eligibility_answers: Mapping[int, str] | None = None,
) -> Application:
    """Begin the organisation's application to an open call; there is one at a time.

    `eligibility_answers` holds "yes" or "no" per eligibility question (by key). Raises NotEligibleError where one of
    them ends the application, GrantError with the reason where it cannot be begun otherwise.
    """
    require(by, Right.FILL_IN, organisation.pk)
    if not is_open(call, at) or call.version is None:
        raise GrantError("Utlysningen är inte öppen för ansökningar.")
    if not possible_applicants(call).filter(pk=organisation.pk).exists():
        raise GrantError("Utlysningen vänder sig inte till er organisation.")
    kept = kept_answers(call, eligibility_answers or {})
    response = start_response(version=call.version, organisation=organisation, by=by, at=at)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                call=call,
                grantor=call.grantor,
                organisation=organisation,
                response=response,
                created_at=at,
                eligibility_answers=kept,
            )
    except IntegrityError as error:
        raise GrantError("Ni har redan en ansökan till utlysningen. Fortsätt i den.") from error
    record("application_started", by=by, subject=application, organisation_id=organisation.pk, at=at)
    return application


@transaction.atomic
def submit_application(*, application: Application, by: User, at: datetime.datetime) -> Application:
    """Submit: the draft is closed, its sums are kept, a case is registered.

    Raises IncompleteResponseError with every problem, GrantError where the call has closed or it was sent already.
    """
    require(by, Right.SUBMIT, application.organisation_id)
    if not is_open(application.call, at):
        raise GrantError("Utlysningen har stängt. Kontakta bidragsgivaren om ni behöver hjälp.")
    submit_response(response=application.response, by=by, at=at)
    case = register_case(
        kind=CaseKind.GRANT,
        title=f"Ansökan: {application.call.title}",
        organisation=application.organisation,
        handler=application.call.grantor,
        by=by,
        at=at,
    )
    move_application(application, ApplicationState.SUBMITTED, by=by, at=at, case=case, submitted_at=at)
    keep_applied_amounts(application)
    ApplicationSubmission.objects.create(application=application, number=1, at=at, by=by)
    note(case, f"Ansökan kom in från {application.organisation}", by=by, at=at, url=detail_url(application))
    record("application_submitted", by=by, subject=application, organisation_id=application.organisation_id, at=at)
    close_tasks(call_task_key(application.call, application.organisation), at=at)
    open_task(
        assess_task_key(application),
        organisation=application.call.grantor,
        right=Right.ASSESS,
        title=f"Bedöm ansökan från {application.organisation}",
        url=detail_url(application),
        at=at,
        case=case,
    )
    transaction.on_commit(lambda: file_application_copy.delay(application.pk), robust=True)
    return application


@transaction.atomic
def withdraw_application(*, application: Application, by: User, at: datetime.datetime) -> Application:
    """Withdraw an application that is not decided yet; everything written is kept, and the case is closed."""
    require(by, Right.SUBMIT, application.organisation_id)
    move_application(application, ApplicationState.WITHDRAWN, by=by, at=at)
    application.decisions.filter(state=DecisionState.PROPOSED).update(
        state=DecisionState.RETURNED, return_comment="Ansökan återkallades innan beslut fattades."
    )
    if application.response.state == ResponseState.REOPENED:
        close_reopened(response=application.response, by=by, at=at)
        application.completion_requests.filter(answered_at__isnull=True, ended_at__isnull=True).update(ended_at=at)
    if application.case is not None:
        note(application.case, "Ansökan återkallades", by=by, at=at, url=detail_url(application))
        close_case(application.case, by=by, at=at)
    else:
        close_draft(application.response, by=by, at=at)
    close_tasks(completion_task_key(application), read_task_key(application), at=at)
    end_assessing(application, at=at)
    close_tasks(*(f"{step}:{application.pk}" for step in ("propose", "decide")), at=at)
    record("application_withdrawn", by=by, subject=application, organisation_id=application.organisation_id, at=at)
    return application
