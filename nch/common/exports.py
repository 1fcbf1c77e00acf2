"""Lists as files: the rows of a list written to XLSX or CSV, one at a time, in Swedish form.

A cell of text can never be taken for a formula by a spreadsheet, whoever typed it.
"""

import csv
import datetime
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

from django.utils import timezone
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from nch.common.files import XLSX
from nch.common.formats import format_date, format_datetime

CSV = "text/csv; charset=utf-8"
CONTENT_TYPES = {"xlsx": XLSX, "csv": CSV}
_LONGEST_CELL = 32_000  # Excel takes 32 767 characters.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Kind(StrEnum):
    """What a column holds, and so how its cells are written."""

    TEXT = "text"
    NUMBER = "number"
    KRONOR = "kronor"
    DATE = "date"
    DATETIME = "datetime"


_CELL_FORMATS = {
    Kind.NUMBER: "#,##0.##",
    Kind.KRONOR: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.DATETIME: "yyyy-mm-dd hh:mm",
}
_WIDTHS = {Kind.TEXT: 32, Kind.NUMBER: 14, Kind.KRONOR: 18, Kind.DATE: 13, Kind.DATETIME: 18}


@dataclass(frozen=True)
class Column:
    """A column of an export.

    `accessor` is a dotted path from the row (`organisation.name`; what can be called is called) or a function of it.
    """

    label: str
    accessor: str | Callable[[Any], Any]
    kind: Kind = Kind.TEXT

    def value(self, row: Any) -> Any:
        """The row's value in this column; None where a step of the path is None."""
        if not isinstance(self.accessor, str):
            return self.accessor(row)
        value = row
        for step in self.accessor.split("."):
            value = getattr(value, step, None)
            if callable(value):
                value = value()
            if value is None:
                return None
        return value


@dataclass(frozen=True)
class About:
    """What a file tells of itself: what it lists, from where, when it was made, and which filter it was made with."""

    title: str
    source: str
    made_at: datetime.datetime
    selection: str = ""


def file_name(title: str, day: datetime.date, suffix: str) -> str:
    """`ansokningar-2026-11-21.xlsx`."""
    return f"{slugify(title) or 'lista'}-{day.isoformat()}.{suffix}"


def safe_text(value: Any) -> str:
    """The value as text that no spreadsheet takes for a formula: an apostrophe is put before what could be one."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS[:4]) else text


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """Write semicolons, decimal commas and UTF-8 with a byte order mark, as Swedish Excel reads; return the rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow([safe_text(column.label) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_as_text(column.value(row), column.kind) for column in columns])
        count += 1
    text.detach()
    return count


def _as_text(value: Any, kind: Kind) -> str:
    match kind:
        case _ if value is None:
            return ""
        case Kind.NUMBER | Kind.KRONOR:
            return str(value).replace(".", ",")
        case Kind.DATE:
            return format_date(value)
        case Kind.DATETIME:
            # A day whose time nobody knows stays a day.
            # With a colon, for that is a time to the programs that open the file.
            is_moment = isinstance(value, datetime.datetime)
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if is_moment else format_date(value)
        case _:
            return safe_text(value)


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any], about: About) -> int:
    """Write a workbook with typed cells, a header row that stays, and a sheet that says what it is; return the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lista")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        width = max(_WIDTHS[column.kind], len(column.label) + 4)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append(bold_cells(sheet, [column.label for column in columns]))
    counter = itertools.count()
    for row in _counted(rows, counter):
        sheet.append([_cell(sheet, column.value(row), column.kind) for column in columns])
    count = next(counter)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    _describe(book, about, count)
    book.save(file)
    return count


def _counted(rows: Iterable[Any], counter: Iterator[int]) -> Iterator[Any]:
    for row in rows:
        next(counter)
        yield row


def bold_cells(sheet: Any, labels: Iterable[str]) -> list[Any]:
    """Cells of a row that is a head."""
    cells = []
    for label in labels:
        cell = WriteOnlyCell(sheet, safe_text(label))
        cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def _cell(sheet: Any, value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.TEXT:
        return safe_text(value)
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
        value = value.date() if kind is Kind.DATE else value
    cell = WriteOnlyCell(sheet, value)
    whole = isinstance(value, (int, Decimal)) and value == int(value)
    cell.number_format = "#,##0" if kind is Kind.NUMBER and whole else _CELL_FORMATS[kind]
    return cell


def _describe(book: Workbook, about: About, count: int) -> None:
    sheet = book.create_sheet("Om filen")
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 90
    facts = [
        ("Innehåll", about.title),
        ("Källa", about.source),
        ("Framtagen", format_datetime(about.made_at)),
        ("Urval", about.selection or "Alla rader som du har rätt att se"),
        ("Rader", str(count)),
    ]
    for label, value in facts:
        sheet.append([*bold_cells(sheet, [label]), safe_text(value)])
    book.properties.title = about.title
    book.properties.creator = about.source
