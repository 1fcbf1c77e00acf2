"""The map of the 21 counties."""

import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import PROTECTED, Point, Series
from reports.figures.charts.parts import describe, draw, heading, protected_mark, protected_notes
from reports.figures.words import SWEDISH, Words

_COUNTIES = Path(__file__).resolve().parents[3] / "data/lan_sweref.geojson"


def county_map(
    values_by_county_code: Mapping[str, float | None],
    *,
    title: str,
    unit: str,
    protected: Collection[str] = (),
    class_limits: Sequence[float] = (),
    notes: Sequence[str] = (),
    description: str = "",
    decimals: int = 0,
    width: int = 400,
    words: Words = SWEDISH,
) -> str:
    """Sweden's 21 counties in up to five shades, darker for more; a county without a value is left white.

    The counties in `protected` have a hidden value: they are grey with two dots. `notes` are written above the map,
    such as what has no place on it.

    `class_limits` are the lower limits of the second shade and on, ascending, at most four; without them
    the counties are divided evenly. The page must credit the map: "Källa: SCB".
    Raises ValueError for an unknown county code, a protected county with a value, or limits that do not ascend or are
    too many.
    """
    shapes = _county_shapes()
    if unknown := sorted({*values_by_county_code, *protected} - set(shapes)):
        raise ValueError(f"unknown county codes: {', '.join(unknown)}")
    counties = [
        Point(shape["properties"]["lan"], values_by_county_code.get(code), code in protected)
        for code, shape in shapes.items()
    ]
    known = {code: value for code, value in values_by_county_code.items() if value is not None}
    limits = list(class_limits) or _even_limits(list(known.values()), decimals)
    if len(limits) >= len(theme.SCALE) or limits != sorted(set(limits)):
        raise ValueError("class limits must ascend and be at most four")
    labels = _class_labels(limits, decimals, words) if known else []
    shades = [theme.SCALE[round(i * (len(theme.SCALE) - 1) / max(len(labels) - 1, 1))] for i in range(len(labels))]
    if len(labels) == 1:
        shades = [theme.SCALE[2]]
    if protected:
        labels, shades = [*labels, PROTECTED], [*shades, theme.MISSING]
    if len(known) + len(protected) < len(shapes):
        labels, shades = [*labels, words.missing], [*shades, "#ffffff"]

    def class_of(code: str) -> str:
        if code in known:
            return labels[sum(known[code] >= limit for limit in limits)]
        return PROTECTED if code in protected else words.missing

    features = [{**shape, "class": class_of(code)} for code, shape in shapes.items()]
    specification = {
        "title": heading(unit, [*protected_notes([Series("", counties)], words), *notes], width),
        "projection": {"type": "identity", "reflectY": True},
        "layer": [
            {
                "data": {"values": features},
                "mark": {"type": "geoshape", "stroke": theme.QUIET_INK, "strokeWidth": 0.6},
                "encoding": {"color": _shading(labels, shades)},
            },
            {
                "data": {"values": [dict(zip("xy", _middle(shapes[code]), strict=True)) for code in sorted(protected)]},
                "mark": protected_mark(baseline="middle"),
                "encoding": {
                    "longitude": {"field": "x", "type": "quantitative"},
                    "latitude": {"field": "y", "type": "quantitative"},
                },
            },
        ],
    }
    text = description or describe(words.map, [Series("", counties)], unit, decimals, words)
    return draw(specification, width, round(width * 1.5), title, text, words=words)


def _shading(labels: Sequence[str], shades: Sequence[str]) -> dict[str, Any]:
    return {
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


def _middle(shape: dict[str, Any]) -> tuple[float, float]:
    """A place well inside the county: the centre of gravity of its largest part."""
    outlines = [part[0] for part in shape["geometry"]["coordinates"]]
    area, x, y = max((_gravity(outline) for outline in outlines), key=lambda found: abs(found[0]))
    return x / (3 * area), y / (3 * area)


def _gravity(outline: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Twice the area with its sign, and the moments around both axes that go with it."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(outline):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return area, x, y


def county_codes() -> frozenset[str]:
    """The codes of the counties that are on the map."""
    return frozenset(_county_shapes())


@cache
def _county_shapes() -> dict[str, dict[str, Any]]:
    collection = json.loads(_COUNTIES.read_text(encoding="utf-8"))
    return {feature["properties"]["kod"]: feature for feature in collection["features"]}


def _even_limits(values: list[float], decimals: int) -> list[float]:
    """Limits with as many counties between them as can be; where most counties are alike, those that are not show."""
    ordered = sorted(values)
    distinct = sorted({round(value, decimals) for value in values})
    if len(distinct) <= len(theme.SCALE):
        return distinct[1:]
    limits = {round(ordered[len(ordered) * step // 5], decimals) for step in range(1, 5)} - {distinct[0]}
    return sorted(limits) if len(limits) > 1 else [distinct[len(distinct) * step // 5] for step in range(1, 5)]


def _class_labels(limits: Sequence[float], decimals: int, words: Words) -> list[str]:
    if not limits:
        return [words.all_alike]
    written = [words.write(limit, decimals) for limit in limits]
    between = [
        lower if upper_value == lower_value else f"{lower}–{words.write(upper_value, decimals)}"
        for lower, lower_value, upper_value in (
            (text, round(limit, decimals), round(following - 10**-decimals, decimals))
            for text, (limit, following) in zip(written, itertools.pairwise(limits), strict=False)
        )
    ]
    return [words.under.format(written[0]), *between, words.at_least.format(written[-1])]
