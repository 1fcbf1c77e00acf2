"""The workbook of published yearly totals of the national line: one row is one total, as its source gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from nch.common.sorting import fold
from nch.common.workbooks import (
    ChoiceList,
    Fault,
    Line,
    RowCells,
    WholeNumber,
    code_in,
    read_table,
    text_of,
    write_template,
)
from nch.counties.selectors import counties, counties_by_name
from stodtelefon.enums import CodeKind, FigureDimension
from stodtelefon.imports.cells import EMPTY, PlainText, day_in, unknown
from stodtelefon.selectors import FIRST_YEAR, OTHER_COUNTIES, UNKNOWN_COUNTY, codes
from stodtelefon.services.history import FigureRow

YEAR, DIMENSION, CODE, LABEL, CALLS = "År", "Indelning", "Kod", "Benämning", "Samtal"
INDIVIDUALS, FROM, SOURCE, NOTE = "Utsatta individer", "Räknat från", "Källa", "Anmärkning"
COLUMNS: Final = (YEAR, DIMENSION, CODE, LABEL, CALLS, INDIVIDUALS, FROM, SOURCE, NOTE)
REQUIRED: Final = (YEAR, DIMENSION, CALLS, SOURCE)
WHOLE = "Hela landet"
MOST_CALLS = 10_000_000
Names = Mapping[str, tuple[str, str]]


@dataclass
class FiguresFile:
    """What a workbook holds: rows, or faults. `doubtful` are texts that look personal, with what they look like;
    `hidden` are sheets that are not read.
    """

    rows: list[FigureRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubtful: dict[str, str] = field(default_factory=dict)
    hidden: Sequence[str] = ()


def read_figures(content: bytes, *, this_year: int) -> FiguresFile:
    """Read a workbook that has passed `check_upload`: all its rows, or all that is wrong with it.

    A year that is not over has no total yet. Raises ValidationError in Swedish where it is no workbook at all.
    """
    table = read_table(content, columns=COLUMNS, required=REQUIRED)
    found = FiguresFile(faults=table.faults_of_heads, hidden=table.hidden)
    if found.faults:
        return found
    reader = _Reader(table.places, this_year)
    seen: dict[tuple[int, str, str], int] = {}
    for number, line in table.rows():
        if (row := reader.row(number, line)) is None:
            continue
        first = seen.setdefault(row.cell, number)
        if first != number:
            reader.faults.append(Fault(number, CODE, f"Samma uppgift står redan på rad {first}."))
        found.rows.append(row)
    found.faults = table.all_faults(reader.faults)
    for text in reader.texts:
        found.doubtful |= text.doubtful
    return found


def _names() -> dict[FigureDimension, dict[str, tuple[str, str]]]:
    """What a total may be of, by folded code and name: the code and how it is written."""
    county = {name: (one.code, one.name) for name, one in counties_by_name().items()}
    county |= dict.fromkeys((UNKNOWN_COUNTY, "okänt", "okänt län"), (UNKNOWN_COUNTY, "Okänt län"))
    county |= dict.fromkeys((OTHER_COUNTIES, "övriga", "övriga län"), (OTHER_COUNTIES, "Övriga län"))
    category: dict[str, tuple[str, str]] = {}
    for code in codes(CodeKind.CALLER_CATEGORY):
        category |= dict.fromkeys(map(fold, (code.label, code.code)), (code.code, code.label))
    return {FigureDimension.COUNTY: county, FigureDimension.CALLER_CATEGORY: category}


class _Reader:
    """Reads rows one by one and collects everything that is wrong with them."""

    def __init__(self, places: Mapping[str, int], this_year: int) -> None:
        self.faults: list[Fault] = []
        self._places = places
        self._year = WholeNumber(FIRST_YEAR, this_year - 1, required=True)
        self._number = WholeNumber(0, MOST_CALLS, required=False)
        self._dimensions = {fold(name): each for each in FigureDimension for name in (each.label, each.value)}
        self._names = _names()
        self._source = PlainText(200, required=True)
        self._note = PlainText(300, required=False)
        self._label = PlainText(120, required=False)
        self.texts = (self._source, self._note, self._label)

    def row(self, number: int, line: Line) -> FigureRow | None:
        """A row, or None where it has faults."""
        before = len(self.faults)
        cell = RowCells(number, line, self._places, self.faults)
        year = cell(YEAR, self._year.clean)
        dimension = cell(DIMENSION, self._dimension)
        label = cell(LABEL, self._label)
        calls = cell(CALLS, self._number.clean)
        individuals = cell(INDIVIDUALS, self._number.clean)
        from_date = cell(FROM, lambda value: day_in(value) if value != "" else None)
        source = cell(SOURCE, self._source)
        note = cell(NOTE, self._note)
        if dimension is None:
            return None
        of = cell(CODE, lambda value: self._of(dimension, value))
        if len(self.faults) == before and calls is None and individuals is None:
            self.faults.append(Fault(number, CALLS, "Skriv hur många samtal eller individer källan anger."))
        if dimension == FigureDimension.TOTAL and calls == 0:
            self.faults.append(Fault(number, CALLS, "Ett års total kan inte vara noll samtal."))
        if from_date is not None and year is not None and from_date.year != year:
            self.faults.append(Fault(number, FROM, f"Dagen ska ligga i {year}."))
        if len(self.faults) > before or of is None or year is None:
            return None
        code, name = of
        # Tables tell the unknown county from a sum of counties by its name.
        written = name if code == UNKNOWN_COUNTY or not label else label
        return FigureRow(
            number, year, dimension, code, written, calls, individuals, from_date, source or "", note or ""
        )

    def _dimension(self, value: Any) -> FigureDimension:
        text = text_of(value)
        if not text:
            raise ValueError(EMPTY)
        found = self._dimensions.get(fold(text))
        if found is None:
            labels = ", ".join(each.label for each in FigureDimension)
            raise unknown(text, f"är ingen indelning. Skriv en av {labels}.")
        return found

    def _of(self, dimension: FigureDimension, value: Any) -> tuple[str, str]:
        text = code_in(value)
        if dimension == FigureDimension.TOTAL:
            if text:
                raise ValueError("Ett totalt antal har ingen kod. Lämna cellen tom.")
            return "", WHOLE
        if not text:
            raise ValueError(EMPTY)
        found = self._names[dimension].get(fold(text))
        if found is None:
            raise unknown(text, "finns inte i listan. Skriv en kod eller ett namn ur mallen.")
        return found


def figures_template() -> bytes:
    """The workbook to fill in, with what a total may be of."""
    places = [(county.code, county.name) for county in counties()]
    sums = [(UNKNOWN_COUNTY, "Okänt län"), (OTHER_COUNTIES, "Övriga län (en summa i källan)")]
    lists = [
        ChoiceList("Indelningar", ("Indelning",), [(each.label,) for each in FigureDimension], offered_in=DIMENSION),
        ChoiceList("Län", ("Kod", "Län"), [*places, *sums]),
        ChoiceList(
            "Den som ringer",
            ("Kod", "Den som ringer"),
            [(code.code, code.label) for code in codes(CodeKind.CALLER_CATEGORY)],
        ),
    ]
    return write_template(columns=COLUMNS, instructions=_INSTRUCTIONS, lists=lists, formats={FROM: "yyyy-mm-dd"})


_INSTRUCTIONS = (
    "Så fyller du i mallen",
    "En rad för varje publicerad uppgift om den nationella stödtelefonen: ett års total, eller en del av den.",
    f"Kolumner som måste fyllas i: {', '.join(REQUIRED)}. Kod ska fyllas i för allt utom totalen.",
    "Kod är länets kod eller namn, kategorins kod eller benämning, ”okänt” eller ”övriga” (län som källan summerar).",
    "Benämning skrivs om källan kallar delen något annat än listan.",
    "Samtal eller utsatta individer kan lämnas tomt om källan inte anger det, men inte båda.",
    "År är ett år som är slut.",
    "Räknat från skrivs om året inte är helt: den första dagen som räknas.",
    "Källa är rapport och sida eller tabell, till exempel ”NCH:s årsrapport 2023 (rapport 2024:2), tabell 4”.",
    "Uppgifterna skrivs som källan har dem, även om delarna inte stämmer med totalen.",
    "Systemet säger till var de skiljer sig och rättar ingenting.",
    "Filen läses in hel eller inte alls. Du får se vad som är nytt och vad som ändras innan något sparas.",
)
