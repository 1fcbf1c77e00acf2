"""Pages of calls: the list, one call, writing and publishing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.enums import CallPhase
from grants.forms.calls import CallForms
from grants.models import FundingCall
from grants.selectors.applications import organisations_that_may_apply
from grants.selectors.calls import application_counts, balances, calls_for, criteria, managed_calls_for
from grants.selectors.earlier import published_money_lines
from grants.services import calls as services
from grants.services.errors import GrantError
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.questionnaires.selectors import sections_of

PHASE_TONES = {
    CallPhase.DRAFT: "neutral",
    CallPhase.PLANNED: "info",
    CallPhase.OPEN: "success",
    CallPhase.CLOSED: "neutral",
}


@right_required(Right.SEE_CASES)
def call_list(request: HttpRequest) -> HttpResponse:
    """Calls the user may see, and the money of the rounds before this system."""
    access = access_of(request.user)
    now = timezone.now()
    rows = [
        {"call": call, "phase": call.phase(now).label, "tone": PHASE_TONES[call.phase(now)]}
        for call in calls_for(request.user)
    ]
    context = {
        "rows": rows,
        "money_lines": published_money_lines(),
        "may_manage": access.may(Right.MANAGE_CALLS),
    }
    return render(request, "grants/call_list.html", context)


@login_required
def call_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: what it says, its form, and for an applicant the way in."""
    call = get_object_or_404(calls_for(request.user), pk=pk)
    access = access_of(request.user)
    phase = call.phase()
    may_apply = organisations_that_may_apply(request.user, call) if phase == CallPhase.OPEN else []
    is_handler = access.may_at(Right.HANDLE_CASES, call.grantor_id)
    context = {
        "call": call,
        "phase": phase.label,
        "phase_tone": PHASE_TONES[phase],
        "is_draft": phase == CallPhase.DRAFT,
        "balances": balances(call),
        "show_balance": is_handler,
        "criteria": criteria(call),
        "counts": application_counts(call) if is_handler else {},
        "sections": sections_of(call.version) if call.version else [],
        "organisations": may_apply,
        "own_applications": call.applications.filter(
            organisation_id__in=access.organisation_ids(Right.FILL_IN)
        ).select_related("organisation"),
        "may_manage": access.may_at(Right.MANAGE_CALLS, call.grantor_id),
    }
    return render(request, "grants/call_detail.html", context)


@right_required(Right.MANAGE_CALLS)
def call_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new call, or one that is not published yet."""
    by = signed_in(request)
    call: FundingCall | None = None
    if pk is not None:
        call = get_object_or_404(managed_calls_for(by), pk=pk)
        if call.published_at is not None:
            messages.error(request, "Utlysningen är publicerad och kan inte ändras.")
            return redirect("grants:call_detail", pk=pk)
    forms = CallForms(request.POST if request.method == "POST" else None, call)
    if request.method == "POST" and forms.is_valid():
        try:
            saved = services.save_call(content=forms.content(), by=by, at=timezone.now(), call=call)
        except GrantError as error:
            forms.main.add_error(None, str(error))
        else:
            messages.success(request, "Utlysningen är sparad. Den syns för andra först när du publicerar den.")
            return redirect("grants:call_detail", pk=saved.pk)
    return render(request, "grants/call_form.html", {"forms": forms, "call": call})


@right_required(Right.MANAGE_CALLS)
def call_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a call (POST); its rules and form are then frozen."""
    by = signed_in(request)
    call = get_object_or_404(managed_calls_for(by), pk=pk)
    if request.method == "POST":
        try:
            services.publish_call(call=call, by=by, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, "Utlysningen är publicerad. De som får söka har fått en uppgift på sin startsida."
            )
    return redirect("grants:call_detail", pk=pk)
