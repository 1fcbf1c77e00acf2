"""When a line is open: weekly hours, days that differ, and Sweden's holidays. Nothing here reads the database."""

import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import holidays
from django.utils import timezone

from nch.common.formats import format_hours

WEEKDAYS = ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag")


@dataclass(frozen=True, order=True)
class Span:
    """A time of the day, Swedish time, from `opens` up to but not including `closes`."""

    opens: datetime.time
    closes: datetime.time

    def holds(self, moment: datetime.time) -> bool:
        return self.opens <= moment < self.closes

    def meets(self, other: "Span") -> bool:
        """Whether the two share a moment."""
        return self.opens < other.closes and other.opens < self.closes


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
class Period:
    """From when to when (None: until it is changed) a week of hours holds, and the hours of each of its seven days."""

    first: datetime.date
    last: datetime.date | None
    week: Sequence[Sequence[Span]]

    @property
    def words(self) -> str:
        """The hours as one line: ”måndag–fredag 09.00–16.00, lördag 10.00–12.00”."""
        runs: list[tuple[list[str], Sequence[Span]]] = []
        for name, spans in zip(WEEKDAYS, self.week, strict=True):
            if runs and runs[-1][1] == spans:
                runs[-1][0].append(name.lower())
            else:
                runs.append(([name.lower()], spans))
        return ", ".join(
            f"{days[0]}{f'–{days[-1]}' if len(days) > 1 else ''} "
            + " och ".join(format_hours(span.opens, span.closes) for span in spans)
            for days, spans in runs
            if spans
        )


@dataclass(frozen=True)
class Timetable:
    """Everything that decides when one line is open. A day of its own goes before holidays, they before the week."""

    rules: Collection[WeeklyRule]
    days_out: Mapping[datetime.date, DayOut]
    closed_on_holidays: bool
    ended_from: datetime.date | None = None

    def hours_on(self, day: datetime.date) -> list[Span]:
        """The hours of a day in order; empty where the line is closed."""
        if self._has_ended(day):
            return []
        if day in self.days_out:
            return sorted(self.days_out[day].spans)
        if self.closed_on_holidays and holiday_on(day):
            return []
        return self.weekly_hours(day.isoweekday(), on=day)

    def weekly_hours(self, weekday: int, *, on: datetime.date) -> list[Span]:
        """The ordinary hours of a day of the week (1 is Monday) by the rules in force on a day."""
        return sorted(rule.span for rule in self.rules if rule.weekday == weekday and rule.holds_on(on))

    def _has_ended(self, day: datetime.date) -> bool:
        return self.ended_from is not None and self.ended_from <= day

    def why_closed(self, day: datetime.date) -> str:
        """The reason of a day that differs, or the holiday's name; blank on an ordinary day."""
        if self._has_ended(day):
            return "Telefonen är avslutad"
        if day in self.days_out:
            return self.days_out[day].reason
        return holiday_on(day) if self.closed_on_holidays else ""

    def periods(self) -> list[Period]:
        """The weeks that have held, hold and will hold, the latest first."""
        days = {(rule.valid_from, rule.valid_to) for rule in self.rules}
        return [
            Period(first, last, [self.weekly_hours(weekday, on=first) for weekday in range(1, 8)])
            for first, last in sorted(days, reverse=True)
        ]

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
