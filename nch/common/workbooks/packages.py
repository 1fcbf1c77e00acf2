"""What stands in an Excel package, looked through before calamine reads it: how much it is, and what calamine drops.

calamine keeps a sheet as one rectangle, and copies a text that many cells share into each of them. So what may stand in
a package is bounded first: columns A to Z, no cell further down than row 110 000, so much text in the cells of the
sheet, nothing that unpacks to more than the package says, no other kind of package. `python -m bench.register_import`
tells the memory that the largest file takes.

calamine reads an error and a formula that nobody worked out as an empty cell. They are found here, so that a file with
them is refused instead of read in without them.
"""

import io
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from django.core.exceptions import ValidationError

MOST_TEXT: Final = 60_000_000
"""Characters that the cells of a sheet, or the texts that a package's cells share, may have together."""

MOST_COLUMNS: Final = 26

_UNREADABLE = "Filen går inte att läsa som en Excelfil. Spara om den som .xlsx och försök igen."
_MOST_STRINGS = 110_000 * MOST_COLUMNS
_MOST_TAGS = 25_000_000
_MOST_COLLECTED = 100_000
_MOST_OF_A_SMALL_PART = 20 * 1024 * 1024
_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
_SMALL_PARTS = frozenset({_WORKBOOK, _RELATIONS, "xl/styles.xml"})
# The place of a cell or row is its attribute r; a program writes it without blanks, and whoever writes many, or its
# letters as numbers (&#88;), wants it not to be seen.
_FAR_OUT = re.compile(
    rb"""\sr\s*=\s*["']\s*(?:[A-Za-z]{2,}\d|[A-Za-z]?(?:\d{7}|[2-9]\d{5}|1[1-9]\d{4})|[^"'>]{0,12}&)|\sr\s{9}|\sr\s*=\s{9}"""
)
# Parts of the other kinds of packages that calamine reads: their sheets say in other ways where a cell is.
_OTHER_PACKAGES = frozenset({"content.xml", "xl/workbook.bin"})
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
# How programs write an error, a formula and merged cells. A sheet without them need not be read tag by tag.
_MARKS = (b'"e"', b"'e'", b"<f>", b"<f ", b":f>", b":f ", b"mergeCell")
_TAGS_OF_A_CELL = 4
_CHUNK = 1024 * 1024


class _EnoughError(Exception):
    """What was looked for has been found."""


class Part(NamedTuple):
    """A part of the package: its name as it is written, its tags, and whether it has marks of what calamine drops."""

    name: str
    size: int
    tags: int
    marked: bool


class Sheet(NamedTuple):
    """A worksheet of the package: its name, the part that holds it, and whether it is seen in Excel."""

    name: str
    part: str
    visible: bool


@dataclass
class Looks:
    """How a sheet looks: its headings as they are stored, whether rows stand below, and what calamine would drop.

    Places are (row, column), both from 1.
    """

    heads: list[tuple[str, str]] = field(default_factory=list)
    has_rows: bool = False
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, str]] = field(default_factory=list)


