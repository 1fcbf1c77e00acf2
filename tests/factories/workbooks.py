"""Workbooks that have been filled in, changed in the ways that people and their programs change them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from nch.common.workbooks import SHEET

_STRING_CELL = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
_STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_STRINGS_RELATION = (
    b'<Relationship Id="rIdStrings" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def saved(book: Any) -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheets(**rows: Iterable[Sequence[Any]]) -> Any:
    """A workbook with a sheet for each name."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


def changed(content: bytes, change: Callable[[Any], None], *, sheet: str = SHEET) -> bytes:
    """The file after somebody has changed the sheet."""
    book = load_workbook(io.BytesIO(content))
    change(book[sheet])
    return saved(book)


def rewritten(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one of its parts changed by hand."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            whole = source.read(one)
            target.writestr(one.filename, change(whole) if one.filename == part else whole)
    return file.getvalue()


def with_shared_texts(content: bytes) -> bytes:
    """The file as Excel writes it: texts stand once in a part of their own, and cells have their numbers."""
    texts: dict[bytes, int] = {}

    def shared(cell: re.Match[bytes]) -> bytes:
        return cell[1] + b' t="s"><v>%d</v></c>' % texts.setdefault(cell[2], len(texts))

    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            whole = _STRING_CELL.sub(shared, source.read(one))
            whole = whole.replace(b"</Types>", _STRINGS_TYPE)
            if one.filename == "xl/_rels/workbook.xml.rels":
                whole = whole.replace(b"</Relationships>", _STRINGS_RELATION)
            target.writestr(one.filename, whole)
        items = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts)
        target.writestr("xl/sharedStrings.xml", b'<?xml version="1.0" encoding="UTF-8"?><sst>' + items + b"</sst>")
    return file.getvalue()
