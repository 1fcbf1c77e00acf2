"""How a table is to be written, beside what it holds: codes or texts, a title, separators, what goes across."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reports.statistics.cube import Category, Cell, Cube
from reports.statistics.definitions import Number
from reports.statistics.grid import Placement


class Show(StrEnum):
    """What stands for a value of a variable."""

    CODES = "codes"
    TEXTS = "texts"
    CODES_AND_TEXTS = "codes_and_texts"


@dataclass(frozen=True)
class Style:
    """Wishes that a format heeds where they mean something to it; None leaves the choice to the format."""

    show: Show | None = None
    with_title: bool = False
    separator: str = ","
    placement: Placement | None = None


PLAIN: Final = Style()


def exact(value: Number) -> str:
    """All digits with a decimal point, and never a power of ten."""
    return str(value) if isinstance(value, int) else f"{value:f}"


def key_columns(cube: Cube, show: Show) -> list[tuple[str, Callable[[Cell], str]]]:
    """The columns that say where a cell stands, for formats with a row per cell: their heads and how each is read."""

    def code(place: int) -> Callable[[Cell], str]:
        return lambda cell: cell.categories[place].code

    def text(place: int) -> Callable[[Cell], str]:
        return lambda cell: cell.categories[place].label

    columns: list[tuple[str, Callable[[Cell], str]]] = []
    for place, dimension in enumerate(cube.dimensions):
        if show is Show.TEXTS:
            columns.append((dimension.label, text(place)))
            continue
        columns.append((dimension.id, code(place)))
        if show is Show.CODES_AND_TEXTS:
            columns.append((f"{dimension.label} (text)", text(place)))
    return columns


def relabelled(cube: Cube, show: Show) -> Cube:
    """The cube with what is to be shown as its labels, for formats that name a value once."""
    if show is Show.TEXTS:
        return cube

    def label(category: Category) -> str:
        return category.code if show is Show.CODES else f"{category.code} {category.label}"

    return dataclasses.replace(
        cube,
        dimensions=tuple(
            dataclasses.replace(
                dimension,
                label=dimension.id if show is Show.CODES else dimension.label,
                categories=tuple(dataclasses.replace(one, label=label(one)) for one in dimension.categories),
            )
            for dimension in cube.dimensions
        ),
    )
