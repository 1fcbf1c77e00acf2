"""Lines and calls within the user's reach. A struck call is kept, but never listed or counted."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import LineKind
from stodtelefon.models import ExposedIndividual, Exposure, SupportCall, SupportLine

UNKNOWN_COUNTY: Final = "unknown"
"""Code of the calls whose county the caller did not state, in published figures and in the list's filter."""


@dataclass(frozen=True)
class CallSummary:
    """Sums over a list of calls."""

    calls: int
    unknown_county: int
    constructed: int


def lines_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may see."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.SEE_CALLS)


def lines_to_log_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may log."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.LOG_CALLS)


def national_line() -> SupportLine:
    """The national line for professionals. Raises SupportLine.DoesNotExist before it has been opened."""
    return SupportLine.objects.get(kind=LineKind.NATIONAL_PROFESSIONALS)


def calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, with what a list of them shows."""
    calls = SupportCall.objects.filter(struck_at__isnull=True)
    calls = calls.select_related("line", "caller_category", "county", "topic")
    return access_of(user).limit(calls, Right.SEE_CALLS)


def whole_calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, with everything the page of one call shows."""
    exposures = Prefetch("exposures", Exposure.objects.select_related("kind"))
    individuals = Prefetch("individuals", ExposedIndividual.objects.prefetch_related(exposures))
    related = ("municipality", "referral", "referral_outcome", "referred_to", "logged_by")
    return calls_for(user).select_related(*related).prefetch_related("advice", individuals)


# What a list may be sorted by: its name in the address, and the column. Latest first among equals.
SORTS: dict[str, str] = {
    "started_at": "started_at",
    "county": "county__sort_key",
    "category": "caller_category__position",
    "topic": "topic__position",
    "duration": "duration_minutes",
}


def _order(sort: str) -> OrderBy:
    name = sort.removeprefix("-")
    # Said only where there are nulls: PostgreSQL cannot read such an order from an index.
    nulls_last = True if name == "county" else None
    column = F(SORTS[name])
    return column.desc(nulls_last=nulls_last) if sort.startswith("-") else column.asc(nulls_last=nulls_last)


def found_calls_for(
    user: User | AnonymousUser, *, year: int | None = None, county: str = "", category: str = "", sort: str = ""
) -> QuerySet[SupportCall]:
    """The calls that the user may see, narrowed to a year, a county (or the unknown one) and a caller category."""
    calls = calls_for(user)
    if year is not None:
        calls = calls.filter(started_at__year=year)
    if county == UNKNOWN_COUNTY:
        calls = calls.filter(county_known=False)
    elif county:
        calls = calls.filter(county_id=county)
    if category:
        calls = calls.filter(caller_category__code=category)
    if sort.removeprefix("-") not in SORTS:
        return calls.order_by("-started_at", "-pk")
    return calls.order_by(_order(sort), "-started_at", "-pk")


def latest_year_for(user: User | AnonymousUser) -> int | None:
    """The latest year with a call that the user may see; None where there is no call."""
    began = calls_for(user).order_by("-started_at").values_list("started_at", flat=True).first()
    return timezone.localtime(began).year if began else None


def summary_of(calls: QuerySet[SupportCall]) -> CallSummary:
    """Add up some calls in one query."""
    return CallSummary(
        **calls.order_by().aggregate(
            calls=Count("*"),
            unknown_county=Count("county_known", filter=Q(county_known=False)),
            constructed=Count("constructed", filter=Q(constructed=True)),
        )
    )
