"""Pages of lines: which there are, when they are open, how they work."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.common.formats import format_date, format_number
from stodtelefon.enums import LineKind
from stodtelefon.forms.lines import EndLineForm, ExceptionForm, LineForm, NewLineForm, OpeningHoursForm
from stodtelefon.forms.notes import HandoverForm
from stodtelefon.models import OpeningException, SupportLine
from stodtelefon.opening import WEEKDAYS, Period
from stodtelefon.selectors.calls import lines_for
from stodtelefon.selectors.centres import centres_to_keep_for
from stodtelefon.selectors.handovers import SHOWN_FOR, handovers_for
from stodtelefon.selectors.lines import (
    calls_logged_on,
    exceptions_of,
    lines_to_lead_for,
    lines_to_manage_for,
    shifts_from,
    staff_of,
    timetable_of,
)
from stodtelefon.services import lines as services


@login_required
@require_safe
def line_list(request: HttpRequest) -> HttpResponse:
    """The lines whose calls one may see, and for those who open lines all of them, by name."""
    access = access_of(request.user)
    manages = access.may(Right.MANAGE_USERS)
    if not manages and not access.may(Right.SEE_CALLS):
        raise Http404
    readable = {line.pk for line in lines_for(request.user)}
    lines = lines_to_manage_for(request.user) if manages else lines_for(request.user)
    context = {
        "lines": [(line, line.pk in readable) for line in lines],
        "may_open": manages,
        "today": timezone.localdate(),
        "keeps_centres": centres_to_keep_for(request.user).exists(),
    }
    return render(request, "stodtelefon/line_list.html", context)


@right_required(Right.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def open_line(request: HttpRequest) -> HttpResponse:
    """Open the line of a resource centre."""
    form = NewLineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            line = services.open_line(**values, kind=LineKind.REGIONAL, by=signed_in(request), at=timezone.now())
        except services.LineError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"{line.name} är upplagd. Centrumets samordnare kan nu ange öppettider.")
            return redirect("stodtelefon:line_list")
    return render(request, "stodtelefon/line_new.html", {"form": form}, status=422 if form.errors else 200)


@right_required(Right.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_line(request: HttpRequest, pk: int) -> HttpResponse:
    """End a line for good from a day on: first what it means, then for real."""
    line, now = get_object_or_404(lines_to_manage_for(request.user), pk=pk), timezone.now()
    form = EndLineForm(request.POST if request.method == "POST" else None)
    means: dict[str, object] | None = None
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            if "confirmed" in request.POST:
                services.end_line(line=line, day=day, by=signed_in(request), at=now)
                messages.success(request, f"{line.name} är avslutad från och med {format_date(day)}.")
                return redirect("stodtelefon:line_list")
            services.check_ending(line=line, day=day, at=now)
        except services.LineError as error:
            form.add_error(error.field or None, error.message)
        else:
            means = {"day": day, "shifts": shifts_from(line, day, at=now).count()}
    context = {"line": line, "form": form, "means": means}
    return render(request, "stodtelefon/line_end.html", context, status=422 if form.errors else 200)


@right_required(Right.MANAGE_USERS)
@require_POST
def reopen_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a line go on that was ended."""
    line = get_object_or_404(lines_to_manage_for(request.user), pk=pk)
    try:
        services.reopen_line(line=line, by=signed_in(request), at=timezone.now())
    except services.LineError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{line.name} är öppen igen. Schemat läggs på nytt.")
    return redirect("stodtelefon:line_list")


@right_required(Right.SEE_CALLS)
@require_safe
def line_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: open or not, its week, the days that differ, who answers it, how it works."""
    return show_line(request, get_object_or_404(lines_for(request.user), pk=pk))


def show_line(
    request: HttpRequest, line: SupportLine, *, handover_form: HandoverForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a line; `handover_form` is the one that was not right, as it was sent."""
    timetable, now = timetable_of(line), timezone.now()
    today = timezone.localdate(now)
    access = access_of(request.user)
    may_answer = access.may_at(Right.LOG_CALLS, line.organisation_id)
    context = {
        "line": line,
        "is_open": timetable.is_open(now),
        "opens_next": timetable.next_opening(now),
        "has_hours": bool(timetable.rules),
        "has_ended": line.has_ended(today),
        "periods": [(one, _standing(one, today)) for one in timetable.periods()],
        "week": [(name, timetable.weekly_hours(number, on=today)) for number, name in enumerate(WEEKDAYS, start=1)],
        "exceptions": exceptions_of(line, since=today),
        "staff": staff_of(line),
        "may_lead": access.may_at(Right.LEAD_LINE, line.organisation_id),
        "may_answer": may_answer and not line.has_ended(today),
        "manages_users": access.may(Right.MANAGE_USERS),
        "handovers": handovers_for(request.user, at=now).filter(line=line) if may_answer else [],
        "handover_form": handover_form or HandoverForm(),
        "handover_days": SHOWN_FOR.days,
    }
    return render(request, "stodtelefon/line_detail.html", context, status=status)


