"""Codes of a list over a time in which it changed: what took over from what, so that the same callers are compared."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from stodtelefon.models import Code


@dataclass(frozen=True)
class Chains:
    """`now` tells for each code what stands for it at the end of the time: itself, or what it was replaced by.

    `whole` are the codes in use then that, with those they replaced, have been in use all the time.
    """

    now: Mapping[str, str]
    whole: frozenset[str]


def chains_of(entries: Mapping[str, Code], since: datetime.date, until: datetime.date) -> Chains:
    """The chains of a list (all its entries) from a day to another, both included."""
    by_key = {entry.pk: entry for entry in entries.values()}
    replaced = {entry.successor_id for entry in entries.values()}
    began = min((entry.valid_from for entry in entries.values()), default=since)  # nothing was counted before the list
    ends = {entry.code: _last(entry, by_key, until) for entry in entries.values()}
    parts = {
        entry.code for entry in entries.values() if entry.valid_from > max(since, began) and entry.pk not in replaced
    }
    broken = {ends[code].code for code in parts}
    return Chains(
        {code: last.code for code, last in ends.items()},
        frozenset(
            last.code
            for last in ends.values()
            if last.code not in broken and (last.valid_to is None or last.valid_to >= until)
        ),
    )


def _last(entry: Code, by_key: Mapping[int, Code], until: datetime.date) -> Code:
    while entry.valid_to is not None and entry.valid_to < until and entry.successor_id is not None:
        entry = by_key[entry.successor_id]
    return entry
