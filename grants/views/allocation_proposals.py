"""The page on which an adopted plan becomes drafts of proposals, all applications at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from grants.enums import PlanState
from grants.selectors.allocation import waiting_before
from grants.selectors.planned_proposals import planned_proposals
from grants.services.errors import GrantError
from grants.services.planned_proposals import draft_proposals
from grants.views.allocation import detour, plan_of
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of


@right_required(Right.PROPOSE_DECISIONS)
def allocation_proposals(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What would be drafted and what would be left alone, and why; POST makes the drafts."""
    user, plan = signed_in(request), plan_of(request, pk, number)
    if not access_of(user).may_at(Right.PROPOSE_DECISIONS, plan.call.grantor_id):
        raise Http404
    if way := detour(request, plan.call, waiting_before(user, plan.call)):
        return way
    if request.method == "POST":
        try:
            made = draft_proposals(plan=plan, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            done = "1 utkast till förslag är gjort." if made == 1 else f"{made} utkast till förslag är gjorda."
            messages.success(request, f"{done} Läs igenom varje utkast och lämna det till beslutsfattaren.")
        return redirect("grants:allocation_proposals", pk=pk, number=number)
    if plan.state != PlanState.ADOPTED:
        messages.info(request, "Förslag görs från den fastställda fördelningen. Den här är inte fastställd.")
        return redirect("grants:allocation_plan", pk=pk, number=number)
    planned = planned_proposals(user, plan)
    context = {
        "call": plan.call,
        "plan": plan,
        "coming": [one for one in planned if not one.obstacle],
        "drafted": [one for one in planned if one.has_draft],
        "skipped": [one for one in planned if one.obstacle and not one.has_draft],
    }
    return render(request, "grants/allocation_proposals.html", context)
