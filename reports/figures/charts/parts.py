"""What the kinds of figure share: checks, legends, words, and drawing itself. Lengths are in pixels."""

import hashlib
import itertools
import math
import re
import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, Break, Point, Series
from reports.figures.words import Words

# A character at the figures' type size is about this wide.
CHARACTER = 7.2
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
LINE_HEIGHT = 17
MOST_NAMED = 8
"""Of more labels than these only the number is said; the table beside the figure has them all."""
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4])


def check_labels(labels: Sequence[str]) -> None:
    """Raise ValueError where there is no label, or one twice."""
    if not labels:
        raise ValueError("a figure needs at least one point")
    if len(set(labels)) != len(labels):
        raise ValueError("labels must be unique")


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


def heading(unit: str, notes: Sequence[str], width: int) -> dict[str, Any]:
    """The unit, written above the axis, and below it what the figure's signs mean; `draw` makes room for them."""
    title = {"text": unit, "anchor": "start", "frame": "bounds", "offset": 8}
    return {**title, "subtitle": wrap(notes, width)} if notes else title


def protected_notes(series: Sequence[Series], words: Words) -> list[str]:
    """What the two dots mean, where any number is hidden; which, where there are several series."""
    hidden = [(one, [point.label for point in one.points if point.protected]) for one in series]
    if not any(labels for _, labels in hidden):
        return []
    meaning = f"{PROTECTED} = {words.protected}"
    if len(series) == 1:
        return [meaning]
    which = "; ".join(f"{one.name} {named(labels, len(one.points), words)}" for one, labels in hidden if labels)
    return [f"{meaning}: {which}"]


def missing_notes(series: Sequence[Series], besides: Sequence[str], words: Words) -> list[str]:
    """Of which labels each series has no value; labels in `besides` are told in another way."""
    return [
        f"{words.missing}: {one.name + ' ' if one.name else ''}{words.listed(labels)}"
        for one in series
        if (labels := [label for label in missing_of(one.points) if label not in besides])
    ]


def missing_of(points: Sequence[Point]) -> list[str]:
    """The labels of what is not known; what is hidden is known."""
    return [point.label for point in points if point.value is None and not point.protected]


def named(labels: Sequence[str], of: int, words: Words) -> str:
    """The labels, or how many of how many there are."""
    return words.listed(labels) if len(labels) <= MOST_NAMED else words.many.format(len(labels), of)


def protected_mark(**place: Any) -> dict[str, Any]:
    """The two dots that stand in a number's place, wherever the number would be: they never lie as far out as it."""
    return {"type": "text", "text": PROTECTED, "fontWeight": 600, "color": theme.INK, **place}


def value_axis(top: float, decimals: int, *, ticks: int = 5, padding: int = 6) -> dict[str, Any]:
    """The axis of values up to `top`, with no finer steps than values are written in: ”0, 1, 1” tells nobody anything.

    The number of steps is worked out here, since Vega's own `tickMinStep` lets halves through on the shortest axes.
    """
    steps = int(top * 10**decimals)
    return {
        "tickCount": max(1, min(ticks, steps)),
        "format": f",.{decimals}f",
        "domain": False,
        "ticks": False,
        "labelPadding": padding,
    }


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
    words: Words,
    absent: Sequence[int] = (),
    breaks: Sequence[Break] = (),
) -> str:
    """Describe a figure in words where its author has not: extent, highest and lowest, gaps and breaks."""
    sentences = [f"{kind}. {unit}."]
    for one in series:
        points = [(point.value, point.label) for point in one.points if point.value is not None]
        told = []
        if points:
            high, low = max(points, key=lambda pair: pair[0]), min(points, key=lambda pair: pair[0])
            ends = (words.write(high[0], decimals), high[1], words.write(low[0], decimals), low[1])
            told.append(words.extremes.format(*ends))
        if missing := [label for label in missing_of(one.points) if label not in map(str, absent)]:
            told.append(words.missing_for.format(words.listed(missing)))
        if hidden := [point.label for point in one.points if point.protected]:
            told.append(words.protected_for.format(named(hidden, len(one.points), words)))
        sentences += [f"{one.name}: {text}." if one.name else f"{text[0].upper()}{text[1:]}." for text in told]
    if absent:
        text = words.missing_for.format(words.listed(absent))
        sentences.append(f"{text[0].upper()}{text[1:]}.")
    sentences += [words.break_from.format(mark.year, mark.text.rstrip(".")) for mark in breaks]
    return " ".join(sentences)


def draw(specification: dict[str, Any], width: int, height: int, title: str, description: str, *, words: Words) -> str:
    """Return the SVG of one frame with its title and description first; ValueError without a title."""
    size = {"width": width, "height": height + LINE_HEIGHT * len(specification["title"].get("subtitle", ()))}
    fitted = {**specification, **size, "autosize": {"type": "fit", "contains": "padding"}}
    return draw_as_it_is(fitted, title, description, words=words)


def draw_as_it_is(specification: dict[str, Any], title: str, description: str, *, words: Words) -> str:
    """Return the SVG of a specification that says its own size; ValueError without a title."""
    if not title.strip():
        raise ValueError("a figure needs a title: it is its text alternative")
    svg = theme.render(specification, number_locale=words.number_locale)
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
