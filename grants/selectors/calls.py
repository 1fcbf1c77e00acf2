"""Reading calls within the user's reach, and their money."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from grants.enums import CallPart, CallPhase
from grants.models import Application, Criterion, Decision, DecisionAmount, FundingCall
from grants.selectors.decisions import standing
from grants.standard_form import FIXED_KEYS
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.questionnaires.builder.checks import faults_in

Anyone = User | AnonymousUser

_EVERYWHERE = [
    OrganisationKind.AGENCY,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.CIVIL_SOCIETY,
]
NATIONAL_APPLICANTS = [
    OrganisationKind.COUNTY_BOARD,
    *_EVERYWHERE,
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.REGION,
    OrganisationKind.MUNICIPAL_ASSOCIATION,
]
COUNTY_APPLICANTS = [
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.REGION,
    OrganisationKind.MUNICIPAL_ASSOCIATION,
    OrganisationKind.BARNAHUS,
    *_EVERYWHERE,
]


def calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls that one's organisation handles, and the published ones that concern it.

    Those are NCH's, those of the county board in one's own county, and those one is invited to. Drafts are for those
    who manage the grantor's calls.
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
    invited = FundingCall.invited.through.objects.filter(organisation__in=access.organisation_ids(Right.SEE_CASES))
    concerns |= Q(pk__in=invited.values("fundingcall"))
    handled = Q(grantor__in=access.organisation_ids(Right.HANDLE_CASES))
    managed = Q(grantor__in=access.organisation_ids(Right.MANAGE_CALLS))
    return calls.filter(managed | (published & (handled | concerns)))


def handled_calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls of the authority that one works for."""
    return access_of(user).limit_to_handled(calls_for(user), "grantor")


def managed_calls_for(user: Anyone) -> QuerySet[FundingCall]:
    """Calls that the user may write and publish."""
    return calls_for(user).filter(grantor__in=access_of(user).organisation_ids(Right.MANAGE_CALLS))


def in_phase(calls: QuerySet[FundingCall], phase: str, at: datetime.datetime) -> QuerySet[FundingCall]:
    """The calls that stand in a phase at the moment; the same rule as FundingCall.phase, asked of the database."""
    published = Q(published_at__lte=at)
    conditions = {
        CallPhase.DRAFT: ~published,
        CallPhase.PLANNED: published & Q(opens_at__gt=at),
        CallPhase.OPEN: published & Q(opens_at__lte=at, closes_at__gt=at),
        CallPhase.CLOSED: published & Q(opens_at__lte=at, closes_at__lte=at),
    }
    return calls.filter(conditions[CallPhase(phase)])


def call_choices_for(user: Anyone) -> list[tuple[int, str]]:
    """Key and title of the latest hundred calls, for a filter."""
    return list(calls_for(user).values_list("pk", "title")[:100])


def grantor_choices_for(user: Anyone) -> list[tuple[int, str]]:
    """Key and name of the authorities whose calls the user may see, for a filter."""
    grantors = calls_for(user).order_by().values("grantor")
    return list(Organisation.objects.filter(pk__in=grantors).values_list("pk", "name"))


def possible_applicants(call: FundingCall) -> QuerySet[Organisation]:
    """The organisations that the call is for: the invited ones where there are any, else all of the kinds it names.

    A county board's own call is for its county.
    """
    if invited := [organisation.pk for organisation in call.invited.all()]:
        return Organisation.objects.filter(pk__in=invited)
    organisations = Organisation.objects.filter(kind__in=call.applicant_kinds)
    if call.grantor.kind == OrganisationKind.COUNTY_BOARD:
        organisations = organisations.filter(county_id=call.grantor.county_id)
    return organisations


def applicant_kinds_of(grantor: Organisation) -> list[OrganisationKind]:
    """The kinds of organisation that calls of this authority can be for, the usual one first."""
    if grantor.kind == OrganisationKind.COUNTY_BOARD:
        return COUNTY_APPLICANTS
    return NATIONAL_APPLICANTS


def invitable(grantor: Organisation) -> QuerySet[Organisation]:
    """The organisations that the authority can invite by name: those a call could be for, wherever they are."""
    return Organisation.objects.filter(kind__in=applicant_kinds_of(grantor))


@dataclass(frozen=True)
class Missing:
    """What keeps a call from being published, and the part of its page where it is mended."""

    part: CallPart
    message: str


def missing_in(call: FundingCall, *, at: datetime.datetime) -> list[Missing]:
    """Everything that keeps the call from being published at the moment, in the order of its parts."""
    missing = []
    if call.closes_at <= at:
        missing.append(Missing(CallPart.BASICS, "Utlysningens sista dag har redan passerat."))
    if not call.budgets.exists():
        missing.append(Missing(CallPart.MONEY, "Ange minst ett budgetår med belopp."))
    if not call.criteria.exists():
        missing.append(Missing(CallPart.CRITERIA, "Ange minst ett kriterium."))
    if call.version is None:
        missing.append(Missing(CallPart.FORM, "Utlysningen har inget ansökningsformulär. Spara grunduppgifterna igen."))
    else:
        faults = faults_in(call.version, fixed_keys=FIXED_KEYS)
        missing += [Missing(CallPart.FORM, f"Ansökningsformuläret: {fault.message}") for fault in faults]
    return missing


@dataclass(frozen=True)
class YearBalance:
    """A call's money in one year, in kronor: what there is, what is granted, and what is left."""

    year: int
    budget: Decimal
    granted: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.granted


def balances(call: FundingCall) -> list[YearBalance]:
    """The call's money per year against its signed decisions."""
    granted = dict(
        DecisionAmount.objects.filter(decision__in=standing(Decision.objects.filter(application__call=call)))
        .values("year")
        .annotate(total=Sum("amount"))
        .values_list("year", "total")
    )
    return [
        YearBalance(budget.year, budget.amount, granted.get(budget.year, Decimal(0))) for budget in call.budgets.all()
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
