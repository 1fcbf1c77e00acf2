"""What a live table is asked: by whom (what may be read), about which time, narrowed to what."""

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from nch.common.formats import MONTHS
from nch.counties.models import County
from nch.counties.selectors import counties, populations
from reports.statistics.definitions import Filter, Text
from reports.statistics.reach import Reach
from resurscentra.selectors import OpeningFact, first_openings
from stodtelefon.enums import CodeKind, LineKind
from stodtelefon.models import CallTally, Code, SupportLine
from stodtelefon.selectors import REMIT_BREAK_YEAR, YearFact, codes_by_kind, published_per_year
from stodtelefon.selectors.lines import StaffedHour, staffed_minutes
from stodtelefon.selectors.recorded import Recorded
from stodtelefon.selectors.tallies import Need, Sums, calls_by_hour, sums_of_needs

ENGLISH_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Period:
    """Whole months, from the first day of one to the last day of another."""

    since: datetime.date
    until: datetime.date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(datetime.date(year, 1, 1), datetime.date(year, 12, 31))

    @classmethod
    def of_months(cls, last: datetime.date, number: int = 1) -> "Period":
        """So many months, `last` (any day in it) the last of them."""
        until = last.replace(day=calendar.monthrange(last.year, last.month)[1])
        return cls(add_months(last, 1 - number), until)

    @property
    def months(self) -> list[datetime.date]:
        """The first day of each month."""
        number = 12 * (self.until.year - self.since.year) + self.until.month - self.since.month + 1
        return [add_months(self.since, step) for step in range(number)]

    @property
    def before(self) -> "Period":
        """The same number of months just before."""
        number = len(self.months)
        return Period(add_months(self.since, -number), self.since - datetime.timedelta(days=1))

    @property
    def name(self) -> Text:
        """`2023`, `maj 2023`, or `maj 2023–april 2024`."""
        first, last = _month_name(self.since), _month_name(self.until)
        if self == Period.of_year(self.since.year):
            return Text(str(self.since.year), str(self.since.year))
        if len(self.months) == 1:
            return first
        if self.since.month == 1 and self.until.month == 12:
            years = f"{self.since.year}–{self.until.year}"
            return Text(years, years)
        return Text(f"{first.sv}–{last.sv}", f"{first.en}–{last.en}")


def add_months(day: datetime.date, number: int) -> datetime.date:
    """The first day of the month that lies so many months from the day's."""
    months = 12 * day.year + day.month - 1 + number
    return datetime.date(months // 12, months % 12 + 1, 1)


def whole_time(recorded: Recorded) -> Period | None:
    """From the first month that has a call to the last; None where no line has any."""
    months = recorded.with_calls
    return Period(months[0], Period.of_months(months[-1]).until) if months else None


def _month_name(day: datetime.date) -> Text:
    return Text(f"{MONTHS[day.month - 1]} {day.year}", f"{ENGLISH_MONTHS[day.month - 1]} {day.year}")


class Reading:
    """Reads the tally for one page: what its tables have said they need comes in one query, code lists once each."""

    def __init__(self, tallies: QuerySet[CallTally]) -> None:
        self._tallies = tallies
        self._planned: dict[Need, None] = {}
        self._found: dict[Need, Sums] = {}

    def plan(self, needs: Iterable[Need]) -> None:
        """Fetch these too the next time that anything is fetched."""
        self._planned.update(dict.fromkeys(need for need in needs if need not in self._found))

    def sums(self, need: Need) -> Sums:
        """The sums of a need, together with all that is planned."""
        if need not in self._found:
            self.plan([need])
            self._found |= sums_of_needs(self._tallies, self._planned)
            self._planned.clear()
        return self._found[need]

    @cached_property
    def codes(self) -> dict[CodeKind, dict[str, Code]]:
        """All code lists."""
        return codes_by_kind()

    @cached_property
    def counties(self) -> list[County]:
        """The counties in Swedish order."""
        return list(counties())

    @cached_property
    def populations(self) -> dict[int, dict[str, int]]:
        """Inhabitants per county and year."""
        return populations()

    @cached_property
    def openings(self) -> list[OpeningFact]:
        """When the first centre of each county opened."""
        return first_openings()

    def staffed(self, lines: Iterable[SupportLine], period: Period, until: datetime.datetime) -> dict[StaffedHour, int]:
        """Minutes of shifts until a moment, by line, month, weekday and hour."""
        return staffed_minutes(lines, period.since, period.until, until=until)

    def calls_by_hour(self, lines: Iterable[int], since: datetime.date, until: datetime.date) -> dict[StaffedHour, int]:
        """Calls by line, month, weekday and hour."""
        return calls_by_hour(self._tallies, lines, since, until)

    def published(self, first: int, last: int) -> list[YearFact]:
        """The published calls of the national line."""
        return published_per_year(first, last)


@dataclass(frozen=True)
class Question:
    """What is asked. `lines` are the lines that count, `chosen_line` the only one of them where one was chosen.

    County, caller category and kind of exposure are codes, blank for all (the county `unknown` is one of its own).
    Without `constructed`, calls made up for demonstration do not count. `recorded` are the months in which calls of
    these lines were recorded at all. `reach` is for tables that do not rest on calls.
    """

    period: Period
    asked_at: datetime.datetime
    reading: Reading
    lines: tuple[SupportLine, ...] = ()
    chosen_line: SupportLine | None = None
    county: str = ""
    category: str = ""
    exposure: str = ""
    constructed: bool = True
    recorded: Recorded = field(default_factory=Recorded)
    reach: Reach = field(default_factory=Reach)

    def narrowed(self) -> frozenset[Filter]:
        """The filters that are in use."""
        used = {
            Filter.LINE: self.chosen_line,
            Filter.COUNTY: self.county,
            Filter.CATEGORY: self.category,
            Filter.EXPOSURE: self.exposure,
        }
        return frozenset(one for one, value in used.items() if value)

    @property
    def national_line(self) -> SupportLine | None:
        """The national line, if it counts."""
        return next((line for line in self.lines if line.kind == LineKind.NATIONAL_PROFESSIONALS), None)


PUBLIC: Final = Question(
    period=Period.of_year(REMIT_BREAK_YEAR),
    asked_at=datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC),
    reading=Reading(CallTally.objects.none()),
)
"""Asked by everybody and nobody: it reads no tally, and only tables of published facts answer it alike to all."""
