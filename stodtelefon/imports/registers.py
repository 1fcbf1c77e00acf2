"""The workbook of an old register: one row is one old call. No column takes free text about it, and none is stored."""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.personal_data.kinds import KIND_WORDS
from nch.common.sorting import fold
from nch.common.workbooks import (
    Fault,
    Line,
    RowCells,
    WholeNumber,
    code_in,
    read_table,
    short,
    text_of,
)
from nch.counties.models import County, Municipality, Organisation
from nch.counties.selectors import counties_by_name
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.imports.cells import (
    EMPTY,
    CodesByDay,
    PlainText,
    day_in,
    parted,
    refused_in,
    time_in,
    unknown,
)
from stodtelefon.models import Code, SupportLine
from stodtelefon.selectors import codes_by_kind, lines_to_log_for, municipalities
from stodtelefon.selectors.history import registers_of
from stodtelefon.services.history import RegisterRow
from stodtelefon.services.inputs import MAX_MINUTES, UNKNOWN_TIME, CallError, CallInput, IndividualInput

T = TypeVar("T")

SOURCE, NUMBER, LINE, DAY, TIME = "Källa", "Löpnummer", "Stödtelefon", "Datum", "Klockslag"
CHANNEL, MINUTES, CALLER, COUNTY, MUNICIPALITY = "Kanal", "Längd i minuter", "Den som ringde", "Län", "Kommun"
TOPIC, ADVICE, REFERRAL = "Frågan gällde", "Råd", "Hänvisning"
INDIVIDUALS, AGES, GENDERS, EXPOSURES = "Antal individer", "Ålder", "Kön", "Utsatthet"
COLUMNS: Final = (
    SOURCE,
    NUMBER,
    LINE,
    DAY,
    TIME,
    CHANNEL,
    MINUTES,
    CALLER,
    COUNTY,
    MUNICIPALITY,
    TOPIC,
    ADVICE,
    REFERRAL,
    INDIVIDUALS,
    AGES,
    GENDERS,
    EXPOSURES,
)
REQUIRED: Final = (SOURCE, NUMBER, DAY, CHANNEL, MINUTES, CALLER, COUNTY, TOPIC)
MOST_INDIVIDUALS = 50
_NUMBERED: Final = (
    "Numrera med högst sex siffror och högst en bokstav före (17, A17), eller med samtalets årtal först (2015-17)."
)
_UNKNOWN = frozenset({"okänt", "okänd", "okänt län", "okänd kommun", "unknown"})
# Too short for what points at a person: an identity number, a telephone number with its area code, a name, the number
# of a court's or an authority's case. A day, which could be somebody's birthday, is told apart below.
_NUMBER = re.compile(r"(?:[A-Za-zÅÄÖåäö][-/:.]?)?(?P<digits>\d{1,6})")
_NUMBER_OF_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)[-/:.]\d{1,5}")


