"""Pages of the rota: a week of it, laying shifts, letting others take them, and one's own calendar."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.common.icalendar import CONTENT_TYPE, Event, as_icalendar
from stodtelefon.forms.lines import ShiftForm, SwapForm
from stodtelefon.models import RotaFeed, Shift, SupportLine
from stodtelefon.opening import WEEKDAYS, Span
from stodtelefon.selectors.calls import lines_for, lines_to_log_for
from stodtelefon.selectors.lines import lines_to_lead_for, open_swaps_for, own_shifts, rota_of
from stodtelefon.services import rota as services
from stodtelefon.services import swaps

FEED_BACK = datetime.timedelta(days=30)
"""How long past shifts stay in a person's calendar."""


@right_required(Right.SEE_CALLS)
@require_safe
def rota(request: HttpRequest, pk: int) -> HttpResponse:
    """A week of a line's rota: its hours, who answers, and when nobody does."""
    line = get_object_or_404(lines_for(request.user), pk=pk)
    user, access = signed_in(request), access_of(request.user)
    monday = _asked_monday(request.GET.get("vecka", ""))
    sunday = monday + datetime.timedelta(days=6)
    week = datetime.timedelta(days=7)
    context = {
        "line": line,
        "days": list(zip(WEEKDAYS, rota_of(line, monday, sunday), strict=True)),
        "week": monday.isocalendar().week,
        "monday": monday,
        "sunday": sunday,
        "before": _week_code(monday - week),
        "after": _week_code(monday + week),
        "this_week": _week_code(timezone.localdate()),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "person": user,
        "may_answer": access.may_at(Right.LOG_CALLS, line.organisation_id),
        "may_lead": access.may_at(Right.LEAD_LINE, line.organisation_id),
    }
    return render(request, "stodtelefon/rota.html", context)


def _week_code(day: datetime.date) -> str:
    """The ISO week of a day, as in 2026-W53."""
    return f"{day:%G-W%V}"


def _asked_monday(text: str) -> datetime.date:
    """The Monday of the week written as 2026-W53, or of this week."""
    try:
        return datetime.date.fromisoformat(f"{text}-1") if "1900" < text < "2200" else _monday_of(timezone.localdate())
    except ValueError:
        return _monday_of(timezone.localdate())


def _monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


