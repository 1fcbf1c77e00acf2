"""Pages of requests for a change of a grant: written by the county, assessed, and proposed for decision."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.documents import budget_table
from grants.enums import (
    OPEN_CHANGE_REQUESTS,
    ChangeKind,
    ChangeRequestState,
    CostCategory,
    DecisionKind,
    DecisionState,
    Outcome,
)
from grants.forms.changes import VERSION, ChangeAssessmentForm, ChangeRequestForm
from grants.forms.decisions import ChangeProposalForm
from grants.models import ChangeRequest, Decision, Grant
from grants.selectors.calls import balances
from grants.selectors.changes import change_requests_for, requested_amounts, requested_budget
from grants.selectors.decisions import decisions_visible_to, standing_decision
from grants.services import changes as services
from grants.services.errors import GrantError
from grants.services.follow_up_decisions import proportional_budget, propose_follow_up
from grants.services.proposal_drafts import plain
from grants.views.grants import grant_for_page
from grants.views.proposals import grid_of, proposal_form
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.answers import status_of, wants_data
from nch.common.formats import NBSP, format_date, format_time

STATE_TONES = {
    ChangeRequestState.DRAFT: "neutral",
    ChangeRequestState.SUBMITTED: "info",
    ChangeRequestState.ASSESSED: "warning",
    ChangeRequestState.DECIDED: "success",
    ChangeRequestState.WITHDRAWN: "neutral",
}


def _budget_of(decision: Decision | None) -> dict[int, dict[str, Decimal]]:
    budget: dict[int, dict[str, Decimal]] = {}
    for line in decision.budget_lines.all() if decision else []:
        budget.setdefault(line.year, {})[line.category] = line.amount
    return budget


def _years(grant: Grant, standing: Decision | None, call_years: Iterable[int]) -> list[int]:
    """The years that a changed schedule can have money in: those it has, and the call's later ones."""
    funded = {row.year for row in standing.amounts.all()} if standing else set()
    return sorted(funded | {year for year in call_years if year >= grant.starts_on.year})


def _request_for(request: HttpRequest, pk: int, number: int) -> tuple[Grant, ChangeRequest, HttpResponse | None]:
    """The grant and one of its requests, or 404; with the way to the declaration where one is due first."""
    grant, detour = grant_for_page(request, pk)
    change = get_object_or_404(change_requests_for(request.user), grant=grant, number=number)
    return grant, change, detour


