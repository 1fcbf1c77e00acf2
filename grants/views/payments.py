"""Pages of instalments: of one grant, one instalment, and all that an authority pays."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.enums import GrantState, PaymentBasis, PaymentState
from grants.forms.payments import PaidForm, PaymentFilterForm, PlanFormSet, ReasonForm, RequisitionForm, instalments
from grants.models import Grant, Payment, PaymentMove
from grants.selectors.accounting import reversing_export
from grants.selectors.calls import call_choices_for
from grants.selectors.matching import listed_payment_fits
from grants.selectors.payments import YearOfGrant, handled_payments_for, payments_for, suggested_instalments, years_of
from grants.services import payments as services
from grants.services.errors import GrantError
from grants.services.payments import TRANSITIONS, NoRoomError, holder_of, room_in_words
from grants.views.grants import grant_for_page
from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import handles
from nch.cases.views import safe_next
from nch.common.answers import status_of
from nch.common.exports import Column, Kind
from nch.common.formats import as_key, format_date, format_kronor, format_number

STATE_TONES = {
    PaymentState.PLANNED: "neutral",
    PaymentState.REQUESTED: "info",
    PaymentState.PREPARED: "warning",
    PaymentState.APPROVED: "warning",
    PaymentState.PAID: "success",
    PaymentState.WITHDRAWN: "neutral",
    PaymentState.CANCELLED: "neutral",
}
# Somebody who chooses many pays a round of a call: far more than its 290 possible recipients is a mistake.
MOST_AT_ONCE = 500


def _with_tones(payments: list[Payment]) -> list[tuple[Payment, str]]:
    return [(payment, STATE_TONES[PaymentState(payment.state)]) for payment in payments]


def _may_prepare(user: User, grant: Grant) -> bool:
    return grant.state == GrantState.ACTIVE and access_of(user).may_at(Right.PREPARE_PAYMENTS, grant.call.grantor_id)


def _may_request(user: User, grant: Grant) -> bool:
    return grant.state == GrantState.ACTIVE and access_of(user).may_at(Right.SUBMIT, grant.organisation_id)


@login_required
def grant_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """The grant's instalments against what is granted, and the ways to plan and to ask for more."""
    grant, detour = grant_for_page(request, pk)
    if detour:
        return detour
    user = signed_in(request)
    record_read(grant, by=user, organisation_id=grant.organisation_id)
    years = years_of(grant)
    payments = list(payments_for(user).filter(grant=grant))
    context = {
        "grant": grant,
        "tab": "payments",
        "years": years,
        "rows": _with_tones(payments),
        "is_handler": handles(user, grant.case),
        "may_keep": access_of(user).may_at(Right.KEEP_ACCOUNTS, grant.call.grantor_id),
        "may_plan": _may_prepare(user, grant),
        "may_request": _may_request(user, grant) and any(row.left > 0 for row in years),
        "nothing_left": _may_request(user, grant) and not any(row.left > 0 for row in years),
    }
    return render(request, "grants/grant/payments.html", context)


@right_required(Right.PREPARE_PAYMENTS)
def grant_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay the plan of instalments; `?forslag=kvartal` and `?forslag=engang` fill in what is left to plan."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    if not _may_prepare(user, grant):
        raise Http404
    if detour:
        return detour
    years = years_of(grant)
    options = {"years": [row.year for row in years if row.granted]}
    if request.method == "POST":
        formset = PlanFormSet(request.POST, form_kwargs=options)
        if formset.is_valid():
            try:
                services.lay_plan(grant=grant, rows=instalments(formset), by=user, at=timezone.now())
            except GrantError as error:
                formset.non_form_errors().append(str(error))
            else:
                messages.success(request, "Planen är sparad.")
                return redirect("grants:grant_payments", pk=pk)
    else:
        planned = grant.payments.filter(state=PaymentState.PLANNED).order_by("planned_on", "number")
        initial: list[dict[str, Any]] = [
            {"number": p.number, "year": p.year, "amount": format_number(p.amount), "planned_on": p.planned_on}
            for p in planned
        ]
        formset = PlanFormSet(initial=[*initial, *_suggested(request.GET.get("forslag"), years)], form_kwargs=options)
    context = {"grant": grant, "tab": "payments", "years": years, "formset": formset}
    return render(request, "grants/grant/payment_plan.html", context, status=status_of(formset))


