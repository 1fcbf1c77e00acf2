"""The start page: what waits for the user, by kind."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from nch.accounts.doors import signed_in
from nch.accounts.permissions import access_of
from nch.cases.follow_up import Standing, counts_per_kind, standing_for
from nch.cases.forms import TaskFilterForm
from nch.cases.kinds import ALL_KINDS, kind_of, of_kind
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.cases.words import age_words, days_since
from nch.common.lists import PAGE_SIZE, CountedPaginator


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What waits for the user: how much of each kind, how old it is and when it is due."""
    user, today = signed_in(request), timezone.localdate()
    tasks = open_tasks_for(user)
    counts = counts_per_kind(tasks)
    form = TaskFilterForm(request.GET)
    total = shown = sum(counts.values())
    if form.is_valid():
        if kind := form.cleaned_data["slag"]:
            tasks, shown = tasks.filter(of_kind(kind)), counts.get(kind, 0)
        if form.cleaned_data["sena"]:
            tasks = tasks.filter(due_on__lt=today)
            shown = tasks.count()
    page = CountedPaginator(tasks, PAGE_SIZE, count=lambda: shown).get_page(request.GET.get("page"))
    groups: dict[str, list[dict[str, object]]] = {}
    for task in page:
        groups.setdefault(kind_of(task.key).label, []).append(_item(task, today))
    kinds = [(kind, counts[kind.code]) for kind in ALL_KINDS if kind.code in counts]
    context = {
        "groups": groups,
        "kinds": kinds,
        "chosen": request.GET.get("slag", ""),
        "late_only": bool(request.GET.get("sena")),
        "total": total,
        "page_obj": page,
        "standing": _key_numbers(standing_for(user, today=today), today),
        "memberships": access_of(user).memberships,
    }
    return render(request, "cases/start.html", context)


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
