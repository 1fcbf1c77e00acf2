"""Reading SIE 4, the Swedish format for what an accounting system holds: pure text, no database.

Of the format (SIE-gruppen, file format SIE version 4B) we read what outcomes per project need: the head, the lists of
accounts, dimensions and objects, and the vouchers (#VER) with their transactions (#TRANS). Labels that are not known
are passed over, as the format asks; so are #RTRANS and #BTRANS, which tell of corrections that the #TRANS lines beside
them already contain. A file is read whole, or refused with every faulty line.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

CODE_PAGE = "cp437"
PROJECT_DIMENSION = "6"
"""The number that the format itself gives to projects among its dimensions."""

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{8}")
# What å, ä, ö, Å, Ä and Ö of Windows and Latin-1 look like when they are read as code page 437.
_WINDOWS_LETTERS = frozenset("σΣ÷┼─╓")
_MOST_FAULTS = 200
_UNREADABLE = ""
"""The label of a line that is told of as a fault: what it would have added to a voucher is not known."""


@dataclass(frozen=True)
class Fault:
    """What is wrong on a line of the file (counted from 1; 0 is the file as a whole), in Swedish."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Rad {self.line}: {self.reason}" if self.line else self.reason


class SieError(Exception):
    """The file cannot be read; `faults` are all that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(" ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Transaction:
    """One #TRANS: kronor on an account, debit positive; `objects` are pairs of dimension and object."""

    account: str
    objects: tuple[tuple[str, str], ...]
    amount: Decimal
    day: datetime.date
    text: str = ""
    line: int = field(default=0, compare=False)

    def object_in(self, dimension: str) -> str:
        """The object of that dimension (a project, a cost centre); empty where there is none."""
        return dict(self.objects).get(dimension, "")


@dataclass(frozen=True)
class Voucher:
    """One #VER with its transactions, which sum to zero."""

    series: str
    number: str
    day: datetime.date
    text: str
    transactions: tuple[Transaction, ...]
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """Series and number as they are spoken of: ”A 12”."""
        return f"{self.series} {self.number}".strip()


@dataclass(frozen=True)
class SieFile:
    """What a file holds."""

    company: str
    accounts: dict[str, str]
    dimensions: dict[str, str]
    objects: dict[tuple[str, str], str]
    vouchers: tuple[Voucher, ...]


@dataclass(frozen=True)
class _Line:
    number: int
    label: str
    fields: tuple[str | tuple[str, ...], ...]

    def text(self, index: int) -> str:
        """A field that is a text; empty where it is left out."""
        value = self.fields[index] if index < len(self.fields) else ""
        return value if isinstance(value, str) else ""


def read_sie(content: bytes) -> SieFile:
    """Read a file of type 4 in code page 437. Raises SieError with every faulty line."""
    return _Reader().read(content)


def _fields(text: str) -> list[str | tuple[str, ...]]:
    """The fields of a line: words, texts in quotes (with \\" for a quote), and lists in braces.

    Raises ValueError in Swedish.
    """
    found: list[str | tuple[str, ...]] = []
    inner: list[str] | None = None
    position = 0
    while position < len(text):
        char = text[position]
        if char in " \t":
            position += 1
            continue
        if char == "{":
            if inner is not None:
                raise ValueError("En klammer är öppnad två gånger.")
            inner = []
            position += 1
            continue
        if char == "}":
            if inner is None:
                raise ValueError("En klammer stängs som inte är öppnad.")
            found.append(tuple(inner))
            inner = None
            position += 1
            continue
        word, position = _quoted(text, position + 1) if char == '"' else _word(text, position)
        if inner is None:
            found.append(word)
        else:
            inner.append(word)
    if inner is not None:
        raise ValueError("En klammer är inte stängd.")
    return found


def _quoted(text: str, position: int) -> tuple[str, int]:
    parts = []
    while position < len(text):
        if text.startswith('\\"', position):
            parts.append('"')
            position += 2
        elif text[position] == '"':
            return "".join(parts), position + 1
        else:
            parts.append(text[position])
            position += 1
    raise ValueError("Ett citattecken är inte avslutat.")


def _word(text: str, position: int) -> tuple[str, int]:
    end = position
    while end < len(text) and text[end] not in ' \t{}"':
        end += 1
    return text[position:end], end


