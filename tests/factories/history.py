"""Workbooks of old registers and published totals for tests, as somebody would fill in the templates."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from nch.accounts.models import User
from nch.common.files import CheckedFile, check_upload
from nch.common.workbooks import SHEET
from stodtelefon import importing
from stodtelefon.enums import HistoryKind, HistoryState
from stodtelefon.imports import figures, read_register, registers
from stodtelefon.models import HistoryImport
from stodtelefon.services.history.orders import order_register, order_withdrawal
from tests.factories.stodtelefon import EVENING

OLD_CALL: dict[str, Any] = {
    registers.SOURCE: "Samtalsregister 2015",
    registers.NUMBER: "1",
    registers.DAY: "2015-03-02",
    registers.TIME: "09.15",
    registers.CHANNEL: "Telefon",
    registers.MINUTES: 20,
    registers.CALLER: "Socialtjänst",
    registers.COUNTY: "Skåne",
    registers.MUNICIPALITY: "Malmö",
    registers.TOPIC: "rutiner",
    registers.ADVICE: "orosanmalan; Polisanmälan",
    registers.INDIVIDUALS: 2,
    registers.AGES: "13–15 år; okänd ålder",
    registers.GENDERS: "girl_woman",
    registers.EXPOSURES: "fgm:oro + other; Barnäktenskap eller tvångsäktenskap: planerat",
}
FIGURE: dict[str, Any] = {
    figures.YEAR: 2021,
    figures.DIMENSION: "Totalt",
    figures.CALLS: 612,
    figures.SOURCE: "Årsrapport 2021, tabell 2",
}


def filled_in(columns: tuple[str, ...], rows: list[dict[str, Any]], *, heads: tuple[str, ...] | None = None) -> bytes:
    """A workbook with these rows under the headings."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(heads or columns)
    for row in rows:
        sheet.append([row.get(column) for column in heads or columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def register_of(*changes: dict[str, Any]) -> bytes:
    """A register with an old call for each of the changes, numbered from 1 unless they say otherwise."""
    rows = [{**OLD_CALL, registers.NUMBER: str(place), **one} for place, one in enumerate(changes, start=1)]
    return filled_in(registers.COLUMNS, rows)


def figures_of(*changes: dict[str, Any]) -> bytes:
    """A workbook of published totals, one for each of the changes."""
    return filled_in(figures.COLUMNS, [{**FIGURE, **one} for one in changes])


def checked(content: bytes, name: str = "register.xlsx") -> CheckedFile:
    """The same as a file that has passed the check of uploads."""
    return check_upload(SimpleUploadedFile(name, content))


def bring_in(content: bytes, by: User, *, at: Any = EVENING) -> HistoryImport:
    """Order that a register be read in and carry it out, as the worker does; it has no faults."""
    found = read_register(content, by=by, at=at)
    assert not found.faults
    imported = order_register(
        file=checked(content),
        sources=sorted({row.source for row in found.rows}),
        rows=len(found.rows),
        organisation=found.organisation,
        by=by,
        at=at,
    )
    importing.read_in(imported.pk)
    imported.refresh_from_db()
    return imported


def make_history_import(by: User, *, name: str = "register.xlsx") -> HistoryImport:
    """An import of a register that is done and brought no calls."""
    return HistoryImport.objects.create(
        organisation=by.memberships.get().organisation,
        kind=HistoryKind.REGISTER,
        state=HistoryState.DONE,
        progress=100,
        touched_at=EVENING,
        file_name=name,
        sha256="0" * 64,
        sources=["Samtalsregister 2015"],
        rows=1,
        unchanged=1,
        imported_by=by,
        imported_at=EVENING,
    )


def take_back(imported: HistoryImport, by: User, *, at: Any = EVENING) -> HistoryImport:
    """Order that it be taken back and carry it out."""
    order_withdrawal(imported=imported, by=by, at=at)
    importing.take_back(imported.pk)
    imported.refresh_from_db()
    return imported
