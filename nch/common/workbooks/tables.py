"""The table of a file that has been filled in: its headings, its rows, and what makes it unsafe to read."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from nch.common.files import CSV, CheckedFile
from nch.common.sorting import fold
from nch.common.workbooks.packages import MOST_COLUMNS, Looks, Package, Sheet
from nch.common.workbooks.reading import Fault, Line, short, text_of

SHEET: Final = "Uppgifter"
"""The sheet of a template that holds the rows."""

_EXPORTED: Final = ("Lista", "Om filen")
"""The sheets of a list that was exported here: its rows, and what the file says of itself."""

MOST_ROWS: Final = 100_000
"""Rows below the headings that a file may have."""

# How spreadsheets write that a cell could not be worked out; a CSV file and a pasted value have it as text.
_ERRORS = frozenset(
    {
        *("#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#n/a", "#calc!", "#spill!"),
        *("#skärning!", "#division/0!", "#värdefel!", "#referens!", "#namn?", "#ogiltigt!", "#saknas!", "#saknas"),
    }
)
_MOST_FAULTS_OF_A_KIND = 100_000


@dataclass
class Table:
    """The rows of a file under its headings, for an import with these columns.

    `unsafe` is what is wrong whatever the columns mean: (row, column from 1, reason). `hidden` are sheets that nobody
    sees in Excel; they are never read.
    """

    lines: list[Line]
    columns: Sequence[str]
    required: Sequence[str]
    unsafe: list[tuple[int, int, str]] = field(default_factory=list)
    hidden: Sequence[str] = ()

    @cached_property
    def heads(self) -> list[str]:
        """The headings, folded; none where the sheet is empty."""
        return [fold(text_of(cell)) for cell in self.lines[0]] if self.lines else []

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column stands; those that are left out are not there."""
        return {column: self.heads.index(fold(column)) for column in self.columns if fold(column) in self.heads}

    @cached_property
    def faults_of_heads(self) -> list[Fault]:
        """What is wrong with the headings: columns missing, unknown, or there twice. Then no row can be understood."""
        known = {fold(column): column for column in self.columns}
        faults = [Fault(1, column, "Kolumnen saknas.") for column in self.required if fold(column) not in self.heads]
        for head in dict.fromkeys(self.heads):
            if head and head not in known:
                faults.append(Fault(1, short(head), "Kolumnen känns inte igen. Använd mallens rubriker."))
            elif head and self.heads.count(head) > 1:
                faults.append(Fault(1, known[head], "Kolumnen finns mer än en gång."))
        return [*faults, *self._unsafe_faults()] if faults else []

    def rows(self) -> Iterator[tuple[int, Line]]:
        """The rows below the headings with anything in a column of the table, as Excel numbers them."""
        places = list(self.places.values())
        for number, line in enumerate(self.lines[1:], start=2):
            if not all(_is_blank(line[place]) for place in places):
                yield number, line

    def all_faults(self, faults: Sequence[Fault]) -> list[Fault]:
        """What is wrong with the rows, with what makes the file unsafe; that alone is said of a cell that has both."""
        unsafe = [*self._unsafe_faults(), *self._outside()]
        cells = {(fault.row, fault.column) for fault in unsafe}
        found = [fault for fault in faults if not fault.row or (fault.row, fault.column) not in cells]
        if not found and not unsafe and next(self.rows(), None) is None:
            found = [Fault(0, "", "Filen har inga rader under rubrikerna.")]
        return sorted({*found, *unsafe})

    def _name(self, column: int) -> str:
        named = {place: name for name, place in self.places.items()}
        return named.get(column - 1, get_column_letter(column))

    def _unsafe_faults(self) -> list[Fault]:
        return [Fault(row, self._name(column), reason) for row, column, reason in self.unsafe]

    def _outside(self) -> Iterator[Fault]:
        """Cells that stand where no column of the table is: what is in them would be lost."""
        outside = [place for place, head in enumerate(self.heads) if not head]
        told = 0
        for number, line in enumerate(self.lines[1:] if outside else (), start=2):
            for place in outside:
                if not _is_blank(line[place]) and told < _MOST_FAULTS_OF_A_KIND:
                    told += 1
                    reason = "Cellen har innehåll men kolumnen har ingen rubrik. Ta bort innehållet."
                    yield Fault(number, get_column_letter(place + 1), reason)


def _is_blank(value: Any) -> bool:
    return value == "" or value is None or (isinstance(value, str) and not value.strip())


