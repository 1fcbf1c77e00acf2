"""How long a list of calls is, told without reading all of it."""

import calendar
import datetime
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count, Q

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import Cut
from stodtelefon.models import CallTally
from stodtelefon.selectors.calls import UNKNOWN_COUNTY, CallCriteria, found_calls_for
from stodtelefon.selectors.tallies import sums_of

COUNTED_AT_MOST: Final = 10_000
"""Where the tally cannot tell, a list is counted up to here and is then said to be longer."""

ONE_DAY = datetime.timedelta(days=1)
BEGINNING, END = datetime.date(2000, 1, 1), datetime.date(2999, 12, 31)


@dataclass(frozen=True)
class CallSummary:
    """How many calls a list has; `more` says that there are others beyond those counted.

    Unknown counties and constructed calls are None where nothing tells them quickly.
    """

    calls: int
    more: bool = False
    unknown_county: int | None = None
    constructed: int | None = None

    def plus(self, other: "CallSummary") -> "CallSummary":
        """The two together."""
        return CallSummary(
            self.calls + other.calls,
            unknown_county=(self.unknown_county or 0) + (other.unknown_county or 0),
            constructed=(self.constructed or 0) + (other.constructed or 0),
        )


def summary_for(user: User, criteria: CallCriteria) -> CallSummary:
    """Count the list that `found_calls_for` gives, without reading all its calls.

    Line, months, county, category and calls outside the hours are counted in the tally, and the days at the ends that
    make no whole month among the calls themselves. Everything else is counted up to `COUNTED_AT_MOST`.
    """
    if not criteria.by_place_alone:
        found = found_calls_for(user, criteria).order_by().values("pk")[: COUNTED_AT_MOST + 1].count()
        return CallSummary(min(found, COUNTED_AT_MOST), more=found > COUNTED_AT_MOST)
    since, until = criteria.since or BEGINNING, criteria.until or END
    if since > until:
        return CallSummary(0, unknown_county=0, constructed=0)
    first, last = _first_of_whole_months(since), _last_of_whole_months(until)
    if first > last:
        return _counted(user, criteria, [(since, until)])
    edges = [(start, end) for start, end in ((since, first - ONE_DAY), (last + ONE_DAY, until)) if start <= end]
    summary = _tallied(user, criteria, first, last)
    return summary.plus(_counted(user, criteria, edges)) if edges else summary


def _first_of_whole_months(since: datetime.date) -> datetime.date:
    return since if since.day == 1 else (since.replace(day=28) + 4 * ONE_DAY).replace(day=1)


def _last_of_whole_months(until: datetime.date) -> datetime.date:
    if until.day == calendar.monthrange(until.year, until.month)[1]:
        return until
    return until.replace(day=1) - ONE_DAY


def _tallied(user: User, criteria: CallCriteria, first: datetime.date, last: datetime.date) -> CallSummary:
    keys = {"second_key": criteria.category, "line_id": criteria.line_id}
    tallies = access_of(user).limit(CallTally.objects.order_by(), Right.SEE_CALLS)
    tallies = tallies.filter(**{name: value for name, value in keys.items() if value})
    if criteria.county:
        tallies = tallies.filter(first_key="" if criteria.county == UNKNOWN_COUNTY else criteria.county)
    total = unknown = constructed = 0
    sums = sums_of(tallies, Cut.PLACE, "first_key", "constructed", since=first, until=last)
    for (county, is_constructed), amounts in sums.items():
        calls = amounts.outside_hours if criteria.outside else amounts.calls
        total += calls
        unknown += calls if county == "" else 0
        constructed += calls if is_constructed else 0
    return CallSummary(total, unknown_county=unknown, constructed=constructed)


def _counted(user: User, criteria: CallCriteria, periods: list[tuple[datetime.date, datetime.date]]) -> CallSummary:
    """Count single calls; the periods are shorter than a month or two each."""
    summaries = (
        found_calls_for(user, replace(criteria, since=since, until=until))
        .order_by()
        .aggregate(
            calls=Count("*"),
            unknown_county=Count("pk", filter=Q(county__isnull=True)),
            constructed=Count("pk", filter=Q(constructed=True)),
        )
        for since, until in periods
    )
    whole = CallSummary(0)
    for summary in summaries:
        whole = whole.plus(CallSummary(**summary))
    return whole
