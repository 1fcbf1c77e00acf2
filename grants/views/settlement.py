"""Pages of what is left: settling a report's balance, entering repayments, the ledger, closing a grant."""

import itertools
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.enums import ClaimGround, DecisionKind, DecisionState, FinancialReportState, GrantState, RepaymentState
from grants.forms.grants import GrantFilterForm
from grants.forms.settlement import CarryOverForm, ClaimForm, RegisterRepaymentForm, RepaymentForm
from grants.ledger import Ledger, together
from grants.models import Decision, FinancialReport, Grant
from grants.selectors.calls import call_choices_for
from grants.selectors.financial_reports import HANDED_IN, financial_reports_for
from grants.selectors.grants import grants_for
from grants.selectors.ledger import ledger_of, ledgers_of
from grants.selectors.settlement import repayments_for, settling_decisions
from grants.services import closing, settlement
from grants.services.errors import GrantError, YearError
from grants.services.proposal_drafts import plain
from grants.views.grants import grant_for_page
from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import handles, has_declared
from nch.common.answers import status_of
from nch.common.exports import Column, Kind

_LEDGERS_AT_A_TIME = 500
# The form that a decision on what is left is proposed with.
_FORM_OF = {DecisionKind.CARRY_OVER: "carry_over", DecisionKind.REPAYMENT_CLAIM: "claim"}


@login_required
def report_settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left of an approved report and what becomes of it; those who handle it propose and agree here."""
    reports = financial_reports_for(request.user).annotate(declared=has_declared(request.user, "grant__case"))
    report = get_object_or_404(reports.filter(state__in=HANDED_IN), pk=pk)
    if detour := declare_first(request, report.grant.case, has_declared=getattr(report, "declared", False)):
        return detour
    user = signed_in(request)
    row = ledger_of(report.grant).row(report.year)
    usable = ways_to_settle(user, report) if row.unsettled else {}
    is_handler = handles(user, report.grant.case)
    decisions = list(settling_decisions(user, report, proposals=is_handler))
    returned = decisions[-1] if decisions and decisions[-1].state == DecisionState.RETURNED else None
    all_forms = _forms(report, request.POST if request.method == "POST" else None, returned)
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in usable:
            raise Http404
        form = all_forms[action]
        if form.is_valid():
            try:
                done = _settle(report, action, form.cleaned_data, by=user)
            except (GrantError, PermissionDenied) as error:
                form.add_error("amount" if isinstance(error, YearError) else None, str(error))
            else:
                messages.success(request, done)
                return redirect("grants:report_settlement", pk=pk)
    repayments = list(repayments_for(user).filter(report=report))
    context = {
        "report": report,
        "row": row,
        "is_handler": is_handler,
        "decisions": [decision for decision in decisions if decision.state != DecisionState.RETURNED],
        "returned": returned,
        "repayments": repayments,
        "expects_payment": any(repayment.state == RepaymentState.EXPECTED for repayment in repayments),
        "may_register": access_of(user).may_at(Right.KEEP_ACCOUNTS, report.grant.call.grantor_id),
        "may_cancel": access_of(user).may_at(Right.REVIEW_SUBSTANCE, report.grant.call.grantor_id),
        "forms": [(key, title, all_forms[key]) for key, title in usable.items()],
        "opened": request.POST.get("action") or (_FORM_OF.get(DecisionKind(returned.kind)) if returned else ""),
    }
    return render(request, "grants/settlement.html", context, status=422 if request.method == "POST" else 200)


def ways_to_settle(user: User, report: FinancialReport) -> dict[str, str]:
    """The ways to settle that the user has: code and what its button says."""
    if report.grant.state != GrantState.ACTIVE:
        return {}
    access, grantor = access_of(user), report.grant.call.grantor_id
    approved = report.state == FinancialReportState.APPROVED
    usable = {}
    if access.may_at(Right.PROPOSE_DECISIONS, grantor) and approved:
        usable["carry_over"] = "Föreslå beslut om överföring"
    if access.may_at(Right.REVIEW_SUBSTANCE, grantor) and approved:
        usable["repayment"] = "Begär återbetalning"
    if access.may_at(Right.PROPOSE_DECISIONS, grantor):
        usable["claim"] = "Föreslå beslut om återkrav"
    return usable


def _forms(report: FinancialReport, data: Any, returned: Decision | None) -> dict[str, forms.Form]:
    """All ways to settle as forms; the one of a proposal that came back begins with what that said."""
    sent = data.get("action") if data else ""
    next_years = [report.year + 1, report.year + 2]
    initial: dict[str, Any] = {}
    if returned is not None:
        (row,) = returned.amounts.all()
        initial = {"amount": plain(row.amount), "reasons": returned.reasons}
        initial |= {"year": row.year} if returned.kind == DecisionKind.CARRY_OVER else {"ground": returned.ground}
    of_kind = {form: initial for kind, form in _FORM_OF.items() if returned is not None and kind == returned.kind}
    return {
        "carry_over": CarryOverForm(
            data if sent == "carry_over" else None, years=next_years, initial=of_kind.get("carry_over")
        ),
        "repayment": RepaymentForm(data if sent == "repayment" else None),
        "claim": ClaimForm(data if sent == "claim" else None, initial=of_kind.get("claim")),
    }


def _settle(report: FinancialReport, action: str, content: dict[str, Any], *, by: User) -> str:
    now = timezone.now()
    if action == "carry_over":
        settlement.propose_carry_over(
            report=report, amount=content["amount"], year=content["year"], reasons=content["reasons"], by=by, at=now
        )
        return "Förslaget är lämnat till beslutsfattaren."
    if action == "claim":
        settlement.propose_claim(
            report=report,
            amount=content["amount"],
            ground=ClaimGround(content["ground"]),
            reasons=content["reasons"],
            by=by,
            at=now,
        )
        return "Förslaget är lämnat till beslutsfattaren."
    settlement.agree_on_repayment(report=report, amount=content["amount"], due_on=content["due_on"], by=by, at=now)
    return "Mottagaren har fått besked om återbetalningen."


@right_required(Right.KEEP_ACCOUNTS)
def repayment_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that money came back, with day and voucher."""
    repayment = get_object_or_404(repayments_for(request.user), pk=pk)
    user = signed_in(request)
    if not access_of(user).may_at(Right.KEEP_ACCOUNTS, repayment.grant.call.grantor_id):
        raise Http404
    if detour := declare_first(request, repayment.grant.case):
        return detour
    if repayment.state != RepaymentState.EXPECTED:
        return redirect("grants:report_settlement", pk=repayment.report_id)
    form = RegisterRepaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settlement.register_repayment(repayment=repayment, **form.cleaned_data, by=user, at=timezone.now())
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Återbetalningen är bokförd.")
            return redirect("grants:report_settlement", pk=repayment.report_id)
    return render(
        request, "grants/settlement_register.html", {"repayment": repayment, "form": form}, status=status_of(form)
    )


