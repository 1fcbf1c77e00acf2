"""The yearly report against bare WeasyPrint on the same HTML and style sheets."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from nch.common import pdf
from reports.annual import render
from reports.annual.compose import compose_annual

YEAR = 2023
RUNS = 3
TARGET = 1.3


@dataclass(frozen=True)
class ReportMeasurement:
    """Milliseconds at the median: the whole report from bound values, setting its HTML, and bare WeasyPrint."""

    whole: float
    setting: float
    bare: float


def measure_report() -> ReportMeasurement:
    """Render the report of 2023 a few times in this process, after a warm-up of each."""
    bound = compose_annual(YEAR)
    with mock.patch.object(render, "html_to_accessible_pdf", wraps=pdf.html_to_accessible_pdf) as setting:
        render.render_annual(bound)
    (html,), options = setting.call_args
    ways: tuple[Callable[[], Any], ...] = (
        lambda: render.render_annual(bound),
        lambda: pdf.html_to_accessible_pdf(html, **options),
        lambda: _bare(html, options["stylesheets"]),
    )
    # Turn by turn, so that a machine that grows busy does not favour one of them.
    rounds = [[_milliseconds(way) for way in ways] for _ in range(RUNS + 1)]
    return ReportMeasurement(*(statistics.median(times) for times in zip(*rounds[1:], strict=True)))


def _bare(html: str, stylesheets: list[str]) -> bytes | None:
    fonts = FontConfiguration()
    texts = [pdf._font_faces(), pdf.PRINT_STYLESHEET.read_text(encoding="utf-8"), *stylesheets]
    return HTML(string=html).write_pdf(
        stylesheets=[CSS(string=text, font_config=fonts) for text in texts], font_config=fonts
    )


def _milliseconds(do: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000
