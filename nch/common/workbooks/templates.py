"""Writing a workbook to fill in: a sheet with headings, instructions, and lists to choose from."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nch.common.exports import safe_text
from nch.common.workbooks.tables import SHEET

INSTRUCTIONS = "Instruktion"
_ROWS_WITH_A_DROP_DOWN = 500
_LIST_WIDTH = 34


@dataclass(frozen=True)
class ChoiceList:
    """What may stand in a column, on a sheet of its own; its last column is what the cells of `offered_in` offer.

    A column in which several may stand together offers none: `offered_in` is blank.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    offered_in: str = ""


def write_template(
    *,
    columns: Sequence[str],
    instructions: Sequence[str],
    lists: Sequence[ChoiceList] = (),
    formats: Mapping[str, str] | None = None,
    rows: Iterable[Sequence[object]] = (),
) -> bytes:
    """The workbook to fill in, with what stands in its first `rows` already.

    `formats` are Excel's for columns whose cells would else be taken for something else.
    """
    book = Workbook()
    sheet, told = book.active, book.create_sheet(INSTRUCTIONS)
    sheet.title = SHEET
    sheet.append(columns)
    sheet.freeze_panes = "A2"
    offered = {each.offered_in for each in lists}
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[letter].width = _LIST_WIDTH if column in offered else len(column) + 6
        if formats and column in formats:
            for row in range(2, _ROWS_WITH_A_DROP_DOWN + 1):
                sheet.cell(row, number).number_format = formats[column]
    for place, values in enumerate(rows, start=2):
        for number, value in enumerate(values, start=1):
            sheet.cell(place, number).value = safe_text(value) if isinstance(value, str) else value
    for each in lists:
        listed = book.create_sheet(each.title)
        listed.append(each.heads)
        for values in each.rows:
            listed.append(values)
        last = get_column_letter(len(each.heads))
        listed.column_dimensions[last].width = _LIST_WIDTH
        if each.offered_in and each.rows:
            letter = get_column_letter(columns.index(each.offered_in) + 1)
            source = f"'{each.title}'!${last}$2:${last}${len(each.rows) + 1}"
            choice = DataValidation(type="list", formula1=source, allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{_ROWS_WITH_A_DROP_DOWN}")
    for line in instructions:
        told.append([line])
    told.column_dimensions["A"].width = 110
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
