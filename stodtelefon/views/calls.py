"""Pages of the support line: the list of calls, the page that logs one, and one call."""

import datetime
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record, record_read
from nch.common.formats import format_datetime, format_number
from nch.common.lists import PAGE_SIZE
from stodtelefon import services
from stodtelefon.forms.calls import CallFilterForm, CallForm, individual_forms, individuals_of
from stodtelefon.models import SupportCall
from stodtelefon.selectors import found_calls_for, latest_year_for, summary_of, whole_calls_for


@right_required(Right.SEE_CALLS)
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls that the user may see, at first those of the latest year that has any.

    Looking at a page of them leaves one row in the log.
    """
    user = signed_in(request)
    access = access_of(user)
    filter_form = CallFilterForm(request.GET, at=timezone.now(), usual_year=latest_year_for(user))
    sort = request.GET.get("sort") or "-started_at"
    calls = found_calls_for(user, **filter_form.criteria(), sort=sort)
    summary = summary_of(calls)
    paginator = Paginator(calls, PAGE_SIZE)
    paginator.count = summary.calls  # counted already, with the rest of the summary
    page = paginator.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    record("calls_listed", by=user, details={"page": page.number, "rows": len(rows)})
    context = {
        "calls": rows,
        "page_obj": page,
        "filter_form": filter_form,
        "current_sort": sort,
        "summary": summary,
        "several_lines": access.everywhere(Right.SEE_CALLS) or len(access.organisation_ids(Right.SEE_CALLS)) > 1,
        "unknown_percent": round(100 * summary.unknown_county / summary.calls) if summary.calls else None,
        "may_log": access.may(Right.LOG_CALLS),
    }
    return render(request, "stodtelefon/call_list.html", context)


@right_required(Right.LOG_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def log_call(request: HttpRequest) -> HttpResponse:
    """Log a call from the keyboard; saved, the page is empty again for the next one."""
    user, now = signed_in(request), timezone.now()
    if request.method == "POST":
        form = CallForm(request.POST, user=user, at=now)
        individuals = individual_forms(request.POST, at=now)
        if all([form.lines, form.is_valid(), individuals.is_valid()]):
            call = _save(form, individuals_of(individuals), by=user, at=now)
            if call is not None:
                messages.success(request, "Samtalet är sparat.")
                if "show" in request.POST:
                    return redirect("stodtelefon:call_detail", pk=call.pk)
                return redirect("stodtelefon:log_call")
    else:
        form = CallForm(user=user, at=now, initial={"idempotency_key": uuid.uuid4()})
        individuals = individual_forms(at=now)
    context = {"form": form, "individuals": individuals}
    return render(request, "stodtelefon/log_call.html", context, status=422 if form.is_bound else 200)


def _save(
    form: CallForm, individuals: list[services.IndividualInput], *, by: User, at: datetime.datetime
) -> SupportCall | None:
    """Hand a valid form to the service; what the service finds wrong is put beside its field, and None returned."""
    values = form.cleaned_data
    try:
        return services.log_call(
            by=by,
            line=form.chosen_line,
            started_at=form.started_at,
            duration_minutes=values["duration_minutes"],
            channel=values["channel"],
            caller_category=values["caller_category"],
            topic=values["topic"],
            county=form.chosen_county,
            county_known=form.chosen_county is not None,
            municipality=values["municipality"],
            advice=list(values["advice"]),
            referral=values["referral"],
            referred_to=values["referred_to"],
            individuals=individuals,
            idempotency_key=values["idempotency_key"],
            at=at,
        )
    except services.CallError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


@right_required(Right.SEE_CALLS)
@require_safe
def call_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its individuals; opening it leaves a row in the log."""
    user = signed_in(request)
    call = get_object_or_404(whole_calls_for(user), pk=pk)
    record_read(call, by=user, organisation_id=call.line.organisation_id)
    facts = [
        ("Stödtelefon", call.line.name),
        ("Började", format_datetime(call.started_at)),
        ("Längd", f"{format_number(call.duration_minutes)} minuter"),
        ("Kanal", call.get_channel_display()),
        ("Den som ringde", call.caller_category.label),
        ("Län", call.county_label),
        ("Kommun", call.municipality.name if call.municipality else ""),
        ("Frågan gällde", call.topic.label),
        ("Råd", ", ".join(code.label for code in call.advice.all())),
        ("Hänvisning", call.referral.label if call.referral else "Ingen hänvisning"),
        ("Resurscentrum", call.referred_to.name if call.referred_to else ""),
        ("Registrerat", f"{format_datetime(call.logged_at)} av {call.logged_by.display_name}"),
    ]
    context = {"call": call, "facts": facts, "may_log": access_of(user).may(Right.LOG_CALLS)}
    return render(request, "stodtelefon/call_detail.html", context)
