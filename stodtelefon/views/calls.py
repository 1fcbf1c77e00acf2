"""One call: what it says, what has been changed in it, and changing it."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.common.formats import format_datetime, format_number
from stodtelefon import services
from stodtelefon.enums import ChangeReason, CodeKind
from stodtelefon.forms.calls import CorrectionForm, as_typed, individual_values
from stodtelefon.forms.changes import OutcomeForm, StrikeForm
from stodtelefon.forms.individuals import individual_forms, individuals_of, with_one_more
from stodtelefon.forms.notes import NoteForm
from stodtelefon.models import CallOrigin, SupportCall
from stodtelefon.permissions import ChangeBasis, basis_of_change, leads_line_of, own_until
from stodtelefon.selectors import codes, origin_of, whole_calls_for
from stodtelefon.selectors.contents import History, compared, history_of
from stodtelefon.selectors.matters import other_calls_of
from stodtelefon.selectors.notes import note_of


@right_required(Right.SEE_CALLS)
@require_safe
def call_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its individuals and its history."""
    user = signed_in(request)
    return show_call(request, user, get_object_or_404(whole_calls_for(user), pk=pk))


def _render(
    request: HttpRequest, user: User, call: SupportCall, page: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    """An answer that shows what a call says. Each one leaves a row in the log, also where a form was not right."""
    record_read(call, by=user, organisation_id=call.line.organisation_id)
    return render(request, f"stodtelefon/{page}.html", {"call": call, **context}, status=status)


def show_call(request: HttpRequest, user: User, call: SupportCall, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a call; `forms` are those of the page that were not right, as they were sent."""
    now = timezone.now()
    basis = basis_of_change(user, call, at=now)
    may_log_here = access_of(user).may_at(Right.LOG_CALLS, call.line.organisation_id)
    origin = origin_of(call)
    may_follow_up = may_log_here and call.referral is not None and call.struck_at is None
    history = history_of(call)
    context = {
        "facts": _facts(call, origin),
        "history": history.changes,
        "may_log": may_log_here,
        "may_change": basis is not None and call.struck_at is None,
        "may_restore": call.struck_at is not None
        and leads_line_of(user, call)
        and not (origin is not None and origin.withdrawn),
        "withdrawn": origin is not None and origin.withdrawn,
        "own_until": own_until(call) if basis is ChangeBasis.OWN else None,
        "too_late": own_until(call) if basis is None and call.logged_by_id == user.pk else None,
        "matter": other_calls_of(call, user),
        "note": note_of(call, user) if may_log_here else None,
        "note_form": NoteForm() if may_log_here and call.struck_at is None else None,
        "strike_form": StrikeForm(),
        "outcome_form": _outcome_form(call, history) if may_follow_up else None,
        **forms,
    }
    return _render(request, user, call, "call_detail", context, status=status)


def _outcome_form(call: SupportCall, history: History) -> OutcomeForm:
    now = call.referral_outcome.code if call.referral_outcome else ""
    return OutcomeForm(initial={"outcome": now}, outcomes=history.words.choices(CodeKind.REFERRAL_OUTCOME))


def _facts(call: SupportCall, origin: CallOrigin | None) -> list[tuple[str, str]]:
    facts = [
        ("Stödtelefon", call.line.name),
        ("Började", call.began if call.time_known else f"{call.began}, okänt klockslag"),
        ("Längd", f"{format_number(call.duration_minutes)} min"),
        ("Kanal", call.get_channel_display()),
        ("Den som ringde", call.caller_category.label),
        ("Län", call.county_label),
        ("Kommun", call.municipality.name if call.municipality else "Okänd kommun"),
        ("Frågan gällde", call.topic.label),
        ("Råd", ", ".join(code.label for code in call.advice.all())),
        ("Hänvisning", call.referral.label if call.referral else "Ingen hänvisning"),
    ]
    if call.referred_to:
        facts.append(("Resurscentrum", call.referred_to.name))
    if call.referral:
        outcome = call.referral_outcome.label if call.referral_outcome else "Inte känt"
        facts.append(("Vad hänvisningen ledde till", outcome))
    if call.outside_hours:
        facts.append(("Öppettid", "Samtalet kom utanför öppettiden"))
    if origin is not None:
        facts.append(("Källa", f"{origin.register.name}, löpnummer {origin.number}"))
    facts.append(
        (
            "Inläst" if origin is not None else "Registrerat",
            f"{format_datetime(call.logged_at)} av {call.logged_by.display_name}",
        )
    )
    return facts


def _call_to_change(user: User, pk: int, now: datetime.datetime) -> tuple[SupportCall, ChangeBasis]:
    """A call that the user may change; 404 for any other."""
    call = get_object_or_404(whole_calls_for(user), pk=pk)
    basis = basis_of_change(user, call, at=now)
    if basis is None:
        raise Http404
    return call, basis


@right_required(Right.LOG_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a call; where somebody else has been first both are shown (409), and saving again then counts."""
    user, now = signed_in(request), timezone.now()
    call, basis = _call_to_change(user, pk, now)
    if call.struck_at is not None:
        messages.error(request, "Samtalet är struket. Återställ det för att rätta det.")
        return redirect("stodtelefon:call_detail", pk=pk)
    reason_needed = basis is ChangeBasis.LEAD
    if request.method != "POST":
        form = CorrectionForm(call=call, reason_needed=reason_needed)
        individuals = individual_forms(kinds=form.kinds, there=individual_values(call))
        return _render(request, user, call, "call_correct", {"form": form, "individuals": individuals}, status=200)
    typed = request.POST.copy()
    form = CorrectionForm(typed, call=call, reason_needed=reason_needed)
    individuals = individual_forms(typed, kinds=form.kinds)
    if "add_individual" in request.POST:
        again = CorrectionForm(call=call, reason_needed=reason_needed, typed=as_typed(form))
        more = {"form": again, "individuals": with_one_more(individuals, kinds=form.kinds)}
        return _render(request, user, call, "call_correct", more, status=200)
    context: dict[str, Any] = {"form": form, "individuals": individuals}
    status = 422
    if all([form.is_valid(), individuals.is_valid()]):
        content = form.content(individuals_of(individuals))
        try:
            services.correct_call(
                call=call,
                version=form.cleaned_data["version"],
                content=content,
                reason=form.chosen_reason,
                by=user,
                at=now,
            )
        except services.StaleCallError as stale:
            mine = {**content.as_content(), "referral_outcome": stale.now["referral_outcome"]}
            context["differences"] = compared(stale.now, mine)
            typed["version"] = str(stale.version)
            status = 409
        except services.CallError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "Samtalet är rättat. Det som stod förut finns kvar i historiken.")
            return redirect("stodtelefon:call_detail", pk=pk)
    return _render(request, user, call, "call_correct", context, status=status)


@right_required(Right.LOG_CALLS)
@require_POST
def call_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a call that should not have been logged."""
    user, now = signed_in(request), timezone.now()
    call, _ = _call_to_change(user, pk, now)
    form = StrikeForm(request.POST)
    if not form.is_valid():
        return show_call(request, user, call, strike_form=form, status=422)
    services.strike_call(call=call, reason=ChangeReason(form.cleaned_data["reason"]), by=user, at=now)
    messages.success(request, "Samtalet är struket. Det finns kvar men räknas inte.")
    return redirect("stodtelefon:call_detail", pk=pk)


@right_required(Right.LEAD_LINE)
@require_POST
def call_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a struck call count again."""
    user = signed_in(request)
    call = get_object_or_404(whole_calls_for(user), pk=pk)
    if not leads_line_of(user, call):
        raise Http404
    try:
        services.restore_call(call=call, by=user, at=timezone.now())
    except services.CallError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Samtalet är återställt och räknas igen.")
    return redirect("stodtelefon:call_detail", pk=pk)


@right_required(Right.LOG_CALLS)
@require_POST
def call_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a referral led to, when that has become known."""
    user = signed_in(request)
    call = get_object_or_404(whole_calls_for(user), pk=pk)
    if not access_of(user).may_at(Right.LOG_CALLS, call.line.organisation_id):
        raise Http404
    known = {code.code: code for code in codes(CodeKind.REFERRAL_OUTCOME)}
    form = OutcomeForm(request.POST, outcomes=[(letters, code.label) for letters, code in known.items()])
    if form.is_valid():
        outcome = known.get(form.cleaned_data["outcome"])
        try:
            services.note_referral_outcome(call=call, outcome=outcome, by=user, at=timezone.now())
        except services.CallError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Uppgiften är sparad.")
            return redirect("stodtelefon:call_detail", pk=pk)
    return show_call(request, user, call, outcome_form=form, status=422)
