"""Lines over years, with gaps for what is not known and marks for breaks in the series."""

import itertools
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.figures import theme
from reports.figures.charts.inputs import WIDE, Break, Point, Series
from reports.figures.charts.parts import (
    CHARACTER,
    DASHES,
    SHAPES,
    check_labels,
    colours,
    cycle,
    describe,
    draw,
    heading,
    legend,
    legend_height,
    missing_notes,
    protected_mark,
    protected_notes,
    value_axis,
    wrap,
)
from reports.figures.words import SWEDISH, Words


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    breaks: Sequence[Break] = (),
    description: str = "",
    decimals: int = 0,
    width: int = WIDE,
    words: Words = SWEDISH,
) -> str:
    """Lines over years; every label must be a year.

    A year between the first and the last without a value counts as missing: the line is interrupted, and
    "Uppgift saknas" is written over the years that no series has, or below the figure for a single series.
    Where a value is hidden the line is interrupted too, and two dots stand on the axis. A break interrupts the lines
    and is drawn as a dashed rule before its year.
    Raises ValueError for labels that are no years, a year given twice, or no points.
    """
    check_labels([one.name for one in series])
    by_year = {one.name: _years_of(one) for one in series}
    years = range(
        min(year for values in by_year.values() for year in values),
        max(year for values in by_year.values() for year in values) + 1,
    )
    names = list(by_year)
    rows = list(_line_rows(by_year, years, [mark.year for mark in breaks], decimals, words))
    hidden = sorted({int(point.label) for one in series for point in one.points if point.protected})
    highest, lowest = (
        max((row["value"] for row in rows), default=1),
        min((row["value"] for row in rows), default=0),
    )
    absent = [year for year in years if year not in hidden and all(by_year[name].get(year) is None for name in names)]
    year_width = (width - 70) / len(years)
    top = max(highest, 0) * (1.08 + 0.13 * len(breaks)) or 1
    scale = {"domain": [years[0] - 0.5, years[-1] + 0.5], "nice": False, "zero": False}
    x = {"field": "year", "type": "quantitative", "scale": scale, "title": None}
    every = math.ceil(42 / year_width)
    shown = [year for year in years if (years[-1] - year) % every == 0]
    whole = [_over(years, one) for one in series]
    notes = missing_notes(whole, list(map(str, absent)), words)
    axis = {
        "values": shown,
        "format": "d",
        "grid": False,
        "labelAngle": 0,
        "labelOverlap": False,
        "title": wrap(notes, width - 60) or None,
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
        "axis": value_axis(top - min(lowest, 0), decimals),
    }
    style = {"field": "series", "type": "nominal", "sort": None, "legend": legend(names, width - 60)}
    color = {**style, "scale": {"domain": names, "range": list(colours(len(names)))}}
    dash = {**style, "scale": {"domain": names, "range": cycle(DASHES, len(names))}}
    shape = {**style, "scale": {"domain": names, "range": cycle(SHAPES, len(names))}}
    data = {"values": rows}
    layers: list[dict[str, Any]] = [
        *_missing_bands(absent, year_width, x, words),
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
        {
            "data": {"values": [{"year": year} for year in hidden]},
            "mark": protected_mark(baseline="bottom", dy=-5),
            "encoding": {"x": x, "y": {"value": "height"}},
        },
        *_break_rules(breaks, years, x),
    ]
    if len(series) == 1 and year_width >= max((len(row["text"]) for row in rows), default=0) * CHARACTER:
        halo = {"stroke": "#ffffff", "strokeWidth": 4, "strokeJoin": "round"}
        layers += [
            {
                "data": data,
                "mark": {"type": "text", "dy": -13, "fontWeight": 600, **outline},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            }
            for outline in (halo, {})
        ]
    specification = {"title": heading(unit, protected_notes(whole, words), width), "layer": layers}
    height = 300 + 20 * len(wrap(notes, width - 60)) + legend_height(names, width - 60)
    text = description or describe(words.lines, series, unit, decimals, words, absent, breaks)
    return draw(specification, width, height, title, text, words=words)


def _years_of(series: Series) -> dict[int, float | None]:
    check_labels([point.label for point in series.points])
    if any(not re.fullmatch(r"[0-9]{4}", point.label) for point in series.points):
        raise ValueError(f"every label of {series.name!r} must be a year")
    return {int(point.label): point.value for point in series.points}


def _line_rows(
    by_year: Mapping[str, Mapping[int, float | None]],
    years: range,
    break_years: Sequence[int],
    decimals: int,
    words: Words,
) -> Iterator[dict[str, Any]]:
    """A row per value; `part` counts up where the line must not be drawn through."""
    for name, values in by_year.items():
        part = 0
        for year in years:
            value = values.get(year)
            if value is None or year in break_years:
                part += 1
            if value is not None:
                text = words.write(value, decimals)
                yield {"series": name, "year": year, "value": value, "part": part, "text": text}


def _missing_bands(
    absent: Sequence[int], year_width: float, x: dict[str, Any], words: Words
) -> Iterator[dict[str, Any]]:
    bands = [
        [year for _, year in run] for _, run in itertools.groupby(enumerate(absent), lambda pair: pair[1] - pair[0])
    ]
    for band in bands:
        data = {"values": [{"from": band[0] - 0.5, "to": band[-1] + 0.5, "middle": (band[0] + band[-1]) / 2}]}
        room = year_width * len(band)
        lines: str | list[str] = words.missing if room >= len(words.missing) * CHARACTER else words.missing.split()
        upright = room < 7 * CHARACTER
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
                "text": words.missing if upright else lines,
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


def _over(years: range, series: Series) -> Series:
    """The series with every year in it; one that it does not name is not known."""
    found = {int(point.label): point for point in series.points}
    return Series(series.name, [found.get(year, Point(str(year), None)) for year in years])
