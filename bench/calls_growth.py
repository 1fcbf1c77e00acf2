"""A hundred thousand calls and a million: what is measured on both, and a live table against GROUP BY over the rows."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from bench.pages import Page, line_pages
from bench.seed.multiply import multiply_calls
from bench.seed.people import engage_people
from bench.table import growth_table, machine
from bench.web import Measurement, server
from stodtelefon.enums import Cut
from stodtelefon.models import CallTally
from stodtelefon.selectors.tallies import Need, sums_of_needs

CALLS, TIMES = 100_000, 10
APPLICATIONS_BESIDE = 200
MOST_GROWTH = 1.3
RUNS = 7
BY_MONTH_AND_COUNTY = """
    SELECT to_char(date_trunc('month', started_at AT TIME ZONE 'Europe/Stockholm'), 'YYYY-MM-DD'),
           coalesce(county_id, ''), count(*)
    FROM stodtelefon_supportcall WHERE struck_at IS NULL GROUP BY 1, 2
"""


def grow_calls(settle: Callable[[], None]) -> str:
    """Measure on the calls that are there, multiply them, and measure again; return the tables as text."""
    found: dict[int, list[tuple[Page, Measurement]]] = {}
    ratios = []
    for number in (CALLS, CALLS * TIMES):
        if number > CALLS:
            begun = time.perf_counter()
            multiply_calls(TIMES)
            settle()
            print(f"Multiplied by {TIMES} in {time.perf_counter() - begun:.0f} s", flush=True)
        ratios.append(f"{number} calls: {_against_rows()}")
        with server() as port:
            found[number] = [(page, page.run(port)) for page in line_pages(engage_people())]
    grown = [
        page.label
        for (page, first), (_, last) in zip(*found.values(), strict=True)
        if last.median >= MOST_GROWTH * first.median
    ]
    verdict = f"MISSES: {', '.join(grown)}" if grown else "meets"
    return "\n\n".join(
        [
            machine(APPLICATIONS_BESIDE, CALLS * TIMES),
            growth_table(found),
            f"Growth from {CALLS} to {CALLS * TIMES} calls under {MOST_GROWTH} times: {verdict}.",
            "\n".join(["Calls by month and county, all years:", *ratios]),
        ]
    )


def _against_rows() -> str:
    """The time of one table through the tally against plain SQL over the rows; both must come to the same."""
    need = Need(Cut.PLACE, ("month", "first_key"))

    def through_the_tally() -> dict[Any, int]:
        sums = sums_of_needs(CallTally.objects.order_by(), [need])[need]
        return {key: amounts.calls for key, amounts in sums.items()}

    def over_the_rows() -> dict[Any, int]:
        with connection.cursor() as cursor:
            cursor.execute(BY_MONTH_AND_COUNTY)
            return {(month, county): calls for month, county, calls in cursor.fetchall()}

    tallied, rows = _timed(through_the_tally), _timed(over_the_rows)
    if tallied[1] != rows[1]:
        raise AssertionError("the tally and the rows differ")
    return (
        f"{tallied[0]:.1f} ms through the tally ({CallTally.objects.count()} entries), {rows[0]:.1f} ms with GROUP BY "
        f"over the rows: {rows[0] / tallied[0]:.1f} times as fast, and the same numbers"
    )


def _timed(read: Callable[[], dict[Any, int]]) -> tuple[float, dict[Any, int]]:
    times, found = [], read()
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = read()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), found
