"""JSON-stat 2.0 (https://json-stat.org/full/)."""

import json
from typing import Any

from reports.statistics.cube import Cube, CubeDimension
from reports.statistics.definitions import Number, Role
from reports.statistics.grid import Placement, place
from reports.statistics.renderers.style import PLAIN, Style

CONTENT_TYPE = "application/json"


def to_dataset(cube: Cube, *, with_values: bool = True, placement: Placement | None = None) -> dict[str, Any]:
    """The cube as a dataset; without values it is the table's metadata, as PxWebApi 2 gives it.

    A number that is not there is null, and `status` says why by a symbol that `extension.symbols` explains.
    A break in the series is a note on the first time value after it, whose code is in the dimension's extension.
    """
    placed = placement or place(cube)
    roles: dict[str, list[str]] = {}
    for dimension in cube.dimensions:
        if dimension.role in (Role.TIME, Role.GEO, Role.METRIC):
            roles.setdefault(str(dimension.role), []).append(dimension.id)
    dataset: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": cube.title,
        "source": cube.source,
        "updated": _moment(cube),
        "note": [cube.description, *cube.notes],
        "role": roles,
        "id": [dimension.id for dimension in cube.dimensions],
        "size": list(cube.size),
        "dimension": {dimension.id: _dimension(dimension) for dimension in cube.dimensions},
        "value": [_number(value) for value in cube.values] if with_values else [],
        "extension": {
            "language": cube.language,
            "contact": [{"name": cube.contact, "raw": cube.contact}],
            "symbols": dict(cube.symbols),
            "px": {
                "tableid": cube.table_id,
                "decimals": max(category.decimals for category in cube.metric.categories),
                "language": cube.language,
                "contents": cube.title,
                "description": cube.title,
                "heading": list(placed.heading),
                "stub": list(placed.stub),
                "aggregallowed": False,
                "copyright": False,
                "official-statistics": False,
            },
        },
    }
    if with_values and cube.statuses:
        dataset["status"] = {str(flat): symbol for flat, symbol in cube.statuses.items()}
    return dataset


def render(cube: Cube, style: Style = PLAIN) -> bytes:
    """The dataset as UTF-8 JSON."""
    dataset = to_dataset(cube, placement=style.placement)
    return json.dumps(dataset, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(cube: Cube) -> str:
    return cube.updated.isoformat(timespec="seconds").replace("+00:00", "Z")


def _number(value: Number | None) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)


def _dimension(dimension: CubeDimension) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": {code: position for position, code in enumerate(dimension.codes)},
        "label": {one.code: one.label for one in dimension.categories},
    }
    if notes := {one.code: list(one.notes) for one in dimension.categories if one.notes}:
        category["note"] = notes
    if dimension.role == Role.METRIC:
        category["unit"] = {one.code: {"base": one.unit, "decimals": one.decimals} for one in dimension.categories}
    described: dict[str, Any] = {"label": dimension.label, "category": category}
    extension: dict[str, Any] = {"elimination": False, "show": "value"}
    if breaks := [one.code for one in dimension.categories if one.break_label]:
        extension["breaks"] = breaks
    if totals := [one.code for one in dimension.categories if one.is_total]:
        extension["totals"] = totals
    described["extension"] = extension
    return described