def _standing(period: Period, today: datetime.date) -> tuple[str, str]:
    """How a week of hours stands today, in words and with the tone of its tag."""
    if period.first > today:
        return "Kommande", "info"
    return ("Tidigare", "neutral") if period.last is not None and period.last < today else ("Gäller", "success")


def _line_to_lead(request: HttpRequest, pk: int) -> SupportLine:
    return get_object_or_404(lines_to_lead_for(request.user), pk=pk)


@right_required(Right.LEAD_LINE)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the hours of the week from a day on."""
    line = _line_to_lead(request, pk)
    today = timezone.localdate()
    if request.method == "POST":
        form = OpeningHoursForm(request.POST)
        if form.is_valid():
            try:
                services.set_opening_hours(
                    line=line,
                    hours=form.hours,
                    closed_on_holidays=form.cleaned_data["closed_on_holidays"],
                    valid_from=form.cleaned_data["valid_from"],
                    by=signed_in(request),
                    at=timezone.now(),
                )
            except services.LineError as error:
                form.point_out(error.field, error.message)
            else:
                messages.success(request, "Öppettiderna är sparade.")
                return redirect("stodtelefon:line_detail", pk=line.pk)
    else:
        form = OpeningHoursForm(initial=OpeningHoursForm.initial_of(timetable_of(line), today))
    context = {"line": line, "form": form}
    return render(request, "stodtelefon/opening_hours.html", context, status=422 if form.errors else 200)


@right_required(Right.LEAD_LINE)
@require_http_methods(["GET", "HEAD", "POST"])
def line_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the line's name and how long corrections and notes last."""
    line = _line_to_lead(request, pk)
    now = {"name": line.name, "correction_hours": line.correction_hours, "note_days": line.note_days}
    form = LineForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_line(line=line, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except services.LineError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, "Ändringarna är sparade.")
            return redirect("stodtelefon:line_detail", pk=line.pk)
    context = {"line": line, "form": form}
    return render(request, "stodtelefon/line_settings.html", context, status=422 if form.errors else 200)


@right_required(Right.LEAD_LINE)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one day other hours, or close the line that day."""
    line = _line_to_lead(request, pk)
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.set_exception(
                line=line,
                day=values["day"],
                hours=form.hours,
                reason=values["reason"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except services.LineError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Dagen är sparad.{_what_stays(line, values['day'])}")
            return redirect("stodtelefon:line_detail", pk=line.pk)
    context = {"line": line, "form": form}
    return render(request, "stodtelefon/opening_exception.html", context, status=422 if form.errors else 200)


def _what_stays(line: SupportLine, day: datetime.date) -> str:
    """That what is logged already is not marked anew, where there are such calls."""
    number = calls_logged_on(line, day)
    if not number:
        return ""
    noun = "samtal som redan är registrerat" if number == 1 else "samtal som redan är registrerade"
    return f" {format_number(number)} {noun} den dagen behåller sin märkning."


@right_required(Right.LEAD_LINE)
@require_POST
def remove_exception(request: HttpRequest, pk: int, exception: int) -> HttpResponse:
    """Let a day follow the week again."""
    line = _line_to_lead(request, pk)
    found = get_object_or_404(OpeningException.objects.select_related("line"), pk=exception, line=line)
    try:
        services.remove_exception(exception=found, by=signed_in(request), at=timezone.now())
    except services.LineError as error:
        messages.error(request, error.message)
    else:
        stays = _what_stays(line, found.day)
        messages.success(request, f"Dagen följer de vanliga öppettiderna igen.{stays}")
    return redirect("stodtelefon:line_detail", pk=line.pk)
