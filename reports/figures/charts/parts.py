"""What the kinds of figure share: checks, legends, words, and drawing itself. Lengths are in pixels."""

import hashlib
import itertools
import math
import re
import textwrap
from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

from nch.common.formats import format_number
from reports.figures import theme
from reports.figures.charts.inputs import NOT_PUBLISHED, Break, Series

# A character at the figures' type size is about this wide.
CHARACTER = 7.2
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4])


def check_labels(labels: Sequence[str]) -> None:
    """Raise ValueError where there is no label, or one twice."""
    if not labels:
        raise ValueError("a figure needs at least one point")
    if len(set(labels)) != len(labels):
        raise ValueError("labels must be unique")


def listed(words: Any) -> str:
    """Return ”a, b och c”."""
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else str(last)


def wrap(lines: Sequence[str], width: int) -> list[str]:
    """Break lines at about `width` pixels."""
    return [part for line in lines for part in textwrap.wrap(line, int(width / CHARACTER))]


def colours(count: int) -> tuple[str, ...]:
    """Return the theme's first colours; ValueError where there are more series than can be told apart."""
    if count > len(theme.CATEGORIES):
        raise ValueError(f"at most {len(theme.CATEGORIES)} series can be told apart")
    return theme.CATEGORIES[:count]


def cycle(values: Sequence[Any], count: int) -> list[Any]:
    """Return `count` values, from the beginning again where they run out."""
    return list(itertools.islice(itertools.cycle(values), count))


def legend_columns(names: Sequence[str], room: int) -> int:
    """How many names fit beside each other in `room` pixels."""
    return max(1, min(len(names), int(room / (max(map(len, names)) * CHARACTER + 34))))


def legend(names: Sequence[str], room: int) -> dict[str, Any] | None:
    """The legend above the figure; none for a single series."""
    if len(names) == 1:
        return None
    return {
        "title": None,
        "orient": "top",
        "columns": legend_columns(names, room),
        "symbolSize": 110,
        "offset": 8,
    }


def legend_height(names: Sequence[str], room: int) -> int:
    """Pixels that the legend takes."""
    return 0 if len(names) == 1 else 20 * math.ceil(len(names) / legend_columns(names, room))


def unit_title(unit: str) -> dict[str, Any]:
    """The unit, written above the axis."""
    return {"text": unit, "anchor": "start", "frame": "bounds", "offset": 8}


def zero_line(axis: str) -> dict[str, Any]:
    """The line that bars stand on."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": theme.QUIET_INK},
        "encoding": {axis: {"datum": 0}},
    }


def describe(
    kind: str,
    series: Sequence[Series],
    unit: str,
    decimals: int,
    absent: Sequence[int] = (),
    breaks: Sequence[Break] = (),
) -> str:
    """Describe a figure in words where its author has not: extent, highest and lowest, gaps and breaks."""
    write = partial(format_number, decimals=decimals)
    sentences = [f"{kind}. {unit}."]
    for one in series:
        points = [(point.value, point.label) for point in one.points if point.value is not None]
        missing = [point.label for point in one.points if point.value is None and point.label not in map(str, absent)]
        start = f"{one.name}: " if one.name else ""
        if points:
            high, low = max(points, key=lambda pair: pair[0]), min(points, key=lambda pair: pair[0])
            sentences.append(
                f"{start}{'h' if start else 'H'}ögst {write(high[0])} ({high[1]}), lägst {write(low[0])} ({low[1]})."
            )
        if missing:
            sentences.append(f"{start}{'u' if start else 'U'}ppgift saknas för {listed(missing)}.")
    if absent:
        sentences.append(f"{NOT_PUBLISHED} för {listed(str(year) for year in absent)}.")
    sentences += [f"Brott i serien från {mark.year}: {mark.text.rstrip('.')}." for mark in breaks]
    return " ".join(sentences)


def draw(specification: dict[str, Any], width: int, height: int, title: str, description: str) -> str:
    """Return the SVG with its title and description first; ValueError without a title."""
    if not title.strip():
        raise ValueError("a figure needs a title: it is its text alternative")
    svg = theme.render(
        {
            **specification,
            "width": width,
            "height": height,
            "autosize": {"type": "fit", "contains": "padding"},
        }
    )
    svg = re.sub(r"<[^>]+>", _tidy_tag, svg)
    prefix = f"f{hashlib.sha256((title + svg).encode()).hexdigest()[:8]}-"
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}", svg)
    opening, rest = svg.split(">", 1)
    texts = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'{opening} role="img">{texts}{rest}'


def _tidy_tag(tag: re.Match[str]) -> str:
    """Drop what is noise in a figure that is one image to a reader, and decimals that nobody sees."""
    text = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"', "", tag[0])
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text)
