"""When code lists change, and so from which day counts by them cannot be compared with earlier ones."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from nch.common.code_lists.models import CodeEntry

ONE_DAY: Final = datetime.timedelta(days=1)

E = TypeVar("E", bound=CodeEntry)


@dataclass(frozen=True)
class CodeBreak(Generic[E]):
    """A day from which a list is another than the day before: `ended` were last used that day, `began` are new.

    Counts by any code of the list before and from `day` are to be compared with care: what is coded with a new code
    was coded with some other code before.
    """

    day: datetime.date
    ended: tuple[E, ...]
    began: tuple[E, ...]


@dataclass(frozen=True)
class CodeHistory(Generic[E]):
    """A code with what came before and after it, and the days in a period on which its own series breaks."""

    code: E
    predecessors: tuple[E, ...]
    successor: E | None
    breaks: tuple[datetime.date, ...]


def breaks_in(entries: Iterable[E], since: datetime.date, until: datetime.date) -> list[CodeBreak[E]]:
    """The breaks of one list (all its entries) after `since` and no later than `until`, in order.

    The day on which the list itself began is no break: nothing was counted before it.
    """
    entries = list(entries)
    known = {entry.pk: entry for entry in entries}
    first = min((entry.valid_from for entry in entries), default=None)
    ended: dict[datetime.date, list[E]] = defaultdict(list)
    began: dict[datetime.date, list[E]] = defaultdict(list)
    for entry in entries:
        if entry.valid_from != first:
            began[entry.valid_from].append(entry)
        if entry.valid_to is not None:
            if entry.successor_id in known:
                entry.successor = known[entry.successor_id]  # read with the list: no query for each
            ended[entry.valid_to + ONE_DAY].append(entry)
    return [
        CodeBreak(day, tuple(ended[day]), tuple(began[day])) for day in sorted({*ended, *began}) if since < day <= until
    ]


def words_of(found: CodeBreak[Any]) -> tuple[str, str]:
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


def histories_in(entries: Sequence[E], since: datetime.date, until: datetime.date) -> list[CodeHistory[E]]:
    """Each entry of one list (all its entries) that was valid some day of the period, in the list's order."""
    known = {entry.pk: entry for entry in entries}
    first = min((entry.valid_from for entry in entries), default=None)
    before: dict[int, list[E]] = defaultdict(list)
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


def chain_of(code: E, entries: Iterable[E]) -> list[E]:
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


def validity_of(entry: CodeEntry, today: datetime.date) -> tuple[str, str]:
    """How an entry stands today, in words and with the tone of its tag."""
    if entry.valid_from > today:
        return "Kommande", "info"
    if entry.valid_to is None:
        return "Gäller", "success"
    return ("Upphör", "warning") if entry.valid_to >= today else ("Upphört", "neutral")
