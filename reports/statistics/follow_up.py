"""What the tables of grants, reports and centres share: their values, their sums, and how they are made.

Each is one definition of facts with two doors. As it stands it can be released (`RELEASABLE` in registry.py), over
years that are over, and then tells what is public of the whole country. `live` makes the table for staff out of it
(`FOLLOW_UP_TABLES`), always fresh and within the asker's reach; reports/statistics/asking.py says how to ask it.

What is counted are mostly authorities and their money and papers, which are public when they have been decided or
handed in, so that nothing has to be hidden for its size; what counts individuals has a policy of its own. What must not
come out early never gets as far as the facts (reach.py).
"""

import dataclasses
import datetime
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from nch.accounts.enums import Right
from nch.common.constructed import marked_as
from reports.statistics.definitions import (
    ALWAYS_FRESH,
    CONTACT,
    CellStatus,
    Disclosure,
    Facts,
    Measure,
    Number,
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.disclosure.policy import DisclosurePolicy, Open
from reports.statistics.live import ALL, COUNTRY, PROTECTED, total_value
from reports.statistics.question import Question

NO_COUNTY: Final = "none"
LIVE: Final = "live-"
"""The identity of the live table begins so; the rest is that of the table to be released."""

WITHIN_REACH: Final = Text(
    "Siffrorna är levande och gäller det som du har behörighet att se. De får inte publiceras.",
    "Live figures of what you may see. Not for publication.",
)
Row = tuple[tuple[str, ...], Mapping[str, Number]]
"""What is added up: the codes of a row (time first) and the numbers by measure."""


def follow_up_table(
    *,
    measures: Sequence[Measure],
    facts: Callable[[Question], Facts],
    years: Callable[[Question], Sequence[int]],
    readers: Iterable[Right],
    policy: DisclosurePolicy | None = None,
    **values: Any,
) -> TableDefinition:
    """A table that can be released; without a `policy` there is nothing in it to hide."""
    return TableDefinition(
        contact=CONTACT,
        updated=ALWAYS_FRESH,
        disclosure=Disclosure.RELEASED,
        measures=tuple(measures),
        facts=facts,
        years=years,
        readers=frozenset(readers),
        policy=policy or DisclosurePolicy(measures={one.code: Open() for one in measures}),
        **values,
    )


def live(table: TableDefinition, *measures: Measure) -> TableDefinition:
    """The same table for staff; `measures` are those of its facts that mean something only while time goes on."""
    return dataclasses.replace(
        table,
        id=f"{LIVE}{table.id}",
        measures=(*table.measures, *measures),
        notes=(*(one for one in table.notes if one is not PROTECTED), WITHIN_REACH),
        disclosure=Disclosure.STAFF,
        policy=None,
    )


# --- Values ---------------------------------------------------------------------------------------------------------


def year_values(question: Question) -> list[Value]:
    """The years of the question's period."""
    return [year_value(year) for year in range(question.period.since.year, question.period.until.year + 1)]


def asked_years(question: Question) -> range:
    """The same as numbers."""
    return range(question.period.since.year, question.period.until.year + 1)


def span(years: Iterable[int]) -> range:
    """From the first year to the last, both included; empty without any."""
    there = list(years)
    return range(min(there), max(there) + 1) if there else range(0)


def county_values(question: Question, *, everywhere: bool = False) -> list[Value]:
    """The counties that the facts tell of and their sum; `everywhere` where those are all, whoever asks."""
    within = None if everywhere else question.reach.counties
    counties = [Value(one.code, Text(one.name, one.name)) for one in question.reading.counties]
    if within is None:
        return [*counties, total_value(COUNTRY, Text("Hela landet", "Sweden"))]
    return [*(one for one in counties if one.code in within), total_value(ALL)]


def recipients_counties(question: Question, used: Iterable[str]) -> list[Value]:
    """The same with organisations that belong to no county (blank in `used`) before the sum, where there can be any."""
    values = county_values(question)
    if question.reach.counties is not None and "" not in used:
        return values
    return [*values[:-1], Value(NO_COUNTY, Text("Utan län", "No county")), values[-1]]


def period_text(title: str, starts_on: datetime.date, ends_on: datetime.date) -> Text:
    """A period of one's own making: by its title, which is Swedish, and in English by its days."""
    return Text(title, marked_as(title, f"{starts_on} to {ends_on}"))


def coded(texts: Mapping[str, Text]) -> list[Value]:
    """The codes of a list with their texts, and their sum."""
    return [*(Value(code, text) for code, text in texts.items()), total_value()]


# --- Sums -----------------------------------------------------------------------------------------------------------


def summed(
    codes: Mapping[str, Sequence[Value]], measures: Sequence[Measure], rows: Iterable[Row]
) -> dict[tuple[str, ...], Number | CellStatus]:
    """Every cell: the rows added up, each into its own codes and into all totals; other codes are left out."""
    totals = [[one.code for one in values if one.is_total] for values in codes.values()]
    keys = itertools.product(*([one.code for one in values] for values in codes.values()))
    sums: dict[tuple[str, ...], Number] = {(*key, one.code): 0 for key in keys for one in measures}
    for row, numbers in rows:
        for into in itertools.product(*([code, *total] for code, total in zip(row, totals, strict=True))):
            for measure, number in numbers.items():
                if (*into, measure) in sums:
                    sums[*into, measure] += number
    return {**sums}
