"""A table as a page of its own: plain HTML that reads well without any style sheet."""

from django.template.loader import render_to_string

from reports.statistics.cube import Cube
from reports.statistics.grid import lay_out
from reports.statistics.renderers.style import PLAIN, Show, Style, relabelled

CONTENT_TYPE = "text/html; charset=utf-8"


def render(cube: Cube, style: Style = PLAIN) -> bytes:
    """The cube as an HTML document with caption, header cells and notes; it always has its title."""
    shown = relabelled(cube, style.show or Show.TEXTS)
    grid = lay_out(shown, style.placement)
    return render_to_string("reports/statistics/table.html", {"cube": shown, "grid": grid}).encode()
