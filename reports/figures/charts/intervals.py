"""Ratios with their intervals around 1, on a scale where twice as many lies as far off as half as many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, WIDE
from reports.figures.charts.parts import (
    CHARACTER,
    SHAPES,
    check_labels,
    colours,
    draw,
    heading,
    legend,
    legend_height,
)
from reports.figures.words import SWEDISH, Words

LEAST, MOST = 0.1, 10.0
"""Limits of the scale; what lies further out is drawn at the edge, with its numbers in the table."""

TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)


@dataclass(frozen=True)
class Interval:
    """A ratio with its limits; all None where it is not known, or hidden."""

    label: str
    ratio: float | None
    low: float | None
    high: float | None
    protected: bool = False

    def __post_init__(self) -> None:
        if self.protected and not self.ratio is self.low is self.high is None:
            raise ValueError("a protected ratio never reaches a figure")


def interval_chart(
    series: Sequence[tuple[str, Sequence[Interval]]],
    *,
    title: str,
    unit: str,
    description: str = "",
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """A row for each label, in it a mark and a line for each series that has any; the rule at 1 is ”as expected”.

    Raises ValueError where there are no rows or the series do not have the same labels.
    """
    check_labels([name for name, _ in series])
    labels = [one.label for one in series[0][1]]
    check_labels(labels)
    if any([one.label for one in intervals] != labels for _, intervals in series):
        raise ValueError("the series have the same labels")
    known = [
        (name, one.label, _within(one.ratio), _within(one.low), _within(one.high))
        for name, intervals in series
        for one in intervals
        if one.ratio is not None and one.low is not None and one.high is not None
    ]
    names = [name for name, _ in series if name in {one[0] for one in known}] or [series[0][0]]
    rows = [dict(zip(("series", "label", "ratio", "low", "high"), one, strict=True)) for one in known]
    shown = {one[1] for one in known}
    hidden = {one.label for _, intervals in series for one in intervals if one.protected} - shown
    unknown = [label for label in labels if label not in shown]
    domain = [min([0.5, *(one[3] for one in known)]), max([2.0, *(one[4] for one in known)])]
    room = width - round(max(map(len, labels)) * CHARACTER + 16)
    scale = {"type": "log", "domain": domain, "nice": False}
    x: dict[str, Any] = {"type": "quantitative", "scale": scale, "title": None}
    axis = {
        "values": [tick for tick in TICKS if domain[0] <= tick <= domain[1]],
        "format": "~r",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    }
    y = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": labels},
        "title": None,
        "axis": {"ticks": False, "domain": False, "labelPadding": 8},
    }
    offset = {"field": "series", "type": "nominal", "scale": {"domain": names}} if len(names) > 1 else None
    slot = {"y": y, **({"yOffset": offset} if offset else {})}
    style = {"field": "series", "type": "nominal", "sort": None, "legend": legend(names, room)}
    color = {**style, "scale": {"domain": names, "range": list(colours(len(names)))}}
    shape = {**style, "scale": {"domain": names, "range": list(SHAPES[: len(names)])}}
    specification = {
        "title": heading(unit, [f"{PROTECTED} = {words.protected}"] if hidden else [], width),
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    **slot,
                    "x": {**x, "field": "low", "axis": axis},
                    "x2": {"field": "high"},
                    "color": color,
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {**slot, "x": {**x, "field": "ratio", "axis": axis}, "color": color, "shape": shape},
            },
            {
                "data": {"values": [{"at": 1}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": theme.INK},
                "encoding": {"x": {**x, "field": "at"}},
            },
            {
                "data": {
                    "values": [
                        {"label": label, "at": domain[0], "text": PROTECTED if label in hidden else words.missing}
                        for label in unknown
                    ]
                },
                "mark": {"type": "text", "align": "left", "dx": 6, "fontStyle": "italic", "color": theme.QUIET_INK},
                "encoding": {"y": y, "x": {**x, "field": "at"}, "text": {"field": "text"}},
            },
        ],
    }
    height = (20 + 10 * len(names)) * len(labels) + 50 + legend_height(names, room)
    return draw(specification, width, height, title, description or _describe(series, unit, words), words=words)


def _within(value: float) -> float:
    return min(max(value, LEAST), MOST)


def _describe(series: Sequence[tuple[str, Sequence[Interval]]], unit: str, words: Words) -> str:
    sentences = [f"{words.intervals}. {unit}."]
    for name, intervals in series:
        known = [one for one in intervals if one.high is not None and one.low is not None]
        below = [one.label for one in known if (one.high or math.inf) < 1]
        above = [one.label for one in known if (one.low or 0) > 1]
        counts = (len(below), len(above), len(known))
        sentences.append(words.beside_one.format(name, *(words.write(count, 0) for count in counts)))
    return " ".join(sentences)
