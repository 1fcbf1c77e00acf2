"""What of a large table is drawn, and what has changed between two versions of one."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, CellStatus, Chart, Role
from reports.statistics.selection import select

MOST_TIMES: Final = {Chart.MAP: 1, Chart.MULTIPLES: 36}
"""Most periods that a chart by county shows: small columns of three years of months can still be told apart."""


def at_a_glance(cube: Cube) -> Cube:
    """The part of a table with several dimensions that fits a figure.

    Totals over time where there are several times and everything has a total. Else, of the latest time, the parts of a
    dimension (one without a total, if there is any), the others at their total; a table drawn stacked keeps what it is
    stacked of. A finding that would have told a hidden number is gone; the title stands in its place.
    """
    cube = dataclasses.replace(cube, finding=cube.finding or cube.title)
    cuts = [one for one in cube.dimensions if one.role not in (Role.TIME, Role.METRIC)]
    totals = {one.id: [code.code for code in one.categories if code.is_total] for one in cuts}
    times = cube.time.categories if cube.time is not None else ()
    if len(times) > 1 and all(totals.values()):
        # Lines are drawn over years; shorter times are columns.
        chart = Chart.LINE if all(time.code.isdigit() for time in times) else Chart.COLUMN
        part = dataclasses.replace(select(cube, totals), chart=chart.value, heading=METRIC_ID)
        return _without(part, totals)
    heading = cube.heading if cube.chart == Chart.STACKED and cube.heading in totals and len(cuts) > 1 else METRIC_ID
    rows = next((one.id for one in sorted(cuts, key=lambda one: bool(totals[one.id])) if one.id != heading), None)
    kept = {one.id: totals[one.id] or one.codes for one in cuts if one.id not in (rows, heading)}
    chart = Chart.BAR if heading == METRIC_ID else Chart.STACKED
    if cube.time is not None and len(times) > 1:
        kept[cube.time.id] = [times[-1].code]
        shows = f"Figuren visar {times[-1].label}." if cube.language == "sv" else f"The figure shows {times[-1].label}."
        cube = dataclasses.replace(cube, notes=(shows, *cube.notes))
    return _without(dataclasses.replace(select(cube, kept), chart=chart.value, heading=heading), kept)


def by_place(cube: Cube, charts: Collection[Chart]) -> Iterator[Cube]:
    """What charts by county draw of a table: its first charted measure.

    Other dimensions are at their total, or where they have none at their first value, which the title names. The map is
    of the latest period, and small multiples are of the latest ones, where there are several.
    """
    if not (charts and cube.values):
        return
    place = next(one for one in cube.dimensions if one.role == Role.GEO)
    others = [one for one in cube.dimensions if one is not place and one.role not in (Role.TIME, Role.METRIC)]
    kept = {one.id: [code.code for code in one.categories if code.is_total] or one.codes[:1] for one in others}
    kept[METRIC_ID] = [next((code for code in cube.charted if code in cube.metric.codes), cube.metric.codes[0])]
    times = len(cube.time.categories) if cube.time else 0
    for chart in charts:
        if chart is Chart.MULTIPLES and times < 2:
            continue
        latest = {cube.time.id: cube.time.codes[-MOST_TIMES[chart] :]} if cube.time else {}
        # The notes stand with the main figure of the page.
        cut = select(cube, kept | latest)
        part = dataclasses.replace(cut, chart=chart.value, heading=METRIC_ID, notes=())
        yield _without(dataclasses.replace(part, finding=_title(part, part.dimension(place.id))), kept)


def _title(cube: Cube, place: CubeDimension) -> str:
    """What the drawing by county says: on a map where nothing is hidden, which county has the most; else what it shows.

    `Samtal: högst i Skåne län (51), 2025`, `Samtal efter län, jan 2024–dec 2025`.
    """
    measure = cube.metric.categories[0].label
    periods = [one.label for one in cube.time.categories] if cube.time else []
    span = "–".join(dict.fromkeys([periods[0], periods[-1]])) if periods else ""
    said = f"{measure} {'efter' if cube.language == 'sv' else 'by'} {place.label.lower()}"
    if cube.chart == Chart.MAP and CellStatus.SUPPRESSED not in cube.statuses.values():
        at = cube.dimensions.index(place)
        # A county's code is two digits; what is not known has a word.
        known = [
            (cell.value, cell.categories[at].label, cube.written(cell))
            for cell in cube.cells()
            if cell.value and cell.categories[at].code.isdigit() and not cell.categories[at].is_total
        ]
        highest = max((value for value, _, _ in known), default=None)
        first = [(label, text) for value, label, text in known if value == highest]
        if len(first) == 1:
            [(label, text)] = first
            said = f"{measure}: {'högst i' if cube.language == 'sv' else 'highest in'} {label} ({text})"
    chosen = [
        one.categories[0].label
        for one in cube.dimensions
        if one is not place and one.role not in (Role.TIME, Role.METRIC) and not one.categories[0].is_total
    ]
    return ", ".join(filter(None, [said, *chosen, span]))


def _without(cube: Cube, dimensions: Mapping[str, object]) -> Cube:
    """The cube without those of the dimensions that have a single code; its measure it always keeps."""
    named = [one for one in dimensions if one != METRIC_ID]
    kept = tuple(one for one in cube.dimensions if one.id not in named or len(one.categories) > 1)
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
