"""Results as a table of text, which is Markdown as well."""

import os
import platform
from collections.abc import Mapping, Sequence

from django.db import connection

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
        f"Python {platform.python_version()}, PostgreSQL {postgresql}, {WORKERS} gunicorn workers, one client, "
        f"{WARM_UPS} warm-ups and {MEASURED} requests a page"
    )


def growth_table(found: Mapping[int, Sequence[tuple[Page, Measurement]]]) -> str:
    """One row per page with its median at each number of applications, and how much the last is of the first."""
    head = ("Page", *(f"{number} ms" for number in found), "queries", "last/first", "")
    rows = []
    for measured in zip(*found.values(), strict=True):
        page, medians = measured[0][0], [measurement.median for _, measurement in measured]
        last = measured[-1][1]
        verdict = {True: "meets", False: "MISSES", None: ""}[page.meets(last)]
        ratio = f"{medians[-1] / medians[0]:.2f}"
        rows.append((page.label, *(f"{median:.1f}" for median in medians), str(last.queries), ratio, verdict))
    return _lined(head, rows)


def table(found: Sequence[tuple[Page, Measurement]]) -> str:
    """One row per page."""
    return _lined(HEAD, [_row(page, measurement) for page, measurement in found])


def _lined(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rows = [head, *body]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            row[0].ljust(widths[0]),
            *(text.rjust(width) for text, width in list(zip(row, widths, strict=True))[1:]),
        ]
        return f"| {' | '.join(cells)} |"

    rule = (
        "|" + "|".join(f"{'-' * (width + 1)}{'-' if column == 0 else ':'}" for column, width in enumerate(widths)) + "|"
    )
    return "\n".join([line(head), rule, *map(line, body)])


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


NOTES = f"""Over HTTP in ms, one request after another.
On a machine busy with other things medians lie far from the best.
Queries are counted in-process on the same database; statements that begin or end a transaction stand beside them.
Targets: design.md §9 (medians, and at most {QUERY_TARGET} queries for lists, start page, case page). Submitting is held
against Hypha's best time."""
