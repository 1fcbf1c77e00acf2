"""One live table, calls by month and county of all years: through the tally, and by GROUP BY over the rows."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from stodtelefon.enums import Cut
from stodtelefon.models import CallTally
from stodtelefon.selectors.tallies import Need, sums_of_needs

RUNS = 7
BY_MONTH_AND_COUNTY = """
    SELECT to_char(date_trunc('month', started_at AT TIME ZONE 'Europe/Stockholm'), 'YYYY-MM-DD'),
           coalesce(county_id, ''), count(*)
    FROM stodtelefon_supportcall WHERE struck_at IS NULL GROUP BY 1, 2
"""


def tally_against_rows() -> str:
    """The two times in a sentence. Raises AssertionError unless both come to the same numbers."""
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
        f"Calls by month and county, all years: {tallied[0]:.1f} ms through the tally ({CallTally.objects.count()} "
        f"entries), {rows[0]:.1f} ms with GROUP BY over the rows: {rows[0] / tallied[0]:.1f} times as fast, and the "
        "same numbers"
    )


def _timed(read: Callable[[], dict[Any, int]]) -> tuple[float, dict[Any, int]]:
    times, found = [], read()
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = read()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), found
