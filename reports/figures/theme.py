"""How every figure looks: one Vega-Lite theme with the product's type and colours."""

import functools
import tempfile
from pathlib import Path
from typing import Any

import vl_convert
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from nch.common.formats import MONTHS

FONT = '"Source Sans 3", Arial, sans-serif'
FONT_DIRECTORY = Path(__file__).resolve().parents[2] / "node_modules/@fontsource/source-sans-3/files"
VEGA_LITE_VERSION = "6.4"

INK = "#000000"
QUIET_INK = "#4a4a4a"
GRID = "#d9d9d9"
ACCENT = "#1f5f6b"
MISSING = "#ececec"

CATEGORIES = ("#1f5f6b", "#e0a02f", "#5b1a3a", "#6a95cf", "#bd5b30", "#d8d2c4")
"""Colours of categories, in order. They differ in lightness: they survive grey print and colour blindness."""

SCALE = ("#dcebee", "#a9cdd4", "#6ba5b1", "#367a88", "#12454f")
"""Colours from few to many, in even steps of lightness."""

_DAYS = ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"]

TIME_LOCALE: dict[str, Any] = {
    "dateTime": "%-d %B %Y %H:%M",
    "date": "%Y-%m-%d",
    "time": "%H:%M",
    "periods": ["fm", "em"],
    "days": _DAYS,
    "shortDays": [day[:3] for day in _DAYS],
    "months": MONTHS,
    "shortMonths": [month[:3] for month in MONTHS],
}

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": "transparent",
    "font": FONT,
    "padding": {"left": 2, "right": 8, "top": 2, "bottom": 2},
    "view": {"stroke": None},
    "range": {"category": list(CATEGORIES), "ordinal": list(SCALE), "ramp": list(SCALE)},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 400,
        "titleColor": INK,
        "titleFontSize": 13,
        "titleFontWeight": 400,
        "gridColor": GRID,
        "domainColor": QUIET_INK,
        "tickColor": QUIET_INK,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 400,
        "titleColor": INK,
        "titleFontSize": 13,
        "titleFontWeight": 600,
    },
    "text": {"color": INK, "fontSize": 13},
    "title": {
        "color": INK,
        "fontSize": 13,
        "fontWeight": 400,
        "anchor": "start",
        "subtitleColor": QUIET_INK,
        "subtitleFontSize": 13,
        "subtitleFontStyle": "italic",
        "subtitleLineHeight": 17,
    },
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": 600, "titleColor": INK, "titleFontSize": 13},
}


def to_png(svg: str, *, scale: float) -> bytes:
    """Paint an SVG of ours as PNG, so many times its size."""
    _register_fonts()
    return vl_convert.svg_to_png(svg, scale=scale)


def render(specification: dict[str, Any], *, number_locale: dict[str, Any]) -> str:
    """Draw a Vega-Lite specification with the theme. Raises ValueError for one that Vega-Lite refuses."""
    _register_fonts()
    return vl_convert.vegalite_to_svg(
        specification,
        vl_version=VEGA_LITE_VERSION,
        config=CONFIG,
        format_locale=number_locale,
        time_format_locale=TIME_LOCALE,
        allowed_base_urls=[],
    )


@functools.cache
def _register_fonts() -> None:
    """Let Vega measure text in our own font, so that a figure is the same on every machine.

    Vega reads no woff2, so the font is unpacked to a directory that lives as long as the process.
    """
    for weight in (400, 600):
        source = FONT_DIRECTORY / f"source-sans-3-latin-{weight}-normal.woff2"
        if source.exists():
            font = TTFont(source)
            font.flavor = None
            for record in font["name"].names:
                if record.nameID in (1, 16):
                    record.string = "Source Sans 3"
            font.save(Path(_FONT_FILES.name) / f"{weight}.ttf")
    vl_convert.register_font_directory(_FONT_FILES.name)


_FONT_FILES = tempfile.TemporaryDirectory(prefix="nch-figures-")