@right_required(Right.LEAD_LINE)
@require_http_methods(["GET", "HEAD", "POST"])
def lay_shifts(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay shifts for one person."""
    line = get_object_or_404(lines_to_lead_for(request.user), pk=pk)
    form = ShiftForm(request.POST if request.method == "POST" else None, line=line)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            laid = services.lay_shifts(
                line=line,
                person=values["person"],
                weekdays=values["weekdays"],
                span=Span(values["opens"], values["closes"]),
                first=values["first"],
                last=values["last"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except services.RotaError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, f"{laid.shifts} pass är {'inlagt' if laid.shifts == 1 else 'inlagda'}.")
            if laid.left_out:
                where = services.days_with_hours(laid.left_out)
                messages.warning(request, f"Där telefonen inte är öppen under passet lades inget in. {where}")
            return redirect(_address(line, values["first"]))
    context = {"line": line, "form": form}
    return render(request, "stodtelefon/lay_shifts.html", context, status=422 if form.errors else 200)


def _address(line: SupportLine, day: datetime.date) -> str:
    return f"{reverse('stodtelefon:rota', args=[line.pk])}?vecka={_week_code(day)}"


ACTIONS = {
    "ta-bort": (services.remove_shift, "Passet är borttaget."),
    "bjud-ut": (services.offer_shift, "Passet är utbjudet. De andra har fått mejl."),
    "angra": (services.withdraw_offer, "Passet är inte längre utbjudet."),
    "ta": (services.take_shift, "Passet är ditt."),
}


@right_required(Right.LOG_CALLS)
@require_POST
def shift_action(request: HttpRequest, pk: int, shift: int, action: str) -> HttpResponse:
    """Remove a shift (the lead), offer it, keep it after all, or take one that is offered."""
    user = signed_in(request)
    line = get_object_or_404(lines_for(user), pk=pk)
    found = get_object_or_404(Shift.objects.select_related("line__organisation"), pk=shift, line=line)
    is_lead = access_of(user).may_at(Right.LEAD_LINE, line.organisation_id)
    if not is_lead and (action == "ta-bort" or (action in ("bjud-ut", "angra") and found.person_id != user.pk)):
        raise Http404
    act, done = ACTIONS[action]
    try:
        act(shift=found, by=user, at=timezone.now())
    except services.RotaError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(_address(line, timezone.localdate(found.starts_at)))


@right_required(Right.LOG_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_swap(request: HttpRequest, pk: int, shift: int) -> HttpResponse:
    """Choose which of one's own shifts to offer against a colleague's."""
    user, now = signed_in(request), timezone.now()
    line = get_object_or_404(lines_to_log_for(user), pk=pk)
    others = Shift.objects.filter(line=line, starts_at__gt=now).exclude(person=user).select_related("line", "person")
    other = get_object_or_404(others, pk=shift)
    mine = own_shifts(user, since=now).filter(line=line, starts_at__gt=now)
    form = SwapForm(request.POST if request.method == "POST" else None, shifts=mine)
    if request.method == "POST" and form.is_valid():
        try:
            swaps.propose_swap(own=form.cleaned_data["own"], other=other, by=user, at=now)
        except services.RotaError as error:
            form.add_error("own", error.message)
        else:
            messages.success(request, "Bytet är föreslaget. Kollegan har fått mejl.")
            return redirect("stodtelefon:own_calendar")
    context = {"line": line, "other": other, "form": form, "back": _address(line, timezone.localdate(other.starts_at))}
    return render(request, "stodtelefon/propose_swap.html", context, status=422 if form.errors else 200)


SWAP_ACTIONS = {
    "godta": (swaps.accept_swap, "Ni har bytt pass."),
    "avboj": (swaps.close_swap, "Du har avböjt bytet."),
    "aterta": (swaps.close_swap, "Förslaget är återtaget."),
}


@right_required(Right.LOG_CALLS)
@require_POST
def swap_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Accept or decline a swap that one is asked for, or take back one's own proposal."""
    user, now = signed_in(request), timezone.now()
    swap = get_object_or_404(open_swaps_for(user, at=now), pk=pk)
    if (action == "aterta") != (swap.proposed_by_id == user.pk):
        raise Http404
    act, done = SWAP_ACTIONS[action]
    try:
        act(swap=swap, by=user, at=now)
    except services.RotaError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("stodtelefon:own_calendar")


@right_required(Right.LOG_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_calendar(request: HttpRequest) -> HttpResponse:
    """One's own shifts to come, and the address at which one's calendar can fetch them."""
    user, now = signed_in(request), timezone.now()
    address = ""
    if request.method == "POST" and request.POST.get("action") == "end":
        services.end_rota_feed(by=user, at=now)
        messages.success(request, "Kalenderadressen gäller inte längre.")
        return redirect("stodtelefon:own_calendar")
    if request.method == "POST":
        token = services.make_rota_feed(by=user, at=now)
        address = settings.SITE_URL + reverse("stodtelefon:rota_feed", args=[token])
    context = {
        "shifts": [
            (shift, _address(shift.line, timezone.localdate(shift.starts_at)))
            for shift in own_shifts(user, since=now)[:50]
        ],
        "swaps": open_swaps_for(user, at=now),
        "feed": RotaFeed.objects.filter(person=user).first(),
        "address": address,
    }
    return render(request, "stodtelefon/own_calendar.html", context)


@require_safe
@never_cache
def rota_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's shifts for the person's calendar; whoever has the secret address may read it, so it says no more."""
    person = services.person_of_feed(token)
    if person is None:
        raise Http404
    now = timezone.now()
    host = urlsplit(settings.SITE_URL).hostname
    events = (
        Event(f"shift-{shift.pk}@{host}", f"Pass: {shift.line.name}", shift.starts_at, shift.ends_at, blocks=True)
        for shift in own_shifts(person, since=now - FEED_BACK)
    )
    return HttpResponse(as_icalendar(events, at=now), content_type=CONTENT_TYPE)
