"""Reminding of what is due: who owes it before, on and after the day, and who waits for it when it is late.

Each reminder has an occasion, counted in days from the due date, and a key with the task, the due date, the occasion
and the person: it is written once, however often this runs. After a time when nothing ran, only the latest occasion
that was missed is made good. A due date that is moved begins anew.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.kinds import kind_of
from nch.cases.mail import letter, write_mails
from nch.cases.models import OutgoingMail, Task
from nch.cases.notices import people_with
from nch.common.formats import format_date
from nch.counties.models import Organisation


@dataclass(frozen=True)
class Occasion:
    """A day on which one is reminded: so many days after the due date (before it: negative), and who is."""

    days: int
    tells_waiting: bool
    subject: str


# The rule. After the last row one is reminded again every EVERY days, as in that row.
REMINDERS = (
    Occasion(-14, tells_waiting=False, subject="Påminnelse: {what}, senast {due}"),
    Occasion(-3, tells_waiting=False, subject="Påminnelse: {what}, senast {due}"),
    Occasion(0, tells_waiting=False, subject="Påminnelse: {what}, sista dagen är i dag"),
    Occasion(1, tells_waiting=True, subject="Försenat: {what}, skulle ha varit klart {due}"),
    Occasion(7, tells_waiting=True, subject="Försenat: {what}, skulle ha varit klart {due}"),
    Occasion(21, tells_waiting=True, subject="Försenat: {what}, skulle ha varit klart {due}"),
)
EVERY = 14


def latest_occasion(due_on: datetime.date, *, today: datetime.date, after: datetime.date) -> Occasion | None:
    """The last occasion that has come by today; None where there has been none since `after`, when the task came."""
    days = (today - due_on).days
    come = [occasion for occasion in REMINDERS if occasion.days <= days]
    if not come:
        return None
    latest = come[-1]
    if latest is REMINDERS[-1]:
        repeated = latest.days + (days - latest.days) // EVERY * EVERY
        latest = Occasion(repeated, tells_waiting=latest.tells_waiting, subject=latest.subject)
    return latest if due_on + datetime.timedelta(days=latest.days) > after else None


def remind(*, at: datetime.datetime) -> int:
    """Write every reminder that has come by the Swedish day of `at` and is not written; returns how many."""
    today = timezone.localtime(at).date()
    horizon = today - datetime.timedelta(days=REMINDERS[0].days)
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    has_opened = Q(opens_on__isnull=True) | Q(opens_on__lte=today)
    tasks = Task.objects.filter(unexpired, has_opened, done_at__isnull=True, due_on__lte=horizon)
    people = _People()
    return sum(
        _remind_of(task, people, today=today, at=at)
        for task in tasks.select_related("organisation", "waiting", "case").order_by("pk").iterator(chunk_size=500)
    )


class _People:
    """Who holds a right at an organisation, read once for all tasks of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], list[User]] = {}

    def with_right(self, organisation: Organisation, right: str) -> list[User]:
        key = (organisation.pk, right)
        if key not in self._known:
            self._known[key] = list(people_with(organisation, Right(right)))
        return self._known[key]


def reminded_of(keys: Collection[str]) -> QuerySet[User]:
    """Those who have been reminded of one or more of the tasks with these keys, whether they owe it or wait for it."""
    written = Q(pk__in=[])
    for pk in Task.objects.filter(key__in=keys).values_list("pk", flat=True):
        written |= Q(key__startswith=_reminders_of(pk))
    return User.objects.filter(pk__in=OutgoingMail.objects.filter(written).values("user"))


def _reminders_of(task_pk: int) -> str:
    """What the keys of all reminders of a task begin with."""
    return f"reminder:{task_pk}:"


@transaction.atomic
def _remind_of(task: Task, people: _People, *, today: datetime.date, at: datetime.datetime) -> int:
    """Write the latest reminder of a task to those who have not got it; returns how many were written."""
    due_on, came_on = task.due_on, timezone.localtime(task.created_at).date()
    if due_on is None:
        return 0
    occasion = latest_occasion(due_on, today=today, after=max(came_on, task.opens_on or came_on))
    if occasion is None:
        return 0
    owing = people.with_right(task.organisation, task.right)
    # Whoever the task was given to is reminded; all, if that person no longer works there.
    owing = [user for user in owing if user.pk == task.assignee_id] or owing
    waiting: list[User] = []
    if occasion.tells_waiting and task.waiting is not None and task.waiting_right:
        waiting = [user for user in people.with_right(task.waiting, task.waiting_right) if user not in owing]
    key = f"{_reminders_of(task.pk)}{due_on}:{occasion.days}"
    wanted = {f"{key}:{user.pk}" for user in (*owing, *waiting)}
    written = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    owing, waiting = ([user for user in users if f"{key}:{user.pk}" not in written] for users in (owing, waiting))
    # Between the list and now the task may have been done, or its day moved.
    is_current = Task.objects.select_for_update().filter(pk=task.pk, due_on=due_on, done_at__isnull=True)
    if not (owing or waiting) or not is_current.exists():
        return 0
    subject = occasion.subject.format(what=_what(task), due=format_date(due_on))
    to_owing = letter(_text_to_owing(task, (due_on - today).days, due_on), task.url)
    where = reverse("case_detail", args=[task.case_id]) if task.case_id else reverse("calendar")
    to_waiting = letter(_text_to_waiting(task, (today - due_on).days, due_on), where)
    mails = [
        *write_mails(key=key, users=owing, subject=subject, body=to_owing, at=at, case=task.case),
        *write_mails(key=key, users=waiting, subject=subject, body=to_waiting, at=at, case=task.case),
    ]
    return len(mails)


def _what(task: Task) -> str:
    """The task by its kind and case: enough to know where to look, and nothing of what the case is about."""
    where = f" i ärende {task.case.registration_number}" if task.case else ""
    return f"”{kind_of(task.key).label}”{where}"


def _text_to_owing(task: Task, days_left: int, due_on: datetime.date) -> str:
    due = format_date(due_on, long=True)
    if days_left > 0:
        return f"Uppgiften {_what(task)} ska vara klar senast den {due}, om {_days(days_left)}."
    if days_left == 0:
        return f"Uppgiften {_what(task)} ska vara klar i dag, den {due}."
    return f"Uppgiften {_what(task)} skulle ha varit klar den {due}. Den är {_days(-days_left)} försenad."


def _text_to_waiting(task: Task, days_late: int, due_on: datetime.date) -> str:
    due = format_date(due_on, long=True)
    return (
        f"{task.organisation} skulle ha gjort klart {_what(task)} den {due}. Uppgiften är {_days(days_late)} försenad."
    )


def _days(count: int) -> str:
    return "1 dag" if count == 1 else f"{count} dagar"
