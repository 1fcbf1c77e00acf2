"""Results as a table of text, which is Markdown as well."""

import os
import platform
import statistics
import time
from collections.abc import Sequence

from django.db import connection

from bench.markdown import lined
from bench.pages import QUERY_TARGET, Page
from bench.web import MEASURED, WARM_UPS, WORKERS, Measurement
from bench.yearly_report import TARGET, ReportMeasurement

HEAD = ("Page", "best ms", "median ms", "90 % ms", "queries", "+ control", "kB", "target", "")


def machine(applications: int, calls: int) -> str:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
    return (
        f"{applications} applications, {calls} calls; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"a bare loop {_bare_loop():.0f} ms, Python {platform.python_version()}, PostgreSQL {postgresql}, {WORKERS} "
        "gunicorn workers, one client"
    )


def _bare_loop() -> float:
    """What this machine takes just now for two million additions in Python, in ms: a yardstick between runs.

    Machines lent by the hour differ, and the same one from hour to hour, by half.
    """
    times = []
    for _ in range(5):
        begun, total = time.perf_counter(), 0
        for number in range(2_000_000):
            total += number
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def table(found: Sequence[tuple[Page, Measurement]]) -> str:
    """One row per page."""
    return lined(HEAD, [_row(page, measurement) for page, measurement in found])


def _row(page: Page, found: Measurement) -> tuple[str, ...]:
    parts = [f"< {page.milliseconds:.0f} ms"] if page.milliseconds is not None else []
    parts += [f"≤ {page.queries} q"] if page.queries is not None else []
    return (
        page.label,
        f"{found.best:.1f}",
        f"{found.median:.1f}",
        f"{found.p90:.1f}",
        str(found.queries),
        str(found.control),
        f"{found.kilobytes:.0f}",
        ", ".join(parts) or "–",
        {True: "meets", False: "MISSES", None: ""}[page.meets(found)],
    )


def report_line(found: ReportMeasurement) -> str:
    """The yearly report in a sentence."""
    ratio = found.whole / found.bare
    verdict = "meets" if ratio <= TARGET else "MISSES"
    return (
        f"Yearly report 2023: {found.whole:.0f} ms, of which setting {found.setting:.0f} ms; bare WeasyPrint on the "
        f"same HTML {found.bare:.0f} ms: {ratio:.2f} times (target {TARGET}: {verdict})"
    )


NOTES = f"""Over HTTP in ms, {WARM_UPS} warm-ups and then {MEASURED} requests a page, one after another.
On a machine busy with other things medians lie far from the best.
Queries are counted in-process on the same database; statements that begin or end a transaction stand beside them.
Targets: design.md §9 (medians, and at most {QUERY_TARGET} queries for lists, start page, case page). Submitting is held
against Hypha's best time."""