@login_required
def change_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The grant's requests for changes; POST begins one."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    may_write = access_of(user).may_at(Right.FILL_IN, grant.organisation_id)
    if request.method == "POST" and not may_write:
        raise Http404
    if detour:
        return detour
    requests = list(change_requests_for(user).filter(grant=grant))
    if request.method == "POST":
        try:
            change = services.start_change_request(grant=grant, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
            return redirect("grants:change_list", pk=pk)
        return redirect(services.change_url(change))
    context = {
        "grant": grant,
        "tab": "changes",
        "rows": [(r, ", ".join(_kinds(r)), STATE_TONES[ChangeRequestState(r.state)]) for r in requests],
        "may_start": may_write
        and grant.state == "active"
        and not any(r.state in OPEN_CHANGE_REQUESTS for r in requests),
        "may_write": may_write,
    }
    return render(request, "grants/change_list.html", context)


def _kinds(change: ChangeRequest) -> list[str]:
    return [ChangeKind(kind).label for kind in change.kinds]


@login_required
def change_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A request: its draft for those who write it, for all others what was handed in and what came of it."""
    grant, change, detour = _request_for(request, pk, number)
    user = signed_in(request)
    writes = access_of(user).may_at(Right.FILL_IN, grant.organisation_id)
    if request.method == "POST" and not writes:
        raise Http404
    if detour:
        return detour
    if change.state == ChangeRequestState.DRAFT and writes:
        return _draft_page(request, grant, change, user)
    if request.method == "POST":
        message = "Ansökan är inlämnad eller återkallad och kan inte ändras."
        if wants_data(request):
            return JsonResponse({"message": message}, status=409)
        messages.error(request, message)
        return redirect("grants:change_detail", pk=pk, number=number)
    return _reading_page(request, grant, change, user)


def _draft_page(request: HttpRequest, grant: Grant, change: ChangeRequest, user: User) -> HttpResponse:
    standing = standing_decision(grant.application)
    years = _years(grant, standing, grant.call.budgets.values_list("year", flat=True))
    may_submit = access_of(user).may_at(Right.SUBMIT, grant.organisation_id)
    if request.method != "POST":
        form = ChangeRequestForm(years=years, initial=_stored(change, standing))
        return _draft(request, grant, change, form, may_submit=may_submit)
    form = ChangeRequestForm(request.POST, years=years)
    if not form.is_valid():
        if wants_data(request):
            return JsonResponse(
                {"message": "Något av det ni skrivit går inte att läsa. Spara med knappen."}, status=422
            )
        return _draft(request, grant, change, form, may_submit=may_submit, status=422)
    now = timezone.now()
    try:
        saved = services.save_change_request(
            request=change, content=form.content(), version=form.cleaned_data[VERSION] or 0, by=user, at=now
        )
        if request.POST.get("action") == "submit" and may_submit:
            services.submit_change_request(request=saved, by=user, at=now)
            messages.success(request, "Ansökan om ändring är inlämnad.")
            return redirect(services.change_url(change))
    except services.StaleChangeError as stale:
        if wants_data(request):
            return JsonResponse({"message": str(stale)}, status=409)
        differences = _differences(form, ChangeRequestForm(years=years, initial=_stored(change, standing)))
        form = _knowing_of(change, request, years)
        return _draft(request, grant, change, form, may_submit=may_submit, differences=differences, status=409)
    except services.UnfinishedChangeError as unfinished:
        form = _knowing_of(change, request, years)
        form.add_error("budget" if unfinished.field == "lines" else unfinished.field, str(unfinished))
        return _draft(request, grant, change, form, may_submit=may_submit, status=422)
    except GrantError as error:
        form = _knowing_of(change, request, years)
        form.add_error(None, str(error))
        return _draft(request, grant, change, form, may_submit=may_submit, status=422)
    if wants_data(request):
        clock = format_time(now)
        return JsonResponse({"saved_at": clock, "revisions": {VERSION: saved.version}})
    messages.success(request, "Utkastet är sparat.")
    return redirect(services.change_url(change))


def _knowing_of(change: ChangeRequest, request: HttpRequest, years: Sequence[int]) -> ChangeRequestForm:
    """The form as it was sent, with the version that is stored now: the next save is made knowing of the other."""
    data = request.POST.copy()
    data[VERSION] = str(change.version)
    form = ChangeRequestForm(data, years=years)
    form.full_clean()
    return form


def _stored(change: ChangeRequest, standing: Decision | None) -> dict[str, Any]:
    """What the draft holds, as the form begins; the budget that stands, where none was asked for yet."""
    return {
        "kinds": change.kinds,
        "new_ends_on": change.new_ends_on,
        "contents": change.contents,
        "reasons": change.reasons,
        "budget": grid_of(requested_budget(change) or _budget_of(standing)),
        VERSION: change.version,
    }


def _differences(typed: ChangeRequestForm, stored: ChangeRequestForm) -> list[tuple[str, str, str]]:
    """Where what was typed differs from what somebody else has saved: the field, their text, the typed one."""
    found = []
    for name, field in typed.fields.items():
        if name == VERSION:
            continue
        theirs = _in_words(name, stored.initial.get(name))
        own = _in_words(name, typed.cleaned_data.get(name))
        if theirs != own:
            found.append((str(field.label), theirs, own))
    return found


def _in_words(name: str, value: Any) -> str:
    if name == "budget":
        labels = dict(CostCategory.choices)
        lines = []
        for category, cells in (value or {}).items():
            for year, amount in cells.items():
                text = plain(Decimal(str(amount).replace(",", "."))) if amount else ""
                if text and text != "0":
                    lines.append(f"{labels[category]} {year}: {text}{NBSP}kr")
        return "\n".join(sorted(lines)) or "Tomt"
    if name == "kinds":
        return ", ".join(ChangeKind(kind).label for kind in value or []) or "Inget valt"
    return str(value or "").replace("\r\n", "\n").strip() or "Tomt"


def _draft(
    request: HttpRequest,
    grant: Grant,
    change: ChangeRequest,
    form: ChangeRequestForm,
    *,
    may_submit: bool,
    differences: Sequence[tuple[str, str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "grant": grant,
        "tab": "changes",
        "change": change,
        "form": form,
        "may_submit": may_submit,
        "differences": differences,
    }
    return render(request, "grants/change_draft.html", context, status=status)


def _reading_page(request: HttpRequest, grant: Grant, change: ChangeRequest, user: User) -> HttpResponse:
    access, grantor = access_of(user), grant.call.grantor_id
    handles = access.may_at(Right.HANDLE_CASES, grantor)
    decisions = list(decisions_visible_to(user, grant.application).filter(change_request=change))
    proposed = any(decision.state == DecisionState.PROPOSED for decision in decisions)
    facts = [("Gäller", ", ".join(_kinds(change)) or "–")]
    if change.submitted_at is not None and change.submitted_by is not None:
        facts.append(("Inlämnad", f"{format_date(change.submitted_at)} av {change.submitted_by.display_name}"))
    if ChangeKind.TIME in change.kinds and change.new_ends_on is not None:
        facts.append(("Ny sista dag", f"{format_date(change.new_ends_on)} (nu {format_date(grant.ends_on)})"))
    lines = change.lines.all() if ChangeKind.BUDGET in change.kinds else []
    context = {
        "grant": grant,
        "tab": "changes",
        "change": change,
        "tone": STATE_TONES[ChangeRequestState(change.state)],
        "facts": facts,
        "budget": budget_table((line.year, line.category, line.amount) for line in lines),
        "decisions": decisions,
        "handles": handles,
        "may_assess": change.state == ChangeRequestState.SUBMITTED and access.may_at(Right.ASSESS, grantor),
        "may_propose": change.state == ChangeRequestState.ASSESSED
        and not proposed
        and access.may_at(Right.PROPOSE_DECISIONS, grantor),
        "may_decide": proposed and access.may_at(Right.DECIDE, grantor),
        "may_withdraw": change.state in OPEN_CHANGE_REQUESTS and access.may_at(Right.SUBMIT, grant.organisation_id),
    }
    return render(request, "grants/change_detail.html", context)


@login_required
def change_withdraw(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Withdraw a request (POST)."""
    grant, change, detour = _request_for(request, pk, number)
    user = signed_in(request)
    if request.method == "POST" and not access_of(user).may_at(Right.SUBMIT, grant.organisation_id):
        raise Http404
    if detour:
        return detour
    if request.method == "POST":
        try:
            services.withdraw_change_request(request=change, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Ansökan om ändring är återkallad. Bidraget gäller som förut.")
    return redirect("grants:change_detail", pk=pk, number=number)


@right_required(Right.ASSESS)
def change_assess(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Assess a request, with a recommendation."""
    grant, change, detour = _request_for(request, pk, number)
    user = signed_in(request)
    if not access_of(user).may_at(Right.ASSESS, grant.call.grantor_id):
        raise Http404
    if detour:
        return detour
    if change.state != ChangeRequestState.SUBMITTED:
        return redirect("grants:change_detail", pk=pk, number=number)
    form = ChangeAssessmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.assess_change_request(
                request=change,
                assessment=form.cleaned_data["assessment"],
                recommendation=Outcome(form.cleaned_data["recommendation"]),
                by=user,
                at=timezone.now(),
            )
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Bedömningen är lämnad.")
            return redirect("grants:change_detail", pk=pk, number=number)
    return render(
        request, "grants/change_assess.html", {"grant": grant, "tab": "changes", "change": change, "form": form}
    )


@right_required(Right.PROPOSE_DECISIONS)
def change_propose(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Propose a decision on a request that is assessed."""
    grant, change, detour = _request_for(request, pk, number)
    user = signed_in(request)
    if not access_of(user).may_at(Right.PROPOSE_DECISIONS, grant.call.grantor_id):
        raise Http404
    if detour:
        return detour
    standing = standing_decision(grant.application)
    if change.state != ChangeRequestState.ASSESSED or standing is None:
        return redirect("grants:change_detail", pk=pk, number=number)

    left = {balance.year: balance.left for balance in balances(grant.call)}

    def hand_over(form: ChangeProposalForm) -> Decision:
        content = form.content()
        return propose_follow_up(
            application=grant.application,
            kind=DecisionKind.CHANGE,
            changes=standing,
            outcome=content.outcome,
            amounts=content.amounts,
            budget_lines=content.budget,
            ends_on=form.cleaned_data["ends_on"],
            contents=form.cleaned_data["contents"],
            change_request=change,
            reasons=content.reasons,
            conditions=content.conditions,
            recall_clause=content.recall_clause,
            appeal_text=content.appeal_text,
            by=user,
            at=timezone.now(),
        )

    form, answer = proposal_form(
        request,
        application=grant.application,
        subject=f"change:{change.pk}",
        form_class=ChangeProposalForm,
        years=_years(grant, standing, left),
        initial=_start_of(grant, change, standing),
        conditions=[condition.text for condition in standing.conditions.all()],
        shared_out=lambda year, amount: proportional_budget(grant.application, standing, year, amount),
        hand_over=hand_over,
        done=services.change_url(change),
    )
    if answer is not None:
        return answer
    before = {row.year: row.amount for row in standing.amounts.all()}
    asked = requested_amounts(change) if ChangeKind.BUDGET in change.kinds else before
    context = {
        "grant": grant,
        "tab": "changes",
        "change": change,
        "form": form,
        "rows": [
            (year, before.get(year, Decimal(0)), asked.get(year, Decimal(0)), left.get(year)) for year in form.years
        ],
        "return_comment": getattr(change, "return_comment", ""),
    }
    return render(request, "grants/change_propose.html", context, status=status_of(form))


def _start_of(grant: Grant, change: ChangeRequest, standing: Decision) -> dict[str, Any]:
    """What the form begins with: what the county asks for, where it asks, else what stands."""
    budget = requested_budget(change) if ChangeKind.BUDGET in change.kinds else _budget_of(standing)
    return {
        "outcome": change.recommendation,
        "ends_on": change.new_ends_on if ChangeKind.TIME in change.kinds else None,
        "contents": change.contents if ChangeKind.CONTENTS in change.kinds else "",
        "budget": grid_of(budget),
        **{f"amount_{year}": plain(sum(lines.values(), Decimal(0))) for year, lines in budget.items()},
        "recall_clause": standing.recall_clause,
        "appeal_text": grant.call.appeal_text,
    }
