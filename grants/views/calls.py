"""Pages of calls: the list, one call, writing it part by part, publishing, copying, notices."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.enums import CallPart, CallPhase
from grants.forms.calls import PARTS, BasicsPart, CallFilterForm, NoticeForm, PartForms
from grants.forms.rows import ADD_ROW
from grants.models import FundingCall
from grants.selectors.applications import organisations_that_may_apply
from grants.selectors.calls import (
    application_counts,
    balances,
    calls_for,
    criteria,
    grantor_choices_for,
    in_phase,
    managed_calls_for,
    missing_in,
)
from grants.selectors.earlier import published_money_lines
from grants.services import calls as services
from grants.services.call_copies import copy_call
from grants.services.call_notices import give_notice
from grants.services.errors import GrantError
from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.cases.selectors import recused_cases
from nch.common.answers import status_of
from nch.common.exports import Column, Kind
from nch.counties.enums import OrganisationKind
from nch.questionnaires.selectors import sections_of

PHASE_TONES = {
    CallPhase.DRAFT: "neutral",
    CallPhase.PLANNED: "info",
    CallPhase.OPEN: "success",
    CallPhase.CLOSED: "neutral",
}


class CallListView(RightRequiredMixin, WorkingListView):
    """Calls the user may see, and the money of the rounds before this system."""

    right = Right.SEE_CASES
    template_name = "grants/call_list.html"
    context_object_name = "calls"
    sort_fields = {"title": "sort_key", "opens": "opens_at", "closes": "closes_at", "grantor": "grantor__sort_key"}
    default_sort = "-opens"
    export_title = "Utlysningar"
    export_columns = (
        Column("Utlysning", "title"),
        Column("Bidragsgivare", "grantor.name"),
        Column("Öppnar", "opens_at", Kind.DATETIME),
        Column("Stänger", "closes_at", Kind.DATETIME),
        Column("Läge", lambda call: call.phase().label),
    )

    def filtered(self) -> QuerySet[FundingCall]:
        self.now = timezone.now()
        self.form = CallFilterForm(self.request.GET, grantors=grantor_choices_for(self.request.user))
        calls = calls_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["phase"]:
                calls = in_phase(calls, wanted["phase"], self.now)
            if wanted["grantor"]:
                calls = calls.filter(grantor_id=wanted["grantor"])
        return calls

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["rows"] = [(call, call.phase(self.now), PHASE_TONES[call.phase(self.now)]) for call in context["calls"]]
        context["money_lines"] = published_money_lines()
        context["may_manage"] = access_of(self.request.user).may(Right.MANAGE_CALLS)
        return context


@login_required
def call_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: what it says, its form, and for an applicant the way in."""
    call = get_object_or_404(calls_for(request.user).prefetch_related("invited", "budgets"), pk=pk)
    access = access_of(request.user)
    phase = call.phase()
    is_handler = access.may_at(Right.HANDLE_CASES, call.grantor_id)
    # With few grants, what is decided in all tells what is decided in the one case that is hidden from the recused.
    shows_money = is_handler and not call.applications.filter(case__in=recused_cases(request.user)).exists()
    context = {
        "call": call,
        "phase": phase.label,
        "phase_tone": PHASE_TONES[phase],
        "is_draft": phase == CallPhase.DRAFT,
        "balances": balances(call) if shows_money else [],
        "show_balance": shows_money,
        "is_handler": is_handler,
        "criteria": criteria(call),
        "facts": _facts(call),
        "notices": call.notices.all(),
        "eligibility": call.eligibility_questions.all(),
        "conditions": call.conditions.splitlines(),
        "reporting_plan": call.reporting_plan.all(),
        "counts": application_counts(call) if is_handler else {},
        "sections": sections_of(call.version) if call.version else [],
        "organisations": organisations_that_may_apply(request.user, call) if phase == CallPhase.OPEN else [],
        "own_applications": call.applications.filter(
            organisation_id__in=access.organisation_ids(Right.FILL_IN)
        ).select_related("organisation"),
        "may_manage": access.may_at(Right.MANAGE_CALLS, call.grantor_id),
    }
    return render(request, "grants/call_detail.html", context)


def _facts(call: FundingCall) -> list[tuple[str, str]]:
    invited = ", ".join(organisation.name for organisation in call.invited.all())
    kinds = ", ".join(OrganisationKind(kind).label for kind in call.applicant_kinds)
    if call.grantor.kind == OrganisationKind.COUNTY_BOARD:
        kinds = f"{kinds} i det egna länet"
    return [
        ("Bidragsgivare", call.grantor.name),
        ("Rättslig grund", call.legal_basis),
        ("Får söka", f"Bara inbjudna: {invited}" if invited else kinds),
    ]


def _draft_or_detour(request: HttpRequest, pk: int) -> FundingCall | HttpResponse:
    """The unpublished call that the user may write, or the way to the call's page where it is published."""
    call = get_object_or_404(managed_calls_for(request.user), pk=pk)
    if call.published_at is None:
        return call
    messages.error(request, "Utlysningen är publicerad och kan inte ändras. Lämna ett meddelande i stället.")
    return redirect("grants:call_detail", pk=pk)


