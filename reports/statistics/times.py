"""Which periods the codes of a time variable stand for."""

import calendar
import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class TimeScale:
    """One length of period: its name in PX files and in PxWebApi, how codes are written, and the days they cover."""

    px: str
    unit: str
    pattern: re.Pattern[str]
    days: Callable[[int, int], tuple[datetime.date, datetime.date]]

    def parts(self, code: str) -> tuple[str, ...] | None:
        """Year and number within the year as digits, or None for a code that is not of this scale."""
        match = self.pattern.fullmatch(code)
        return match.groups() if match else None

    def period(self, code: str) -> tuple[datetime.date, datetime.date]:
        """First and last day. Raises ValueError for a period that the calendar does not have."""
        parts = self.parts(code)
        if parts is None:
            raise ValueError(code)
        return self.days(int(parts[0]), int(parts[1]) if len(parts) > 1 else 1)


def _months(count: int) -> Callable[[int, int], tuple[datetime.date, datetime.date]]:
    def days(year: int, number: int) -> tuple[datetime.date, datetime.date]:
        last = number * count
        return datetime.date(year, last - count + 1, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])

    return days


def _week(year: int, number: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date.fromisocalendar(year, number, 1), datetime.date.fromisocalendar(year, number, 7)


SCALES: Final = (
    TimeScale("A1", "Annual", re.compile(r"([0-9]{4})"), _months(12)),
    TimeScale("H1", "Other", re.compile(r"([0-9]{4})H([12])"), _months(6)),
    TimeScale("Q1", "Quarterly", re.compile(r"([0-9]{4})[QK]([1-4])"), _months(3)),
    TimeScale("M1", "Monthly", re.compile(r"([0-9]{4})M(0[1-9]|1[0-2])"), _months(1)),
    TimeScale("W1", "Weekly", re.compile(r"([0-9]{4})[WV](0[1-9]|[1-4][0-9]|5[0-3])"), _week),
)


def scale_of(codes: Sequence[str]) -> TimeScale | None:
    """The scale that all codes are of, if there is one."""
    return next((scale for scale in SCALES if codes and all(scale.parts(code) for code in codes)), None)