@right_required(Right.REVIEW_SUBSTANCE)
def repayment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop an agreed repayment (POST)."""
    repayment = get_object_or_404(repayments_for(request.user), pk=pk)
    user = signed_in(request)
    if not access_of(user).may_at(Right.REVIEW_SUBSTANCE, repayment.grant.call.grantor_id):
        raise Http404
    if request.method == "POST":
        try:
            settlement.cancel_repayment(repayment=repayment, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Återbetalningen utgår. Det som är kvar kan avgöras på annat sätt.")
    return redirect("grants:report_settlement", pk=repayment.report_id)


class LedgerListView(RightRequiredMixin, WorkingListView):
    """What the money of every grant has become, with sums over a call where one is chosen."""

    right = Right.HANDLE_CASES
    template_name = "grants/ledger_list.html"
    context_object_name = "grants"
    sort_fields = {"opened": "opened_at", "organisation": "organisation__sort_key", "granted": "granted_total"}
    default_sort = "organisation"
    export_title = "Saldo för bidragen"
    export_columns = (
        Column("Mottagare", lambda row: row[0].organisation.name),
        Column("Diarienummer", lambda row: row[0].case.registration_number),
        Column("Beviljat (kr)", lambda row: row[1].granted, Kind.KRONOR),
        Column("Utbetalat (kr)", lambda row: row[1].paid, Kind.KRONOR),
        Column("Godtagen kostnad (kr)", lambda row: row[1].cost, Kind.KRONOR),
        Column("Överfört och i bruk (kr)", lambda row: row[1].carried_over, Kind.KRONOR),
        Column("Återbetalat (kr)", lambda row: row[1].repaid, Kind.KRONOR),
        Column("Utestående (kr)", lambda row: row[1].outstanding, Kind.KRONOR),
    )

    def filtered(self) -> QuerySet[Grant]:
        self.form = GrantFilterForm(self.request.GET, calls=call_choices_for(self.request.user))
        grants = grants_for(self.request.user)
        self.call: int | None = None
        if self.form.is_valid():
            self.call = self.form.cleaned_data["call"]
            grants = self.form.narrow(grants)
        self.chosen = grants
        return grants

    def export_rows(self, queryset: QuerySet[Grant]) -> Iterator[tuple[Grant, Ledger]]:
        """Each grant with its ledger, worked out for some hundred grants at a time."""
        grants = queryset.iterator(chunk_size=_LEDGERS_AT_A_TIME)
        while some := list(itertools.islice(grants, _LEDGERS_AT_A_TIME)):
            ledgers = ledgers_of(some)
            yield from ((grant, ledgers[grant.pk]) for grant in some)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        page = list(context["grants"])
        # A call has a county's worth of grants and is summed whole; without one the sums are the page's own.
        ledgers = ledgers_of(self.chosen if self.call else page)
        context["rows"] = [(grant, ledgers[grant.pk]) for grant in page]
        context["sums"] = together(ledgers.values())
        context["sums_label"] = "Summa för urvalet" if self.call else "Summa för sidan"
        return context


@login_required
def grant_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """The grant's ledger, year by year."""
    grant, detour = grant_for_page(request, pk)
    if detour:
        return detour
    user = signed_in(request)
    record_read(grant, by=user, organisation_id=grant.organisation_id)
    context = {
        "grant": grant,
        "tab": "ledger",
        "ledger": ledger_of(grant),
        "may_close": grant.state == GrantState.ACTIVE
        and access_of(user).may_at(Right.PROPOSE_DECISIONS, grant.call.grantor_id),
    }
    return render(request, "grants/ledger.html", context)


@right_required(Right.PROPOSE_DECISIONS)
def grant_close(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the way of closing the grant; closing it (POST) where nothing does."""
    grant, detour = grant_for_page(request, pk)
    if detour:
        return detour
    user = signed_in(request)
    if not access_of(user).may_at(Right.PROPOSE_DECISIONS, grant.call.grantor_id):
        raise Http404
    if grant.state != GrantState.ACTIVE:
        return redirect("grants:grant_ledger", pk=pk)
    ledger = ledger_of(grant)
    obstacles = closing.obstacles(grant, ledger)
    if request.method == "POST":
        try:
            closing.close_grant(grant=grant, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Bidraget och ärendet är avslutade.")
            return redirect("grants:grant_ledger", pk=pk)
    context = {"grant": grant, "tab": "ledger", "ledger": ledger, "obstacles": obstacles}
    return render(request, "grants/ledger_close.html", context)
