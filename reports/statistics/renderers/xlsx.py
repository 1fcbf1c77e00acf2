"""XLSX with a row per cell (where it stands, value, status and unit), and a sheet that says what the table is.

For people the table as a page shows it comes first; programs that ask the API get the rows alone.
"""

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from nch.common.exports import bold_cells, safe_text
from nch.common.files import XLSX
from nch.common.formats import format_date
from reports.statistics.cube import Cube
from reports.statistics.definitions import Language, Text
from reports.statistics.grid import Grid
from reports.statistics.renderers.style import PLAIN, Show, Style, key_columns

CONTENT_TYPE = XLSX
_DATA, _ABOUT = Text("Tabell", "Table"), Text("Om tabellen", "About the table")
_ROWS = Text("En rad per uppgift", "A row per cell")
_VALUE, _STATUS, _UNIT = Text("Värde", "Value"), Text("Status", "Status"), Text("Enhet", "Unit")
_FACTS = {
    "title": Text("Tabell", "Table"),
    "finding": Text("Vad talen visar", "What the numbers show"),
    "description": Text("Innehåll", "Contents"),
    "note": Text("Anmärkning", "Note"),
    "status": Text("Status", "Status"),
    "source": Text("Källa", "Source"),
    "contact": Text("Kontakt", "Contact"),
    "updated": Text("Uppdaterad", "Updated"),
}
_WIDTHS = {"key": 28, "value": 14, "status": 24, "unit": 14, "fact": 22, "text": 100}


def render(cube: Cube, style: Style = PLAIN, *, shown: Grid | None = None) -> bytes:
    """Write the cells in the table's order; a missing value is empty, and its status says in words why.

    With `shown`, the cube as it is laid out on a page, that comes first, with symbols where values are missing.
    """
    book = Workbook(write_only=True)
    if shown is not None:
        _lay(book.create_sheet(_DATA.in_language(cube.language)), cube, shown)
    _fill(book.create_sheet((_ROWS if shown is not None else _DATA).in_language(cube.language)), cube, style)
    _describe(book.create_sheet(_ABOUT.in_language(cube.language)), cube)
    book.properties.title = safe_text(cube.title)
    book.properties.creator = safe_text(cube.contact)
    book.properties.created = cube.updated.replace(tzinfo=None)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _lay(sheet: Any, cube: Cube, shown: Grid) -> None:
    for number, head in enumerate(shown.columns, start=1):
        width = _WIDTHS["key"] if number <= len(shown.stub) else max(_WIDTHS["value"], min(len(head), 40) + 4)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"{get_column_letter(len(shown.stub) + 1)}3"
    fixed = [category.label for one in shown.fixed for category in one.categories]
    sheet.append(bold_cells(sheet, [f"{', '.join([cube.title, *fixed])}. {shown.unit[:1].upper()}{shown.unit[1:]}."]))
    sheet.append(bold_cells(sheet, shown.columns))
    formats = {one.code: _format(one.decimals) for one in cube.metric.categories}
    for row in shown.rows:
        written: list[Any] = [safe_text(one.label) for one in row.stub]
        for cell in row.cells:
            if cell.value is None:
                written.append(safe_text(cell.status))
                continue
            number = WriteOnlyCell(sheet, cell.value)
            number.number_format = formats[cell.categories[-1].code]
            written.append(number)
        sheet.append(written)


def _fill(sheet: Any, cube: Cube, style: Style) -> None:
    columns = key_columns(cube, style.show or Show.TEXTS)
    heads = [*(head for head, _ in columns), *(one.in_language(cube.language) for one in (_VALUE, _STATUS, _UNIT))]
    widths = [*("key" for _ in columns), "value", "status", "unit"]
    for number, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(_WIDTHS[width], len(head) + 4)
    above = 1
    if style.with_title:
        sheet.append(bold_cells(sheet, [cube.title]))
        above = 2
    sheet.freeze_panes = f"A{above + 1}"
    sheet.auto_filter.ref = f"A{above}:{get_column_letter(len(heads))}{above + len(cube.values)}"
    sheet.append(bold_cells(sheet, heads))
    # Rows are written as they come, so a styled cell serves for all of them; each text is made harmless once.
    numbers = {one.code: _number(sheet, one.decimals) for one in cube.metric.categories}
    harmless: dict[str, str] = {}
    for cell in cube.cells():
        measure = cell.categories[-1]
        texts = [read(cell) for _, read in columns]
        value = None
        if cell.value is not None:
            value = numbers[measure.code]
            value.value = cell.value
        status = cube.symbols[cell.status] if cell.status else None
        written: list[Any] = [*texts, status, measure.unit]
        for place, text in enumerate(written):
            if text is not None:
                if text not in harmless:
                    harmless[text] = safe_text(text)
                written[place] = harmless[text]
        written.insert(len(columns), value)
        sheet.append(written)


def _number(sheet: Any, decimals: int) -> Any:
    cell = WriteOnlyCell(sheet, 0)
    cell.number_format = _format(decimals)
    return cell


def _format(decimals: int) -> str:
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _describe(sheet: Any, cube: Cube) -> None:
    sheet.column_dimensions["A"].width = _WIDTHS["fact"]
    sheet.column_dimensions["B"].width = _WIDTHS["text"]
    for name, text in _told(cube, cube.language):
        fact = WriteOnlyCell(sheet, safe_text(text))
        fact.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([*bold_cells(sheet, [_FACTS[name].in_language(cube.language)]), fact])


def _told(cube: Cube, language: Language) -> Iterable[tuple[str, str]]:
    yield "title", cube.title
    yield "finding", cube.finding
    yield "description", cube.description
    for note in cube.notes:
        yield "note", note
    for label, note in cube.value_notes:
        yield "note", f"{label}: {note}"
    for symbol, text in cube.symbols.items():
        yield "status", f"{symbol} {text}"
    yield "source", cube.source
    yield "contact", cube.contact
    yield "updated", format_date(cube.updated.date())