def read_table(content: bytes, *, columns: Sequence[str], required: Sequence[str]) -> Table:
    """The table of a workbook that has passed `check_upload`.

    It stands on the template's sheet, or on the only one with rows. Raises
    ValidationError in Swedish where it is no workbook, where which sheet is meant cannot be told, and where there is
    more in it than a template holds.
    """
    package = Package(content)
    sheet = _chosen(package)
    looks = package.look_at(sheet, whole=True)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            lines: list[Line] = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except (CalamineError, IndexError, ValueError) as error:
        raise ValidationError(
            "Filen går inte att läsa som en Excelfil. Spara om den som .xlsx och försök igen."
        ) from error
    if len(lines) > MOST_ROWS + 1:
        raise ValidationError(f"Filen har fler än {MOST_ROWS} rader.")
    hidden = [one.name for one in package.sheets if not one.visible]
    return Table(lines, columns, required, [*_unsafe(looks, lines), *_errors_as_text(lines)], hidden)


def _chosen(package: Package) -> Sheet:
    """The sheet to read. Raises ValidationError where it is hidden, or where rows stand on others like it."""
    visible = [one for one in package.sheets if one.visible]
    looks = {one: package.look_at(one, whole=False) for one in visible}
    named = next((one for one in package.sheets if fold(one.name) == fold(SHEET)), None)
    if named is not None and not named.visible:
        raise ValidationError(
            f"Bladet ”{SHEET}” är dolt, och dolda blad läses inte. Visa bladet i Excel och spara om filen."
        )
    if named is not None:
        # The lists of a template have rows too, under other headings.
        heads = set(looks[named].heads)
        others = [one for one in visible if one is not named and looks[one].has_rows]
        alike = [one.name for one in others if heads and 2 * len(heads.intersection(looks[one].heads)) >= len(heads)]
        if alike:
            raise ValidationError(
                f"Bara bladet ”{SHEET}” läses, men {_listed(alike)} har rader under samma rubriker. Flytta raderna "
                "till ett blad, eller dela upp filen."
            )
        return named
    exported = tuple(one.name for one in visible) == _EXPORTED
    with_rows = [one for one in visible[:1] if exported] or [one for one in visible if looks[one].has_rows]
    if len(with_rows) > 1:
        raise ValidationError(
            f"Filen har rader på flera blad: {_listed([one.name for one in with_rows])}. Dela upp den, eller döp "
            f"bladet som ska läsas till ”{SHEET}”."
        )
    if not visible:
        raise ValidationError("Filen har inget blad som syns i Excel. Dolda blad läses inte.")
    return with_rows[0] if with_rows else visible[0]


def _listed(names: Sequence[str]) -> str:
    shown = [f"”{short(name)}”" for name in names[:5]]
    return ", ".join(shown) + (f" och {len(names) - 5} till" if len(names) > 5 else "")


def _unsafe(looks: Looks, lines: Sequence[Line]) -> Iterator[tuple[int, int, str]]:
    """What calamine drops, or gives to one cell of several, and so would be lost."""
    for row, column, error in looks.errors:
        yield row, column, f"Cellen visar felet {short(error) or 'som inte har något namn'}. Rätta eller töm den."
    for row, column in looks.unsaved:
        yield row, column, "Cellen har en formel utan värde. Spara filen i Excel, eller skriv värdet i stället."
    last = max((number for number, line in enumerate(lines, start=1) if not all(map(_is_blank, line))), default=0)
    for row, column, cells in looks.merged:
        if row <= last and column <= len(lines[0]):
            yield row, column, f"Cellerna {short(cells)} är sammanfogade. Dela upp dem och skriv värdet i var och en."


def _errors_as_text(lines: Sequence[Line]) -> Iterator[tuple[int, int, str]]:
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            if isinstance(value, str) and value.startswith("#") and value.strip().casefold() in _ERRORS:
                yield number, place, f"Cellen visar felet {value.strip()}. Rätta eller töm den."


def read_any_table(file: CheckedFile, *, columns: Sequence[str], required: Sequence[str]) -> Table:
    """The same of a workbook or a CSV file, whose cells are text. Raises ValidationError as `read_table` does."""
    if file.content_type != CSV:
        return read_table(file.content, columns=columns, required=required)
    lines = _read_csv(file.content)
    return Table(lines, columns, required, [*_errors_as_text(lines)])


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
            if len(cells) > MOST_COLUMNS:
                raise ValidationError(f"Rad {len(lines)} har fler än {MOST_COLUMNS} kolumner.")
    except csv.Error as error:
        raise ValidationError(
            f"Filen går inte att läsa som CSV. Rad {len(lines) + 1} har citattecken som inte går ihop."
        ) from error
    width = max(map(len, lines), default=0)
    return [[*cells, *[""] * (width - len(cells))] for cells in lines]
