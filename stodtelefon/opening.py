"""When a line is open: weekly hours, days that differ, and Sweden's holidays. Nothing here reads the database."""

import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import holidays
from django.utils import timezone


@dataclass(frozen=True, order=True)
class Span:
    """A time of the day, Swedish time, from `opens` up to but not including `closes`."""

    opens: datetime.time
    closes: datetime.time

    def holds(self, moment: datetime.time) -> bool:
        return self.opens <= moment < self.closes


@dataclass(frozen=True)
class WeeklyRule:
    """Hours on one day of the week (1 is Monday), from `valid_from` to `valid_to`, both included."""

    weekday: int
    span: Span
    valid_from: datetime.date
    valid_to: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the rule is in force on the day, whatever weekday that is."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class DayOut:
    """A day that differs from the rule: its hours, none where it is closed, and why."""

    spans: tuple[Span, ...]
    reason: str


@dataclass(frozen=True)
class Timetable:
    """Everything that decides when one line is open. A day of its own goes before holidays, they before the week."""

    rules: Collection[WeeklyRule]
    days_out: Mapping[datetime.date, DayOut]
    closed_on_holidays: bool

    def hours_on(self, day: datetime.date) -> list[Span]:
        """The hours of a day in order; empty where the line is closed."""
        if day in self.days_out:
            return sorted(self.days_out[day].spans)
        if self.closed_on_holidays and holiday_on(day):
            return []
        return self.weekly_hours(day.isoweekday(), on=day)

    def weekly_hours(self, weekday: int, *, on: datetime.date) -> list[Span]:
        """The ordinary hours of a day of the week (1 is Monday) by the rules in force on a day."""
        return sorted(rule.span for rule in self.rules if rule.weekday == weekday and rule.holds_on(on))

    def why_closed(self, day: datetime.date) -> str:
        """The reason of a day that differs, or the holiday's name; blank on an ordinary day."""
        if day in self.days_out:
            return self.days_out[day].reason
        return holiday_on(day) if self.closed_on_holidays else ""

    def is_open(self, moment: datetime.datetime) -> bool:
        """Whether the line is open at a moment."""
        local = timezone.localtime(moment)
        return any(span.holds(local.time()) for span in self.hours_on(local.date()))

    def next_opening(self, moment: datetime.datetime, *, within_days: int = 30) -> datetime.datetime | None:
        """When the line opens the next time; None where it stays closed for so long."""
        local = timezone.localtime(moment)
        for number in range(within_days + 1):
            day = local.date() + datetime.timedelta(days=number)
            for span in self.hours_on(day):
                opens = timezone.make_aware(datetime.datetime.combine(day, span.opens))
                if opens > moment:
                    return opens
        return None


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> Mapping[datetime.date, str]:
    free = holidays.country_holidays("SE", years=year, categories=(holidays.PUBLIC, holidays.DE_FACTO), language="sv")
    return dict(free.items())


def holiday_on(day: datetime.date) -> str:
    """The name of a public holiday, or of an eve that is a holiday in practice; blank on other days.

    Source: lagen (1989:253) om allmänna helgdagar, and midsummer's, Christmas and New Year's eves by custom.
    """
    return _holidays_of(day.year).get(day, "")


def overlaps(spans: Iterable[Span]) -> bool:
    """Whether any two of the spans share a moment."""
    ordered = sorted(spans)
    return any(after.opens < before.closes for before, after in itertools.pairwise(ordered))
