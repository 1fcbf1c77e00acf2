"""What of a large table is drawn, and what has changed between two versions of one."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import Chart, Role
from reports.statistics.selection import select


def at_a_glance(cube: Cube) -> Cube:
    """The part of a table with several dimensions that fits a figure.

    Totals over time where there are several times; else the parts of the first dimension that is no time, the others
    at their total. A finding that would have told a hidden number is gone; the title stands in its place.
    """
    cube = dataclasses.replace(cube, finding=cube.finding or cube.title)
    cuts = [one for one in cube.dimensions if one.role not in (Role.TIME, Role.METRIC)]
    totals = {one.id: [code.code for code in one.categories if code.is_total] or one.codes for one in cuts}
    if cube.time is not None and len(cube.time.categories) > 1:
        # Lines are drawn over years; shorter times are columns.
        chart = Chart.LINE if all(code.isdigit() for code in cube.time.codes) else Chart.COLUMN
        return _without(dataclasses.replace(select(cube, totals), chart=chart.value), totals)
    kept = {one: codes for one, codes in totals.items() if not cuts or one != cuts[0].id}
    return _without(dataclasses.replace(select(cube, kept), chart=Chart.BAR.value), kept)


def _without(cube: Cube, dimensions: Mapping[str, object]) -> Cube:
    """The cube without dimensions that have a single code."""
    kept = tuple(one for one in cube.dimensions if one.id not in dimensions or len(one.categories) > 1)
    return dataclasses.replace(cube, dimensions=kept)


@dataclass(frozen=True)
class Change:
    """A cell that differs between two versions: where it stands, and how each of them writes it; blank where absent."""

    place: str
    before: str
    after: str


def changes_between(before: Cube, after: Cube) -> list[Change]:
    """The cells that differ, in the order of the later version; then those that it does not have any more."""
    old, new = _written(before), _written(after)
    changed = [Change(label, old.get(key, ("", ""))[1], text) for key, (label, text) in new.items()]
    gone = [Change(label, text, "") for key, (label, text) in old.items() if key not in new]
    return [one for one in (*changed, *gone) if one.before != one.after]


def _written(cube: Cube) -> dict[tuple[str, ...], tuple[str, str]]:
    return {
        tuple(one.code for one in cell.categories): (_label(cube.dimensions, cell.categories), cube.written(cell))
        for cell in cube.cells()
    }


def _label(dimensions: tuple[CubeDimension, ...], categories: tuple[Category, ...]) -> str:
    pairs = zip(dimensions, categories, strict=True)
    return ", ".join(one.label for dimension, one in pairs if len(dimension.categories) > 1)
