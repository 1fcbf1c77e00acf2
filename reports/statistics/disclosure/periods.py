"""Time codes as spans of days, so that a year, its months and a period that someone chose are related."""

import calendar
import datetime
import itertools
import re
from dataclasses import dataclass

IRREGULAR = "period"
_CODE = re.compile(
    r"(?P<year>\d{4})(?:M(?P<month>\d{2})|[KQ](?P<quarter>[1-4])|W(?P<week>\d{2})|-(?P<m>\d{2})-(?P<d>\d{2}))?"
)
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, order=True)
class Span:
    """The days from `since` to `until`; `unit` is year, quarter, month, week, day, or `period` for any other length."""

    since: datetime.date
    until: datetime.date
    unit: str

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def code(self) -> str:
        """The same for every way to write the span."""
        return f"{self.since}/{self.until}"

    def holds(self, other: "Span") -> bool:
        """Whether the other lies inside and is shorter."""
        return self.since <= other.since and other.until <= self.until and other.days < self.days


def span_of(since: datetime.date, until: datetime.date) -> Span:
    """The span with its unit."""
    last = calendar.monthrange(until.year, until.month)[1]
    unit = IRREGULAR
    if since == until:
        unit = "day"
    elif since.day == 1 and until.day == last and since.year == until.year:
        months = until.month - since.month + 1
        unit = {1: "month", 3: "quarter" if since.month % 3 == 1 else IRREGULAR, 12: "year"}.get(months, IRREGULAR)
    elif since.weekday() == 0 and (until - since).days == 6:
        unit = "week"
    return Span(since, until, unit)


def parse(code: str) -> Span | None:
    """The span of `2025`, `2025K1`, `2025M03`, `2025W05`, `2025-03-14` or `2025-01-01/2025-06-30`; else None."""
    try:
        if chosen := _SPAN.fullmatch(code):
            return span_of(datetime.date.fromisoformat(chosen[1]), datetime.date.fromisoformat(chosen[2]))
        if not (found := _CODE.fullmatch(code)):
            return None
        year = int(found["year"])
        if found["month"]:
            return _months(year, int(found["month"]), 1)
        if found["quarter"]:
            return _months(year, 3 * int(found["quarter"]) - 2, 3)
        if found["week"]:
            monday = datetime.date.fromisocalendar(year, int(found["week"]), 1)
            return span_of(monday, monday + datetime.timedelta(days=6))
        if found["m"]:
            day = datetime.date(year, int(found["m"]), int(found["d"]))
            return span_of(day, day)
        return _months(year, 1, 12)
    except ValueError:
        return None


def hull(spans: list[Span]) -> Span | None:
    """The span that they fill together; None where they leave a gap or overlap."""
    if not spans:
        return None
    since, until = min(one.since for one in spans), max(one.until for one in spans)
    whole = span_of(since, until)
    ordered = sorted(spans)
    touching = all((b.since - a.until).days == 1 for a, b in itertools.pairwise(ordered))
    return whole if touching else None


def remainder(whole: Span, parts: list[Span]) -> list[Span]:
    """What is left of `whole` without `parts`, which lie inside it and do not overlap; empty where they fill it."""
    left, day = [], whole.since
    for part in sorted(parts):
        if part.since > day:
            left.append(span_of(day, part.since - datetime.timedelta(days=1)))
        day = part.until + datetime.timedelta(days=1)
    if day <= whole.until:
        left.append(span_of(day, whole.until))
    return left


def _months(year: int, first: int, number: int) -> Span:
    last = first + number - 1
    return span_of(datetime.date(year, first, 1), datetime.date(year, last, calendar.monthrange(year, last)[1]))
