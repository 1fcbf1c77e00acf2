"""A figure as a file that stands by itself: its title above, its source below, on white."""

import re
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from reports.figures import theme
from reports.figures.charts.parts import wrap

SCALE = 2
"""A picture is so many times as sharp as the figure on the page."""

_TITLE, _SOURCE = (17, 600, 22), (13, 400, 17)
"""Type size, weight and height of a line, in pixels."""


def svg_file(svg: str, *, title: str, source: str) -> bytes:
    """The figure of a page with title and source around it."""
    opening, rest = svg.split(">", 1)
    width, height = (float(size) for size in re.findall(r' (?:width|height)="([\d.]+)"', opening)[:2])
    # A character of the title is as much wider as its type is larger.
    head, foot = wrap([title], int(width * _SOURCE[0] / _TITLE[0])), wrap([source], int(width))
    top = _TITLE[2] * len(head) + 10
    whole = top + height + _SOURCE[2] * len(foot) + 12
    texts = _lines(head, _TITLE, 18) + _lines(foot, _SOURCE, top + height + 18)
    moved = opening.replace("<svg ", f'<svg y="{top}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{whole:g}" '
        f'viewBox="0 0 {width:g} {whole:g}" role="img"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{texts}{moved}>{rest}</svg>'
    ).encode()


@lru_cache(maxsize=64)
def png_file(svg: bytes) -> bytes:
    """A figure's file as a picture."""
    return theme.to_png(svg.decode(), scale=SCALE)


def _lines(lines: list[str], style: tuple[int, int, int], first: float) -> str:
    size, weight, step = style
    font = f'font-family={quoteattr(theme.FONT)} font-size="{size}px" font-weight="{weight}"'
    return "".join(
        f'<text x="2" y="{first + step * place:g}" {font}>{escape(line)}</text>' for place, line in enumerate(lines)
    )
