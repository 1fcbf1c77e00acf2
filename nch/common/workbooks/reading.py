"""Reading rows from outside, without letting them take all memory, and naming what is wrong with their cells.

calamine keeps a sheet as one rectangle. So what may stand in it is bounded before calamine sees it: columns A to Z,
no cell further down than row 110 000, nothing that unpacks to more than the package says, no other kind of package.
`python -m bench.register_import` tells the memory that the largest file takes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from nch.common.files import CSV, CheckedFile
from nch.common.sorting import fold

SHEET: Final = "Uppgifter"
"""The sheet of a template that holds the rows."""

MOST_ROWS: Final = 100_000
"""Rows below the headings that a file may have."""

MOST_FAULTS: Final = 500
"""Faults that a page shows of a file."""

_MOST_CELL_TEXT = 60
_MOST_COLUMNS = 26
# The place of a cell or row is its attribute r; a program writes it without blanks, and whoever writes many, or its
# letters as numbers (&#88;), wants it not to be seen.
_FAR_OUT = re.compile(
    rb"""\sr\s*=\s*["']\s*(?:[A-Za-z]{2,}\d|[A-Za-z]?(?:\d{7}|[2-9]\d{5}|1[1-9]\d{4})|[^"'>]{0,12}&)|\sr\s{9}|\sr\s*=\s{9}"""
)
# Parts of the other kinds of packages that calamine reads: their sheets say in other ways where a cell is.
_OTHER_PACKAGES = frozenset({"content.xml", "xl/workbook.bin"})
_CHUNK = 1024 * 1024

T = TypeVar("T")
Line = list[Any]
"""The cells of a row: text, numbers, days, times, truth values, and "" for an empty cell."""


class Fault(NamedTuple):
    """What is wrong with a cell (or with the file: row 0), in Swedish."""

    row: int
    column: str
    reason: str


class FaultsError(Exception):
    """The file is refused as a whole; `faults` are all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"Filen har {len(faults)} fel och har inte lästs in.")
        self.faults = faults


class RowCells:
    """The cells of one row by their columns; what is wrong with one of them joins `faults`."""

    __slots__ = ("_line", "_number", "_places", "faults")

    def __init__(self, number: int, line: Line, places: Mapping[str, int], faults: list[Fault]) -> None:
        self._number, self._line, self._places, self.faults = number, line, places, faults

    def __call__(self, column: str, read: Callable[[Any], T]) -> T | None:
        """The cell as `read` reads it, or None where that raises ValueError; a column left out reads as empty."""
        place = self._places.get(column)
        try:
            return read("" if place is None else self._line[place])
        except ValueError as error:
            self.faults.append(Fault(self._number, column, str(error)))
            return None


def short(text: str) -> str:
    """The beginning of a text, to be shown in a message."""
    return text if len(text) <= _MOST_CELL_TEXT else f"{text[:_MOST_CELL_TEXT]}…"


def text_of(value: Any) -> str:
    """A cell as text without blanks around; whole numbers without decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if value is not None else ""


def is_blank(line: Line) -> bool:
    """Whether nothing stands in the row."""
    return line.count("") == len(line)


def folded_heads(lines: Sequence[Line]) -> list[str]:
    """The headings, folded; none where the sheet is empty."""
    return [fold(str(cell)) for cell in lines[0]] if lines else []


def faults_of_heads(heads: Sequence[str], *, columns: Sequence[str], required: Sequence[str]) -> list[Fault]:
    """What is wrong with the headings (folded): columns missing, unknown, or there twice."""
    known = {fold(column): column for column in columns}
    faults = [Fault(1, column, "Kolumnen saknas.") for column in required if fold(column) not in heads]
    for head in dict.fromkeys(heads):
        if head and head not in known:
            faults.append(Fault(1, short(head), "Kolumnen känns inte igen. Använd mallens rubriker."))
        elif head and heads.count(head) > 1:
            faults.append(Fault(1, known[head], "Kolumnen finns mer än en gång."))
    return faults


def read_lines(content: bytes) -> list[Line]:
    """The cells of the template's sheet, or of the first one; row for row as Excel numbers them, headings first.

    `content` has passed `check_upload`. Raises ValidationError in Swedish where it is no workbook, has cells far
    outside any template, or more than `MOST_ROWS` rows.
    """
    _refuse_bombs(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
            lines: list[Line] = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except (CalamineError, IndexError, ValueError) as error:
        raise ValidationError(
            "Filen går inte att läsa som en Excelfil. Spara om den som .xlsx och försök igen."
        ) from error
    if len(lines) > MOST_ROWS + 1:
        raise ValidationError(f"Filen har fler än {MOST_ROWS} rader.")
    return lines


def read_any_lines(file: CheckedFile) -> list[Line]:
    """The same of a workbook or a CSV file, whose cells are text. Raises ValidationError as `read_lines` does."""
    return _read_csv(file.content) if file.content_type == CSV else read_lines(file.content)


def _read_csv(content: bytes) -> list[Line]:
    """Rows as spreadsheets write them: UTF-8 or Windows' letters, semicolons, tabs or commas between the cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    lines: list[Line] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            lines.append([cell.strip() for cell in cells])
            if len(lines) > MOST_ROWS + 1:
                raise ValidationError(f"Filen har fler än {MOST_ROWS} rader.")
            if len(cells) > _MOST_COLUMNS:
                raise ValidationError(f"Rad {len(lines)} har fler än {_MOST_COLUMNS} kolumner.")
    except csv.Error as error:
        raise ValidationError(
            f"Filen går inte att läsa som CSV. Rad {len(lines) + 1} har citattecken som inte går ihop."
        ) from error
    width = max(map(len, lines), default=0)
    return [[*cells, *[""] * (width - len(cells))] for cells in lines]


def _refuse_bombs(content: bytes) -> None:
    """Raise ValidationError for a package that unpacks to more than it says, or has cells far outside the template."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.infolist():
                if part.filename.lower() in _OTHER_PACKAGES:
                    raise ValidationError("Filen är ingen vanlig Excelfil. Spara om den som .xlsx och försök igen.")
                with package.open(part) as file:
                    _look_through(file)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise ValidationError("Filen går inte att öppna. Spara om den och försök igen.") from error


def _look_through(file: Any) -> None:
    """Look for cells far out in a part, whatever its name: which part is a sheet is said elsewhere in the package."""
    tail = b""
    while chunk := file.read(_CHUNK):
        text = tail + chunk
        if _FAR_OUT.search(text) or (not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff")):
            raise ValidationError("Filen har celler långt utanför mallen. Kopiera raderna till mallen och försök igen.")
        tail = chunk[-64:]
