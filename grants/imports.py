"""The workbook of earlier rounds: its columns, the template to fill in, and reading it with every fault found.

A file is read whole or not at all: `read_outcomes` gives all rows, or all faults with their row, column and reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from nch.common.sorting import fold
from nch.common.workbooks import (
    ChoiceList,
    Fault,
    Kronor,
    WholeNumber,
    code_in,
    read_table,
    short,
    write_template,
)

LISTS = "Länsstyrelser"
FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_ROUND = 99
Reader = tuple[str, Callable[[Any], Any], int]


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
    """What a workbook holds: rows, or faults. `hidden` are sheets of it that are not read."""

    rows: list[OutcomeRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hidden: Sequence[str] = ()


class CountyBoard(Widget):
    """A county board by its name, its county's name or its county's code, as the key of the organisation."""

    def __init__(self, keys: Mapping[str, int]) -> None:
        super().__init__()
        self.keys = keys

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        if value == "" or value is None:
            raise ValueError("Cellen är tom.")
        text = code_in(value)
        key = self.keys.get(fold(text))
        if key is None:
            raise ValueError(
                f"”{short(text)}” är ingen länsstyrelse. Skriv dess namn eller länets kod, till exempel 05."
            )
        return key


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
    table = read_table(content, columns=COLUMNS, required=REQUIRED_COLUMNS)
    found = OutcomeFile(faults=table.faults_of_heads, hidden=table.hidden)
    if found.faults:
        return found
    readers = _readers(table.places, boards)
    seen: dict[tuple[Any, ...], int] = {}
    for number, line in table.rows():
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
    found.faults = table.all_faults(found.faults)
    return found


def _readers(places: Mapping[str, int], boards: Mapping[str, int]) -> list[Reader]:
    """For each column its name, how a cell is read, and where it stands; one that is left out is read as empty."""
    readers: list[Reader] = []
    for each in OutcomeResource(boards).fields.values():
        read = each.widget.clean
        if each.column_name in places:
            readers.append((each.column_name, read, places[each.column_name]))
        else:
            readers.append((each.column_name, partial(read, ""), 0))
    return readers


def _faults_of_line(number: int, line: Sequence[Any], readers: Sequence[Reader]) -> Iterator[Fault]:
    for column, read, place in readers:
        try:
            read(line[place])
        except ValueError as error:
            yield Fault(number, column, str(error))


def template(boards: Sequence[tuple[str, str]]) -> bytes:
    """The workbook to fill in, with a list of county boards (code and name) to choose from and instructions."""
    choices = ChoiceList(LISTS, ("Länskod", "Länsstyrelse"), boards, offered_in="Länsstyrelse")
    return write_template(columns=COLUMNS, instructions=_INSTRUCTIONS, lists=[choices])


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