class Package:
    """An Excel file that has been looked through. Raises ValidationError in Swedish where it is not one to read."""

    def __init__(self, content: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
            self._parts = self._look_through()
            self.sheets = self._sheets()
            self._lengths = _lengths(self._chunks(_STRINGS)) if _STRINGS in self._parts else array("I")
            self._longest = max(self._lengths, default=0)
        except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, OSError, EOFError) as error:
            raise ValidationError("Filen går inte att öppna. Spara om den och försök igen.") from error
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise ValidationError(_UNREADABLE) from error

    def _look_through(self) -> dict[str, Part]:
        """Look through each part; returns them by how they are looked up, which is without regard to case."""
        parts: dict[str, Part] = {}
        for part in self._file.infolist():
            name = part.filename.lower()
            if name in _OTHER_PACKAGES:
                raise ValidationError("Filen är ingen vanlig Excelfil. Spara om den som .xlsx och försök igen.")
            if name in parts or (name in _SMALL_PARTS and part.file_size > _MOST_OF_A_SMALL_PART):
                raise ValidationError(_UNREADABLE)
            parts[name] = self._look_for_far_cells(part)
            if sum(one.tags for one in parts.values()) > _MOST_TAGS:
                raise ValidationError("Filen har fler celler än mallen rymmer. Dela upp den.")
        return parts

    def _look_for_far_cells(self, part: zipfile.ZipInfo) -> Part:
        """Look for cells far out in a part, whatever its name: what is a sheet is said elsewhere."""
        tail, tags, marked = b"", 0, False
        with self._file.open(part) as file:
            while chunk := file.read(_CHUNK):
                text = tail + chunk
                if _FAR_OUT.search(text) or (not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff")):
                    raise ValidationError(
                        "Filen har celler långt utanför mallen. Kopiera raderna till mallen och försök igen."
                    )
                marked = marked or any(mark in text for mark in _MARKS)
                tail, tags = chunk[-64:], tags + chunk.count(b"<")
        return Part(part.filename, part.file_size, tags, marked)

    def _chunks(self, part: str) -> Iterator[bytes]:
        with self._file.open(self._parts[part].name) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _sheets(self) -> list[Sheet]:
        parts = {
            attributes["Id"]: _part_of(attributes["Target"])
            for tag, attributes in _elements(self._chunks(_RELATIONS))
            if tag == "Relationship" and attributes["Type"].endswith("/worksheet")
        }
        sheets = [
            Sheet(attributes["name"], parts[attributes["id"]], attributes.get("state", "visible") == "visible")
            for tag, attributes in _elements(self._chunks(_WORKBOOK))
            if tag == "sheet" and attributes.get("id") in parts
        ]
        if len({sheet.name for sheet in sheets}) < len(sheets) or any(one.part not in self._parts for one in sheets):
            raise ValueError("sheets that cannot be told apart")
        return sheets

    def look_at(self, sheet: Sheet, *, whole: bool) -> Looks:
        """How the sheet looks; not `whole`, only its headings and whether rows stand below.

        Raises ValidationError where its cells hold more text together than a sheet may.
        """
        part = self._parts[sheet.part]
        # As much as its cells can have at most: shared texts, or texts of their own, which stand between tags.
        most_text = max(self._longest * part.tags // _TAGS_OF_A_CELL, part.size // 2)
        scan = _Scan(self._lengths, whole=whole and (part.marked or most_text > MOST_TEXT))
        try:
            _parse(self._chunks(sheet.part), scan.start, scan.text)
            scan.finish()
        except _EnoughError:
            pass
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise ValidationError(_UNREADABLE) from error
        return scan.looks


class _Scan:
    """Reads the tags of a sheet. A cell is judged when the next one begins: most tags end without being heard."""

    def __init__(self, lengths: "array[int]", *, whole: bool) -> None:
        self.looks = Looks()
        self._lengths, self._whole = lengths, whole
        self._row = self._column = self._text = 0
        self._place: str | None = None
        self._kind: str | None = None
        self._value = ""
        self._listens = self._formula = self._given = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag[tag.find(":") + 1 :]
        if tag == "c":
            self.finish()
            self._column += 1
            self._kind, self._place = attributes.get("t", "n"), attributes.get("r")
        elif tag in ("v", "t"):
            self._listens = self._given = True
        else:
            self._listens = False
            if tag == "f":
                self._formula = True
            elif tag == "row":
                self.finish()
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            elif tag == "mergeCell" and self._room_in(self.looks.merged):
                cells = attributes["ref"]
                row, column = _place(cells.partition(":")[0])
                self.looks.merged.append((row, column, cells))

    def text(self, data: str) -> None:
        if self._listens:
            self._value += data

    def finish(self) -> None:
        """Judge the cell that has been read."""
        kind, value, looks = self._kind, self._value.strip(), self.looks
        if kind is None:
            return
        if value:
            self._text += self._lengths[int(value)] if kind == "s" else len(value)
            if self._text > MOST_TEXT:
                raise ValidationError("Filen har mer text än mallen rymmer. Dela upp den.")
            if self._row > 1:
                looks.has_rows = True
                if not self._whole:
                    raise _EnoughError
            else:
                looks.heads.append((kind, value))
        if kind == "e" and self._room_in(looks.errors):
            looks.errors.append((*self._at(), value))
        # A formula may work out to no text at all; then that is what is saved.
        elif self._formula and not value and not (kind == "str" and self._given) and self._room_in(looks.unsaved):
            looks.unsaved.append(self._at())
        self._kind, self._value = None, ""
        self._listens = self._formula = self._given = False

    def _room_in(self, found: Sized) -> bool:
        return len(found) < _MOST_COLLECTED

    def _at(self) -> tuple[int, int]:
        return (self._row, self._column) if self._place is None else _place(self._place)


def _place(cell: str) -> tuple[int, int]:
    """Row and column of `C7`, both from 1."""
    found = _PLACE.fullmatch(cell.strip())
    if found is None:
        raise ValueError(f"no place: {cell[:20]}")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _part_of(target: str) -> str:
    """The part that a relation of the workbook leads to, by how it is looked up."""
    target = target.replace("\\", "/").lower()
    return target.removeprefix("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"


def _parse(
    chunks: Iterator[bytes], start: Callable[[str, dict[str, str]], None], text: Callable[[str], None] | None = None
) -> None:
    """Hear the tags of a part. One that declares entities of its own is not read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if text is not None:
        parser.CharacterDataHandler = text
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: Any) -> None:
    raise ValueError("declares a document type")


def _elements(chunks: Iterator[bytes]) -> list[tuple[str, dict[str, str]]]:
    """The tags of a small part, with their attributes; none of their names with a prefix."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((tag.rpartition(":")[2], {name.rpartition(":")[2]: one for name, one in attributes.items()}))

    _parse(chunks, start)
    return found


def _lengths(chunks: Iterator[bytes]) -> "array[int]":
    """How long each text is that cells share."""
    lengths: array[int] = array("I")
    all_of_them = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag[tag.find(":") + 1 :] == "si":
            lengths.append(0)
            if len(lengths) > _MOST_STRINGS:
                raise ValidationError("Filen har fler celler än mallen rymmer. Dela upp den.")

    def text(data: str) -> None:
        nonlocal all_of_them
        all_of_them += len(data)
        if all_of_them > MOST_TEXT:
            raise ValidationError("Filen har mer text än mallen rymmer. Dela upp den.")
        if lengths:
            lengths[-1] += len(data)

    _parse(chunks, start, text)
    return lengths
