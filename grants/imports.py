"""The workbook of earlier rounds: its columns, the template to fill in, and reading it with every fault found.

A file is read whole or not at all: `read_outcomes` gives all rows, or all faults with their row, column and reason.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineError, CalamineWorkbook

from nch.common.fields import HIGHEST_AMOUNT
from nch.common.formats import NotANumberError, parse_number
from nch.common.sorting import fold

SHEET, INSTRUCTIONS, LISTS = "Uppgifter", "Instruktion", "Länsstyrelser"
MOST_ROWS = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_ROUND = 99
_ROWS_WITH_A_DROP_DOWN = 500
_MOST_CELL_TEXT = 60
# calamine keeps a sheet as one rectangle: a single cell far out would take all memory there is. The place of a cell or
# row is its attribute r; a program writes it without blanks, and whoever writes many, or its letters as numbers
# (&#88;), wants it not to be seen.
_FAR_OUT = re.compile(
    rb"""\sr\s*=\s*["']\s*(?:[A-Za-z]{2,}\d|[A-Za-z]?(?:\d{7}|[2-9]\d{5}|1[1-9]\d{4})|[^"'>]{0,12}&)|\sr\s{9}|\sr\s*=\s{9}"""
)
# Parts of the other kinds of packages that calamine reads: their sheets say in other ways where a cell is.
_OTHER_PACKAGES = frozenset({"content.xml", "xl/workbook.bin"})
_CHUNK = 1024 * 1024
_CENT = Decimal("0.01")
_HIGHEST = float(HIGHEST_AMOUNT)
Reader = tuple[str, Callable[[Any], Any], int]


class Fault(NamedTuple):
    """What is wrong with a cell (or with the file: row 0), in Swedish."""

    row: int
    column: str
    reason: str


class OutcomeRow(NamedTuple):
    """A row of the workbook, read; amounts in kronor, None where the source gives none."""

    row: int
    year: int
    round: int | None
    organisation_id: int
    opening_balance: Decimal
    allotted: Decimal
    given_total: Decimal | None
    salaries: Decimal
    overhead: Decimal
    other: Decimal
    given_cost: Decimal | None
    given_closing_balance: Decimal | None


