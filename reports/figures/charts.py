"""The figures of pages and reports, as SVG.

A figure says nothing that the table beside it does not say. Its `title` is the text alternative and should
say the finding; it is not drawn, because the page writes it as a heading or caption. Draw a figure twice,
with `width` 640 and 320, where it must be read both on a wide page and on a telephone.
"""

import hashlib
import itertools
import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

from nch.common.formats import format_number
from reports.figures import theme

NOT_PUBLISHED = "Uppgift saknas"
WIDE, NARROW = 640, 320

_COUNTIES = Path(__file__).resolve().parents[2] / "data/lan_sweref.geojson"
_CHARACTER = 7.2
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4])


@dataclass(frozen=True)
class Point:
    """One value. `None` is a value that is not published or is suppressed; `note` may say why."""

    label: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Series:
    """Values that belong together, under one name."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Break:
    """From `year` on, the values are not comparable with those before, for the reason `text`."""

    year: int
    text: str


def bar_chart(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
) -> str:
    """Horizontal bars in the order given, each with its value written out.

    Raises ValueError where there are no points or two have the same label.
    """
    _check_labels([point.label for point in points])
    values = [point.value for point in points if point.value is not None]
    highest, lowest = max(values, default=0), min(values, default=0)
    label_room = max(len(format_number(value, decimals=decimals)) for value in (highest, lowest)) * _CHARACTER + 12
    if len(values) < len(points):
        label_room = max(label_room, len(NOT_PUBLISHED) * _CHARACTER)
    axis_room = min(max(len(point.label) for point in points) * _CHARACTER, 400)
    share = min(label_room / max(width - axis_room, 2 * label_room), 0.5)
    span = max(highest, 0) - min(lowest, 0) or 1
    rows = [
        {
            "label": point.label,
            "value": 0 if point.value is None else point.value,
            "text": NOT_PUBLISHED if point.value is None else format_number(point.value, decimals=decimals),
            "missing": point.value is None,
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
    specification = {
        "data": {"values": rows},
        "title": _unit_title(unit),
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
                "transform": [{"filter": "datum.missing"}],
                "mark": {**text, "align": "left", "dx": 5, "color": theme.QUIET_INK, "fontStyle": "italic"},
                "encoding": {"text": {"field": "text"}},
            },
            _zero_line("x"),
        ],
    }
    series = [Series("", points)]
    return _draw(
        specification,
        width,
        28 * len(points) + 34,
        title,
        description or _describe("Stapeldiagram", series, unit, decimals),
    )


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    breaks: Sequence[Break] = (),
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
) -> str:
    """Lines over years; every label must be a year.

    A year between the first and the last without a value counts as missing: the line is interrupted, and
    "Uppgift saknas" is written over the years that no series has, or below the figure for a single series.
    A break interrupts the lines and is drawn as a dashed rule before its year.
    Raises ValueError for labels that are no years, a year given twice, or no points.
    """
    _check_labels([one.name for one in series])
    by_year = {one.name: _years_of(one) for one in series}
    years = range(
        min(year for values in by_year.values() for year in values),
        max(year for values in by_year.values() for year in values) + 1,
    )
    names = list(by_year)
    rows = list(_line_rows(by_year, years, [mark.year for mark in breaks], decimals))
    highest, lowest = (
        max((row["value"] for row in rows), default=1),
        min((row["value"] for row in rows), default=0),
    )
    absent = [year for year in years if all(by_year[name].get(year) is None for name in names)]
    year_width = (width - 70) / len(years)
    top = max(highest, 0) * (1.08 + 0.13 * len(breaks)) or 1
    scale = {"domain": [years[0] - 0.5, years[-1] + 0.5], "nice": False, "zero": False}
    x = {"field": "year", "type": "quantitative", "scale": scale, "title": None}
    every = math.ceil(42 / year_width)
    shown = [year for year in years if (years[-1] - year) % every == 0]
    notes = _partly_missing(by_year, years, absent)
    axis = {
        "values": shown,
        "format": "d",
        "grid": False,
        "labelAngle": 0,
        "labelOverlap": False,
        "title": _wrap(notes, width - 60) or None,
        "titleAnchor": "start",
        "titleAlign": "left",
        "titleX": 0,
        "titlePadding": 10,
    }
    x["axis"] = axis
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [min(lowest, 0), top], "nice": False},
        "axis": {
            "tickCount": 5,
            "format": f",.{decimals}f",
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
    }
    style = {"field": "series", "type": "nominal", "sort": None, "legend": _legend(names, width - 60)}
    color = {**style, "scale": {"domain": names, "range": list(_colours(len(names)))}}
    dash = {**style, "scale": {"domain": names, "range": _cycle(_DASHES, len(names))}}
    shape = {**style, "scale": {"domain": names, "range": _cycle(_SHAPES, len(names))}}
    data = {"values": rows}
    layers: list[dict[str, Any]] = [
        *_missing_bands(absent, year_width, x),
        {
            "data": data,
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {
                "x": x,
                "y": y,
                "color": color,
                "strokeDash": dash,
                "detail": {"field": "part", "type": "nominal"},
            },
        },
        {
            "data": data,
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": color, "shape": shape},
        },
        *_break_rules(breaks, years, x),
    ]
    if len(series) == 1 and year_width >= max((len(row["text"]) for row in rows), default=0) * _CHARACTER:
        halo = {"stroke": "#ffffff", "strokeWidth": 4, "strokeJoin": "round"}
        layers += [
            {
                "data": data,
                "mark": {"type": "text", "dy": -13, "fontWeight": 600, **outline},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            }
            for outline in (halo, {})
        ]
    specification = {"title": _unit_title(unit), "layer": layers}
    height = 300 + 20 * len(_wrap(notes, width - 60)) + _legend_height(names, width - 60)
    text = description or _describe("Linjediagram", series, unit, decimals, absent, breaks)
    return _draw(specification, width, height, title, text)


def stacked_bar_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    horizontal: bool = False,
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
) -> str:
    """Bars made up of the series, one bar per label, in the order of the first series.

    A bar that nobody has values for says "Uppgift saknas"; one that lacks some parts is named below.
    Lay the bars down (`horizontal`) where labels are words. Raises ValueError where the series do not have
    the same labels, or a value is negative.
    """
    _check_labels([one.name for one in series])
    labels = [point.label for point in series[0].points]
    _check_labels(labels)
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
    absent = [label for label in labels if all(values[name][label] is None for name in names)]
    notes = [
        f"{NOT_PUBLISHED}: {name} {_listed(missing)}"
        for name in names
        if (missing := [label for label in labels if values[name][label] is None and label not in absent])
    ]
    along, across = ("x", "y") if horizontal else ("y", "x")
    label_axis: dict[str, Any] = {
        "labelAngle": 0,
        "ticks": False,
        "labelPadding": 6,
        "labelOverlap": not horizontal,
    }
    value_axis: dict[str, Any] = {
        "tickCount": 5,
        "format": f",.{decimals}f",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    }
    note_axis = value_axis if horizontal else label_axis
    room = width - round(max(map(len, labels)) * _CHARACTER + 16 if horizontal else 60)
    wrapped = _wrap(notes, room)
    note_axis.update(title=wrapped or None, titleAnchor="start", titleAlign="left", titleX=0, titlePadding=10)
    slot = {"field": "label", "type": "nominal", "sort": None, "scale": {"domain": labels}}
    angle = {} if horizontal else {"angle": 270}
    specification = {
        "title": _unit_title(unit),
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
                        "title": None,
                        "axis": value_axis,
                    },
                    "color": {
                        "field": "series",
                        "type": "nominal",
                        "sort": None,
                        "scale": {"domain": names, "range": list(_colours(len(names)))},
                        "legend": _legend(names, room),
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
                "encoding": {across: slot, along: {"datum": 0}, "text": {"value": NOT_PUBLISHED}},
            },
            _zero_line(along),
        ],
    }
    height = (28 * len(labels) + 60 if horizontal else 300) + 20 * len(wrapped) + _legend_height(names, room)
    text = description or _describe("Staplat diagram", series, unit, decimals)
    return _draw(specification, width, height, title, text)


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
        "title": _unit_title(unit),
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
    text = description or _describe("Karta över Sveriges län", [Series("", counties)], unit, decimals)
    return _draw(specification, width, round(width * 1.5), title, text)


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


def _check_labels(labels: Sequence[str]) -> None:
    if not labels:
        raise ValueError("a figure needs at least one point")
    if len(set(labels)) != len(labels):
        raise ValueError("labels must be unique")


def _years_of(series: Series) -> dict[int, float | None]:
    _check_labels([point.label for point in series.points])
    if any(not re.fullmatch(r"[0-9]{4}", point.label) for point in series.points):
        raise ValueError(f"every label of {series.name!r} must be a year")
    return {int(point.label): point.value for point in series.points}


def _line_rows(
    by_year: Mapping[str, Mapping[int, float | None]], years: range, break_years: Sequence[int], decimals: int
) -> Iterator[dict[str, Any]]:
    """A row per value; `part` counts up where the line must not be drawn through."""
    for name, values in by_year.items():
        part = 0
        for year in years:
            value = values.get(year)
            if value is None or year in break_years:
                part += 1
            if value is not None:
                text = format_number(value, decimals=decimals)
                yield {"series": name, "year": year, "value": value, "part": part, "text": text}


def _missing_bands(absent: Sequence[int], year_width: float, x: dict[str, Any]) -> Iterator[dict[str, Any]]:
    bands = [
        [year for _, year in run] for _, run in itertools.groupby(enumerate(absent), lambda pair: pair[1] - pair[0])
    ]
    for band in bands:
        data = {"values": [{"from": band[0] - 0.5, "to": band[-1] + 0.5, "middle": (band[0] + band[-1]) / 2}]}
        room = year_width * len(band)
        lines: str | list[str] = NOT_PUBLISHED if room >= len(NOT_PUBLISHED) * _CHARACTER else NOT_PUBLISHED.split()
        upright = room < 7 * _CHARACTER
        yield {
            "data": data,
            "mark": {"type": "rect", "color": theme.MISSING},
            "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}},
        }
        yield {
            "data": data,
            "mark": {
                "type": "text",
                "color": theme.QUIET_INK,
                "fontStyle": "italic",
                "align": "center",
                "baseline": "middle",
                "text": NOT_PUBLISHED if upright else lines,
                "angle": 270 if upright else 0,
            },
            "encoding": {"x": {**x, "field": "middle"}},
        }


def _break_rules(breaks: Sequence[Break], years: range, year: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row, mark in enumerate(breaks):
        data = {"values": [{"at": mark.year - 0.5}]}
        x = {**year, "field": "at"}
        on_right = mark.year - years[0] > len(years) / 2
        side = {"align": "right", "dx": -6} if on_right else {"align": "left", "dx": 6}
        yield {
            "data": data,
            "mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.5, "color": theme.INK},
            "encoding": {"x": x},
        }
        for line, text in enumerate(textwrap.wrap(mark.text, 30)):
            yield {
                "data": data,
                "mark": {"type": "text", "baseline": "top", "text": text, **side},
                "encoding": {"x": x, "y": {"value": 2 + 34 * row + 15 * line}},
            }


def _partly_missing(
    by_year: Mapping[str, Mapping[int, float | None]], years: range, absent: Sequence[int]
) -> list[str]:
    return [
        f"{NOT_PUBLISHED}: {name} {_listed(str(year) for year in missing)}"
        for name, values in by_year.items()
        if (missing := [year for year in years if values.get(year) is None and year not in absent])
    ]


def _listed(words: Any) -> str:
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else str(last)


def _wrap(lines: Sequence[str], width: int) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, int(width / _CHARACTER))]


def _colours(count: int) -> tuple[str, ...]:
    if count > len(theme.CATEGORIES):
        raise ValueError(f"at most {len(theme.CATEGORIES)} series can be told apart")
    return theme.CATEGORIES[:count]


def _cycle(values: Sequence[Any], count: int) -> list[Any]:
    return list(itertools.islice(itertools.cycle(values), count))


def _legend_columns(names: Sequence[str], room: int) -> int:
    return max(1, min(len(names), int(room / (max(map(len, names)) * _CHARACTER + 34))))


def _legend(names: Sequence[str], room: int) -> dict[str, Any] | None:
    if len(names) == 1:
        return None
    return {
        "title": None,
        "orient": "top",
        "columns": _legend_columns(names, room),
        "symbolSize": 110,
        "offset": 8,
    }


def _legend_height(names: Sequence[str], room: int) -> int:
    return 0 if len(names) == 1 else 20 * math.ceil(len(names) / _legend_columns(names, room))


def _unit_title(unit: str) -> dict[str, Any]:
    return {"text": unit, "anchor": "start", "frame": "bounds", "offset": 8}


def _zero_line(axis: str) -> dict[str, Any]:
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": theme.QUIET_INK},
        "encoding": {axis: {"datum": 0}},
    }


def _describe(
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
            sentences.append(f"{start}{'u' if start else 'U'}ppgift saknas för {_listed(missing)}.")
    if absent:
        sentences.append(f"{NOT_PUBLISHED} för {_listed(str(year) for year in absent)}.")
    sentences += [f"Brott i serien från {mark.year}: {mark.text.rstrip('.')}." for mark in breaks]
    return " ".join(sentences)


def _draw(specification: dict[str, Any], width: int, height: int, title: str, description: str) -> str:
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
