"""Pages of sharing out a call's money: the ranking with what-if, saved plans, comparison, adoption, PDF."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.allocation import ImpossibleAllocationError
from grants.allocation_document import render_allocation
from grants.enums import PlanState
from grants.forms.allocation import AllocationForm, CallDeclarationForm
from grants.models import AllocationPlan, FundingCall
from grants.selectors.allocation import Waiting, basis_of, plans_for, plans_with_sums, waiting_before, wishes_of
from grants.selectors.allocation_tables import PlanTable, compare, table_of, tables_of_plans
from grants.selectors.calls import handled_calls_for
from grants.services import allocation as services
from grants.services.errors import GrantError
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.cases.views import safe_next

MOST_COMPARED = 4


def _call(request: HttpRequest, pk: int) -> FundingCall:
    """Return a published call that the user's authority handles, or 404."""
    return get_object_or_404(
        handled_calls_for(request.user).filter(published_at__isnull=False).prefetch_related("budgets"), pk=pk
    )


def detour(request: HttpRequest, call: FundingCall, waiting: Waiting) -> HttpResponse | None:
    """The way to declaring jäv in all of the call's cases, or to one's own assessments, where these are due first."""
    if waiting.undeclared:
        query = urlencode({"nasta": request.get_full_path() if request.method == "GET" else ""})
        return redirect(f"{reverse('grants:call_declare', args=[call.pk])}?{query}")
    if waiting.owed:
        return render(request, "grants/allocation_owed.html", {"call": call, "owed": waiting.owed})
    return None


@right_required(Right.HANDLE_CASES)
def allocation(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking against the money; what-if without saving, and saving as a plan, for those who propose decisions."""
    user, call = signed_in(request), _call(request, pk)
    may_plan = access_of(user).may_at(Right.PROPOSE_DECISIONS, call.grantor_id)
    basis = basis_of(user, call)
    if request.method == "POST" and (not may_plan or basis.is_recused):
        raise Http404
    if way := detour(request, call, basis.waiting):
        return way
    plans = list(plans_with_sums(user, call))
    start = next((plan for plan in plans if str(plan.number) == request.GET.get("plan")), None)
    wishes = wishes_of(start) if start else {}
    form = AllocationForm(request.POST or None, basis=basis, wishes=wishes)
    table: PlanTable | None = None
    if request.method != "POST" or form.is_valid():
        wishes = form.wishes() if form.is_bound else wishes
        try:
            table = table_of(basis, services.compute(basis, wishes))
        except ImpossibleAllocationError as error:
            form.add_problems(error.problems)
    if table is not None and request.POST.get("action") == "save":
        try:
            plan = services.save_plan(
                call=call, wishes=wishes, note=form.cleaned_data["note"], by=user, at=timezone.now()
            )
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Fördelning {plan.number} är sparad som utkast.")
            return redirect("grants:allocation_plan", pk=pk, number=plan.number)
    context = {
        "call": call,
        "basis": basis,
        "table": table,
        "form": form,
        "may_plan": may_plan and not basis.is_recused,
        "plans": plans,
        "start": start,
        "is_preview": request.method == "POST" and table is not None,
    }
    return render(request, "grants/allocation.html", context)


@right_required(Right.DECLARE_FIRST)
def call_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare for each of a call's applications whether one is recused, before their ranking is shown."""
    user, call = signed_in(request), _call(request, pk)
    if not access_of(user).may_at(Right.DECLARE_FIRST, call.grantor_id):
        raise Http404
    form = CallDeclarationForm(request.POST or None, applications=waiting_before(user, call).undeclared)
    following = safe_next(request, request.GET.get("nasta", "")) or reverse("grants:allocation", args=[pk])
    if not form.applications:
        return redirect(following)
    if request.method == "POST" and form.is_valid():
        number = services.declare_for_call(call=call, answers=form.answers(), by=user, at=timezone.now())
        messages.success(request, f"Du har svarat för {number} ärenden.")
        return redirect(following)
    return render(request, "grants/call_declare.html", {"call": call, "form": form})


def plan_of(request: HttpRequest, pk: int, number: int) -> AllocationPlan:
    """Return a saved plan of a call that the user's authority handles, or 404."""
    plans = plans_for(request.user).prefetch_related("call__budgets")
    return get_object_or_404(plans, call_id=pk, number=number)


@right_required(Right.HANDLE_CASES)
def allocation_plan(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A saved plan as it stands."""
    user, plan = signed_in(request), plan_of(request, pk, number)
    if way := detour(request, plan.call, waiting_before(user, plan.call)):
        return way
    (table,) = tables_of_plans(user, plan.call, [plan])
    may_propose = access_of(user).may_at(Right.PROPOSE_DECISIONS, plan.call.grantor_id)
    may_plan = may_propose and not table.is_recused
    context = {
        "call": plan.call,
        "plan": plan,
        "table": table,
        "may_adopt": may_plan and plan.state == PlanState.DRAFT,
        "may_plan": may_plan,
        "may_propose": may_propose and plan.state == PlanState.ADOPTED,
    }
    return render(request, "grants/allocation_plan.html", context)


@right_required(Right.PROPOSE_DECISIONS)
def allocation_adopt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Adopt a plan (POST)."""
    user, plan = signed_in(request), plan_of(request, pk, number)
    if not access_of(user).may_at(Right.PROPOSE_DECISIONS, plan.call.grantor_id):
        raise Http404
    if request.method == "POST":
        try:
            services.adopt_plan(plan=plan, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Fördelning {plan.number} är fastställd. Förslagen till beslut utgår från den.")
    return redirect("grants:allocation_plan", pk=pk, number=number)


@right_required(Right.HANDLE_CASES)
def allocation_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Plans side by side: place and kronor for every application, and the difference to the first of them."""
    user, call = signed_in(request), _call(request, pk)
    if way := detour(request, call, waiting_before(user, call)):
        return way
    wanted = set(request.GET.getlist("plan"))
    plans = [plan for plan in plans_with_sums(user, call) if str(plan.number) in wanted][:MOST_COMPARED][::-1]
    if len(plans) < 2:
        messages.info(request, "Välj minst två fördelningar att jämföra.")
        return redirect("grants:allocation", pk=pk)
    tables = tables_of_plans(user, call, plans)
    context = {
        "call": call,
        "plans": plans,
        "rows": compare(tables),
        "is_recused": any(table.is_recused for table in tables),
        "totals": [table.total for table in tables],
    }
    return render(request, "grants/allocation_compare.html", context)


@right_required(Right.HANDLE_CASES)
def allocation_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A plan as PDF; not for whoever is recused from one of its applications."""
    user, plan = signed_in(request), plan_of(request, pk, number)
    if way := detour(request, plan.call, waiting_before(user, plan.call)):
        return way
    (table,) = tables_of_plans(user, plan.call, [plan])
    if table.is_recused:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="fordelning-{pk}-{number}.pdf"'}
    return HttpResponse(render_allocation(plan, table), content_type="application/pdf", headers=headers)
