"""When the code lists of calls changed, and calls by year over a change."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from nch.accounts.models import User
from nch.common.code_lists import ONE_DAY, CodeBreak, CodeHistory, breaks_in, histories_in
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.models import Code
from stodtelefon.selectors.codes import codes
from stodtelefon.selectors.tallies import tallies_for

# The cut in which calls are counted by a list, and the key of it that holds the list's codes (see tallying.py).
COUNTED_IN: Final[dict[CodeKind, tuple[Cut, str]]] = {
    CodeKind.CALLER_CATEGORY: (Cut.PLACE, "second_key"),
    CodeKind.TOPIC: (Cut.TOPIC, "first_key"),
    CodeKind.ADVICE: (Cut.ADVICE, "first_key"),
    CodeKind.REFERRAL: (Cut.REFERRAL, "first_key"),
    CodeKind.REFERRAL_OUTCOME: (Cut.REFERRAL, "third_key"),
    CodeKind.EXPOSURE: (Cut.EXPOSURE, "first_key"),
}


@dataclass(frozen=True)
class YearOfCode:
    """Calls coded with each code of a chain in a year; `breaks` are the days in it on which the chain breaks."""

    year: int
    calls: tuple[int, ...]
    breaks: tuple[datetime.date, ...]


def code_breaks(kind: CodeKind, *, since: datetime.date, until: datetime.date) -> list[CodeBreak[Code]]:
    """The days after `since` and no later than `until` on which a list changed, in order (one query)."""
    return breaks_in(codes(kind), since, until)


def code_histories(kind: CodeKind, *, since: datetime.date, until: datetime.date) -> list[CodeHistory[Code]]:
    """The codes of a list that were valid some day from `since` to `until`, each with its breaks (one query)."""
    return histories_in(list(codes(kind)), since, until)


def series_of(chain: Sequence[Code], entries: Sequence[Code], *, by: User) -> list[YearOfCode]:
    """Calls per year and code of a chain, at the lines whose counts the user may read (one query).

    A call counts under each code of a list that it is given, so a year may add up to more than its calls.
    """
    cut, key = COUNTED_IN[CodeKind(chain[0].kind)]
    letters = [code.code for code in chain]
    rows = (
        tallies_for(by)
        .filter(cut=cut, **{f"{key}__in": letters})
        .annotate(year=ExtractYear("month"))
        .values_list("year", key)
        .annotate(Sum("calls"))
    )
    counts = {(year, letter): count for year, letter, count in rows if count}
    if not counts:
        return []
    first, last = min(year for year, _ in counts), max(year for year, _ in counts)
    histories = histories_in(entries, datetime.date(first, 1, 1) - ONE_DAY, datetime.date(last, 12, 31))
    days = sorted({day for one in histories if one.code.code in letters for day in one.breaks})
    return [
        YearOfCode(
            year,
            tuple(counts.get((year, letter), 0) for letter in letters),
            tuple(day for day in days if day.year == year),
        )
        for year in range(first, last + 1)
    ]
