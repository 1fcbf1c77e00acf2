"""The page that logs a call, and the draft that it keeps meanwhile."""

import datetime
import re
import uuid
from typing import Any
from urllib.parse import urlencode

from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from stodtelefon import services
from stodtelefon.forms.calls import CallForm, as_typed, drafted, drafted_start, restored
from stodtelefon.forms.individuals import exposures_chosen, individual_forms, individuals_of, with_one_more
from stodtelefon.models import CallDraft, SupportCall, SupportLine
from stodtelefon.selectors import draft_for
from stodtelefon.selectors.guidance import Advice, advice_for
from stodtelefon.selectors.handovers import unread_handovers_for

TIMER_GOES_ON = datetime.timedelta(minutes=30)
"""A draft that has been touched this lately is of a call that may still be going on: the timer runs on from its start.

After a longer pause the length stays as it was, for nobody knows when the call ended.
"""

Individuals = BaseFormSet


def _wants_data(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@right_required(Right.LOG_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("note")
def log_call(request: HttpRequest) -> HttpResponse:
    """Log a call from the keyboard; saved, the page is empty again for the next one.

    Asked for data the answer says where to go next, so that the page can try again by itself where none arrives.
    """
    user, now = signed_in(request), timezone.now()
    if request.method != "POST":
        return _empty_page(request, user, now)
    form = CallForm(request.POST, user=user, at=now)
    individuals = individual_forms(request.POST, kinds=form.kinds)
    if "add_individual" in request.POST:
        again = CallForm(user=user, at=now, initial=as_typed(form))
        return _page(request, again, with_one_more(individuals, kinds=form.kinds))
    saved_before = None
    if all([form.lines, form.is_valid(), individuals.is_valid()]):
        try:
            call = services.log_call(
                by=user,
                line=form.chosen_line,
                content=form.content(individuals_of(individuals)),
                idempotency_key=form.cleaned_data["idempotency_key"],
                note=form.cleaned_data["note"],
                matter=form.cleaned_data["matter_code"],
                at=now,
            )
        except services.CallError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            saved_before = error.call if isinstance(error, services.AlreadyLoggedError) else None
        else:
            return _go_on(request, call, form)
    if _wants_data(request):
        return JsonResponse({"message": "Allt är inte ifyllt som det ska."}, status=422)
    return _page(request, form, individuals, saved_before=saved_before, status=422)


def _go_on(request: HttpRequest, call: SupportCall, form: CallForm) -> HttpResponse:
    """Lead on from a saved call: the same answer however often the same call is sent, so no message in the session."""
    if "show" in request.POST:
        address = reverse("stodtelefon:call_detail", args=[call.pk])
    else:
        query = {
            "saved": call.pk,
            **({"coded": 1} if form.cleaned_data["matter_code"] else {}),
            **({"line": call.line_id} if len(form.lines) > 1 else {}),
        }
        address = f"{reverse('stodtelefon:log_call')}?{urlencode(query)}"
    return JsonResponse({"url": address}) if _wants_data(request) else redirect(address)


def _empty_page(request: HttpRequest, user: User, now: datetime.datetime) -> HttpResponse:
    """The page as it opens: with the call that was being logged, where there is one."""
    draft = draft_for(user)
    initial: dict[str, Any] = {"idempotency_key": uuid.uuid4(), "line": request.GET.get("line", "")}
    there: list[dict[str, Any]] = []
    if draft is not None:
        values, there = restored(draft.content)
        initial |= values | {"idempotency_key": draft.idempotency_key, "line": draft.line_id}
    form = CallForm(user=user, at=now, initial=initial)
    individuals = individual_forms(kinds=form.kinds, there=there)
    return _page(request, form, individuals, draft=draft, now=now)


def _page(
    request: HttpRequest,
    form: CallForm,
    individuals: Individuals,
    *,
    draft: CallDraft | None = None,
    saved_before: SupportCall | None = None,
    now: datetime.datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    saved = request.GET.get("saved", "")
    goes_on = draft is not None and now is not None and now - draft.saved_at <= TIMER_GOES_ON
    advice = _advice_for(request, form, individuals) if request.method == "POST" else None
    if advice is not None:
        _suggest_centre(request, form, advice)
    context = {
        "advice": advice,
        "form": form,
        "individuals": individuals,
        "draft": draft,
        "timer_from": _timer_goes_on_from(request) if draft is None else draft.started_at if goes_on else None,
        "saved_before": saved_before,
        "handovers": unread_handovers_for(signed_in(request), at=timezone.now()),
        "saved": saved if not form.is_bound and re.fullmatch(r"[0-9]{1,18}", saved) else "",
    }
    return render(request, "stodtelefon/log_call.html", context, status=status)


def _advice_for(request: HttpRequest, form: CallForm, individuals: Individuals) -> Advice:
    """The guidance of what was chosen, for a page that comes back where no script fetches it."""
    topic, county = (str(form[name].value() or "") for name in ("topic", "county"))
    return advice_for(
        signed_in(request),
        topic=topic,
        exposures=exposures_chosen(individuals),
        county=county if re.fullmatch(r"[0-9]{2}", county) else "",
        on=timezone.localdate(),
    )


def _suggest_centre(request: HttpRequest, form: CallForm, advice: Advice) -> None:
    """Choose the county's only centre where a centre was referred to and none named, as the page's script does."""
    values = form.data if form.is_bound else form.initial
    referral = form.centre_referral
    is_asked_for = referral is not None and str(values.get("referral")) == str(referral.pk)
    if is_asked_for and not values.get("referred_to") and len(advice.centres) == 1:
        suggested = str(advice.centres[0].pk)
        if form.is_bound:
            form.data = typed = request.POST.copy()
            typed["referred_to"] = suggested
        else:
            form.initial = {**form.initial, "referred_to": suggested}


def _timer_goes_on_from(request: HttpRequest) -> datetime.datetime | None:
    """Since when the page's clock goes, as it was sent; nothing where the length is the person's own."""
    try:
        return datetime.datetime.fromisoformat(request.POST.get("timer_from", ""))
    except ValueError:
        return None


@right_required(Right.LOG_CALLS)
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what has been filled in so far; the answer says when, or that the line has not been chosen yet (422)."""
    user, now = signed_in(request), timezone.now()
    form = CallForm(request.POST, user=user, at=now)
    # A draft holds no free text and no code: neither is looked at, whatever was sent.
    del form.fields["note"], form.fields["matter_code"]
    individuals = individual_forms(request.POST, kinds=form.kinds)
    form.is_valid()
    line = _line_of_draft(form)
    key = form.cleaned_data.get("idempotency_key")
    if line is None or key is None:
        return JsonResponse({"message": "Välj stödtelefon, så sparas utkastet."}, status=422)
    services.save_draft(
        by=user,
        line=line,
        idempotency_key=key,
        content=drafted(form, individuals),
        started_at=drafted_start(form, otherwise=now),
        at=now,
    )
    return JsonResponse({"saved_at": now.isoformat()})


def _line_of_draft(form: CallForm) -> SupportLine | None:
    if len(form.lines) > 1:
        return form.cleaned_data.get("line")
    return form.lines[0] if form.lines else None


@right_required(Right.LOG_CALLS)
@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Throw away the call that was being logged, and begin with an empty page."""
    services.discard_drafts(by=signed_in(request))
    return redirect("stodtelefon:log_call")
