"""Setting the yearly report: one PDF that is PDF/UA-1 and PDF/A-3a, with the data of every table attached."""

from collections.abc import Callable
from pathlib import Path

from django.template.loader import render_to_string

from nch.common.pdf import Attachment, html_to_accessible_pdf
from reports.annual.bound import BoundReport
from reports.annual.compose import CALLS, CATEGORIES, CENTRES, COUNTIES, MONEY
from reports.statistics.cube import Cube
from reports.statistics.definitions import METRIC_ID
from reports.statistics.grid import lay_out
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers.figure import to_figure
from reports.statistics.selection import select

AUTHOR = "Nationellt centrum mot hedersrelaterat våld och förtryck (NCH)"
STYLESHEET = Path(__file__).with_name("report.css")
NAMES = {CALLS: "calls", CATEGORIES: "categories", COUNTIES: "counties", MONEY: "money", CENTRES: "centres"}
"""What the templates call the tables."""

Progress = Callable[[int, str], None]


def render_annual(bound: BoundReport, *, progress: Progress = lambda per_cent, stage: None) -> bytes:
    """Render frozen values; the same values give the same bytes. `progress` is told per cent and what is going on."""
    title = f"Årsrapport {bound.year}"
    progress(15, "Ritar figurer")
    printed = {NAMES[table_id]: _printed(cube) for table_id, cube in bound.tables.items()}
    context = {
        "title": title,
        "author": AUTHOR,
        "report": bound,
        "numbers": bound.numbers,
        "money_notes": bound.tables[MONEY].dimension("Year").categories[-1].notes,
        "tables": printed,
        "grids": {name: lay_out(cube) for name, cube in printed.items()},
        "figures": {name: to_figure(cube) for name, cube in printed.items() if name != NAMES[MONEY]},
    }
    html = render_to_string("reports/annual/report.html", context)
    progress(40, "Sätter sidorna")
    content = html_to_accessible_pdf(
        html,
        title=title,
        author=AUTHOR,
        subject="Regionala resurscentrum och stöd till yrkesverksamma",
        stylesheets=[STYLESHEET.read_text(encoding="utf-8")],
        attachments=[
            Attachment(f"{table_id}.csv", csv_renderer.render(cube), "text/csv", f"Data: {cube.title}")
            for table_id, cube in bound.tables.items()
        ],
        created_at=bound.composed_at,
    )
    progress(90, "Sparar rapporten")
    return content


def _printed(cube: Cube) -> Cube:
    """The part of a table that the report prints: where another dimension lies across, the charted measures only."""
    return cube if cube.heading == METRIC_ID else select(cube, {METRIC_ID: cube.charted})
