"""A grid of shaded cells, each with its number."""

from collections.abc import Sequence
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, WIDE, Point, Series
from reports.figures.charts.parts import check_labels, describe, draw, heading, protected_notes
from reports.figures.words import SWEDISH, Words

_HIDDEN = -1
_STEPS = len(theme.SCALE)


def grid_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """A column for each series and a row for each label, darker for more; the number stands in every cell.

    A hidden number has two dots on grey, which no number has: it is neither 0 nor unknown.

    Raises ValueError where the series do not have the same labels.
    """
    check_labels([one.name for one in series])
    labels = [point.label for point in series[0].points]
    check_labels(labels)
    if any([point.label for point in one.points] != labels for one in series):
        raise ValueError("the series of a grid have the same labels")
    highest = max((point.value or 0 for one in series for point in one.points), default=0)
    rows = [
        {
            "column": one.name,
            "row": point.label,
            "class": _HIDDEN if point.protected else _shade(point, highest),
            "text": _text(point, decimals, words),
        }
        for one in series
        for point in one.points
    ]
    axis = {"ticks": False, "domain": False, "labelAngle": 0, "labelPadding": 6, "title": None}
    places: dict[str, Any] = {
        "x": {
            "field": "column",
            "type": "nominal",
            "sort": None,
            "scale": {"domain": [one.name for one in series]},
            "axis": {**axis, "orient": "top"},
        },
        "y": {"field": "row", "type": "nominal", "sort": None, "scale": {"domain": labels}, "axis": axis},
    }
    specification = {
        "title": heading(unit, protected_notes(series, words)[:1], width),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 2},
                "encoding": {
                    **places,
                    "color": {
                        "field": "class",
                        "type": "ordinal",
                        "scale": {
                            "domain": list(range(_HIDDEN, _STEPS + 1)),
                            "range": [theme.MISSING, "#ffffff", *theme.SCALE],
                        },
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "text", "baseline": "middle"},
                "encoding": {
                    **places,
                    "text": {"field": "text"},
                    "color": {
                        "condition": {"test": f"datum.class > {_STEPS - 2}", "value": "#ffffff"},
                        "value": theme.INK,
                    },
                },
            },
        ],
    }
    return draw(
        specification,
        width,
        28 * len(labels) + 60,
        title,
        description or describe(words.grid, series, unit, decimals, words),
        words=words,
    )


def _shade(point: Point, highest: float) -> int:
    return 0 if not point.value else 1 + min(int(point.value * _STEPS / highest), _STEPS - 1)


def _text(point: Point, decimals: int, words: Words) -> str:
    if point.value is None:
        return PROTECTED if point.protected else "–"
    return words.write(point.value, decimals)
