"""`python -m bench.statistics_api`: a published table of 100 000 cells through the statistics API, in server time.

The table is made up here and put in the place of what is published, so nothing is written anywhere; everything else is
the API as it runs: middleware, rate limits, the cache (Redis where `REDIS_URL` is set, else memory).
"""

import datetime
import os
import statistics
import time
from collections.abc import Callable
from unittest import mock

import django

CELLS = 100_000
CODES, YEARS, MEASURES = 1_000, 50, 2
MEASURED = 200
SECOND_ANSWER, NOT_MODIFIED = 5.0, 2.0
"""Milliseconds (design.md §9, and the API's own requirement for 304)."""


def main() -> None:
    """Measure and print one line per kind of answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nch.settings")
    os.environ.setdefault("NCH_MODE", "test")
    os.environ["API_RATE"] = "10000000/minute"
    django.setup()
    from django.core.cache import cache
    from django.test import Client

    from nch.api.statistics.answers import at_hand
    from reports.statistics import published
    from reports.statistics.renderers.formats import FORMATS

    table = made_up_table()
    tables = {table.id: table}
    address = f"/api/statistics/v2/tables/{table.id}/data?outputFormat="
    client = Client(SERVER_NAME="localhost")
    backend = type(cache._connections[cache._alias]).__name__  # type: ignore[attr-defined]
    print(f"{CELLS} cells, cache {backend}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {MEASURED} requests")
    with (
        mock.patch.object(published, "published_tables", return_value=tables),
        mock.patch.object(published, "published_table", tables.get),
    ):
        for name in FORMATS:
            cache.clear()
            at_hand.clear()
            begun = time.perf_counter()
            first = client.get(address + name)
            whole = (time.perf_counter() - begun) * 1000
            assert first.status_code == 200, first.content
            told = {"If-None-Match": first["ETag"]}
            second = times(lambda name=name: client.get(address + name).status_code == 200)
            known = times(lambda name=name, told=told: client.get(address + name, headers=told).status_code == 304)
            print(
                f"{name:>10}: {len(first.content) / 1024:6.0f} kB, first {whole:7.0f} ms, "
                f"then median {verdict(second, SECOND_ANSWER)}, 304 {verdict(known, NOT_MODIFIED)}"
            )
        cache.clear()


def times(ask: Callable[[], bool]) -> list[float]:
    """Milliseconds of each of many requests in this process: server time, without the network."""
    found = []
    for _ in range(MEASURED):
        begun = time.perf_counter()
        right = ask()
        found.append((time.perf_counter() - begun) * 1000)
        assert right
    return found


def verdict(found: list[float], target: float) -> str:
    """The median and the best, and whether the median is below the target."""
    median = statistics.median(found)
    return f"{median:.2f} ms (best {min(found):.2f}; target {target:.0f}: {'meets' if median < target else 'MISSES'})"


def made_up_table() -> "PublishedTable":  # type: ignore[name-defined] # noqa: F821 - Django has to be set up first
    """1 000 places, 50 years, two measures; one cell in fifty has a status."""
    from reports.statistics.definitions import (
        COUNT,
        YEAR,
        CellStatus,
        Chart,
        Dimension,
        Disclosure,
        Facts,
        Measure,
        Role,
        TableDefinition,
        Text,
        Value,
        year_value,
    )
    from reports.statistics.published import PublishedTable

    def same(text: str) -> Text:
        return Text(text, text)

    place = Dimension("Place", same("Plats"), Role.GEO)
    measures = tuple(Measure(f"m{number}", same(f"Mått {number}"), COUNT) for number in range(MEASURES))
    places = [Value(f"{number:04}", same(f"Plats {number}")) for number in range(CODES)]
    years = [year_value(1980 + number) for number in range(YEARS)]
    cells = {}
    for number, (one, year, measure) in enumerate(
        (one, year, measure) for one in places for year in years for measure in measures
    ):
        cells[one.code, year.code, measure.code] = CellStatus.NOT_KNOWN if number % 50 == 7 else number * 7 % 9973
    updated = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    definition = TableDefinition(
        id="made-up",
        title=same("Påhittad tabell"),
        description=same("För mätning."),
        dimensions=(place, YEAR),
        measures=measures,
        notes=(),
        source=same("Påhittad"),
        contact="NCH",
        updated=updated,
        disclosure=Disclosure.PUBLISHED,
        chart=Chart.LINE,
        facts=lambda question: Facts({place.id: places, YEAR.id: years}, cells, same("Inget")),
    )
    return PublishedTable(definition.id, 1, updated, definition)


if __name__ == "__main__":
    main()
