"""Lines and calls within the user's reach. A struck call is kept, but never listed or counted."""

import datetime
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import LineKind
from stodtelefon.models import CallOrigin, ExposedIndividual, Exposure, SupportCall, SupportLine

UNKNOWN_COUNTY: Final = "unknown"
"""Code of the calls whose county the caller did not state, in published figures and in the list's filter."""


def lines_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may see."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.SEE_CALLS)


def lines_to_log_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may log: those that have not been ended."""
    running = SupportLine.objects.exclude(ended_from__lte=timezone.localdate())
    return access_of(user).limit(running.select_related("organisation"), Right.LOG_CALLS)


def national_line() -> SupportLine:
    """The national line for professionals. Raises SupportLine.DoesNotExist before it has been opened."""
    return SupportLine.objects.get(kind=LineKind.NATIONAL_PROFESSIONALS)


def calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, with what a list of them shows; those that are struck are left out."""
    calls = SupportCall.objects.filter(struck_at__isnull=True)
    calls = calls.select_related("line", "caller_category", "county", "topic")
    return access_of(user).limit(calls, Right.SEE_CALLS)


def whole_calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, also struck ones, with everything the page of one call shows."""
    calls = SupportCall.objects.select_related(
        "line",
        "caller_category",
        "county",
        "topic",
        "municipality",
        "referral",
        "referral_outcome",
        "referred_to",
        "logged_by",
        "origin__register",
    )
    return access_of(user).limit(calls.prefetch_related("advice", _individuals()), Right.SEE_CALLS)


def origin_of(call: SupportCall) -> CallOrigin | None:
    """Where the call comes from, if it was read in from an old register."""
    return getattr(call, "origin", None)


def with_parts(calls: QuerySet[SupportCall]) -> QuerySet[SupportCall]:
    """The same calls with everything that a file of them tells."""
    related = ("municipality", "referral", "referral_outcome", "referred_to", "origin__register")
    return calls.select_related(*related).prefetch_related("advice", _individuals())


def _individuals() -> "Prefetch[str, QuerySet[ExposedIndividual], str]":
    exposures = Prefetch("exposures", Exposure.objects.select_related("kind"))
    return Prefetch("individuals", ExposedIndividual.objects.prefetch_related(exposures))


@dataclass(frozen=True)
class CallCriteria:
    """What a list of calls is narrowed to: codes, days by the Swedish calendar (both included), or nothing."""

    mine: bool = False
    line_id: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    county: str = ""
    category: str = ""
    topic: str = ""
    channel: str = ""
    exposure: str = ""
    outside: bool = False

    @property
    def by_place_alone(self) -> bool:
        """Whether the tally's cut by place tells how many calls there are."""
        return not (self.mine or self.topic or self.channel or self.exposure)


def found_calls_for(user: User, criteria: CallCriteria) -> QuerySet[SupportCall]:
    """The calls that the user may see and that meet the criteria."""
    calls = calls_for(user)
    if criteria.since is not None:
        calls = calls.filter(started_at__gte=_midnight(criteria.since))
    if criteria.until is not None:
        calls = calls.filter(started_at__lt=_midnight(criteria.until + datetime.timedelta(days=1)))
    if criteria.mine:
        calls = calls.filter(logged_by=user)
    if criteria.outside:
        calls = calls.filter(outside_hours=True)
    if criteria.county == UNKNOWN_COUNTY:
        calls = calls.filter(county__isnull=True)
    elif criteria.county:
        calls = calls.filter(county=criteria.county)
    if criteria.exposure:
        exposures = Exposure.objects.filter(individual__call=OuterRef("pk"), kind__code=criteria.exposure)
        calls = calls.filter(Exists(exposures))
    wanted = {
        "line": criteria.line_id,
        "caller_category__code": criteria.category,
        "topic__code": criteria.topic,
        "channel": criteria.channel,
    }
    return calls.filter(**{lookup: value for lookup, value in wanted.items() if value})


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
