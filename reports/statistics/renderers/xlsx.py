"""XLSX with a row per cell: labels, value, status and unit, and a sheet that says what the table is."""

import io
from functools import partial

from nch.common.exports import About, Column, Kind, write_xlsx
from nch.common.files import XLSX
from reports.statistics.cube import Cell, Cube
from reports.statistics.definitions import Number

CONTENT_TYPE = XLSX


def render(cube: Cube) -> bytes:
    """Write the cells in the table's order; a missing value is empty, and its status says in words why."""
    target = io.BytesIO()
    columns = [
        *(Column(one.label, partial(_label, place=place)) for place, one in enumerate(cube.dimensions)),
        Column("Värde", _value, Kind.NUMBER),
        Column("Status", partial(_status, cube=cube)),
        Column("Enhet", _unit),
    ]
    about = About(
        title=f"{cube.title}. {cube.finding}",
        source=cube.source,
        made_at=cube.updated,
        selection=" ".join([*cube.notes, *cube.break_notes]),
    )
    write_xlsx(target, columns, cube.cells(), about)
    return target.getvalue()


def _label(cell: Cell, place: int) -> str:
    return cell.categories[place].label


def _value(cell: Cell) -> Number | None:
    return cell.value


def _status(cell: Cell, cube: Cube) -> str:
    return cube.symbols[cell.status] if cell.status else ""


def _unit(cell: Cell) -> str:
    return cell.categories[-1].unit
