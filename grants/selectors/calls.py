"""Reading calls within the user's reach, and their money."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from grants.enums import DecisionKind, DecisionState, Outcome
from grants.models import Application, CallBudget, Criterion, Decision, DecisionAmount, FundingCall
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation

Anyone = User | AnonymousUser


def calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls that one's organisation handles, and the published ones that concern it.

    Those are NCH's, and those of the county board in one's own county. Drafts are for those who manage the
    grantor's calls.
    """
    access = access_of(user)
    calls = FundingCall.objects.select_related("grantor", "version")
    if not access.may(Right.SEE_CASES):
        return calls.none()
    published = Q(published_at__lte=timezone.now())
    if access.everywhere(Right.HANDLE_CASES):
        return calls.filter(published)
    counties = {organisation.county_id for organisation in access.organisations(Right.SEE_CASES)}
    concerns = Q(grantor__kind=OrganisationKind.NCH) | Q(grantor__county__in=counties - {None})
    handled = Q(grantor__in=access.organisation_ids(Right.HANDLE_CASES))
    managed = Q(grantor__in=access.organisation_ids(Right.MANAGE_CALLS))
    return calls.filter(managed | (published & (handled | concerns)))


def handled_calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls of the authority that one works for."""
    access = access_of(user)
    calls = calls_for(user)
    if access.everywhere(Right.HANDLE_CASES):
        return calls
    return calls.filter(grantor__in=access.organisation_ids(Right.HANDLE_CASES))


def managed_calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls that the user may write and publish."""
    return calls_for(user).filter(grantor__in=access_of(user).organisation_ids(Right.MANAGE_CALLS))


def call_choices_for(user: Anyone) -> list[tuple[int, str]]:
    """Key and title of the latest hundred calls, for a filter."""
    return list(calls_for(user).values_list("pk", "title")[:100])


def possible_applicants(call: FundingCall) -> QuerySet[Organisation]:
    """The organisations that the call is for: the invited ones where there are any, else all of the kinds it names.

    A county board's own call is for its county.
    """
    invited = Organisation.objects.filter(pk__in=call.invited.values("pk"))
    if invited.exists():
        return invited
    organisations = Organisation.objects.filter(kind__in=call.applicant_kinds)
    if call.grantor.kind == OrganisationKind.COUNTY_BOARD:
        organisations = organisations.filter(county_id=call.grantor.county_id)
    return organisations


@dataclass(frozen=True)
class YearBalance:
    """A call's money in one year, in kronor: what there is, what is granted, and what is left."""

    year: int
    budget: Decimal
    granted: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.granted


def standing_decisions(call: FundingCall) -> QuerySet[Decision]:
    """The call's signed decisions that hold now: first ones and changes, without those that a change has replaced."""
    signed = Decision.objects.filter(state=DecisionState.SIGNED, application__call=call)
    granting = signed.filter(kind__in=[DecisionKind.GRANT, DecisionKind.CHANGE]).exclude(outcome=Outcome.REJECTED)
    return granting.exclude(pk__in=granting.filter(kind=DecisionKind.CHANGE).values("changes"))


def balances(call: FundingCall) -> list[YearBalance]:
    """The call's money per year against its signed decisions."""
    granted = dict(
        DecisionAmount.objects.filter(decision__in=standing_decisions(call))
        .values("year")
        .annotate(total=Sum("amount"))
        .values_list("year", "total")
    )
    return [
        YearBalance(budget.year, budget.amount, granted.get(budget.year, Decimal(0)))
        for budget in CallBudget.objects.filter(call=call)
    ]


def criteria(call: FundingCall) -> list[Criterion]:
    """The call's criteria in order."""
    return list(Criterion.objects.filter(call=call))


def application_counts(call: FundingCall) -> dict[str, int]:
    """Applications per state, for the call's page."""
    return dict(Application.objects.filter(call=call).values("state").annotate(n=Count("pk")).values_list("state", "n"))


def is_open(call: FundingCall, at: datetime.datetime) -> bool:
    """Whether applications can be started and submitted at the moment."""
    return call.published_at is not None and call.published_at <= at and call.opens_at <= at < call.closes_at