@right_required(Right.MANAGE_CALLS)
def call_create(request: HttpRequest) -> HttpResponse:
    """Begin a call with what it is about; the other parts are written afterwards."""
    by = signed_in(request)
    forms = BasicsPart(None, services.grantors_of(by), request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        try:
            content = services.CallInput(**forms.values())
            call = services.save_call(content=content, by=by, at=timezone.now())
        except GrantError as error:
            forms.main.add_error(None, str(error))
        else:
            messages.success(
                request, "Utlysningen är sparad som utkast. Den syns för andra först när du publicerar den."
            )
            return redirect("grants:call_edit", pk=call.pk)
    return render(request, "grants/call_part.html", {"forms": forms, "call": None}, status=status_of(forms.main))


@right_required(Right.MANAGE_CALLS)
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of an unpublished call as a task list, and what keeps it from being published."""
    call = _draft_or_detour(request, pk)
    if isinstance(call, HttpResponse):
        return call
    missing = missing_in(call, at=timezone.now())
    lacking = {fault.part for fault in missing}
    tasks = [
        {
            "title": part.label,
            "url": _part_url(call, part),
            "status_label": "Återstår" if part in lacking else "Klart",
            "status_tone": "warning" if part in lacking else "success",
        }
        for part in CallPart
    ]
    problems = [(_part_url(call, fault.part), fault.message) for fault in missing]
    return render(request, "grants/call_edit.html", {"call": call, "tasks": tasks, "problems": problems})


def _part_url(call: FundingCall, part: CallPart) -> str:
    if part == CallPart.FORM:
        return reverse("grants:call_form", args=[call.pk])
    return reverse("grants:call_part", args=[call.pk, part.value])


@right_required(Right.MANAGE_CALLS)
def call_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part of an unpublished call."""
    call = _draft_or_detour(request, pk)
    if isinstance(call, HttpResponse):
        return call
    if part not in PARTS:
        raise Http404
    content = services.content_of(call)
    posted = request.POST if request.method == "POST" else None
    forms = PARTS[part](content, [call.grantor], posted)
    seen, stale, status = services.fingerprint(content, forms.names), None, 200
    if posted is not None and ADD_ROW in posted and forms.rows is not None:
        seen = posted.get("seen", "")
        forms = forms.with_one_more_row()
    elif posted is not None and forms.is_valid():
        try:
            services.save_part(
                call=call, values=forms.values(), seen=posted.get("seen", ""), by=signed_in(request), at=timezone.now()
            )
        except services.StaleCallError as error:
            stale, status = _words(PARTS[part](error.now, [call.grantor])), 409
        except GrantError as error:
            (forms.main or forms.rows.forms[0]).add_error(None, str(error))
            status = 422
        else:
            messages.success(request, f"{forms.part.label}: sparat.")
            return redirect("grants:call_edit", pk=pk)
    elif posted is not None:
        seen, status = posted.get("seen", ""), 422
    context = {"forms": forms, "call": call, "seen": seen, "stale": stale}
    return render(request, "grants/call_part.html", context, status=status)


def _words(forms: PartForms) -> list[tuple[str, Any]]:
    """What a part says now, field by field, for whoever was about to write over it."""
    rows = [form for form in (forms.rows.forms if forms.rows is not None else []) if form.initial]
    return [
        (str(bound.label), "Ja" if bound.value() is True else bound.value())
        for form in ([forms.main] if forms.main is not None else []) + rows
        for bound in form
        if bound.value() not in (None, "", False)
    ]


@right_required(Right.MANAGE_CALLS)
def call_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a call (POST); its rules and form are then frozen."""
    by = signed_in(request)
    call = get_object_or_404(managed_calls_for(by), pk=pk)
    if request.method != "POST":
        return redirect("grants:call_detail", pk=pk)
    try:
        services.publish_call(call=call, by=by, at=timezone.now())
    except GrantError as error:
        messages.error(request, f"Utlysningen är inte publicerad. {error}")
        return redirect("grants:call_edit", pk=pk)
    messages.success(request, "Utlysningen är publicerad. De som får söka har fått en uppgift på sin startsida.")
    return redirect("grants:call_detail", pk=pk)


@right_required(Right.MANAGE_CALLS)
def call_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new draft of a call, a year ahead (POST)."""
    by = signed_in(request)
    call = get_object_or_404(managed_calls_for(by), pk=pk)
    if request.method != "POST":
        return redirect("grants:call_detail", pk=pk)
    copy = copy_call(call=call, by=by, at=timezone.now())
    messages.success(
        request, "Utlysningen är kopierad till ett utkast där dagar och budgetår är flyttade ett år framåt."
    )
    return redirect("grants:call_edit", pk=copy.pk)


@right_required(Right.MANAGE_CALLS)
def call_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a notice to all who may apply."""
    by = signed_in(request)
    call = get_object_or_404(managed_calls_for(by), pk=pk)
    if call.published_at is None:
        messages.error(request, "Utlysningen är inte publicerad. Ändra i den i stället.")
        return redirect("grants:call_edit", pk=pk)
    form = NoticeForm(request.POST if request.method == "POST" else None, closes_at=call.closes_at)
    if request.method == "POST" and form.is_valid():
        try:
            give_notice(call=call, **form.cleaned_data, by=by, at=timezone.now())
        except GrantError as error:
            form.add_error("closes_at" if form.cleaned_data["closes_at"] else None, str(error))
        else:
            messages.success(request, "Meddelandet är lämnat och skickas till alla som får söka.")
            return redirect("grants:call_detail", pk=pk)
    return render(request, "grants/call_notice.html", {"form": form, "call": call}, status=status_of(form))
