"""Numbers per 100 000 inhabitants, where a table has counties and years: by the population of that very year."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import Final

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import (
    METRIC_ID,
    STATUS_TEXTS,
    CellStatus,
    Number,
    Role,
    TableDefinition,
)
from reports.statistics.live import COUNTRY, rounded
from reports.statistics.times import SCALES, scale_of
from stodtelefon.selectors import UNKNOWN_COUNTY

PER: Final = 100_000
SUFFIX: Final = "_per_100000"
"""What the code of a measure ends with where it is worked out here."""

POPULATION_NOTE: Final = (
    "Räknat på folkmängden den 31 december samma år (SCB), och för hela landet på dem vilkas län är känt."
)


def rated_measures(definition: TableDefinition, cube: Cube) -> list[Category]:
    """The measures that can be related to the population; none in a table without both counties and years."""
    place, time = _county(cube), cube.time
    if place is None or time is None or scale_of(time.codes) is not SCALES[0]:
        return []
    counted = {one.code for one in definition.measures if one.per_inhabitants}
    return [one for one in cube.metric.categories if one.code in counted]


def with_rates(cube: Cube, definition: TableDefinition, populations: Mapping[int, Mapping[str, int]]) -> Cube:
    """The table with a measure per 100 000 inhabitants beside each that can have one, after its own.

    A rate goes with its count: where that is hidden or missing the rate has the same status. Years whose population is
    not known have no rate, nor has anything that is no county.
    """
    rated = rated_measures(definition, cube)
    county, time = _county(cube), cube.time
    if not rated or county is None or time is None:
        return cube
    others = [one for one in cube.dimensions if one.id != METRIC_ID]
    size, values, statuses = len(cube.metric.categories), list[Number | None](), dict[int, str]()
    codes = [(one.code, int(year.code)) for one, year in _places(others, county, time)]
    unknown = _rows_to_unknown(others, county)
    places = [cube.metric.codes.index(measure.code) for measure in rated]
    for row, (code, year) in enumerate(codes):
        for flat in range(row * size, row * size + size):
            if flat in cube.statuses:
                statuses[len(values)] = cube.statuses[flat]
            values.append(cube.values[flat])
        for place in places:
            flat = row * size + place
            beside = flat + unknown[code] * size if code in unknown else None
            rate = _rate(cube, code, flat, beside, populations.get(year, {}))
            if isinstance(rate, str):
                statuses[len(values)] = rate
                values.append(None)
            else:
                values.append(rate)
    years = [code for code in time.codes if int(code) not in populations]
    missing = (f"Folkmängden är inte inläst för {', '.join(years)}.",) if years else ()
    rates = [
        Category(
            f"{one.code}{SUFFIX}",
            f"{one.label} per 100 000 invånare",
            notes=(POPULATION_NOTE, *missing),
            unit=one.unit,
            decimals=1,
        )
        for one in rated
    ]
    metric = dataclasses.replace(cube.metric, categories=(*cube.metric.categories, *rates))
    return dataclasses.replace(
        cube,
        dimensions=(*others, metric),
        values=tuple(values),
        statuses=statuses,
        symbols={**cube.symbols, **{one: STATUS_TEXTS[CellStatus(one)].sv for one in set(statuses.values())}},
    )


def _county(cube: Cube) -> CubeDimension | None:
    return next((one for one in cube.dimensions if one.role == Role.GEO), None)


def _places(
    others: Sequence[CubeDimension], county: CubeDimension, time: CubeDimension
) -> Iterator[tuple[Category, Category]]:
    """County and year of each row."""
    at_county, at_time = others.index(county), others.index(time)
    for categories in itertools.product(*(one.categories for one in others)):
        yield categories[at_county], categories[at_time]


def _rows_to_unknown(others: Sequence[CubeDimension], county: CubeDimension) -> dict[str, int]:
    """How many rows there are from the whole country's to that of the unknown county, where the table has both."""
    if not {COUNTRY, UNKNOWN_COUNTY} <= set(county.codes):
        return {}
    step = prod(len(one.categories) for one in others[others.index(county) + 1 :])
    return {COUNTRY: (county.codes.index(UNKNOWN_COUNTY) - county.codes.index(COUNTRY)) * step}


def _rate(cube: Cube, code: str, flat: int, unknown: int | None, people: Mapping[str, int]) -> Decimal | str:
    """The rate of a cell, or why there is none; what has no known county (at `unknown`) does not count."""
    if not (code.isdigit() and len(code) == len(COUNTRY)):
        return CellStatus.NOT_APPLICABLE.value
    inhabitants = sum(people.values()) if code == COUNTRY else people.get(code)
    numbers = [cube.values[one] for one in (flat, unknown) if one is not None]
    for place in (flat, unknown):
        if place is not None and place in cube.statuses:
            return cube.statuses[place]
    if not inhabitants:
        return CellStatus.NOT_KNOWN.value
    count, *less = (number for number in numbers if number is not None)
    return rounded(Decimal(PER * (count - sum(less))) / inhabitants, 1)
