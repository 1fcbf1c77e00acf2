"""Upright columns over time, close enough that a year of weeks fits, with a line to reach."""

import math
from collections.abc import Sequence
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import WIDE, Point, Series
from reports.figures.charts.parts import (
    CHARACTER,
    check_labels,
    describe,
    draw,
    heading,
    missing_notes,
    protected_mark,
    protected_notes,
    value_axis,
    wrap,
    zero_line,
)
from reports.figures.words import SWEDISH, Words

HEIGHT = 260


def column_chart(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    line: Series | None = None,
    breaks: Sequence[tuple[str, str]] = (),
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """Columns in the order given; where all labels do not fit, every second, third and so on is written.

    `line` (of the same labels) is drawn as a dashed line, and named after the unit. Values are written above the
    columns where there is room, and two dots where a value is hidden. `breaks` are labels from which numbers are not
    comparable, and why: a dashed line stands before each. Raises ValueError where there are no points, two
    have the same label, or a value is negative.
    """
    check_labels([point.label for point in points])
    if any((point.value or 0) < 0 for point in points):
        raise ValueError("a column cannot be negative")
    labels = [point.label for point in points]
    slot = (width - 70) / len(points)
    every = math.ceil((max(map(len, labels)) * CHARACTER + 10) / slot)
    shown = [label for place, label in enumerate(labels) if (len(labels) - 1 - place) % every == 0]
    series = [Series("", points)]
    notes = wrap(missing_notes(series, (), words), width - 60)
    known = [(point.label, point.value) for point in points if point.value is not None]
    texts = [words.write(value, decimals) for _, value in known]
    rows = [{"label": label, "value": value, "text": text} for (label, value), text in zip(known, texts, strict=True)]
    written = max(map(len, texts), default=1) * CHARACTER < slot
    reached = [point.value for point in (line.points if line else ()) if point.value is not None]
    highest = max([value for _, value in known] + reached, default=0)
    top = highest * (1.1 if written or line else 1.02) or 4
    x = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": labels},
        "title": None,
        "axis": {
            "values": shown,
            "labelAngle": 0,
            "labelOverlap": False,
            "ticks": False,
            "labelPadding": 6,
            "title": notes or None,
            "titleAnchor": "start",
            "titleAlign": "left",
            "titleX": 0,
            "titlePadding": 10,
        },
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, top], "nice": False},
        "axis": value_axis(top, decimals),
    }
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "color": theme.ACCENT, "width": {"band": 0.8}},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": [{"label": point.label} for point in points if point.protected]},
            "mark": protected_mark(baseline="bottom", dy=-4),
            "encoding": {"x": x, "y": {"datum": 0}},
        },
        zero_line("y"),
        *(
            {
                "data": {"values": [{"label": label}]},
                "mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.5, "color": theme.INK},
                "encoding": {"x": {**x, "bandPosition": 0}},
            }
            for label, _ in breaks
        ),
    ]
    if written:
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "text", "baseline": "bottom", "dy": -4},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            }
        )
    if line is not None:
        layers.append(
            {
                "data": {"values": [{"label": one.label, "value": one.value} for one in line.points]},
                "mark": {
                    "type": "line",
                    "interpolate": "step",
                    "strokeDash": [6, 4],
                    "strokeWidth": 2,
                    "color": theme.INK,
                },
                "encoding": {"x": x, "y": y},
            }
        )
    text = description or describe(words.bars, [*series, *([line] if line else [])], unit, decimals, words)
    dashed = words.dashed_line.format(f"{line.name[:1].lower()}{line.name[1:]}") if line else ""
    named = f"{unit}. {dashed}" if line else unit
    signs = [*protected_notes(series, words), *dict.fromkeys(words.dashed_line.format(why) for _, why in breaks)]
    specification = {"title": heading(named, signs, width), "layer": layers}
    return draw(specification, width, HEIGHT + 20 * len(notes), title, text, words=words)
