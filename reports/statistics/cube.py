"""The resolved table: a definition and its facts in one language, as values in row-major order.

Everything that shows a table (formats, figures, pages, reports) is made from a cube and sees nothing else.
"""

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nch.common.formats import format_number
from reports.statistics.definitions import (
    ALWAYS_FRESH,
    METRIC_ID,
    STATUS_TEXTS,
    CellStatus,
    Language,
    Number,
    Role,
    TableDefinition,
    Text,
)
from reports.statistics.question import PUBLIC, Question


class IncompleteFactsError(Exception):
    """The facts of a table lack a cell, or its codes are not told apart: a mistake in the definition."""


@dataclass(frozen=True)
class Category:
    """A value of a dimension, in one language. `unit` and `decimals` are set for measures only."""

    code: str
    label: str
    notes: tuple[str, ...] = ()
    unit: str = ""
    decimals: int = 0
    is_total: bool = False
    break_label: str = ""


@dataclass(frozen=True)
class CubeDimension:
    """A dimension with the categories that the cube holds, in order."""

    id: str
    label: str
    role: str
    categories: tuple[Category, ...]

    @property
    def codes(self) -> list[str]:
        return [category.code for category in self.categories]


@dataclass(frozen=True)
class Cell:
    """One cell with where it stands. `status` is empty where there is a value."""

    categories: tuple[Category, ...]
    value: Number | None
    status: str


@dataclass(frozen=True)
class Cube:
    """A table in one language. `values` are row-major, None where `statuses` (by flat index) has a symbol."""

    table_id: str
    language: Language
    title: str
    description: str
    finding: str
    source: str
    contact: str
    updated: datetime.datetime
    notes: tuple[str, ...]
    dimensions: tuple[CubeDimension, ...]
    heading: str
    chart: str
    charted: tuple[str, ...]
    values: tuple[Number | None, ...]
    statuses: Mapping[int, str]
    symbols: Mapping[str, str]

    @property
    def size(self) -> tuple[int, ...]:
        return tuple(len(dimension.categories) for dimension in self.dimensions)

    @property
    def metric(self) -> CubeDimension:
        return self.dimension(METRIC_ID)

    @property
    def time(self) -> CubeDimension | None:
        return next((one for one in self.dimensions if one.role == Role.TIME), None)

    @property
    def value_notes(self) -> list[tuple[str, str]]:
        """Notes on single values: the value's label and the note, each once, in the order of the table."""
        categories = (category for dimension in self.dimensions for category in dimension.categories)
        return [(category.label, note) for category in categories for note in category.notes]

    @property
    def break_notes(self) -> list[str]:
        """Why the series breaks, where it does: the last note of the first value after each break."""
        return [one.notes[-1] for one in self.time.categories if one.break_label] if self.time else []

    def dimension(self, dimension_id: str) -> CubeDimension:
        """Return a dimension by its identity. Raises KeyError."""
        for dimension in self.dimensions:
            if dimension.id == dimension_id:
                return dimension
        raise KeyError(dimension_id)

    def cell(self, **codes: str) -> Cell:
        """Return one cell; a dimension with a single category need not be named. Raises KeyError."""
        flat, categories = 0, []
        for dimension in self.dimensions:
            code = codes.pop(dimension.id, dimension.codes[0] if len(dimension.codes) == 1 else None)
            if code not in dimension.codes:
                raise KeyError(f"{self.table_id}: {dimension.id}={code}")
            position = dimension.codes.index(code)
            flat = flat * len(dimension.codes) + position
            categories.append(dimension.categories[position])
        if codes:
            raise KeyError(f"{self.table_id} has no {', '.join(codes)}")
        return Cell(tuple(categories), self.values[flat], self.statuses.get(flat, ""))

    def cells(self) -> Iterator[Cell]:
        """All cells in row-major order."""
        combinations = itertools.product(*(dimension.categories for dimension in self.dimensions))
        for flat, categories in enumerate(combinations):
            yield Cell(categories, self.values[flat], self.statuses.get(flat, ""))

    def written(self, cell: Cell) -> str:
        """The cell as a reader of the language meets it: a grouped number, or in words why there is none."""
        if cell.value is None:
            return self.symbols[cell.status]
        decimals = cell.categories[-1].decimals
        return f"{cell.value:,.{decimals}f}" if self.language == "en" else format_number(cell.value, decimals=decimals)