@dataclass
class RegisterFile:
    """What a workbook holds: rows, or faults. `doubtful` are sources that look personal, with what they look like;
    `hidden` are sheets that are not read.
    """

    rows: list[RegisterRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    hidden: Sequence[str] = ()

    @property
    def organisation(self) -> Organisation:
        """Whose lines the calls came to; a file has rows of one organisation."""
        return self.rows[0].line.organisation


def read_register(content: bytes, *, by: User, at: datetime.datetime) -> RegisterFile:
    """Read a workbook that has passed `check_upload`: all its rows, or all that is wrong with it.

    Rows are for lines that `by` leads. Raises ValidationError in Swedish where it is no workbook at all.
    """
    table = read_table(content, columns=COLUMNS, required=REQUIRED)
    if table.faults_of_heads:
        return RegisterFile(faults=table.faults_of_heads)
    reader = _Reader(table.places, by=by, at=at)
    found = RegisterFile(doubtful=reader.source.doubtful, hidden=table.hidden)
    seen: dict[tuple[str, str], int] = {}
    for number, line in table.rows():
        row = reader.row(number, line)
        if row is None:
            continue
        first = seen.setdefault((row.source, row.number), number)
        if first != number:
            reader.faults.append(Fault(number, NUMBER, f"Källan har redan samma löpnummer på rad {first}."))
        found.rows.append(row)
    found.faults = table.all_faults(reader.faults)
    if len({row.line.organisation_id for row in found.rows}) > 1:
        found.faults.append(Fault(0, LINE, "En fil kan bara ha samtal till en organisations stödtelefoner. Dela den."))
    return found


def led_lines(user: User) -> list[SupportLine]:
    """The lines that old calls may be read in to by the user."""
    access = access_of(user)
    return [line for line in lines_to_log_for(user) if access.may_at(Right.LEAD_LINE, line.organisation_id)]


class _Reader:
    """Reads rows one by one and collects everything that is wrong with them."""

    def __init__(self, places: Mapping[str, int], *, by: User, at: datetime.datetime) -> None:
        self.faults: list[Fault] = []
        self.at = at
        self.today = timezone.localtime(at).date()
        self._places = places
        self._lines = {fold(line.name): line for line in led_lines(by)}
        self.source = PlainText(200, required=True)
        self._sources = set(registers_of(self._lines.values()))
        self._spelt = {fold(name): name for name in sorted(self._sources)}
        self._minutes = WholeNumber(1, MAX_MINUTES, required=True)
        self._how_many = WholeNumber(0, MOST_INDIVIDUALS, required=False)
        self._codes = CodesByDay(codes_by_kind())
        self._counties: dict[str, County | None] = {**dict.fromkeys(_UNKNOWN), **counties_by_name()}
        self._municipalities: dict[str, Municipality | None] = dict.fromkeys(_UNKNOWN)
        for place in municipalities():
            self._municipalities[fold(place.name)] = self._municipalities[place.code] = place
        self._channels = _by_name(Channel)
        self._ages = _by_name(AgeGroup)
        self._genders = _by_name(Gender)
        self._stages = _by_name(Stage)
        self._told: dict[tuple[Any, ...], Any] = {}

    def row(self, number: int, line: Line) -> RegisterRow | None:
        """A row, or None where it has faults."""
        before = len(self.faults)
        cell = RowCells(number, line, self._places, self.faults)
        source = cell(SOURCE, self._source)
        phone = cell(LINE, self._line)
        time = cell(TIME, lambda value: time_in(value, day=cell.value(DAY)))
        day = cell(DAY, lambda value: self._day(value, time))
        running = cell(NUMBER, lambda value: _running_number(value, day))
        channel = cell(CHANNEL, lambda value: self._one(CHANNEL, self._channels, value))
        minutes = cell(MINUTES, self._minutes.clean)
        county = cell(COUNTY, self._county)
        place = cell(MUNICIPALITY, self._municipality)
        how_many = cell(INDIVIDUALS, self._how_many.clean)
        caller = cell(CALLER, lambda value: self._code(CodeKind.CALLER_CATEGORY, value, day))
        topic = cell(TOPIC, lambda value: self._code(CodeKind.TOPIC, value, day))
        advice = cell(ADVICE, lambda value: self._advice(value, day))
        referral = cell(REFERRAL, lambda value: self._code(CodeKind.REFERRAL, value, day) if value != "" else None)
        ages = cell(AGES, lambda value: self._each(AGES, self._ages, value))
        genders = cell(GENDERS, lambda value: self._each(GENDERS, self._genders, value))
        exposures = cell(EXPOSURES, lambda value: self._exposures(value, day))
        if len(self.faults) > before:
            return None
        individuals = cell(INDIVIDUALS, lambda _: _individuals(how_many, ages or (), genders or (), exposures or ()))
        if day is None or individuals is None or minutes is None or caller is None or topic is None:
            return None
        began = timezone.make_aware(datetime.datetime.combine(day, UNKNOWN_TIME if time is None else time))
        content = CallInput(
            started_at=began,
            duration_minutes=minutes,
            channel=channel or Channel.PHONE,
            caller_category=caller,
            topic=topic,
            county=county,
            county_known=county is not None,
            municipality=place,
            advice=advice or (),
            referral=referral,
            individuals=individuals,
            time_known=time is not None,
        )
        try:
            content.check(logged_at=self.at)
        except CallError as error:
            self.faults.append(Fault(number, _COLUMN_OF.get(error.field, ""), error.message))
            return None
        if source is None or running is None or phone is None:
            return None
        return RegisterRow(number, source, running, phone, content)

    def _memo(self, key: tuple[Any, ...], read: Callable[[], T]) -> T:
        """What has been read before is not read again: most rows of a register say what others said."""
        if key not in self._told:
            self._told[key] = read()
        found: T = self._told[key]
        return found

    def _source(self, value: Any) -> str:
        """A source, written as it was the first time: it says, with the number, which call a row is."""
        text = self.source(value)
        if text not in self._sources:
            first = self._spelt.setdefault(fold(text), text)
            if first != text:
                raise ValueError(f"Källan har skrivits ”{short(first)}” förut. Skriv den likadant.")
            self._sources.add(text)
        return text

    def _line(self, value: Any) -> SupportLine:
        text = text_of(value)
        if not text and len(self._lines) == 1:
            return next(iter(self._lines.values()))
        line = self._lines.get(fold(text))
        if line is None:
            raise ValueError(EMPTY) if not text else unknown(text, "är ingen stödtelefon som du leder.")
        return line

    def _day(self, value: Any, time: datetime.time | None) -> datetime.date:
        day = day_in(value, clock=time)
        if day > self.today:
            raise ValueError("Dagen har inte varit än.")
        return day

    def _one(self, column: str, names: Mapping[str, T], value: Any) -> T:
        text = text_of(value)
        if not text:
            raise ValueError(EMPTY)
        found = names.get(fold(text))
        if found is None:
            raise unknown(text, f"finns inte i listan ”{column}”. Skriv en kod eller benämning ur mallen.")
        return found

    def _each(self, column: str, names: Mapping[str, T], value: Any) -> tuple[T | None, ...]:
        def read() -> tuple[T | None, ...]:
            return tuple(self._one(column, names, part) if part else None for part in parted(value))

        return self._memo((column, value), read)

    def _county(self, value: Any) -> County | None:
        text = code_in(value)
        if not text:
            raise ValueError("Skriv län, eller ”okänt”.")
        name = fold(text)
        if name not in self._counties:
            raise unknown(text, "är inget län. Skriv länets namn eller kod, till exempel 05, eller ”okänt”.")
        return self._counties[name]

    def _municipality(self, value: Any) -> Municipality | None:
        text = code_in(value, digits=4)
        if not text:
            return None
        name = fold(text)
        if name not in self._municipalities:
            raise unknown(text, "är ingen kommun. Skriv kommunens namn eller kod, eller lämna cellen tom.")
        return self._municipalities[name]

    def _code(self, kind: CodeKind, value: Any, day: datetime.date | None) -> Code:
        text = text_of(value)
        if not text:
            raise ValueError(EMPTY)
        return self._memo((kind, text, self._codes.epoch(day)), lambda: self._codes.find(kind, text, day))

    def _advice(self, value: Any, day: datetime.date | None) -> tuple[Code, ...]:
        def read() -> tuple[Code, ...]:
            return tuple(self._codes.find_all(CodeKind.ADVICE, filter(None, parted(value)), day))

        return self._memo((ADVICE, value, self._codes.epoch(day)), read)

    def _exposures(self, value: Any, day: datetime.date | None) -> tuple[tuple[tuple[Code, Stage], ...], ...]:
        def read() -> tuple[tuple[tuple[Code, Stage], ...], ...]:
            people = (filter(None, (one.strip() for one in part.split("+"))) for part in parted(value))
            return tuple(tuple(self._exposure(one, day) for one in person) for person in people)

        return self._memo((EXPOSURES, value, self._codes.epoch(day)), read)

    def _exposure(self, text: str, day: datetime.date | None) -> tuple[Code, Stage]:
        name, _, said = (part.strip() for part in text.partition(":"))
        kind = self._codes.find(CodeKind.EXPOSURE, name, day)
        permitted = kind.permitted_stages
        stage = self._stages.get(fold(said)) if said else (permitted[0] if permitted == (Stage.NONE,) else None)
        if stage not in permitted:
            stages = ", ".join(one.label.lower() for one in permitted)
            raise unknown(text, f"har inget skede som finns. Skriv ”{kind.label}: ” och ett av {stages}.")
        return kind, stage


def _by_name(choices: type[T]) -> dict[str, T]:
    """The members of an enumeration by folded code and label."""
    members: Any = choices
    return {fold(name): each for each in members for name in (str(each.label), str(each.value))}


def _running_number(value: Any, day: datetime.date | None) -> str:
    """The number of a row in its register, for a call of that day. A message never repeats what the cell holds."""
    text = text_of(value)
    if not text:
        raise ValueError(EMPTY)
    plain, of_year = _NUMBER.fullmatch(text), _NUMBER_OF_YEAR.fullmatch(text)
    if plain is not None and not _is_day(plain["digits"]):
        return text
    if of_year is not None and (day is None or abs(int(of_year["year"]) - day.year) <= 1):
        return text
    finding = refused_in(text)
    if finding is not None:
        raise ValueError(f"Cellen innehåller {KIND_WORDS[finding.kind]}. {_NUMBERED}")
    raise ValueError(f"Cellen {'kan vara ett födelsedatum' if plain else 'är inget löpnummer'}. {_NUMBERED}")


def _is_day(digits: str) -> bool:
    """Whether six digits are a day as in an identity number; in a coordination number 60 is added to it."""
    if len(digits) != len("yymmdd"):
        return False
    try:
        datetime.date(2000, int(digits[2:4]), int(digits[4:]) % 60)
    except ValueError:
        return False
    return True


def _individuals(
    how_many: int | None,
    ages: tuple[AgeGroup | None, ...],
    genders: tuple[Gender | None, ...],
    exposures: tuple[tuple[tuple[Code, Stage], ...], ...],
) -> tuple[IndividualInput, ...]:
    """The individuals of a call: lists with one entry go for all of them, empty ones for none."""
    number = max(map(len, (ages, genders, exposures))) if how_many is None else how_many
    for column, given in ((AGES, ages), (GENDERS, genders), (EXPOSURES, exposures)):
        if len(given) not in (0, number) and not (len(given) == 1 and number):
            raise ValueError(
                f"Individerna är {number}, men i ”{column}” står {len(given)}. Skriv en uppgift som gäller alla, "
                "eller en för var och en med semikolon emellan."
            )
    return tuple(
        IndividualInput(
            _nth(ages, place) or AgeGroup.UNKNOWN, _nth(genders, place) or Gender.UNKNOWN, _nth(exposures, place) or ()
        )
        for place in range(number)
    )


def _nth(given: Sequence[T | None], place: int) -> T | None:
    if not given:
        return None
    return given[place] if len(given) > 1 else given[0]


_COLUMN_OF = {
    "started_on": DAY,
    "duration_minutes": MINUTES,
    "caller_category": CALLER,
    "topic": TOPIC,
    "advice": ADVICE,
    "referral": REFERRAL,
    "county": COUNTY,
    "municipality": MUNICIPALITY,
    "individuals": EXPOSURES,
}
