"""Beginning and handing in a centre's statistics of a round."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.cases.enums import CaseKind
from nch.cases.services import close_tasks, fulfil, note, open_task, register_case
from nch.common.formats import format_date
from nch.common.transitions import Transition, TransitionError, move
from nch.counties.models import Organisation
from nch.counties.selectors import national_centre
from nch.questionnaires.handing_in import IncompleteResponseError, submit_response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import hold_draft, start_response
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsReturnMove
from resurscentra.return_checks import days_of, problems_in
from resurscentra.selectors.returns import earlier_figures, may_at_return
from resurscentra.services.asking import ReportingError
from resurscentra.tasks import file_return_copies

# The topic of a task that asks for statistics, whoever asks (nch.cases.models.Task).
STATISTICS = "statistics"
TRANSITIONS = (
    Transition(ReturnState.EXPECTED, ReturnState.DRAFT),
    Transition(ReturnState.DRAFT, ReturnState.SUBMITTED),
    Transition(ReturnState.SUBMITTED, ReturnState.RETURNED),
    Transition(ReturnState.RETURNED, ReturnState.SUBMITTED),
    Transition(ReturnState.EXPECTED, ReturnState.WITHDRAWN),
    Transition(ReturnState.DRAFT, ReturnState.WITHDRAWN),
)


def owners_of(statistics: StatisticsReturn) -> tuple[Organisation, Organisation]:
    """The county board that answers for the return, and the centre; either can hand it in."""
    return statistics.organisation, statistics.centre.organisation


def task_keys(statistics: StatisticsReturn) -> list[str]:
    """The keys of the tasks to hand in: the county board's and the centre's, of which either can do it."""
    return [f"statistics-return:{statistics.pk}:{owner.pk}" for owner in owners_of(statistics)]


def read_task_key(statistics: StatisticsReturn) -> str:
    """The key of NCH's task to read what has been corrected."""
    return f"read-statistics:{statistics.pk}"


def ask_for_return(statistics: StatisticsReturn, *, title: str, due_on: datetime.date, at: datetime.datetime) -> None:
    """Give both owners the task to hand in by a day."""
    for key, owner in zip(task_keys(statistics), owners_of(statistics), strict=True):
        open_task(
            key,
            organisation=owner,
            right=Right.FILL_IN,
            title=title,
            url=detail_url(statistics),
            at=at,
            due_on=due_on,
            # Who waits is told once of what is late, and not once for each who can do it.
            waiting=national_centre() if owner.pk == statistics.organisation_id else None,
            waiting_right=Right.MANAGE_REPORTING if owner.pk == statistics.organisation_id else None,
        )


def detail_url(statistics: StatisticsReturn) -> str:
    """The address of the return's page."""
    return reverse("resurscentra:return_detail", args=[statistics.pk])


def move_return(
    statistics: StatisticsReturn, to: ReturnState, *, by: User, at: datetime.datetime, **changes: object
) -> None:
    """Let the return go on to a state. Raises ReportingError where it cannot, or somebody else was first."""
    try:
        move(statistics, to=to, transitions=TRANSITIONS, moves=StatisticsReturnMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise ReportingError(str(error)) from error


def hold_return(statistics: StatisticsReturn) -> ReturnState:
    """Hold the return for this transaction and say in which state it is now.

    Before its response and before the log, as whoever withdraws a round does: so nobody waits for each other for ever.
    """
    return ReturnState(StatisticsReturn.objects.select_for_update().get(pk=statistics.pk).state)


def _require(statistics: StatisticsReturn, by: User, right: Right) -> None:
    if not may_at_return(by, right, statistics):
        raise PermissionDenied(f"Behörigheten ”{right.label}” saknas.")


@transaction.atomic
def start_return(*, statistics: StatisticsReturn, by: User, at: datetime.datetime) -> StatisticsReturn:
    """Begin the draft that the county board and the centre share."""
    _require(statistics, by, Right.FILL_IN)
    hold_return(statistics)
    response = start_response(
        version=statistics.round.version,
        organisation=statistics.organisation,
        partner=statistics.centre.organisation,
        by=by,
        at=at,
    )
    move_return(statistics, ReturnState.DRAFT, by=by, at=at, response=response)
    return statistics


@transaction.atomic
def submit_return(*, statistics: StatisticsReturn, by: User, at: datetime.datetime) -> StatisticsReturn:
    """Hand in, the first time or corrected; what was handed in before is kept beside it. A late one is taken in too.

    Raises IncompleteResponseError with every problem, ReportingError where there is nothing to hand in, or the period
    is not over: what is counted of a year would lack its last days.
    """
    _require(statistics, by, Right.SUBMIT)
    if statistics.response is None:
        raise ReportingError("Inlämningen är inte påbörjad.")
    ends_on = statistics.round.ends_on
    if timezone.localdate(at) < ends_on:
        raise ReportingError(
            f"Perioden pågår till och med den {format_date(ends_on, long=True)}. Statistiken kan lämnas in den dagen "
            "eller senare. Det som är ifyllt finns kvar."
        )
    # Locked before it is checked, so that nobody's save slips in between.
    hold_return(statistics)
    reader = ResponseReader(hold_draft(statistics.response), draft=True)
    # What was not sent back for correction stands as it was handed in, and as it was accepted.
    is_open = {question.pk for section in reader.open_sections for question in section.questions.all()}
    further = problems_in(reader, days=days_of(statistics.round), earlier=earlier_figures(statistics))
    if any(problem.question.pk in is_open for problem in further):
        every = [*(problem for state in reader.states() for problem in state.problems), *further]
        raise IncompleteResponseError([problem for problem in every if problem.question.pk in is_open])
    submit_response(response=statistics.response, by=by, at=at)
    case, again = statistics.case, statistics.case is not None
    if case is None:
        case = register_case(
            kind=CaseKind.STATISTICS,
            title=f"Statistik: {statistics}",
            organisation=statistics.organisation,
            handler=national_centre(),
            by=by,
            at=at,
        )
    move_return(statistics, ReturnState.SUBMITTED, by=by, at=at, case=case, submitted_at=at)
    statistics.corrections.filter(answered_at__isnull=True).update(answered_at=at)
    what = "Rättad statistik" if again else "Statistik"
    note(case, f"{what} kom in från {statistics.centre}", by=by, at=at, url=detail_url(statistics))
    record("statistics_submitted", by=by, subject=statistics, organisation_id=statistics.organisation_id, at=at)
    close_tasks(*task_keys(statistics), at=at)
    if again:
        open_task(
            read_task_key(statistics),
            organisation=national_centre(),
            right=Right.MANAGE_REPORTING,
            title=f"Läs rättad statistik: {statistics}",
            url=detail_url(statistics),
            at=at,
            case=case,
        )
    of_county = StatisticsReturn.objects.filter(round=statistics.round_id, organisation=statistics.organisation_id)
    if not of_county.exclude(state=ReturnState.SUBMITTED).exists():
        # What a grant's reporting plan asked the county for is handed in with the last of its centres.
        fulfil(STATISTICS, organisation=statistics.organisation, period_ends_on=statistics.round.ends_on, at=at)
    transaction.on_commit(lambda: file_return_copies.delay(statistics.pk), robust=True)
    return statistics
