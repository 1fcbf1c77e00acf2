"""Bars, and bars stacked on each other."""

from collections.abc import Sequence
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, WIDE, Point, Series
from reports.figures.charts.parts import (
    CHARACTER,
    check_labels,
    colours,
    describe,
    draw,
    heading,
    legend,
    legend_height,
    missing_notes,
    missing_of,
    protected_mark,
    protected_notes,
    value_axis,
    wrap,
    zero_line,
)
from reports.figures.words import SWEDISH, Words


def bar_chart(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """Horizontal bars in the order given, each with its value written out; two dots stand where it is hidden.

    Raises ValueError where there are no points or two have the same label.
    """
    check_labels([point.label for point in points])
    values = [point.value for point in points if point.value is not None]
    highest, lowest = max(values, default=0), min(values, default=0)
    label_room = max(len(words.write(value, decimals)) for value in (highest, lowest)) * CHARACTER + 12
    if missing_of(points):
        label_room = max(label_room, len(words.missing) * CHARACTER)
    axis_room = min(max(len(point.label) for point in points) * CHARACTER, 400)
    share = min(label_room / max(width - axis_room, 2 * label_room), 0.5)
    span = max(highest, 0) - min(lowest, 0) or 1
    rows = [
        {
            "label": point.label,
            "value": 0 if point.value is None else point.value,
            "text": _instead(point, words) if point.value is None else words.write(point.value, decimals),
            "missing": point.value is None,
            "protected": point.protected,
        }
        for point in points
    ]
    y = {"field": "label", "type": "nominal", "sort": None, "title": None}
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {
            "domain": [
                min(lowest, 0) - (share * span if lowest < 0 else 0),
                max(highest, 0) + share * span / (1 - share),
            ],
            "nice": False,
        },
    }
    text = {"type": "text", "baseline": "middle"}
    series = [Series("", points)]
    specification = {
        "data": {"values": rows},
        "title": heading(unit, protected_notes(series, words), width),
        "encoding": {
            "y": {**y, "axis": {"ticks": False, "domain": False, "labelPadding": 8}},
            "x": x,
        },
        "layer": [
            {
                "transform": [{"filter": "!datum.missing"}],
                "mark": {"type": "bar", "color": theme.ACCENT, "height": {"band": 0.68}},
            },
            {
                "transform": [{"filter": "!datum.missing && datum.value >= 0"}],
                "mark": {**text, "align": "left", "dx": 5},
                "encoding": {"text": {"field": "text"}},
            },
            {
                "transform": [{"filter": "!datum.missing && datum.value < 0"}],
                "mark": {**text, "align": "right", "dx": -5},
                "encoding": {"text": {"field": "text"}},
            },
            {
                "transform": [{"filter": "datum.missing && !datum.protected"}],
                "mark": {**text, "align": "left", "dx": 5, "color": theme.QUIET_INK, "fontStyle": "italic"},
                "encoding": {"text": {"field": "text"}},
            },
            {
                "transform": [{"filter": "datum.protected"}],
                "mark": protected_mark(baseline="middle", align="left", dx=5),
            },
            zero_line("x"),
        ],
    }
    return draw(
        specification,
        width,
        28 * len(points) + 34,
        title,
        description or describe(words.bars, series, unit, decimals, words),
        words=words,
    )


def _instead(point: Point, words: Words) -> str:
    return PROTECTED if point.protected else words.missing


def stacked_bar_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    horizontal: bool = False,
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """Bars made up of the series, one bar per label, in the order of the first series.

    A bar that nobody has values for says "Uppgift saknas"; one that lacks some parts is named below. Where parts are
    hidden, two dots stand after those that are shown.
    Lay the bars down (`horizontal`) where labels are words. Raises ValueError where the series do not have
    the same labels, or a value is negative.
    """
    check_labels([one.name for one in series])
    labels = [point.label for point in series[0].points]
    check_labels(labels)
    for one in series:
        if sorted(point.label for point in one.points) != sorted(labels):
            raise ValueError(f"series {one.name!r} has other labels than the first")
        if any((point.value or 0) < 0 for point in one.points):
            raise ValueError(f"series {one.name!r} has a negative value")
    names = [one.name for one in series]
    values = {one.name: {point.label: point.value for point in one.points} for one in series}
    rows = [
        {"series": name, "label": label, "value": values[name][label], "order": order}
        for order, name in enumerate(names)
        for label in labels
        if values[name][label] is not None
    ]
    hidden = {point.label for one in series for point in one.points if point.protected}
    absent = [label for label in labels if label not in hidden and all(values[name][label] is None for name in names)]
    notes = missing_notes(series, absent, words)
    shown = [
        {"label": label, "value": sum(values[name][label] or 0 for name in names)}
        for label in labels
        if label in hidden
    ]
    along, across = ("x", "y") if horizontal else ("y", "x")
    label_axis: dict[str, Any] = {
        "labelAngle": 0,
        "ticks": False,
        "labelPadding": 6,
        "labelOverlap": not horizontal,
    }
    highest = max((sum(values[name][label] or 0 for name in names) for label in labels), default=0)
    values_axis = value_axis(highest, decimals)
    note_axis = values_axis if horizontal else label_axis
    room = width - round(max(map(len, labels)) * CHARACTER + 16 if horizontal else 60)
    wrapped = wrap(notes, room)
    note_axis.update(title=wrapped or None, titleAnchor="start", titleAlign="left", titleX=0, titlePadding=10)
    slot = {"field": "label", "type": "nominal", "sort": None, "scale": {"domain": labels}}
    # Room for the dots above the highest of upright bars; bars that lie down have it anyway.
    scale = {"domainMax": 1.08 * highest or 1} if hidden and not horizontal else {}
    angle = {} if horizontal else {"angle": 270}
    specification = {
        "title": heading(unit, protected_notes(series, words), width),
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
                "encoding": {
                    across: {"title": None, **slot, "axis": label_axis},
                    along: {
                        "field": "value",
                        "type": "quantitative",
                        "stack": "zero",
                        "scale": scale,
                        "title": None,
                        "axis": values_axis,
                    },
                    "color": {
                        "field": "series",
                        "type": "nominal",
                        "sort": None,
                        "scale": {"domain": names, "range": list(colours(len(names)))},
                        "legend": legend(names, room),
                    },
                    "order": {"field": "order", "type": "quantitative"},
                },
            },
            {
                "data": {"values": [{"label": label} for label in absent]},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "dx": 6,
                    "fontStyle": "italic",
                    "color": theme.QUIET_INK,
                    **angle,
                },
                "encoding": {across: slot, along: {"datum": 0}, "text": {"value": words.missing}},
            },
            {
                "data": {"values": shown},
                "mark": protected_mark(align="left", baseline="middle", dx=5)
                if horizontal
                else protected_mark(align="center", baseline="bottom", dy=-4),
                "encoding": {across: slot, along: {"field": "value", "type": "quantitative"}},
            },
            zero_line(along),
        ],
    }
    height = (28 * len(labels) + 60 if horizontal else 300) + 20 * len(wrapped) + legend_height(names, room)
    text = description or describe(words.stacked, series, unit, decimals, words)
    return draw(specification, width, height, title, text, words=words)
