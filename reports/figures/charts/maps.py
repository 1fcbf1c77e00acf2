"""The map of the 21 counties."""

import itertools
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nch.common.formats import format_number
from reports.figures import theme
from reports.figures.charts.inputs import NOT_PUBLISHED, Point, Series
from reports.figures.charts.parts import describe, draw, unit_title

_COUNTIES = Path(__file__).resolve().parents[3] / "data/lan_sweref.geojson"


def county_map(
    values_by_county_code: Mapping[str, float | None],
    *,
    title: str,
    unit: str,
    class_limits: Sequence[float] = (),
    description: str = "",
    decimals: int = 0,
    width: int = 400,
) -> str:
    """Sweden's 21 counties in up to five shades, darker for more; a county without a value is left white.

    `class_limits` are the lower limits of the second shade and on, ascending, at most four; without them
    the counties are divided evenly. The page must credit the map: "Källa: SCB".
    Raises ValueError for an unknown county code, or limits that do not ascend or are too many.
    """
    shapes = _county_shapes()
    if unknown := sorted(set(values_by_county_code) - set(shapes)):
        raise ValueError(f"unknown county codes: {', '.join(unknown)}")
    known = {code: value for code, value in values_by_county_code.items() if value is not None}
    limits = list(class_limits) or _even_limits(list(known.values()), decimals)
    if len(limits) >= len(theme.SCALE) or limits != sorted(set(limits)):
        raise ValueError("class limits must ascend and be at most four")
    labels = _class_labels(limits, decimals) if known else []
    shades = [theme.SCALE[round(i * (len(theme.SCALE) - 1) / max(len(labels) - 1, 1))] for i in range(len(labels))]
    if len(labels) == 1:
        shades = [theme.SCALE[2]]
    if len(known) < len(shapes):
        labels, shades = [*labels, NOT_PUBLISHED], [*shades, "#ffffff"]
    features = [
        {
            **shape,
            "class": NOT_PUBLISHED if code not in known else labels[sum(known[code] >= limit for limit in limits)],
        }
        for code, shape in shapes.items()
    ]
    specification = {
        "title": unit_title(unit),
        "projection": {"type": "identity", "reflectY": True},
        "data": {"values": features},
        "mark": {"type": "geoshape", "stroke": theme.QUIET_INK, "strokeWidth": 0.6},
        "encoding": {
            "color": {
                "field": "class",
                "type": "ordinal",
                "sort": None,
                "scale": {"domain": labels, "range": shades},
                "legend": {
                    "title": None,
                    "orient": "none",
                    "legendX": 0,
                    "legendY": 8,
                    "symbolType": "square",
                    "symbolSize": 220,
                    "symbolStrokeWidth": 0.6,
                    "symbolStrokeColor": theme.QUIET_INK,
                    "rowPadding": 6,
                },
            }
        },
    }
    counties = [Point(shapes[code]["properties"]["lan"], values_by_county_code.get(code)) for code in shapes]
    text = description or describe("Karta över Sveriges län", [Series("", counties)], unit, decimals)
    return draw(specification, width, round(width * 1.5), title, text)


@cache
def _county_shapes() -> dict[str, dict[str, Any]]:
    collection = json.loads(_COUNTIES.read_text(encoding="utf-8"))
    return {feature["properties"]["kod"]: feature for feature in collection["features"]}


def _even_limits(values: list[float], decimals: int) -> list[float]:
    ordered = sorted(values)
    limits = {round(ordered[len(ordered) * step // 5], decimals) for step in range(1, 5)} if ordered else set()
    return sorted(limit for limit in limits if limit > ordered[0])


def _class_labels(limits: Sequence[float], decimals: int) -> list[str]:
    if not limits:
        return ["Alla lika"]
    written = [format_number(limit, decimals=decimals) for limit in limits]
    between = [
        lower if upper_value == lower_value else f"{lower}–{format_number(upper_value, decimals=decimals)}"
        for lower, lower_value, upper_value in (
            (text, round(limit, decimals), round(following - 10**-decimals, decimals))
            for text, (limit, following) in zip(written, itertools.pairwise(limits), strict=False)
        )
    ]
    return [f"Under {written[0]}", *between, f"{written[-1]} eller mer"]
