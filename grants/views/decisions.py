"""Pages of proposing and deciding."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.enums import ApplicationState, DecisionState
from grants.forms.decisions import ProposalForm, ReturnForm
from grants.selectors.applications import handled_applications_for
from grants.selectors.calls import balances
from grants.selectors.decisions import decisions_visible_to
from grants.services import decisions as services
from grants.services.errors import GrantError
from grants.views.assessments import assessments_in_full
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.cases.doors import declare_first
from nch.common.formats import format_kronor


@right_required(Right.PROPOSE_DECISIONS)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a decision as presenter, with the applied amounts and what the call has left in view."""
    application = get_object_or_404(handled_applications_for(request.user), pk=pk)
    user = signed_in(request)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    if application.state != ApplicationState.SUBMITTED:
        return redirect("grants:application_detail", pk=pk)
    applied = list(application.applied_amounts.all())
    returned = decisions_visible_to(user, application).filter(state=DecisionState.RETURNED).first()
    form = ProposalForm(request.POST or None, applied=applied)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_decision(application=application, content=form.content(), by=user, at=timezone.now())
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Förslaget är lämnat till beslutsfattaren.")
            return redirect("grants:application_detail", pk=pk)
    left = {balance.year: balance.left for balance in balances(application.call)}
    context = {
        "application": application,
        "form": form,
        "amount_fields": [form[f"amount_{row.year}"] for row in applied],
        "rows": [(row.year, row.amount, left.get(row.year)) for row in applied],
        "assessments": assessments_in_full(user, application),
        "returned": returned,
    }
    return render(request, "grants/propose.html", context)


@right_required(Right.DECIDE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide as proposed, or return the proposal."""
    application = get_object_or_404(handled_applications_for(request.user), pk=pk)
    user = signed_in(request)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    decision = decisions_visible_to(user, application).filter(state=DecisionState.PROPOSED).first()
    if decision is None:
        return redirect("grants:application_detail", pk=pk)
    form = ReturnForm(request.POST if request.POST.get("action") == "return" else None)
    if request.method == "POST":
        if request.POST.get("decision") != str(decision.pk):
            # The page was opened for an earlier proposal: what is decided is what was read.
            messages.error(request, "Förslaget har ändrats sedan du öppnade sidan. Läs det nya innan du beslutar.")
            return redirect("grants:decide", pk=pk)
        now = timezone.now()
        try:
            if request.POST.get("action") == "sign":
                services.sign_decision(decision=decision, by=user, at=now)
                messages.success(request, "Beslutet är fattat och sökanden har fått besked.")
                return redirect("grants:application_detail", pk=pk)
            if form.is_valid():
                services.return_proposal(decision=decision, comment=form.cleaned_data["comment"], by=user, at=now)
                messages.success(request, "Förslaget är återlämnat till föredraganden.")
                return redirect("grants:application_detail", pk=pk)
        except (GrantError, PermissionDenied) as error:
            messages.error(request, str(error))
            return redirect("grants:application_detail", pk=pk)
    total = sum(row.amount for row in decision.amounts.all())
    context = {"application": application, "decision": decision, "total": format_kronor(total), "form": form}
    return render(request, "grants/decide.html", context)
