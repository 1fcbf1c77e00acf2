"""The start page: what waits for the user, by kind."""

import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from nch.accounts.doors import signed_in
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.follow_up import Standing, WaitingList, standing_for, waiting_for
from nch.cases.forms import TaskFilterForm
from nch.cases.kinds import ALL_KINDS, of_kind
from nch.cases.models import Task
from nch.cases.start_parts import parts_for
from nch.cases.words import age_words, days_since
from nch.common.lists import PAGE_SIZE


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What waits for the user: how much of each kind, how old it is and when it is due."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    waiting = waiting_for(user)
    form = TaskFilterForm(request.GET)
    kind, late_only = (form.cleaned_data["slag"], form.cleaned_data["sena"]) if form.is_valid() else ("", False)
    shown = _narrowed(user, waiting, kind=kind, late_on=today if late_only else None)
    page = Paginator(shown.tasks, PAGE_SIZE).get_page(request.GET.get("page"))
    tasks = Task.objects.in_bulk([task.pk for task in page])
    groups: dict[str, list[dict[str, object]]] = {}
    for found in page:
        groups.setdefault(found.kind.label, []).append(_item(tasks[found.pk], today))
    counts = waiting.counts
    # Of what has been cut off, nobody knows the kinds: each is offered then, without a number.
    kinds = [(one, counts.get(one.code)) for one in ALL_KINDS if waiting.is_cut or one.code in counts]
    context = {
        "parts": parts_for(user, at=now),
        "groups": groups,
        "kinds": kinds,
        "chosen": kind,
        "late_only": late_only,
        "waiting": waiting,
        "page_obj": page,
        "standing": _key_numbers(standing_for(user, today=today), today),
        "memberships": access_of(user).memberships,
    }
    return render(request, "cases/start.html", context)


def _narrowed(user: User, waiting: WaitingList, *, kind: str, late_on: datetime.date | None) -> WaitingList:
    """Those of a kind, and those that are late on a day; asked of the database only where some have been cut off."""
    if waiting.is_cut and (kind or late_on):
        condition = of_kind(kind) if kind else Q()
        return waiting_for(user, condition & Q(due_on__lt=late_on) if late_on else condition)
    tasks = [task for task in waiting.tasks if not kind or task.kind.code == kind]
    if late_on:
        tasks = [task for task in tasks if task.due_on is not None and task.due_on < late_on]
    return WaitingList(tasks, is_cut=waiting.is_cut)


def _item(task: Task, today: datetime.date) -> dict[str, object]:
    """A task for the task list component."""
    is_late = task.due_on is not None and task.due_on < today
    return {
        "title": task.title,
        "url": task.url,
        "due": task.due_on,
        "hint": age_words(task.created_at, today=today),
        "status_label": "Försenad" if is_late else "Väntar",
        "status_tone": "danger" if is_late else "info",
    }


def _key_numbers(standing: Standing | None, today: datetime.date) -> list[tuple[str, int, str, str]]:
    """The numbers at the top for those who handle cases: label, value, what follows, and where one sees more."""
    if standing is None:
        return []
    oldest = standing.oldest_question
    waited = max(0, days_since(oldest, today=today)) if oldest else 0
    age = f"den äldsta har väntat i {waited} {'dag' if waited == 1 else 'dagar'}" if oldest else "ingen väntar"
    return [
        ("Försenat till oss", standing.late, "redovisningar och annat", f"{reverse('calendar')}?lage=sen"),
        ("Ska in inom 14 dagar", standing.due_soon, "från andra", reverse("calendar")),
        ("Obesvarade frågor", standing.questions, age, reverse("conversation_list")),
    ]