class _Reader:
    """Goes through the lines once, and gathers what is there and what is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.head: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self.dimensions: dict[str, str] = {}
        self.objects: dict[tuple[str, str], str] = {}
        self.vouchers: list[Voucher] = []

    def read(self, content: bytes) -> SieFile:
        text = self._decode(content)
        lines = self._lines(text)
        first = next(lines, None)
        if first is None or first.label != "#FLAGGA":
            self._fault(first.number if first else 0, "Filen börjar inte med #FLAGGA och är ingen SIE-fil.")
        elif first.text(0) not in ("0", "1"):
            self._fault(first.number, f"#FLAGGA är ”{first.text(0)}” men ska vara 0 eller 1.")
        self._go_through(lines)
        if self.head.get("#FORMAT", "").upper() != "PC8":
            said = self.head.get("#FORMAT")
            self._fault(0, f"#FORMAT är ”{said}” men ska vara PC8." if said else "#FORMAT PC8 saknas.")
        if self.head.get("#SIETYP") != "4":
            said = self.head.get("#SIETYP")
            self._fault(0, f"#SIETYP är ”{said}” men ska vara 4." if said else "#SIETYP 4 saknas.")
        if self.faults:
            raise SieError(self.faults[:_MOST_FAULTS])
        return SieFile(self.head.get("#FNAMN", ""), self.accounts, self.dimensions, self.objects, tuple(self.vouchers))

    def _fault(self, line: int, reason: str) -> None:
        self.faults.append(Fault(line, reason))

    def _decode(self, content: bytes) -> str:
        if any(byte >= 0x80 for byte in content):
            try:
                content.decode()
            except UnicodeDecodeError:
                pass
            else:
                self._fault(0, "Filen är skriven i UTF-8 och inte i teckentabell 437 (PC8).")
                return content.decode()
        text = content.decode(CODE_PAGE)
        for number, line in enumerate(text.split("\n"), start=1):
            if _WINDOWS_LETTERS & set(line):
                self._fault(number, "Filen är skriven i Windows teckentabell och inte i teckentabell 437 (PC8).")
                break
        return text

    def _lines(self, text: str) -> Iterator[_Line]:
        for number, raw in enumerate(text.split("\n"), start=1):
            line = raw.strip(" \t\r")
            if not line or line == "\x1a":  # Some programs still end the file with the mark of DOS.
                continue
            if any((ord(char) < 32 and char != "\t") or ord(char) == 127 for char in line):
                self._fault(number, "Raden innehåller styrtecken.")
                yield _Line(number, _UNREADABLE, ())
                continue
            if line in ("{", "}"):
                yield _Line(number, line, ())
                continue
            label, _, rest = line.replace("\t", " ").partition(" ")
            if not label.startswith("#"):
                self._fault(number, "Raden börjar inte med en etikett (#).")
                yield _Line(number, _UNREADABLE, ())
                continue
            try:
                yield _Line(number, label.upper(), tuple(_fields(rest)))
            except ValueError as error:
                self._fault(number, str(error))
                yield _Line(number, _UNREADABLE, ())

    def _go_through(self, lines: Iterator[_Line]) -> None:
        voucher: _Line | None = None
        inside: list[Transaction] | None = None
        sound = True
        for line in lines:
            if line.label == "{":
                if voucher is None or inside is not None:
                    self._fault(line.number, "En klammer öppnas som inte hör till en verifikation.")
                else:
                    inside = []
            elif line.label == "}":
                if voucher is None or inside is None:
                    self._fault(line.number, "En klammer stängs som inte är öppnad.")
                else:
                    self._add_voucher(voucher, inside, sound=sound)
                voucher, inside, sound = None, None, True
            elif line.label == "#VER":
                if voucher is not None:
                    self._fault(voucher.number, "Verifikationen har inga transaktioner inom klamrar.")
                voucher, inside, sound = line, None, True
            elif line.label == "#TRANS":
                transaction = self._transaction(line, voucher if inside is not None else None)
                if transaction is None:
                    sound = False
                elif inside is not None:
                    inside.append(transaction)
            elif line.label == _UNREADABLE:
                sound = False
            else:
                self._note(line)
        if voucher is not None:
            self._fault(voucher.number, "Verifikationens klammer är inte stängd.")

    def _note(self, line: _Line) -> None:
        """Keep what a line of the head or of a list says; other labels are passed over."""
        match line.label:
            case "#FORMAT" | "#SIETYP" | "#FNAMN":
                self.head[line.label] = line.text(0)
            case "#KONTO":
                self.accounts[line.text(0)] = line.text(1)
            case "#DIM" | "#UNDERDIM":
                self.dimensions[line.text(0)] = line.text(1)
            case "#OBJEKT":
                self.objects[line.text(0), line.text(1)] = line.text(2)

    def _day(self, line: _Line, text: str, what: str) -> datetime.date | None:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError
            return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            self._fault(line.number, f"{what} ”{text}” är inte en dag i formen ååååmmdd.")
            return None

    def _transaction(self, line: _Line, voucher: _Line | None) -> Transaction | None:
        """A #TRANS line: account, {dimension object …}, amount, day, text; None where something in it is wrong."""
        before = len(self.faults)
        if voucher is None:
            self._fault(line.number, "Transaktionen hör inte till någon verifikation.")
        account = line.text(0)
        if not account.isascii() or not account.isdigit():
            self._fault(line.number, f"Kontot ”{account}” är inte ett nummer.")
        listed = line.fields[1] if len(line.fields) > 1 else ""
        pairs: tuple[str, ...] = ()
        if isinstance(listed, str):
            self._fault(line.number, "Objektlistan inom klamrar saknas.")
        elif len(listed) % 2:
            self._fault(line.number, "Objektlistan har ett udda antal delar.")
        else:
            pairs = listed
        amount = line.text(2)
        if not _AMOUNT.fullmatch(amount):
            self._fault(line.number, f"Beloppet ”{amount}” är inte ett tal med punkt och högst två decimaler.")
        day = None
        if stated := line.text(3):
            day = self._day(line, stated, "Transaktionens datum")
        elif voucher is not None and _DAY.fullmatch(voucher.text(2)):
            try:
                day = datetime.datetime.strptime(voucher.text(2), "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
            except ValueError:
                return None  # The voucher itself is told of.
        else:
            return None
        if day is None or len(self.faults) > before:
            return None
        objects = tuple(zip(pairs[::2], pairs[1::2], strict=True))
        return Transaction(account, objects, Decimal(amount), day, line.text(4), line.number)

    def _add_voucher(self, line: _Line, transactions: list[Transaction], *, sound: bool) -> None:
        day = self._day(line, line.text(2), "Verifikationens datum")
        total = sum((transaction.amount for transaction in transactions), Decimal(0))
        if sound and total:
            self._fault(
                line.number, f"Verifikation {line.text(0)} {line.text(1)} går inte jämnt upp: {total} kr skiljer."
            )
        if day is not None:
            self.vouchers.append(
                Voucher(line.text(0), line.text(1), day, line.text(3), tuple(transactions), line.number)
            )
