"""In which months calls were recorded: what nobody counted is not nought. See docs/decisions/0038."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from django.db.models import QuerySet, Sum

from stodtelefon.enums import Cut
from stodtelefon.models import CallTally

SILENT_MONTHS: Final = 12
"""Where so many whole months on end have no call, nobody is known to have recorded calls in them."""


@dataclass(frozen=True)
class Recorded:
    """The recorded months of some lines: those with calls, and silent ones where the silence is short.

    `with_calls` are the first days of the months that have calls. After the last of them the lines are recorded up to
    `today`, unless they have been silent too long.
    """

    with_calls: tuple[datetime.date, ...] = ()
    today: datetime.date = datetime.date.min

    @classmethod
    def of(cls, months: Iterable[datetime.date], today: datetime.date) -> "Recorded":
        """By the months that have calls, in any order; what is dated ahead tells nothing."""
        return cls(tuple(sorted({month for month in months if month <= today})), today)

    def __bool__(self) -> bool:
        return bool(self.with_calls)

    @cached_property
    def stretches(self) -> tuple[tuple[datetime.date, datetime.date], ...]:
        """The first and the last month of each time in which calls were recorded without a break."""
        if not self.with_calls:
            return ()
        present = self.today.replace(day=1)
        ends = [(before, after) for before, after in pairwise(self.with_calls) if _is_silence(before, after)]
        last = present if not _is_silence(self.with_calls[-1], present) else self.with_calls[-1]
        starts = [self.with_calls[0], *(after for _, after in ends)]
        return tuple(zip(starts, [*(before for before, _ in ends), last], strict=True))

    @cached_property
    def months(self) -> frozenset[datetime.date]:
        """The first day of each recorded month."""
        return frozenset(
            _month(number) for first, last in self.stretches for number in range(_number(first), _number(last) + 1)
        )

    @cached_property
    def years(self) -> list[int]:
        """The years of which at least a month is recorded."""
        return sorted({month.year for month in self.months})

    def months_of(self, months: Iterable[datetime.date]) -> list[datetime.date]:
        """Those of the months that are recorded."""
        return [month for month in months if month in self.months]

    def covers(self, months: Iterable[datetime.date]) -> bool:
        """Whether each of the months is recorded."""
        return self.months.issuperset(months)

    def has_day(self, day: datetime.date, days_with_calls: Collection[datetime.date]) -> bool:
        """Whether calls were recorded on the day.

        In the month with which a recorded time begins, that is from the first of the days with calls on; those of that
        month have to be among them.
        """
        month = day.replace(day=1)
        if day > self.today or month not in self.months:
            return False
        if all(month != first for first, _ in self.stretches):
            return True
        return any(one <= day for one in days_with_calls if one >= month)


def recorded_months(tallies: QuerySet[CallTally], today: datetime.date) -> Recorded:
    """The recorded months of the lines whose tallies these are. One query, read from the index of the cut."""
    months = tallies.filter(cut=Cut.DAY).values_list("month").annotate(found=Sum("calls")).filter(found__gt=0)
    return Recorded.of((month for month, _ in months), today)


def _is_silence(before: datetime.date, after: datetime.date) -> bool:
    return _number(after) - _number(before) - 1 >= SILENT_MONTHS


def _number(month: datetime.date) -> int:
    return 12 * month.year + month.month - 1


def _month(number: int) -> datetime.date:
    return datetime.date(number // 12, number % 12 + 1, 1)
