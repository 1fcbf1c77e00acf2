"""Small multiples: the same small columns for each county or other part, all on one scale."""

import json
from collections.abc import Sequence
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, WIDE, Series
from reports.figures.charts.parts import check_labels, describe, draw_as_it_is, heading, protected_mark, value_axis
from reports.figures.words import SWEDISH, Words

PANEL_WIDTH, PANEL_HEIGHT = 200, 64
AXIS, GAP = 52, 18


def small_multiples(
    panels: Sequence[Series],
    *,
    title: str,
    unit: str,
    breaks: Sequence[tuple[str, str]] = (),
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """A panel for each series in the order given, with a column for each label; the scale is the same in all.

    What is not known is a grey field as high as the panel. What is hidden is a thin line of one height on the axis with
    two dots over it, however long it lasts. `breaks` are labels from which numbers are not comparable, and why. Raises
    ValueError where the panels do not have the same labels, or a value is negative.
    """
    check_labels([one.name for one in panels])
    labels = [point.label for point in panels[0].points]
    check_labels(labels)
    if any([point.label for point in one.points] != labels for one in panels):
        raise ValueError("the panels have the same labels")
    if any((point.value or 0) < 0 for one in panels for point in one.points):
        raise ValueError("a column cannot be negative")
    highest = max((point.value or 0 for one in panels for point in one.points), default=0)
    rows: list[dict[str, Any]] = [
        {
            "panel": one.name,
            "since": place - 0.42,
            "until": place + 0.42,
            "value": point.value,
            "kind": "protected" if point.protected else "missing" if point.value is None else "known",
        }
        for one in panels
        for place, point in enumerate(one.points)
    ]
    rows += [
        {"panel": one.name, "at": (first + last) / 2, "kind": "run"} for one in panels for first, last in _hidden(one)
    ]
    notes = [f"{PROTECTED} = {words.protected}"] if any(row["kind"] == "protected" for row in rows) else []
    notes += [words.grey_band] if any(row["kind"] == "missing" for row in rows) else []
    notes += [words.dashed_line.format(text) for text in dict.fromkeys(text for _, text in breaks)]
    columns = min(len(panels), max(1, width // PANEL_WIDTH))
    names = [labels[0], labels[-1]]
    axis: dict[str, Any] = {
        "values": [0, len(labels) - 1] if len(labels) > 1 else [0],
        "labelExpr": f"{json.dumps(names)}[datum.value > 0 ? 1 : 0]",
        "labelAlign": {"condition": {"test": "datum.value > 0", "value": "right"}, "value": "left"},
        "labelAngle": 0,
        "grid": False,
        "ticks": False,
        "labelPadding": 5,
        "title": None,
    }
    scale = {"domain": [-0.5, len(labels) - 0.5], "nice": False, "zero": False}
    x = {"type": "quantitative", "scale": scale, "title": None, "axis": axis}
    top = highest * 1.02 or 4
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, top], "nice": False},
        "axis": value_axis(top, decimals, ticks=2, padding=5),
    }
    span = {"x": {**x, "field": "since"}, "x2": {"field": "until"}}

    def only(kind: str) -> list[dict[str, str]]:
        return [{"filter": f"datum.kind == '{kind}'"}]

    layers: list[dict[str, Any]] = [
        {
            "transform": only("missing"),
            "mark": {"type": "rect", "color": theme.MISSING},
            "encoding": {**span, "y": {"value": 0}, "y2": {"value": "height"}},
        },
        {
            "transform": only("known"),
            "mark": {"type": "rect", "color": theme.ACCENT},
            "encoding": {**span, "y": y, "y2": {"datum": 0}},
        },
        {
            "transform": only("protected"),
            "mark": {"type": "rect", "color": theme.QUIET_INK},
            "encoding": {**span, "y": {"value": PANEL_HEIGHT - 2}, "y2": {"value": "height"}},
        },
        {
            "transform": only("run"),
            "mark": protected_mark(baseline="bottom"),
            "encoding": {"x": {**x, "field": "at"}, "y": {"value": PANEL_HEIGHT - 4}},
        },
        *(
            {
                "data": {"values": [{"at": labels.index(label) - 0.5}]},
                "mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.5, "color": theme.INK},
                "encoding": {"x": {**x, "field": "at"}},
            }
            for label, _ in breaks
        ),
    ]
    specification = {
        "title": heading(unit, notes, width),
        "data": {"values": rows},
        "facet": {
            "field": "panel",
            "type": "nominal",
            "sort": [one.name for one in panels],
            "title": None,
            "header": {"labelAnchor": "start", "labelPadding": 4},
        },
        "columns": columns,
        "spacing": {"row": 40, "column": GAP},
        "bounds": "flush",
        "spec": {
            "width": (width - AXIS - GAP * (columns - 1)) // columns,
            "height": PANEL_HEIGHT,
            "layer": layers,
        },
    }
    text = description or describe(words.multiples, panels, unit, decimals, words)
    return draw_as_it_is(specification, title, text, words=words)


def _hidden(series: Series) -> list[tuple[int, int]]:
    """First and last place of each run of hidden values."""
    runs: list[tuple[int, int]] = []
    for place, point in enumerate(series.points):
        if point.protected:
            runs = [*runs[:-1], (runs[-1][0], place)] if runs and runs[-1][1] == place - 1 else [*runs, (place, place)]
    return runs
