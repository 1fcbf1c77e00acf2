"""Reading what is due: from the user's own organisation, and from everybody for those who wait for it.

Whether something is late follows from its date and today, and is never stored.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet, TextChoices
from django.utils import timezone

from nch.accounts.enums import RIGHTS_OF_THE_HANDLER, Right
from nch.accounts.permissions import access_of
from nch.cases.kinds import TaskKind, kind_of
from nch.cases.models import Task
from nch.cases.selectors import Anyone, conversations_for, open_tasks_for, recused_cases

SOON = datetime.timedelta(days=14)
MOST_WAITING = 500
"""How far a start page counts what waits: nobody works through more, and counting all would take longer every year."""

_OF_THE_PARTY = (Right.FILL_IN, Right.SUBMIT)


class DueState(TextChoices):
    """How something that is due stands today."""

    LATE = "sen", "Försenat"
    SOON = "snart", "Inom 14 dagar"
    LATER = "senare", "Senare"
    DONE = "klar", "Klart"


def due_state(task: Task, *, today: datetime.date) -> DueState:
    """How a task with a due date stands."""
    if task.done_at is not None or task.due_on is None:
        return DueState.DONE
    if task.due_on < today:
        return DueState.LATE
    return DueState.SOON if task.due_on <= today + SOON else DueState.LATER


def in_state(state: str, *, today: datetime.date) -> Q:
    """The condition for the tasks that stand so."""
    is_open = Q(done_at__isnull=True)
    return {
        DueState.LATE: is_open & Q(due_on__lt=today),
        DueState.SOON: is_open & Q(due_on__gte=today, due_on__lte=today + SOON),
        DueState.LATER: is_open & Q(due_on__gt=today + SOON),
        DueState.DONE: Q(done_at__isnull=False),
    }[DueState(state)]


def due_for(user: Anyone) -> QuerySet[Task]:
    """What has a due date: what the user's organisation owes, and what the authority it handles cases at waits for.

    An offer that has expired is not due any more. Cases in which the user is recused are left out.
    """
    access = access_of(user)
    tasks = Task.objects.filter(due_on__isnull=False).select_related("organisation", "case", "waiting", "assignee")
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()) | Q(done_at__isnull=False)
    tasks = tasks.filter(unexpired).exclude(case__in=recused_cases(user))
    if access.everywhere(Right.HANDLE_CASES):
        return tasks
    own, handled = access.organisation_ids(Right.SEE_CASES), access.organisation_ids(Right.HANDLE_CASES)
    of_the_party = Q(organisation__in=own, right__in=_OF_THE_PARTY)
    of_the_handler = Q(organisation__in=handled, right__in=RIGHTS_OF_THE_HANDLER)
    return tasks.filter(of_the_party | of_the_handler | Q(waiting__in=handled))


@dataclass(frozen=True)
class Standing:
    """How things stand for those who handle cases."""

    late: int
    due_soon: int
    questions: int
    oldest_question: datetime.datetime | None


def standing_for(user: Anyone, *, today: datetime.date) -> Standing | None:
    """The key numbers of the authority where the user handles cases (two queries); None for everybody else."""
    handled = access_of(user).organisation_ids(Right.HANDLE_CASES)
    if not handled:
        return None
    late, soon = in_state(DueState.LATE, today=today), in_state(DueState.SOON, today=today)
    awaited = due_for(user).filter(waiting__in=handled, done_at__isnull=True)
    tasks = awaited.order_by().aggregate(late=Count("pk", filter=late), soon=Count("pk", filter=soon))
    unanswered = conversations_for(user).filter(case__handler__in=handled, awaits_handler_since__isnull=False)
    talk = unanswered.order_by().aggregate(count=Count("pk"), oldest=Min("awaits_handler_since"))
    return Standing(tasks["late"], tasks["soon"], talk["count"], talk["oldest"])


def handles_somewhere(user: Anyone) -> bool:
    """Whether the user reads the calendar as one who waits for others."""
    return access_of(user).may(Right.HANDLE_CASES)


class Waiting(NamedTuple):
    """A task that waits, as far as it is counted and filtered."""

    pk: int
    key: str
    due_on: datetime.date | None

    @property
    def kind(self) -> TaskKind:
        """What kind of task it is."""
        return kind_of(self.key)


@dataclass(frozen=True)
class WaitingList:
    """What waits for somebody, the most pressing first; no more than MOST_WAITING of what there is."""

    tasks: list[Waiting]
    is_cut: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind, by its code; they say nothing of what has been cut off."""
        return Counter(task.kind.code for task in self.tasks)


def waiting_for(user: Anyone, narrowed: Q | None = None) -> WaitingList:
    """What waits for the user, or what of it meets a condition (one query)."""
    tasks = open_tasks_for(user) if narrowed is None else open_tasks_for(user).filter(narrowed)
    found = [Waiting(*row) for row in tasks.values_list("pk", "key", "due_on")[: MOST_WAITING + 1]]
    return WaitingList(found[:MOST_WAITING], is_cut=len(found) > MOST_WAITING)
