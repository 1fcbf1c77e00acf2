"""Reading what waits for decision, and what it does to the money of the calls."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from grants.enums import DecisionKind, DecisionState, Outcome
from grants.models import CallBudget, Decision, DecisionAmount, FundingCall
from grants.selectors.decisions import standing
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import has_declared, matters_for


def proposals_for(user: User) -> QuerySet[Decision]:
    """Proposals that wait for the decision-makers of the user's authority, those that have waited longest first.

    Each has `declared`: whether the user has said something about a conflict of interest in its case. Those of cases
    in which the user has one are left out.
    """
    proposals = Decision.objects.filter(
        state=DecisionState.PROPOSED,
        application__call__grantor__in=access_of(user).organisation_ids(Right.DECIDE),
    )
    proposals = proposals.select_related(
        "application__organisation", "application__call__grantor", "application__case__handler", "presenter", "changes"
    ).prefetch_related("amounts", "conditions", "changes__amounts")
    proposals = proposals.annotate(declared=has_declared(user, "application__case"))
    return matters_for(user, proposals, "application__case").order_by("proposed_at", "pk")


@dataclass(frozen=True)
class YearInSitting:
    """A call's money in one year, in kronor: the budget, what is granted already, and what proposals would add."""

    call: FundingCall
    year: int
    budget: Decimal
    granted: Decimal
    proposed: Decimal

    @property
    def left(self) -> Decimal:
        """What would be left; below zero where the proposals do not fit together."""
        return self.budget - self.granted - self.proposed


def added_by(proposal: Decision) -> dict[int, Decimal]:
    """Kronor that the proposal would take of the call's money per year; for a change the difference to what stands.

    Money that is carried over or claimed back was granted before.
    """
    if proposal.outcome == Outcome.REJECTED or proposal.kind not in (DecisionKind.GRANT, DecisionKind.CHANGE):
        return {}
    added = {row.year: row.amount for row in proposal.amounts.all()}
    if proposal.kind == DecisionKind.CHANGE and proposal.changes is not None:
        for row in proposal.changes.amounts.all():
            added[row.year] = added.get(row.year, Decimal(0)) - row.amount
    return added


def money_of(proposals: Collection[Decision]) -> list[YearInSitting]:
    """The money of the calls that the proposals are about, call by call and year by year (two queries)."""
    calls = {proposal.application.call_id: proposal.application.call for proposal in proposals}
    granted = _granted(calls)
    proposed: dict[tuple[int, int], Decimal] = {}
    for proposal in proposals:
        for year, amount in added_by(proposal).items():
            key = (proposal.application.call_id, year)
            proposed[key] = proposed.get(key, Decimal(0)) + amount
    budgets = CallBudget.objects.filter(call__in=calls).order_by("call", "year")
    nothing = Decimal(0)
    return [
        YearInSitting(
            call=calls[row.call_id],
            year=row.year,
            budget=row.amount,
            granted=granted.get((row.call_id, row.year), nothing),
            proposed=proposed.get((row.call_id, row.year), nothing),
        )
        for row in budgets
    ]


def _granted(calls: Iterable[int]) -> dict[tuple[int, int], Decimal]:
    amounts = DecisionAmount.objects.filter(decision__in=standing(Decision.objects.filter(application__call__in=calls)))
    rows = amounts.order_by().values_list("decision__application__call", "year").annotate(total=Sum("amount"))
    return {(call, year): total for call, year, total in rows}
