"""A table as a page of its own: plain HTML that reads well without any style sheet."""

from django.template.loader import render_to_string

from reports.statistics.cube import Cube
from reports.statistics.grid import lay_out

CONTENT_TYPE = "text/html; charset=utf-8"


def render(cube: Cube) -> bytes:
    """The cube as an HTML document with caption, header cells and notes."""
    return render_to_string("reports/statistics/table.html", {"cube": cube, "grid": lay_out(cube)}).encode()