def resolve(definition: TableDefinition, language: Language, question: Question = PUBLIC) -> Cube:
    """Fetch the facts and lay them out. Raises IncompleteFactsError where a cell is missing or a code is double."""
    facts = definition.facts(question)

    def write(text: Text) -> str:
        return text.in_language(language)

    dimensions = []
    for dimension in definition.dimensions:
        breaks = {**facts.breaks, **definition.breaks} if dimension.role == Role.TIME else {}
        categories = tuple(
            Category(
                code=value.code,
                label=write(value.text),
                notes=tuple(
                    write(note) for note in (*value.notes, *([breaks[value.code].note] if value.code in breaks else []))
                ),
                is_total=value.is_total,
                break_label=write(breaks[value.code].label) if value.code in breaks else "",
            )
            for value in facts.codes[dimension.id]
        )
        dimensions.append(CubeDimension(dimension.id, write(dimension.text), dimension.role, categories))
    measures = tuple(
        Category(
            measure.code,
            write(measure.text),
            notes=tuple(map(write, measure.notes)),
            unit=write(measure.unit),
            decimals=measure.decimals,
        )
        for measure in definition.measures
    )
    contents = CubeDimension(METRIC_ID, write(Text("Innehåll", "Contents")), Role.METRIC, measures)
    dimensions.append(contents)
    for one in dimensions:
        if len({code.casefold() for code in one.codes}) != len(one.codes):
            raise IncompleteFactsError(f"{definition.id}: the codes of {one.id} are not told apart")

    values: list[Number | None] = []
    statuses: dict[int, str] = {}
    for flat, key in enumerate(itertools.product(*(one.codes for one in dimensions))):
        if key not in facts.cells:
            raise IncompleteFactsError(f"{definition.id}: no cell for {key}")
        fact = facts.cells[key]
        if isinstance(fact, CellStatus):
            statuses[flat] = fact.value
            values.append(None)
        else:
            values.append(int(fact) if fact == int(fact) else fact)
    return Cube(
        table_id=definition.id,
        language=language,
        title=write(definition.title),
        description=write(definition.description),
        finding=write(facts.finding),
        source=write(definition.source),
        contact=definition.contact,
        updated=question.asked_at if definition.updated == ALWAYS_FRESH else definition.updated,
        notes=tuple(write(note) for note in (*facts.notes, *definition.notes)),
        dimensions=tuple(dimensions),
        heading=definition.heading,
        chart=definition.chart.value,
        charted=definition.charted or tuple(measure.code for measure in definition.measures),
        values=tuple(values),
        statuses=statuses,
        symbols={
            status.value: write(text)
            for status, text in STATUS_TEXTS.items()
            if status is CellStatus.NOT_PUBLISHED or status.value in statuses.values()
        },
    )


_KEPT_AS_THEY_ARE = (
    "table_id",
    "language",
    "title",
    "description",
    "finding",
    "source",
    "contact",
    "heading",
    "chart",
)


def freeze(cube: Cube) -> dict[str, Any]:
    """The cube as JSON, for keeping; `thaw` gives the same cube back."""
    return {
        **{name: getattr(cube, name) for name in _KEPT_AS_THEY_ARE},
        "updated": cube.updated.isoformat(),
        "notes": list(cube.notes),
        "charted": list(cube.charted),
        "dimensions": [
            {
                "id": dimension.id,
                "label": dimension.label,
                "role": str(dimension.role),
                "categories": [{**vars(category), "notes": list(category.notes)} for category in dimension.categories],
            }
            for dimension in cube.dimensions
        ],
        "values": [str(value) if isinstance(value, Decimal) else value for value in cube.values],
        "statuses": {str(flat): symbol for flat, symbol in cube.statuses.items()},
        "symbols": dict(cube.symbols),
    }


def thaw(kept: Mapping[str, Any]) -> Cube:
    """Read back what `freeze` wrote."""
    cube = Cube(
        **{
            **kept,
            "updated": datetime.datetime.fromisoformat(kept["updated"]),
            "notes": tuple(kept["notes"]),
            "charted": tuple(kept["charted"]),
            "dimensions": tuple(
                CubeDimension(one["id"], one["label"], one["role"], tuple(map(_thaw_category, one["categories"])))
                for one in kept["dimensions"]
            ),
            "values": tuple(Decimal(value) if isinstance(value, str) else value for value in kept["values"]),
            "statuses": {int(flat): symbol for flat, symbol in kept["statuses"].items()},
        }
    )
    if len(cube.values) != math.prod(cube.size):
        raise IncompleteFactsError(f"{cube.table_id}: {len(cube.values)} values do not fill {cube.size}")
    return cube


def _thaw_category(kept: Mapping[str, Any]) -> Category:
    return Category(**{**kept, "notes": tuple(kept["notes"])})