def _suggested(wanted: str | None, years: list[YearOfGrant]) -> list[dict[str, Any]]:
    """Rows for what is left of every year, in the way that was asked for."""
    if wanted not in ("kvartal", "engang"):
        return []
    return [
        {"year": row.year, "amount": format_number(part), "planned_on": day}
        for row in years
        if row.left > 0
        for day, part in suggested_instalments(
            row.year, row.left, quarterly=wanted == "kvartal", on=timezone.localdate()
        )
    ]


@right_required(Right.SUBMIT)
def grant_requisition(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an instalment, as signatory of the organisation that got the grant."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    if not _may_request(user, grant):
        raise Http404
    if detour:
        return detour
    years = [row for row in years_of(grant) if row.granted]
    choices = {row.year: f"{row.year} ({format_kronor(max(row.left, Decimal(0)))} kvar)" for row in years}
    this_year = timezone.localdate().year
    form = RequisitionForm(
        request.POST or None, years=choices, initial={"year": this_year if this_year in choices else None}
    )
    if request.method == "POST" and form.is_valid():
        try:
            payment = services.request_payment(grant=grant, by=user, at=timezone.now(), **form.cleaned_data)
        except NoRoomError as error:
            form.add_error("amount", str(error))
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Rekvisition {payment.number} är lämnad. Ni ser här hur det går.")
            return redirect("grants:grant_payments", pk=pk)
    context = {"grant": grant, "tab": "payments", "form": form, "rooms": [room_in_words(row) for row in years]}
    return render(request, "grants/grant/requisition.html", context, status=status_of(form))


@login_required
def payment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One instalment, what has happened to it, and the steps that the user can take; POST stops it or sends it back."""
    payment = get_object_or_404(payments_for(request.user), pk=pk)
    user, grant = signed_in(request), payment.grant
    access = access_of(user)
    steps = [t for t in TRANSITIONS if access.may_at(t.right, holder_of(t, grant))]
    if request.method == "POST" and not steps:
        raise Http404
    if detour := declare_first(request, grant.case):
        return detour
    form = ReasonForm(request.POST if request.method == "POST" else None, prefix=request.POST.get("action"))
    if request.method == "POST":
        answer = _stop(request, payment, form, user)
        if answer is not None:
            return answer
    record_read(payment, by=user, organisation_id=grant.organisation_id)
    targets = {t.target for t in steps if t.source == payment.state}
    moves = list(payment.moves.select_related("by").order_by("-at", "-pk"))
    is_handler = handles(user, grant.case)
    own = payment.prepared_by_id == user.pk
    context = {
        "grant": grant,
        "payment": payment,
        "name": f"Utbetalning {payment.number}",
        "tone": STATE_TONES[PaymentState(payment.state)],
        "tab": "payments",
        "facts": _facts(payment, moves, is_handler=is_handler),
        "document_url": reverse("document_download", args=[grant.case_id, payment.document.number])
        if payment.document
        else "",
        "show_comment": payment.comment
        and (is_handler or payment.state in (PaymentState.CANCELLED, PaymentState.WITHDRAWN)),
        "may_prepare": PaymentState.PREPARED in targets,
        "may_approve": PaymentState.APPROVED in targets and not own,
        "awaits_another": PaymentState.APPROVED in targets and own,
        "may_pay": PaymentState.PAID in targets,
        "return_form": _reason(form, "return")
        if targets & {PaymentState.PLANNED, PaymentState.REQUESTED} and payment.state == PaymentState.PREPARED
        else None,
        "withdraw_form": _reason(form, "withdraw") if PaymentState.WITHDRAWN in targets else None,
        "cancel_form": _reason(form, "cancel") if PaymentState.CANCELLED in targets else None,
        "moves": [{"at": m.at, "title": PaymentState(m.target).label, "actor": m.by.display_name} for m in moves]
        if is_handler
        else [],
    }
    return render(request, "grants/grant/payment.html", context, status=422 if form.is_bound else 200)


def _reason(form: ReasonForm, action: str) -> ReasonForm:
    """The form of an action: the one that came back with an error, or a fresh one."""
    return form if form.is_bound and form.prefix == action else ReasonForm(prefix=action)


def _stop(request: HttpRequest, payment: Payment, form: ReasonForm, user: User) -> HttpResponse | None:
    """Send back, withdraw or cancel; None where the form has to come back."""
    steps = {
        "return": (services.return_payment, "Utbetalningen är återlämnad."),
        "withdraw": (services.withdraw_requisition, "Rekvisitionen är återtagen. Pengarna kan rekvireras igen."),
        "cancel": (services.cancel_payment, "Utbetalningen är inställd. Pengarna kan planeras eller rekvireras igen."),
    }
    action = request.POST.get("action", "")
    if action in steps:
        if not form.is_valid():
            return None
        step, told = steps[action]
        try:
            step(payment=payment, comment=form.cleaned_data["comment"], by=user, at=timezone.now())
        except (GrantError, PermissionDenied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
    return redirect("grants:payment_detail", pk=payment.pk)


def _facts(payment: Payment, moves: list[PaymentMove], *, is_handler: bool) -> list[tuple[str, str]]:
    def signed(person: User | None, at: datetime.datetime | None) -> str:
        return f"{person.display_name}, {format_date(at)}" if person and at else ""

    facts = [
        ("Mottagare", payment.grant.organisation.name),
        ("Budgetår", str(payment.year)),
        ("Belopp", format_kronor(payment.amount)),
        ("Grund", payment.get_basis_display()),
    ]
    if payment.basis == PaymentBasis.PLAN:
        facts.append(("Planerad dag", format_date(payment.planned_on) if payment.planned_on else ""))
    else:
        facts.append(("Rekvirerad av", signed(payment.requested_by, payment.requested_at)))
    if payment.state == PaymentState.WITHDRAWN:
        facts += [("Återtagen av", signed(m.by, m.at)) for m in moves if m.target == PaymentState.WITHDRAWN]
    if is_handler:
        facts += [
            ("Förberedd av", signed(payment.prepared_by, payment.prepared_at)),
            ("Godkänd av", signed(payment.approved_by, payment.approved_at)),
            ("Till ekonomisystemet", f"Underlag {payment.export.number}" if payment.export else ""),
        ]
        if payment.export and payment.state == PaymentState.CANCELLED:
            reversing = reversing_export(payment)
            told = f"Vänd i underlag {reversing.number}" if reversing else "Vänds i nästa underlag"
            facts.append(("Rättelse i ekonomisystemet", told))
    if payment.paid_on:
        facts += [("Utbetalad", format_date(payment.paid_on)), ("Verifikation", payment.voucher)]
    return facts


class PaymentListView(RightRequiredMixin, WorkingListView):
    """All instalments that the authority pays, with the steps that can be taken with several at once."""

    right = Right.HANDLE_CASES
    template_name = "grants/payment_list.html"
    context_object_name = "payments"
    sort_fields = {
        "added": "pk",
        "organisation": "grant__organisation__sort_key",
        "year": "year",
        "amount": "amount",
        "day": "planned_on",
        "paid": "paid_on",
        "state": "state",
    }
    default_sort = "-added"
    export_title = "Utbetalningar"
    export_columns = (
        Column("Diarienummer", "grant.case.registration_number"),
        Column("Mottagare", "grant.organisation.name"),
        Column("Utlysning", "grant.call.title"),
        Column("Projekt", "grant.project_code"),
        Column("Utbetalning", "number", Kind.NUMBER),
        Column("Budgetår", lambda payment: str(payment.year)),
        Column("Belopp (kr)", "amount", Kind.KRONOR),
        Column("Grund", "get_basis_display"),
        Column("Planerad dag", "planned_on", Kind.DATE),
        Column("Rekvirerad", "requested_at", Kind.DATETIME),
        Column("Läge", "get_state_display"),
        Column("Utbetalad", "paid_on", Kind.DATE),
        Column("Verifikation", "voucher"),
    )

    def filtered(self) -> QuerySet[Payment]:
        self.form = PaymentFilterForm(self.request.GET, calls=call_choices_for(self.request.user))
        payments = handled_payments_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                payments = payments.filter(listed_payment_fits(wanted["q"]))
            if wanted["call"]:
                payments = payments.filter(grant__call_id=wanted["call"])
            for name in ("state", "year"):
                if wanted[name]:
                    payments = payments.filter(**{name: wanted[name]})
        self.chosen = payments
        return payments

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        access = access_of(self.request.user)
        states = {payment.state for payment in context["payments"]}
        context["rows"] = _with_tones(context["payments"])
        context["total"] = self.chosen.aggregate(total=Sum("amount"))["total"]
        context["steps"] = [
            (label, reverse(name))
            for label, name, right, sources in (
                ("Förbered valda", "grants:payments_prepare", Right.PREPARE_PAYMENTS, {"planned", "requested"}),
                ("Godkänn valda", "grants:payments_approve", Right.APPROVE_PAYMENTS, {"prepared"}),
                ("Markera valda som utbetalda", "grants:payments_paid", Right.KEEP_ACCOUNTS, {"approved"}),
            )
            if access.may(right) and states & sources
        ]
        return context


def _chosen(request: HttpRequest) -> list[Payment]:
    """The instalments that were ticked, those that the user's authority pays."""
    values = request.POST if request.method == "POST" else request.GET
    ticked = values.getlist("payment")[:MOST_AT_ONCE]
    wanted = {key for value in ticked if (key := as_key(value)) is not None}
    return list(handled_payments_for(request.user).filter(pk__in=wanted).order_by("grant", "pk"))


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(safe_next(request, request.POST.get("tillbaka", "")) or reverse("grants:payment_list"))


def _step(request: HttpRequest, take: Callable[..., Payment], told: str) -> HttpResponse:
    """Take a step with what was ticked, and go back to where it was ticked."""
    user = signed_in(request)
    if request.method == "POST":
        payments = _chosen(request)
        if not payments:
            messages.error(request, "Välj minst en utbetalning.")
            return _back(request)
        now = timezone.now()
        try:
            done = services.together(payments, lambda payment: take(payment=payment, by=user, at=now))
        except GrantError as error:
            messages.error(request, str(error))
        else:
            total = sum((payment.amount for payment in done), Decimal(0))
            messages.success(request, f"{told}: {len(done)} st, {format_kronor(total)}.")
    return _back(request)


@right_required(Right.PREPARE_PAYMENTS)
def payments_prepare(request: HttpRequest) -> HttpResponse:
    """Prepare what was ticked (POST)."""
    return _step(request, services.prepare_payment, "Förberedda utbetalningar")


@right_required(Right.APPROVE_PAYMENTS)
def payments_approve(request: HttpRequest) -> HttpResponse:
    """Approve what was ticked (POST)."""
    return _step(request, services.approve_payment, "Godkända utbetalningar")


@right_required(Right.KEEP_ACCOUNTS)
def payments_paid(request: HttpRequest) -> HttpResponse:
    """Note the day and the vouchers of what was ticked: first the form, then, when it is filled in, the step."""
    user = signed_in(request)
    payments = _chosen(request)
    if not payments:
        if request.method == "POST":
            messages.error(request, "Välj minst en utbetalning.")
        return _back(request)
    form = PaidForm(request.POST if "paid_on" in request.POST else None, payments=payments)
    if form.is_bound and form.is_valid():
        now = timezone.now()
        try:
            services.together(
                payments,
                lambda payment: services.mark_paid(
                    payment=payment,
                    paid_on=form.cleaned_data["paid_on"],
                    voucher=form.voucher_of(payment),
                    by=user,
                    at=now,
                ),
            )
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Utbetalningarna är bokförda. Mottagarna ser dem på bidragets sida.")
            return _back(request)
    context = {
        "form": form,
        "rows": [(payment, form[PaidForm.name_of(payment)]) for payment in payments],
        "total": sum((payment.amount for payment in payments), Decimal(0)),
        "back": safe_next(request, request.POST.get("tillbaka", "")),
    }
    return render(request, "grants/payments_paid.html", context)
