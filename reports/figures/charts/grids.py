"""A grid of shaded cells, each with its number."""

from collections.abc import Sequence
from typing import Any

from nch.common.formats import format_number
from reports.figures import theme
from reports.figures.charts.inputs import WIDE, Series
from reports.figures.charts.parts import check_labels, describe, draw, unit_title


def grid_chart(
    series: Sequence[Series], *, title: str, unit: str, description: str = "", decimals: int = 0, width: int = WIDE
) -> str:
    """A column for each series and a row for each label, darker for more; the number stands in every cell.

    Raises ValueError where the series do not have the same labels.
    """
    check_labels([one.name for one in series])
    labels = [point.label for point in series[0].points]
    check_labels(labels)
    if any([point.label for point in one.points] != labels for one in series):
        raise ValueError("the series of a grid have the same labels")
    highest = max((point.value or 0 for one in series for point in one.points), default=0)
    steps = len(theme.SCALE)
    rows = [
        {
            "column": one.name,
            "row": point.label,
            "class": 0 if not point.value else 1 + min(int(point.value * steps / highest), steps - 1),
            "text": "–" if point.value is None else format_number(point.value, decimals=decimals),
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
        "title": unit_title(unit),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 2},
                "encoding": {
                    **places,
                    "color": {
                        "field": "class",
                        "type": "ordinal",
                        "scale": {"domain": list(range(steps + 1)), "range": ["#ffffff", *theme.SCALE]},
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
                        "condition": {"test": f"datum.class > {steps - 2}", "value": "#ffffff"},
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
        description or describe("Rutnät, mörkare för fler", series, unit, decimals),
    )