@dataclass
class OutcomeFile:
    """What a workbook holds: rows, or faults."""

    rows: list[OutcomeRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class WholeNumber(Widget):
    """A whole number between two others, or nothing where it may be left out."""

    def __init__(self, lowest: int, highest: int, *, required: bool) -> None:
        super().__init__()
        self.lowest, self.highest, self.required = lowest, highest, required

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if value == "" or value is None:
            if self.required:
                raise ValueError("Cellen är tom.")
            return None
        if type(value) is float and value.is_integer() and self.lowest <= value <= self.highest:
            return int(value)
        number = _number(value)
        if number != int(number) or not self.lowest <= number <= self.highest:
            raise ValueError(f"Skriv ett helt tal mellan {self.lowest} och {self.highest}.")
        return int(number)


class Kronor(Widget):
    """An amount in kronor, as a number of Excel's or as Swedes write it.

    An empty cell is zero, or (`given`: a total that the source may or may not state) nothing.
    """

    def __init__(self, *, given: bool = False, may_be_negative: bool = False) -> None:
        super().__init__()
        self.empty = None if given else Decimal(0)
        self.may_be_negative = may_be_negative

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        if type(value) is float and 0 <= value <= _HIGHEST and value.is_integer():
            return Decimal(int(value))
        if value == "" or value is None:
            return self.empty
        number = _number(value)
        if number < 0 and not self.may_be_negative:
            raise ValueError("Beloppet är negativt. Skriv noll eller mer.")
        if abs(number) > HIGHEST_AMOUNT:
            raise ValueError("Beloppet är orimligt stort.")
        return number


class CountyBoard(Widget):
    """A county board by its name, its county's name or its county's code, as the key of the organisation."""

    def __init__(self, keys: Mapping[str, int]) -> None:
        super().__init__()
        self.keys = keys

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        if value == "" or value is None:
            raise ValueError("Cellen är tom.")
        text = f"{int(value):02d}" if isinstance(value, float) and value == int(value) else str(value)
        key = self.keys.get(text) or self.keys.get(fold(text))
        if key is None:
            raise ValueError(
                f"”{_short(text)}” är ingen länsstyrelse. Skriv dess namn eller länets kod, till exempel 05."
            )
        return key


def _number(value: Any) -> Decimal:
    """A cell as a number with at most two decimals. Raises ValueError in Swedish."""
    if isinstance(value, float):
        number = Decimal(f"{value:.2f}")
        if abs(float(number) - value) > 1e-6:
            raise ValueError("Skriv högst två decimaler.")
        return number
    if not isinstance(value, str):
        raise ValueError("Cellen är inget tal.")
    try:
        number = parse_number(value)
    except NotANumberError as error:
        raise ValueError(f"”{_short(value)}” är inget tal.") from error
    if number != number.quantize(_CENT):
        raise ValueError("Skriv högst två decimaler.")
    return number


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CELL_TEXT else f"{text[:_MOST_CELL_TEXT]}…"


class OutcomeResource(Resource):
    """The columns of the workbook, each with how it is read."""

    year = Field("year", "År", WholeNumber(FIRST_YEAR, LAST_YEAR, required=True))
    round = Field("round", "Omgång", WholeNumber(1, LAST_ROUND, required=False))
    organisation_id = Field("organisation_id", "Länsstyrelse")
    opening_balance = Field("opening_balance", "Ingående balans", Kronor(may_be_negative=True))
    allotted = Field("allotted", "Tilldelat belopp", Kronor())
    given_total = Field("given_total", "Totalt belopp", Kronor(given=True, may_be_negative=True))
    salaries = Field("salaries", "Lönekostnader", Kronor())
    overhead = Field("overhead", "OH", Kronor())
    other = Field("other", "Övriga verksamhetskostnader", Kronor())
    given_cost = Field("given_cost", "Total kostnad", Kronor(given=True))
    given_closing_balance = Field("given_closing_balance", "Utgående balans", Kronor(given=True, may_be_negative=True))

    def __init__(self, boards: Mapping[str, int]) -> None:
        super().__init__()
        self.fields["organisation_id"].widget = CountyBoard(boards)


COLUMNS: tuple[str, ...] = tuple(each.column_name for each in OutcomeResource.fields.values())
REQUIRED_COLUMNS = ("År", "Länsstyrelse", "Tilldelat belopp")


def read_outcomes(content: bytes, *, boards: Mapping[str, int]) -> OutcomeFile:
    """Read a workbook that has passed `check_upload`; `boards` are the county boards by every name they may have.

    Raises ValidationError in Swedish where it is no workbook at all; what is wrong with its rows is in `faults`.
    """
    lines = _lines(content)
    heads = [fold(str(cell)) for cell in lines[0]] if lines else []
    found = OutcomeFile(faults=_faults_of_heads(heads))
    if found.faults:
        return found
    readers = _readers(heads, boards)
    seen: dict[tuple[Any, ...], int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.count("") == len(line):
            continue
        try:
            outcome = OutcomeRow(number, *[read(line[place]) for _, read, place in readers])
        except ValueError:
            found.faults.extend(_faults_of_line(number, line, readers))
            continue
        first = seen.setdefault((outcome.year, outcome.organisation_id, outcome.round), number)
        if first != number:
            reason = f"Länsstyrelsen har redan en rad för samma år och omgång, på rad {first}."
            found.faults.append(Fault(number, "Länsstyrelse", reason))
        found.rows.append(outcome)
    if not found.rows and not found.faults:
        found.faults.append(Fault(0, "", "Filen har inga rader under rubrikerna."))
    return found


def _readers(heads: Sequence[str], boards: Mapping[str, int]) -> list[Reader]:
    """For each column its name, how a cell is read, and where it stands; one that is left out is read as empty."""
    readers: list[Reader] = []
    for each in OutcomeResource(boards).fields.values():
        head, read = fold(each.column_name), each.widget.clean
        if head in heads:
            readers.append((each.column_name, read, heads.index(head)))
        else:
            readers.append((each.column_name, partial(read, ""), 0))
    return readers


def _faults_of_line(number: int, line: Sequence[Any], readers: Sequence[Reader]) -> Iterator[Fault]:
    for column, read, place in readers:
        try:
            read(line[place])
        except ValueError as error:
            yield Fault(number, column, str(error))


def _faults_of_heads(heads: Sequence[str]) -> list[Fault]:
    known = {fold(column): column for column in COLUMNS}
    faults = [Fault(1, column, "Kolumnen saknas.") for column in REQUIRED_COLUMNS if fold(column) not in heads]
    for head in dict.fromkeys(heads):
        if head and head not in known:
            faults.append(Fault(1, _short(head), "Kolumnen känns inte igen. Använd mallens rubriker."))
        elif head and heads.count(head) > 1:
            faults.append(Fault(1, known[head], "Kolumnen finns mer än en gång."))
    return faults


def _lines(content: bytes) -> list[list[Any]]:
    """The cells of the template's sheet, or of the first one; row for row as Excel numbers them."""
    _refuse_bombs(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
            lines: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except (CalamineError, IndexError, ValueError) as error:
        raise ValidationError(
            "Filen går inte att läsa som en Excelfil. Spara om den som .xlsx och försök igen."
        ) from error
    if len(lines) > MOST_ROWS + 1:
        raise ValidationError(f"Filen har fler än {MOST_ROWS} rader.")
    return lines


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


def template(boards: Sequence[tuple[str, str]]) -> bytes:
    """The workbook to fill in, with a list of county boards (code and name) to choose from and instructions."""
    book = Workbook()
    sheet, instructions, lists = book.active, book.create_sheet(INSTRUCTIONS), book.create_sheet(LISTS)
    sheet.title = SHEET
    sheet.append(COLUMNS)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 34 if column == "Länsstyrelse" else len(column) + 6
    lists.append(["Länskod", "Länsstyrelse"])
    for code, name in boards:
        lists.append([code, name])
    lists.column_dimensions["B"].width = 34
    column = get_column_letter(COLUMNS.index("Länsstyrelse") + 1)
    choice = DataValidation(type="list", formula1=f"'{LISTS}'!$B$2:$B${len(boards) + 1}", allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"{column}2:{column}{_ROWS_WITH_A_DROP_DOWN}")
    for line in _INSTRUCTIONS:
        instructions.append([line])
    instructions.column_dimensions["A"].width = 110
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_INSTRUCTIONS = (
    "Så fyller du i mallen",
    "En rad för varje länsstyrelse, år och projektomgång. Belopp skrivs i kronor, med högst två decimaler.",
    "År och länsstyrelse måste fyllas i. Länsstyrelsen väljs i listan, eller skrivs som länets kod (två siffror).",
    "Omgång är projektomgångens nummer; lämna cellen tom om beloppet inte hör till en omgång.",
    "Ingående balans, tilldelat belopp och kostnader: en tom cell räknas som noll.",
    "Totalt belopp, total kostnad och utgående balans skrivs som källan har dem, även om de inte stämmer med summan.",
    "Systemet räknar själv, visar var källan skiljer sig och rättar ingenting.",
    "Filen läses in hel eller inte alls. Är något fel visas varje rad med vad som ska ändras.",
)
