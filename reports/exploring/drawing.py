"""The chosen part of a table as a figure: shaped into a cube that the renderer of figures draws."""

import dataclasses
import itertools
from typing import Final

from reports.exploring.choice import Drawn, caption, varying
from reports.exploring.together import SUM
from reports.figures.theme import CATEGORIES
from reports.statistics.cube import Category, Cell, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, Adds, Chart, Role, TableDefinition
from reports.statistics.grid import Placement
from reports.statistics.selection import select
from reports.statistics.times import SCALES, scale_of

MOST_BARS: Final = 60


class CannotDrawError(Exception):
    """The chosen cannot be drawn in that way; the message says why and what to change, in Swedish."""


def to_draw(cube: Cube, placement: Placement, drawn: Drawn, definition: TableDefinition) -> Cube:
    """What `reports.statistics.renderers.figure.draw` draws. Raises CannotDrawError.

    Totals are left out beside their parts: a bar or a line of them would hide all others.
    """
    if not cube.values:
        raise CannotDrawError("Det finns inget att rita.")
    if len({(one.unit, one.decimals) for one in cube.metric.categories}) > 1:
        raise CannotDrawError("Figuren kan inte visa antal och andelar på en gång. Välj ett slags innehåll.")
    parts = _without_totals(cube)
    match drawn:
        case Drawn.STACKED:
            shaped = _stacked(parts, placement, definition)
        case Drawn.LINES:
            shaped = _lines(parts)
        case Drawn.MAP:
            shaped = _map(parts)
        case Drawn.MULTIPLES:
            shaped = _multiples(parts)
        case _:
            shaped = _bars(parts)
    return dataclasses.replace(shaped, finding=caption(cube), charted=tuple(shaped.metric.codes))


def _without_totals(cube: Cube) -> Cube:
    parts = {one.id: [code.code for code in one.categories if not code.is_total] for one in cube.dimensions}
    return select(cube, {name: codes for name, codes in parts.items() if codes})


def _told_apart(cube: Cube) -> Cube:
    """The cube without variables of a single value; the measures it keeps."""
    kept = tuple(one for one in cube.dimensions if len(one.categories) > 1 or one.id == METRIC_ID)
    return dataclasses.replace(cube, dimensions=kept)


def _too_many(bars: int) -> str:
    return f"Urvalet ger {bars} staplar, och högst {MOST_BARS} går att läsa. Välj färre."


def _bars(cube: Cube) -> Cube:
    if len(cube.values) > MOST_BARS:
        raise CannotDrawError(_too_many(len(cube.values)))
    over_time = cube.time is not None and varying(cube) == [cube.time]
    return dataclasses.replace(_told_apart(cube), chart=(Chart.COLUMN if over_time else Chart.BAR).value)


def _stacked(cube: Cube, placement: Placement, definition: TableDefinition) -> Cube:
    several = [one.id for one in varying(cube) if one.id != METRIC_ID]
    if len(cube.metric.categories) > 1 or len(several) < 2:
        raise CannotDrawError("Staplar som delas upp behöver ett slags innehåll och två variabler med flera värden.")
    parts = next((one for one in reversed(placement.heading) if one in several), several[-1])
    measure = cube.metric.categories[0]
    adds = next((one.adds for one in definition.measures if one.code == measure.code), Adds.NEVER)
    overlaps = any(one.overlaps for one in definition.dimensions if one.id == parts)
    if adds == Adds.NEVER or overlaps or (adds == Adds.EXCEPT_OVER_TIME and cube.dimension(parts).role == Role.TIME):
        label = cube.dimension(parts).label
        raise CannotDrawError(f"{measure.label} kan inte läggas ihop över {label}. Välj vanliga staplar i stället.")
    rows = len(cube.values) // len(cube.dimension(parts).categories)
    if rows > MOST_BARS:
        raise CannotDrawError(_too_many(rows))
    return dataclasses.replace(_told_apart(cube), chart=Chart.STACKED.value, heading=parts)


def _lines(cube: Cube) -> Cube:
    """A cube of years and, as if they were measures, the combinations of everything else."""
    time = cube.time
    if time is None or len(time.categories) < 2 or scale_of(time.codes) is not SCALES[0]:
        raise CannotDrawError("Linjer ritas över år, och urvalet har inte flera år.")
    others = [one for one in cube.dimensions if one is not time]
    combined = list(itertools.product(*(one.categories for one in others)))
    if len(combined) > len(CATEGORIES):
        raise CannotDrawError(
            f"Urvalet ger {len(combined)} linjer, och högst {len(CATEGORIES)} går att skilja åt. Välj färre."
        )
    cells = {tuple(one.code for one in cell.categories): cell for cell in cube.cells()}
    place = cube.dimensions.index(time)
    laid = [
        cells[(*(one.code for one in key[:place]), year.code, *(one.code for one in key[place:]))]
        for year in time.categories
        for key in combined
    ]
    series = tuple(_as_measure(key, others) for key in combined)
    return _of_cells(cube, (time, dataclasses.replace(cube.metric, categories=series)), laid, Chart.LINE)


def _as_measure(key: tuple[Category, ...], others: list[CubeDimension]) -> Category:
    labels = [one.label for one, dimension in zip(key, others, strict=True) if len(dimension.categories) > 1]
    code = " ".join(one.code for one in key)
    return dataclasses.replace(key[-1], code=code, label=", ".join(labels) or key[-1].label, notes=())


def _of_cells(cube: Cube, dimensions: tuple[CubeDimension, ...], cells: list[Cell], chart: Chart) -> Cube:
    return dataclasses.replace(
        cube,
        dimensions=dimensions,
        values=tuple(cell.value for cell in cells),
        statuses={place: cell.status for place, cell in enumerate(cells) if cell.status},
        heading=METRIC_ID,
        chart=chart.value,
    )


def _map(cube: Cube) -> Cube:
    place = _counties(cube)
    if place is None or varying(cube) not in ([place], []):
        raise CannotDrawError("Kartan behöver ett värde av allt utom län. Välj ett värde av de andra variablerna.")
    return _by_county(cube, [place], Chart.MAP)


def _multiples(cube: Cube) -> Cube:
    place, time = _counties(cube), cube.time
    if place is None or time is None or not {one.id for one in varying(cube)} <= {place.id, time.id}:
        raise CannotDrawError("Små diagram behöver län och tid, och ett värde av allt annat.")
    if len(place.categories) > MOST_BARS:
        raise CannotDrawError(_too_many(len(place.categories)))
    return _by_county(cube, [place, time], Chart.MULTIPLES)


def _counties(cube: Cube) -> CubeDimension | None:
    return next((one for one in cube.dimensions if one.role == Role.GEO and one.codes != [SUM]), None)


def _by_county(cube: Cube, kept: list[CubeDimension], chart: Chart) -> Cube:
    dimensions = tuple(one for one in cube.dimensions if one in kept or one.id == METRIC_ID)
    return dataclasses.replace(cube, dimensions=dimensions, chart=chart.value, heading=METRIC_ID)
