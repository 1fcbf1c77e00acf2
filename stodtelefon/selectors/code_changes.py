"""When code lists changed, and so from which day counts by them cannot be compared with earlier ones."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from nch.accounts.models import User
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.models import Code
from stodtelefon.selectors.codes import codes
from stodtelefon.selectors.tallies import tallies_for

ONE_DAY: Final = datetime.timedelta(days=1)

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
class CodeBreak:
    """A day from which a list is another than the day before: `ended` were last used that day, `began` are new.

    Counts by any code of the list before and from `day` are to be compared with care: what is coded with a new code
    was coded with some other code before.
    """

    kind: CodeKind
    day: datetime.date
    ended: tuple[Code, ...]
    began: tuple[Code, ...]


@dataclass(frozen=True)
class CodeHistory:
    """A code with what came before and after it, and the days in a period on which its own series breaks."""

    code: Code
    predecessors: tuple[Code, ...]
    successor: Code | None
    breaks: tuple[datetime.date, ...]


@dataclass(frozen=True)
class YearOfCode:
    """Calls coded with each code of a chain in a year; `breaks` are the days in it on which the chain breaks."""

    year: int
    calls: tuple[int, ...]
    breaks: tuple[datetime.date, ...]


def breaks_in(entries: Iterable[Code], since: datetime.date, until: datetime.date) -> list[CodeBreak]:
    """The breaks of one list (all its entries) after `since` and no later than `until`, in order.

    The day on which the list itself began is no break: nothing was counted before it.
    """
    entries = list(entries)
    known = {entry.pk: entry for entry in entries}
    first = min((entry.valid_from for entry in entries), default=None)
    ended: dict[datetime.date, list[Code]] = defaultdict(list)
    began: dict[datetime.date, list[Code]] = defaultdict(list)
    for entry in entries:
        if entry.valid_from != first:
            began[entry.valid_from].append(entry)
        if entry.valid_to is not None:
            if entry.successor_id in known:
                entry.successor = known[entry.successor_id]  # read with the list: no query for each
            ended[entry.valid_to + ONE_DAY].append(entry)
    return [
        CodeBreak(CodeKind(entries[0].kind), day, tuple(ended[day]), tuple(began[day]))
        for day in sorted({*ended, *began})
        if since < day <= until
    ]


def words_of(found: CodeBreak) -> tuple[str, str]:
    """What happened to the list that day, as a sentence in Swedish and one in English."""
    swedish, english = [], []
    taken_over = set()
    for code in found.ended:
        after = next((one for one in found.began if one.pk == code.successor_id), code.successor)
        if after is None:
            swedish.append(f"”{code.label}” upphörde")
            english.append(f"“{code.label_en}” ended")
        else:
            taken_over.add(after.pk)
            swedish.append(f"”{code.label}” ersattes av ”{after.label}”")
            english.append(f"“{code.label_en}” was replaced by “{after.label_en}”")
    for code in found.began:
        if code.pk not in taken_over:
            swedish.append(f"”{code.label}” är ny")
            english.append(f"“{code.label_en}” is new")
    day = found.day.isoformat()
    return f"Från {day}: {', '.join(swedish)}.", f"From {day}: {', '.join(english)}."


def code_breaks(kind: CodeKind, *, since: datetime.date, until: datetime.date) -> list[CodeBreak]:
    """The days after `since` and no later than `until` on which a list changed, in order (one query)."""
    return breaks_in(codes(kind), since, until)


def histories_in(entries: Sequence[Code], since: datetime.date, until: datetime.date) -> list[CodeHistory]:
    """Each entry of one list (all its entries) that was valid some day of the period, in the list's order."""
    known = {entry.pk: entry for entry in entries}
    first = min((entry.valid_from for entry in entries), default=None)
    before: dict[int, list[Code]] = defaultdict(list)
    for entry in entries:
        if entry.successor_id is not None:
            before[entry.successor_id].append(entry)
    histories = []
    for entry in entries:
        if entry.valid_from > until or (entry.valid_to is not None and entry.valid_to < since):
            continue
        days = {entry.valid_from} - {first}
        days |= {entry.valid_to + ONE_DAY} if entry.valid_to is not None else set()
        # A code that takes over from another one while it is in use itself breaks there too.
        days |= {one.valid_to + ONE_DAY for one in before[entry.pk] if one.valid_to is not None}
        histories.append(
            CodeHistory(
                entry,
                tuple(before[entry.pk]),
                known.get(entry.successor_id) if entry.successor_id is not None else None,
                tuple(sorted(day for day in days if since < day <= until)),
            )
        )
    return histories


def code_histories(kind: CodeKind, *, since: datetime.date, until: datetime.date) -> list[CodeHistory]:
    """The codes of a list that were valid some day from `since` to `until`, each with its breaks (one query)."""
    return histories_in(list(codes(kind)), since, until)


def chain_of(code: Code, entries: Iterable[Code]) -> list[Code]:
    """The code, everything it took over from and what took over from it, in the order in which they began."""
    entries = list(entries)
    chain = {code.pk: code}
    while True:
        found = {
            entry.pk: entry
            for entry in entries
            if entry.pk not in chain
            and (entry.successor_id in chain or any(one.successor_id == entry.pk for one in chain.values()))
        }
        if not found:
            return sorted(chain.values(), key=lambda one: (one.valid_from, one.position, one.code))
        chain |= found


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
