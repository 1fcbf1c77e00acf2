"""Pages of grants: the list, and one grant with its money per year."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from grants.enums import GrantState
from grants.forms.grants import GrantFilterForm
from grants.models import Grant
from grants.selectors.calls import call_choices_for
from grants.selectors.decisions import decisions_for
from grants.selectors.grants import grants_for, with_paid
from grants.selectors.payments import years_of
from nch.accounts.doors import RightRequiredMixin, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import has_declared
from nch.common.exports import Column, Kind
from nch.common.formats import format_date, format_kronor

STATE_TONES = {GrantState.ACTIVE: "info", GrantState.CLOSED: "neutral"}


class GrantListView(RightRequiredMixin, WorkingListView):
    """The grants that the user may see: those the authority gives, or those of one's own organisation."""

    right = Right.SEE_CASES
    template_name = "grants/grant_list.html"
    context_object_name = "grants"
    sort_fields = {
        "opened": "opened_at",
        "organisation": "organisation__sort_key",
        "state": "state",
        "granted": "granted_total",
        "paid": "paid",
    }
    default_sort = "-opened"
    export_title = "Beviljade bidrag"
    export_columns = (
        Column("Diarienummer", "case.registration_number"),
        Column("Mottagare", "organisation.name"),
        Column("Utlysning", "call.title"),
        Column("Projekt", "project_code"),
        Column("Från", "starts_on", Kind.DATE),
        Column("Till och med", "ends_on", Kind.DATE),
        Column("Beviljat (kr)", "granted_total", Kind.KRONOR),
        Column("Utbetalat (kr)", "paid", Kind.KRONOR),
        Column("Läge", "get_state_display"),
    )

    def filtered(self) -> QuerySet[Grant]:
        self.form = GrantFilterForm(self.request.GET, calls=call_choices_for(self.request.user))
        grants = with_paid(grants_for(self.request.user))
        if self.form.is_valid():
            grants = self.form.narrow(grants)
        self.chosen = grants
        return grants

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["sums"] = self.chosen.aggregate(granted_sum=Sum("granted_total"), paid_sum=Sum("paid"))
        context["handles_grants"] = access_of(self.request.user).may(Right.HANDLE_CASES)
        context["rows"] = [(grant, STATE_TONES[GrantState(grant.state)]) for grant in context["grants"]]
        return context


def grant_for_page(request: HttpRequest, pk: int) -> tuple[Grant, HttpResponse | None]:
    """The grant of a page below /beviljade/<pk>/, or 404; with the way to the declaration where one is due first."""
    grants = grants_for(request.user).annotate(declared=has_declared(request.user, "case"))
    grant = get_object_or_404(grants, pk=pk)
    return grant, declare_first(request, grant.case, has_declared=getattr(grant, "declared", False))


@login_required
def grant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is granted, for whom and until when; what is paid of it, and the decisions behind it."""
    grant, detour = grant_for_page(request, pk)
    if detour:
        return detour
    record_read(grant, by=signed_in(request), organisation_id=grant.organisation_id)
    years = years_of(grant)
    granted, paid, committed = (
        sum((getattr(year, name) for year in years), 0) for name in ("granted", "paid", "committed")
    )
    unpaid = "Kvar att betala ut" if grant.state == GrantState.ACTIVE else "Betalas inte ut"
    context = {
        "grant": grant,
        "tab": "overview",
        "tone": STATE_TONES[GrantState(grant.state)],
        "facts": [
            ("Diarienummer", grant.case.registration_number),
            ("Mottagare", grant.organisation.name),
            ("Bidragsgivare", grant.call.grantor.name),
            ("Utlysning", grant.call.title),
            ("Bidragsperiod", f"{format_date(grant.starts_on)} – {format_date(grant.ends_on)}"),
            ("Projekt i redovisningen", grant.project_code),
        ],
        "years": years,
        "totals": {"granted": granted, "paid": paid, "committed": committed, "left": granted - paid - committed},
        "numbers": [
            ("Beviljat", format_kronor(granted)),
            ("Utbetalat", format_kronor(paid)),
            (unpaid, format_kronor(granted - paid)),
        ],
        "decisions": [
            (decision, reverse("document_download", args=[grant.case_id, decision.document.number]))
            for decision in decisions_for(request.user).filter(application=grant.application_id)
            if decision.document is not None
        ],
    }
    return render(request, "grants/grant/overview.html", context)
