"""Plans for sharing a call's money: computed by the rule, saved as drafts, one of them adopted."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from grants.allocation import Allocation, ImpossibleAllocationError, allocate
from grants.enums import PlanState
from grants.models import AllocationAmount, AllocationPlan, AllocationRow, FundingCall
from grants.selectors.allocation import Basis, Wish, basis_of, waiting_before, wishes_of
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.services import declare_interest


def compute(basis: Basis, wishes: Mapping[int, Wish]) -> Allocation:
    """Share the money out without saving anything; raises ImpossibleAllocationError."""
    return allocate(basis.candidates(wishes), basis.budgets, is_development_money=basis.call.is_development_money)


@transaction.atomic
def save_plan(
    *, call: FundingCall, wishes: Mapping[int, Wish], note: str, by: User, at: datetime.datetime
) -> AllocationPlan:
    """Save a way of sharing the money as the call's next draft, with the facts everybody was ranked by."""
    basis = _basis_for_writing(call, by)
    unsettled = [
        facts.application.organisation.name
        for facts in basis.facts
        if call.is_development_money
        and facts.sources_differ
        and wishes.get(facts.application.pk, Wish()).has_centre is None
    ]
    if unsettled:
        raise GrantError(f"Välj om länet har resurscentrum eller inte för {', '.join(unsettled)}.")
    allocation = _computed(basis, wishes)
    if not allocation.rows:
        raise GrantError("Ingen ansökan är färdigbedömd ännu.")
    FundingCall.objects.select_for_update().get(pk=call.pk)
    last = call.allocation_plans.aggregate(last=Max("number"))["last"] or 0
    plan = AllocationPlan.objects.create(call=call, number=last + 1, made_at=at, made_by=by, note=note.strip())
    rows = AllocationRow.objects.bulk_create(
        AllocationRow(
            plan=plan,
            application_id=row.candidate.key,
            rank=row.rank,
            score=row.candidate.score,
            has_centre=row.candidate.has_centre,
            earlier_years=len(row.candidate.earlier_years),
            special_reasons=row.candidate.special_reasons,
            explanation=row.explanation,
        )
        for row in allocation.rows
    )
    AllocationAmount.objects.bulk_create(
        AllocationAmount(
            row=saved, year=share.year, amount=share.amount, fixed=share.fixed and not row.candidate.is_decided
        )
        for saved, row in zip(rows, allocation.rows, strict=True)
        for share in row.shares
    )
    record("allocation_plan_saved", by=by, subject=plan, organisation_id=call.grantor_id, at=at)
    return plan


@transaction.atomic
def adopt_plan(*, plan: AllocationPlan, by: User, at: datetime.datetime) -> AllocationPlan:
    """Let proposals start from this plan; the one adopted before it becomes a draft again.

    Refused where what it was based on has changed since, or an application is not assessed yet.
    """
    call = FundingCall.objects.select_for_update().get(pk=plan.call_id)
    basis = _basis_for_writing(call, by)
    if basis.unassessed:
        names = ", ".join(facts.application.organisation.name for facts in basis.unassessed)
        raise GrantError(f"Alla ansökningar ska vara bedömda först. Det återstår: {names}.")
    if _as_computed(_computed(basis, wishes_of(plan))) != _as_saved(plan):
        raise GrantError("Underlaget har ändrats sedan fördelningen gjordes. Utgå från den och spara en ny.")
    AllocationPlan.objects.filter(call=call, state=PlanState.ADOPTED).update(state=PlanState.DRAFT)
    AllocationPlan.objects.filter(pk=plan.pk).update(state=PlanState.ADOPTED)
    plan.refresh_from_db()
    record(
        "allocation_plan_adopted",
        by=by,
        subject=plan,
        organisation_id=call.grantor_id,
        details={"number": plan.number},
        at=at,
    )
    return plan


@transaction.atomic
def declare_for_call(
    *, call: FundingCall, answers: Mapping[int, tuple[bool, str]], by: User, at: datetime.datetime
) -> int:
    """Declare for many of a call's applications at once whether one is recused, and why; returns how many."""
    declared = 0
    for application in waiting_before(by, call).undeclared:
        if application.pk in answers and application.case is not None:
            recused, reason = answers[application.pk]
            declare_interest(case=application.case, recused=recused, reason=reason, by=by, at=at)
            declared += 1
    return declared


def _basis_for_writing(call: FundingCall, by: User) -> Basis:
    require(by, Right.PROPOSE_DECISIONS, call.grantor_id)
    basis = basis_of(by, call)
    if basis.is_recused:
        raise GrantError("Du är jävig i ett av utlysningens ärenden och kan inte fördela pengarna.")
    if basis.waiting.undeclared:
        raise GrantError("Ange först för varje ansökan om du är jävig.")
    if basis.waiting.owed:
        raise GrantError("Lämna dina egna bedömningar först.")
    return basis


def _computed(basis: Basis, wishes: Mapping[int, Wish]) -> Allocation:
    try:
        return compute(basis, wishes)
    except ImpossibleAllocationError as error:
        raise GrantError(str(error)) from error


def _as_computed(allocation: Allocation) -> list[tuple[object, ...]]:
    return [
        (row.candidate.key, row.rank, row.candidate.score, {share.year: share.amount for share in row.shares})
        for row in allocation.rows
    ]


def _as_saved(plan: AllocationPlan) -> list[tuple[object, ...]]:
    return [
        (row.application_id, row.rank, row.score, {amount.year: amount.amount for amount in row.amounts.all()})
        for row in plan.rows.prefetch_related("amounts")
    ]
