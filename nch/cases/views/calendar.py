"""Everything that is due: as a list by month, as a month, and per organisation for those who wait for many."""

import calendar as months
import datetime
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.follow_up import DueState, due_for, due_state, handles_somewhere, in_state
from nch.cases.forms import CalendarFilterForm
from nch.cases.kinds import ALL_KINDS, kind_of, of_kind
from nch.cases.models import Task
from nch.common.formats import MONTHS, format_date
from nch.common.icalendar import CONTENT_TYPE, Event, as_icalendar
from nch.common.lists import PAGE_SIZE

ROWS_ON_PAGE = 50
TONES = {
    DueState.LATE: "danger",
    DueState.SOON: "warning",
    DueState.LATER: "neutral",
    DueState.DONE: "success",
}


@dataclass(frozen=True)
class Entry:
    """A task as the calendar shows it."""

    task: Task
    kind: str
    label: str
    tone: str
    url: str


@dataclass
class Day:
    """A day of the month's table, with what is due on it."""

    date: datetime.date
    in_month: bool
    entries: list[Entry] = field(default_factory=list)


@right_required(Right.SEE_CASES)
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar in one of its views; what is late is computed as it is shown."""
    user, today = signed_in(request), timezone.localdate()
    tasks = due_for(user)
    form = CalendarFilterForm(request.GET, tasks=tasks)
    is_national = handles_somewhere(user)
    view = request.GET.get("vy", "")
    if view not in ("manad", "oversikt") or (view == "oversikt" and not is_national):
        view = ""
    if view:
        # A month and a table of a year show what is done too, unless one asks for less.
        form.show_all_by_default()
    context = {
        "filter_form": form,
        "view": view,
        "is_national": is_national,
        "today": today,
    }
    state = form.cleaned_data["lage"] if form.is_valid() else ""
    tasks = narrowed(tasks, form)
    if view == "oversikt":
        context |= _matrix(_in_state(tasks, state or "alla", today), request, user, today)
    elif view == "manad":
        context |= _month(_in_state(tasks, state or "alla", today), request, user, today)
    else:
        page = Paginator(_in_state(tasks, state, today), ROWS_ON_PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "groups": _by_month(page, user, today)}
    return render(request, "cases/calendar.html", context)


@right_required(Right.SEE_CASES)
def calendar_file(request: HttpRequest) -> HttpResponse:
    """What is not done yet, as an iCalendar file to download."""
    tasks = due_for(request.user).filter(done_at__isnull=True)[:1000]
    host = urlsplit(settings.SITE_URL).hostname
    events = (
        Event(f"task-{task.pk}@{host}", task.title, task.due_on, url=f"{settings.SITE_URL}{task.url}")
        for task in tasks
        if task.due_on is not None
    )
    headers = {"Content-Disposition": 'attachment; filename="nch-kalender.ics"'}
    return HttpResponse(as_icalendar(events, at=timezone.now()), content_type=CONTENT_TYPE, headers=headers)


def narrowed(tasks: QuerySet[Task], form: CalendarFilterForm) -> QuerySet[Task]:
    """The tasks of the kind and organisation asked for; none where something was asked for that there is not."""
    if not form.is_valid():
        return tasks.none()
    if form.cleaned_data["slag"]:
        tasks = tasks.filter(of_kind(form.cleaned_data["slag"]))
    if form.cleaned_data["organisation"]:
        tasks = tasks.filter(organisation_id=form.cleaned_data["organisation"])
    return tasks


def _in_state(tasks: QuerySet[Task], state: str, today: datetime.date) -> QuerySet[Task]:
    """The tasks that stand so; without a state those that are not done."""
    if state == "alla":
        return tasks
    return tasks.filter(in_state(state, today=today)) if state else tasks.filter(done_at__isnull=True)


def _entry(task: Task, user: User, today: datetime.date) -> Entry:
    """A task in words. Whoever may do it is led to where it is done, everybody else to the case."""
    state = due_state(task, today=today)
    label = str(state.label)
    if state == DueState.LATE and task.due_on is not None:
        days = (today - task.due_on).days
        label = f"{days} {'dag' if days == 1 else 'dagar'} sen"
    elif state == DueState.DONE and task.done_at is not None:
        label = f"Klart {format_date(task.done_at)}"
    elif task.opens_on is not None and task.opens_on > today:
        label = f"Öppnar {format_date(task.opens_on)}"
    holders = access_of(user).organisation_ids(Right(task.right))
    is_mine = task.organisation_id in holders and task.assignee_id in (None, user.pk)
    url = task.url if is_mine else reverse("case_detail", args=[task.case_id]) if task.case_id else ""
    return Entry(task, kind_of(task.key).label, label, TONES[state], url)


def _by_month(page: Page, user: User, today: datetime.date) -> list[tuple[str, list[Entry]]]:
    """The page's tasks under the name of their month."""
    groups: dict[str, list[Entry]] = {}
    for task in page:
        name = f"{MONTHS[task.due_on.month - 1].capitalize()} {task.due_on.year}"
        groups.setdefault(name, []).append(_entry(task, user, today))
    return list(groups.items())


def _month(tasks: QuerySet[Task], request: HttpRequest, user: User, today: datetime.date) -> dict[str, object]:
    """One month as weeks of seven days, with the months before and after."""
    first = _asked_month(request.GET.get("manad", ""), today)
    grid = months.Calendar().monthdatescalendar(first.year, first.month)
    days = {date: Day(date, date.month == first.month) for week in grid for date in week}
    for task in tasks.filter(due_on__range=(grid[0][0], grid[-1][-1])):
        if task.due_on is not None:
            days[task.due_on].entries.append(_entry(task, user, today))
    after = first + datetime.timedelta(days=32)
    return {
        "title": f"{MONTHS[first.month - 1].capitalize()} {first.year}",
        "weeks": [(week[0].isocalendar().week, [days[date] for date in week]) for week in grid],
        "weekdays": ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag"),
        "before": f"{first - datetime.timedelta(days=1):%Y-%m}",
        "after": f"{after:%Y-%m}",
    }


def _asked_month(text: str, today: datetime.date) -> datetime.date:
    """The first day of the month written as `2026-11`, or of this month."""
    try:
        return datetime.date.fromisoformat(f"{text}-01") if "1900" < text < "2200" else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


def _matrix(tasks: QuerySet[Task], request: HttpRequest, user: User, today: datetime.date) -> dict[str, object]:
    """Organisations against what is due in a year, by kind."""
    asked = request.GET.get("ar", "")
    year = int(asked) if len(asked) == 4 and asked.isdecimal() and asked.isascii() and int(asked) else today.year
    tasks = tasks.filter(due_on__range=(datetime.date(year, 1, 1), datetime.date(year, 12, 31)))
    owing = tasks.order_by("organisation__sort_key").values_list("organisation_id", "organisation__name").distinct()
    page = Paginator(owing, PAGE_SIZE).get_page(request.GET.get("page"))
    cells: dict[tuple[int, str], list[Entry]] = {}
    names = dict(page.object_list)
    for task in tasks.filter(organisation__in=names):
        cells.setdefault((task.organisation_id, kind_of(task.key).code), []).append(_entry(task, user, today))
    shown = [kind for kind in ALL_KINDS if any(code == kind.code for _, code in cells)]
    rows = [(name, [cells.get((pk, kind.code), []) for kind in shown]) for pk, name in names.items()]
    return {"year": year, "kinds": shown, "rows": rows, "page_obj": page}
