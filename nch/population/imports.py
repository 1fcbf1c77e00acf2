"""The file of the counties' population: its columns, the template to fill in, and reading it with every fault found.

A file is read whole or not at all: `read_population` gives all rows, or all faults with their row, column and reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from nch.common.files import CheckedFile
from nch.common.formats import format_number
from nch.common.sorting import fold
from nch.common.workbooks import (
    Fault,
    Line,
    RowCells,
    WholeNumber,
    code_in,
    read_any_table,
    write_template,
)
from nch.counties.models import County
from nch.counties.selectors import counties, counties_by_name

YEAR, CODE, NAME, PEOPLE = "År", "Länskod", "Län", "Folkmängd"
COLUMNS: Final = (YEAR, CODE, NAME, PEOPLE)
REQUIRED: Final = (YEAR, CODE, PEOPLE)
COUNTRY, COUNTRY_NAME = "00", "Hela landet"
FIRST_YEAR: Final = 1998
"""From this year on the country has the counties that it has now."""

MOST_PEOPLE: Final = 50_000_000


class PopulationRow(NamedTuple):
    """Inhabitants of a county on the last day of a year."""

    row: int
    year: int
    county: str
    individuals: int


@dataclass
class PopulationFile:
    """What a file holds: rows, or faults. `hidden` are sheets of it that are not read."""

    rows: list[PopulationRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hidden: Sequence[str] = ()


def read_population(file: CheckedFile, *, last_year: int) -> PopulationFile:
    """Read a file that has passed `check_upload`; years up to `last_year`, the last that is over.

    Raises ValidationError in Swedish where it is no table at all; what is wrong with its rows is in `faults`.
    """
    table = read_any_table(file, columns=COLUMNS, required=REQUIRED)
    if table.faults_of_heads:
        return PopulationFile(faults=table.faults_of_heads)
    reader = _Reader(table.places, last_year)
    for number, line in table.rows():
        reader.read(number, line)
    reader.compare()
    found = PopulationFile(reader.rows, table.all_faults(reader.faults), table.hidden)
    if not found.rows and not found.faults:
        found.faults.append(Fault(0, "", "Filen har inga rader under rubrikerna."))
    return found


class _Reader:
    """Reads rows one by one, then holds each year against itself, and collects everything that is wrong."""

    def __init__(self, places: Mapping[str, int], last_year: int) -> None:
        self.rows: list[PopulationRow] = []
        self.faults: list[Fault] = []
        self._places = places
        self._year = WholeNumber(FIRST_YEAR, last_year, required=True)
        self._people = WholeNumber(1, MOST_PEOPLE, required=True)
        self._counties = {county.code: county for county in counties()}
        self._by_name: dict[str, County | None] = {**counties_by_name()}
        self._by_name |= dict.fromkeys(map(fold, (COUNTRY, COUNTRY_NAME, "Riket", "Sverige")))
        self._first_rows: dict[tuple[int, str], int] = {}
        self._totals: dict[int, tuple[int, int]] = {}
        self._years_with_faults: set[int] = set()

    def read(self, number: int, line: Line) -> None:
        """Read a row into `rows`, or into the total of its year; what is wrong joins `faults`."""
        before = len(self.faults)
        cell = RowCells(number, line, self._places, self.faults)
        year, code = cell(YEAR, self._year.clean), cell(CODE, self._code)
        people = cell(PEOPLE, lambda value: None if value == "" and code == COUNTRY else self._people.clean(value))
        if code is not None:
            cell(NAME, lambda value: self._agrees(code, value))
        if year is not None and code is not None:
            first = self._first_rows.setdefault((year, code), number)
            if first != number:
                self.faults.append(Fault(number, CODE, f"Samma län och år står redan på rad {first}."))
        if len(self.faults) > before:
            self._years_with_faults |= {year} if year is not None else set()
        elif year is None or code is None or people is None:
            return  # the country's row, left empty
        elif code == COUNTRY:
            self._totals[year] = number, people
        else:
            self.rows.append(PopulationRow(number, year, code, people))

    def _code(self, value: Any) -> str:
        text = code_in(value)
        if not text:
            raise ValueError("Cellen är tom.")
        name = fold(text)
        if name not in self._by_name:
            raise ValueError(f"”{text[:60]}” är inget län. Skriv länets kod, till exempel 05.")
        county = self._by_name[name]
        return county.code if county else COUNTRY

    def _agrees(self, code: str, value: Any) -> None:
        """Raise ValueError where the name is another county's: then the code or the number stands on a wrong row."""
        text = code_in(value)
        if not text:
            return
        said = self._by_name.get(fold(text), text)
        if said == text:
            raise ValueError(f"”{text[:60]}” är inget län.")
        if (said.code if isinstance(said, County) else COUNTRY) != code:
            expected = self._counties[code].name if code in self._counties else COUNTRY_NAME
            raise ValueError(f"”{text}” stämmer inte med länskoden {code}, som är {expected}.")

    def compare(self) -> None:
        """Every year has all counties, and a given total is their sum."""
        for year in sorted({year for year, _ in self._first_rows}):
            for code, county in self._counties.items():
                if (year, code) not in self._first_rows:
                    self.faults.append(Fault(0, CODE, f"{county.name} ({code}) saknas för {year}."))
            whole = all((year, code) in self._first_rows for code in self._counties)
            if year not in self._totals or year in self._years_with_faults or not whole:
                continue
            number, total = self._totals[year]
            parts = sum(row.individuals for row in self.rows if row.year == year)
            if parts != total:
                given, added = format_number(total), format_number(parts)
                reason = f"Länen blir tillsammans {added}, men här står {given} för {year}."
                self.faults.append(Fault(number, PEOPLE, reason))


def population_template(year: int, county_list: Iterable[County]) -> bytes:
    """The workbook to fill in, with the counties of a year to begin with."""
    rows = [(year, county.code, county.name) for county in sorted(county_list, key=lambda one: one.code)]
    return write_template(
        columns=COLUMNS,
        instructions=_INSTRUCTIONS,
        formats={CODE: "@"},
        rows=[*rows, (year, COUNTRY, COUNTRY_NAME)],
    )


_INSTRUCTIONS = (
    "Så fyller du i mallen",
    "En rad för varje län och år: hur många som bodde i länet den 31 december det året.",
    "Alla 21 län ska vara med för varje år som står i filen. Flera år kan stå under varandra.",
    f"Länskod är länets två siffror. Raden {COUNTRY}, {COUNTRY_NAME}, kan tas bort eller lämnas tom. "
    "Fylls den i ska den vara länens summa.",
    "Folkmängd skrivs som ett helt tal. Varifrån uppgifterna kommer anges när filen lämnas.",
    "En CSV-fil med samma rubriker går också bra.",
    "Filen läses in hel eller inte alls. Du får se vad som är nytt och vad som ändras innan något sparas.",
)
