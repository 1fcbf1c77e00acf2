"""Pages of decisions: proposing one, deciding, and reading what was decided and how it reached the applicant."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.documents import budget_table
from grants.enums import ApplicationState, DecisionState
from grants.forms.decisions import ProposalForm, ReturnForm
from grants.models import Application, Decision
from grants.selectors.allocation import adopted_amounts
from grants.selectors.applications import handled_applications_for
from grants.selectors.assessments import comparison_for
from grants.selectors.calls import balances
from grants.selectors.decisions import decisions_visible_to, delivery_of, every_decision_for
from grants.services import decisions as services
from grants.services.applications import detail_url
from grants.services.errors import GrantError
from grants.services.grants import scaled_budget
from grants.services.proposal_drafts import plain
from grants.views.proposals import grid_of, proposal_form
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import has_declared
from nch.common.answers import status_of
from nch.common.formats import format_date, format_datetime, format_kronor


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

    def hand_over(form: ProposalForm) -> Decision:
        return services.propose_decision(application=application, content=form.content(), by=user, at=timezone.now())

    form, answer = proposal_form(
        request,
        application=application,
        subject="",
        form_class=ProposalForm,
        years=[row.year for row in applied],
        initial=_start_of(application, returned),
        conditions=_conditions_of(application, returned),
        shared_out=lambda year, amount: scaled_budget(application, year, amount),
        hand_over=hand_over,
        done=detail_url(application),
    )
    if answer is not None:
        return answer
    left = {balance.year: balance.left for balance in balances(application.call)}
    context = {
        "application": application,
        "form": form,
        "rows": [(row.year, row.amount, left.get(row.year)) for row in applied],
        "assessments": comparison_for(user, application),
        "returned": returned,
    }
    return render(request, "grants/propose.html", context, status=status_of(form))


def _start_of(application: Application, returned: Decision | None) -> dict[str, object]:
    """What the form begins with: what came back from the decision-maker, else the adopted plan and the call."""
    if returned is None:
        planned = adopted_amounts(application) or {}
        shared = {year: scaled_budget(application, year, amount) for year, amount in planned.items() if amount}
        return {
            **{f"amount_{year}": plain(amount) for year, amount in planned.items()},
            "budget": grid_of(shared),
            "recall_clause": application.call.recall_clause,
            "appeal_text": application.call.appeal_text,
        }
    budget: dict[int, dict[str, Decimal]] = {}
    for line in returned.budget_lines.all():
        budget.setdefault(line.year, {})[line.category] = line.amount
    return {
        "outcome": returned.outcome,
        **{f"amount_{row.year}": plain(row.amount) for row in returned.amounts.all()},
        "budget": grid_of(budget),
        "reasons": returned.reasons,
        "recall_clause": returned.recall_clause or application.call.recall_clause,
        "appeal_text": returned.appeal_text,
    }


def _conditions_of(application: Application, returned: Decision | None) -> list[str]:
    if returned is not None:
        return [condition.text for condition in returned.conditions.all()]
    return application.call.condition_list()


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
                return redirect("grants:decision_detail", pk=decision.pk)
            if form.is_valid():
                services.return_proposal(decision=decision, comment=form.cleaned_data["comment"], by=user, at=now)
                messages.success(request, "Förslaget är återlämnat till föredraganden.")
                return redirect("grants:application_detail", pk=pk)
        except (GrantError, PermissionDenied) as error:
            messages.error(request, str(error))
            return redirect("grants:application_detail", pk=pk)
    context = {
        "application": application,
        "decision": decision,
        "name": decision.name,
        "total": format_kronor(sum(row.amount for row in decision.amounts.all())),
        "form": form,
        "presented_it": decision.presenter_id == user.pk,
        **_in_full(decision),
    }
    return render(request, "grants/decide.html", context)


@login_required
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision in full: what it says, what it changes, and how it reached the applicant."""
    user = signed_in(request)
    decisions = every_decision_for(user).annotate(declared=has_declared(user, "application__case"))
    decision = get_object_or_404(decisions, pk=pk)
    application, case = decision.application, decision.application.case
    if case is None:
        raise Http404
    if detour := declare_first(request, case, has_declared=getattr(decision, "declared", False)):
        return detour
    record_read(decision, by=user, organisation_id=application.organisation_id)
    facts = [
        ("Diarienummer", case.registration_number),
        ("Organisation", application.organisation.name),
        ("Utlysning", application.call.title),
        ("Föredragande", decision.presenter.display_name),
    ]
    if decision.decided_at is not None and decision.decision_maker is not None:
        facts += [
            ("Beslutsfattare", decision.decision_maker.display_name),
            ("Beslutat", format_datetime(decision.decided_at)),
            *_delivery_facts(decision),
        ]
    if decision.ground:
        facts.append(("Grund för återkravet", decision.get_ground_display()))
    if decision.ends_on:
        facts.append(("Bidraget gäller till och med", format_date(decision.ends_on)))
    grant = getattr(application, "grant", None)
    context = {
        "application": application,
        "decision": decision,
        "name": decision.name,
        "facts": facts,
        "grant": grant,
        "later": [later for later in decision.changed_by.all() if later.state == DecisionState.SIGNED],
        "application_url": reverse("grants:application_detail", args=[application.pk]),
        **_in_full(decision),
    }
    return render(request, "grants/decision_detail.html", context)


def _delivery_facts(decision: Decision) -> list[tuple[str, str]]:
    delivery = delivery_of([decision])[decision.pk]
    if delivery.sent_at is not None:
        noun = "mottagare" if delivery.sent == delivery.addressees else f"av {delivery.addressees} mottagare"
        sent = f"Skickat till {delivery.sent} {noun} {format_datetime(delivery.sent_at)}"
    elif delivery.addressees:
        sent = f"Väntar på att skickas till {delivery.addressees} mottagare"
    else:
        sent = "Ingen hos mottagaren har ett konto att skicka till"
    fetched = format_datetime(delivery.fetched_at) if delivery.fetched_at else "Inte hämtat ännu"
    return [("Besked med e-post", sent), ("Hämtat av mottagaren första gången", fetched)]


def _in_full(decision: Decision) -> dict[str, object]:
    """What a page that shows the whole decision needs besides its summary."""
    lines = [(line.year, line.category, line.amount) for line in decision.budget_lines.all()]
    before = {row.year: row.amount for row in decision.changes.amounts.all()} if decision.changes is not None else {}
    return {"budget": budget_table(lines), "before": sorted(before.items())}
