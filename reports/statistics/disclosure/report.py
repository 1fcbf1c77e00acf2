"""Protecting tables that are released together: what is hidden in each and why, and the proof that it holds."""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reports.statistics.cube import Cube
from reports.statistics.definitions import STATUS_TEXTS, CellStatus, Role
from reports.statistics.disclosure.audit import Audit, Interval, audit
from reports.statistics.disclosure.building import build
from reports.statistics.disclosure.policy import CannotProtectError, Derived, DisclosureError, Reason
from reports.statistics.disclosure.suppress import choose, widen
from reports.statistics.disclosure.system import Place, System, Told, names
from reports.statistics.disclosure.tables import FrozenTable

Pattern = Mapping[int, Reason]
"""By flat index in one table: why the cell is hidden."""


FACTORS = (2, 4, 1_000)
"""How much further apart guesses are sought where those found do not come out in whole numbers."""

CHOOSING = 0.7
"""Which share of the time it takes, roughly, to choose what to hide; the rest is the audit of it."""


@dataclass(frozen=True)
class Protection:
    """What is hidden in each table (in the order in which the tables were given), and the audit of it all."""

    patterns: tuple[Pattern, ...]
    audit: Audit

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many cells of the tables are hidden for each reason."""
        reasons = [reason for pattern in self.patterns for reason in pattern.values()]
        return {reason.value: reasons.count(reason) for reason in Reason}

    def as_json(self) -> dict[str, Any]:
        """The protection for keeping with the release. It names cells and intervals, so it is for staff."""
        found = self.audit
        return {
            "passed": found.passed,
            "cells": found.cells,
            "relations": found.relations,
            "hidden": self.counts,
            "attacked": found.attacked,
            "proven_in_whole_numbers": found.proven,
            "exposed": [_interval(one) for one in found.exposed],
            "narrowest": _interval(found.narrowest) if found.narrowest else None,
            "programs": found.programs,
            "seconds": found.seconds,
            "solver": _solver(),
        }


def protect(
    tables: Sequence[FrozenTable], earlier: Sequence[FrozenTable] = (), *, told: Told = lambda share: None
) -> Protection:
    """Choose what to hide in tables that are to be published together after `earlier`, and audit it.

    `told` hears how far it has come.

    Raises DisclosureError where the policies or the numbers do not fit together, or where nothing can protect a cell.
    """
    system = build(tables, earlier)
    hidden = choose(system, lambda share: told(share * CHOOSING))
    found = audit(system, hidden, lambda share: told(CHOOSING + share * (1 - CHOOSING)))
    for factor in FACTORS:
        if found.passed:
            break
        hidden = widen(system, hidden, found.exposed_cells, factor, lambda: told(1))
        found = audit(system, hidden, lambda share: told(1))
    if not found.passed:
        raise CannotProtectError(names(system, found.exposed_cells))
    return Protection(patterns_of(tables, system, hidden), found)


def check(
    tables: Sequence[FrozenTable],
    patterns: Sequence[Iterable[int]],
    earlier: Sequence[FrozenTable] = (),
    *,
    told: Told = lambda share: None,
) -> Audit:
    """Audit given patterns, for example just before a release is signed.

    A count that is hidden in one of its tables and shown in another, or that a rate still tells, counts as shown.
    """
    system = build(tables, earlier)
    covered: set[Place] = set()
    for place, (table, pattern) in enumerate(zip(tables, patterns, strict=True)):
        flats = set(pattern)
        shown_by_rates = {count for flat, counts in _derived(table, flats) if flat not in flats for count in counts}
        covered.update((place, flat) for flat in flats - shown_by_rates)
    hidden = frozenset(
        place
        for place, cell in enumerate(system.cells)
        if cell.places and not cell.known and covered.issuperset(cell.places)
    )
    shown = {place for place in system.forced - hidden if system.cells[place].places}
    cells = tuple(
        dataclasses.replace(cell, known=True) if place in shown else cell for place, cell in enumerate(system.cells)
    )
    found = audit(dataclasses.replace(system, cells=cells), hidden, told)
    open_cells = [system.cells[place] for place in sorted(shown)]
    laid_open = [Interval(one.name, one.value, one.value, one.value, one.threshold, one.tables) for one in open_cells]
    return dataclasses.replace(found, exposed=(*laid_open, *found.exposed))


def patterns_of(tables: Sequence[FrozenTable], system: System, hidden: Iterable[int]) -> tuple[Pattern, ...]:
    """What is hidden in each table: the counts, and what rests on them."""
    patterns: list[dict[int, Reason]] = [{} for _ in tables]
    for place in sorted(hidden):
        cell = system.cells[place]
        for number, flat in cell.places:
            patterns[number][flat] = cell.reason or Reason.SECONDARY
    for table, pattern in zip(tables, patterns, strict=True):
        pattern.update(dict.fromkeys((flat for flat, _ in _derived(table, pattern)), Reason.DERIVED))
    return tuple(dict(sorted(pattern.items())) for pattern in patterns)


def apply(table: FrozenTable, hidden: Iterable[int]) -> Cube:
    """The cube that may be shown: hidden values gone, and nothing left in it that tells them.

    Codes that were sorted by size are sorted by themselves, and a finding goes if it names a number that the table no
    longer shows. Raises DisclosureError if a rate would be left whose count is hidden.
    """
    pattern = frozenset(hidden)
    cube = table.cube
    if not pattern:
        return cube
    if left := [flat for flat, _ in _derived(table, pattern) if flat not in pattern]:
        raise DisclosureError(f"{cube.table_id}: {len(left)} cells rest on hidden counts and would be shown")
    values = tuple(None if flat in pattern else value for flat, value in enumerate(cube.values))
    statuses = {**cube.statuses, **dict.fromkeys(sorted(pattern), CellStatus.SUPPRESSED.value)}
    text = STATUS_TEXTS[CellStatus.SUPPRESSED].in_language(cube.language)
    shown = dataclasses.replace(
        cube, values=values, statuses=statuses, symbols={**cube.symbols, CellStatus.SUPPRESSED.value: text}
    )
    shown = _sorted_by_code(shown, table.policy.ranked)
    return shown if _tells_no_more(shown) else dataclasses.replace(shown, finding="")


def _derived(table: FrozenTable, hidden: Iterable[int]) -> list[tuple[int, list[int]]]:
    """The cells that are no counts but rest on hidden ones, each with the counts that it rests on."""
    pattern = frozenset(hidden)
    codes = table.cube.metric.codes
    found = []
    for flat in range(len(table.cube.values)):
        rule = table.policy.measures[codes[flat % len(codes)]]
        if isinstance(rule, Derived) and not pattern.isdisjoint(counts := _rests_on(table, flat, rule)):
            found.append((flat, counts))
    return found


def _rests_on(table: FrozenTable, flat: int, rule: Derived) -> list[int]:
    codes = table.cube.metric.codes
    row = table.place(flat)[:-1]
    rows = [row]
    for axis, dimension in enumerate(table.rows):
        places = {category.code: place for place, category in enumerate(dimension.categories)}
        if dimension.id in rule.of_total:
            totals = [place for place, category in enumerate(dimension.categories) if category.is_total]
            rows += [(*row[:axis], place, *row[axis + 1 :]) for place in totals]
        others = rule.also.get((dimension.id, dimension.categories[row[axis]].code), ())
        rows += [(*row[:axis], places[code], *row[axis + 1 :]) for code in others]
    return [
        sum(position * step for position, step in zip((*one, codes.index(count)), table.steps, strict=True))
        for one in rows
        for count in rule.counts
    ]


def _sorted_by_code(cube: Cube, ranked: Iterable[str]) -> Cube:
    orders = [
        sorted(range(len(one.categories)), key=lambda place: (categories[place].is_total, categories[place].code))
        if one.id in set(ranked) and one.role != Role.TIME
        else list(range(len(one.categories)))
        for one in cube.dimensions
        for categories in [one.categories]
    ]
    flats = []
    for positions in itertools.product(*orders):
        flat = 0
        for position, size in zip(positions, cube.size, strict=True):
            flat = flat * size + position
        flats.append(flat)
    return dataclasses.replace(
        cube,
        dimensions=tuple(
            dataclasses.replace(one, categories=tuple(one.categories[place] for place in order))
            for one, order in zip(cube.dimensions, orders, strict=True)
        ),
        values=tuple(cube.values[flat] for flat in flats),
        statuses={place: cube.statuses[flat] for place, flat in enumerate(flats) if flat in cube.statuses},
    )


def _tells_no_more(cube: Cube) -> bool:
    """Whether every number in the finding stands in the table too, as a value or in a label."""
    shown = {re.sub(r"[^0-9,.]", "", cube.written(cell)) for cell in cube.cells() if cell.value is not None}
    categories = [category for one in cube.dimensions for category in one.categories]
    labels = {number for category in categories for number in re.findall(r"\d+", category.label)}
    said = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", cube.finding)
    return all(number in shown or number in labels for number in re.findall(r"\d+(?:[,.]\d+)?", said))


def _interval(one: Interval) -> dict[str, Any]:
    return {"cell": one.cell, "value": one.value, "low": one.low, "high": one.high, "threshold": one.threshold}


def _solver() -> str:
    from importlib.metadata import version

    return f"HiGHS {version('highspy')}"
