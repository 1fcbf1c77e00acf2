"""Workbooks that people fill in and hand back: the template, reading them safely, and saying what is wrong where."""

from nch.common.workbooks.forms import WorkbookField
from nch.common.workbooks.reading import (
    MOST_FAULTS,
    Fault,
    FaultsError,
    Line,
    RowCells,
    short,
    text_of,
)
from nch.common.workbooks.tables import MOST_ROWS, SHEET, Table, read_any_table, read_table
from nch.common.workbooks.templates import ChoiceList, write_template
from nch.common.workbooks.widgets import Kronor, WholeNumber, code_in, number_in

__all__ = [
    "MOST_FAULTS",
    "MOST_ROWS",
    "SHEET",
    "ChoiceList",
    "Fault",
    "FaultsError",
    "Kronor",
    "Line",
    "RowCells",
    "Table",
    "WholeNumber",
    "WorkbookField",
    "code_in",
    "number_in",
    "read_any_table",
    "read_table",
    "short",
    "text_of",
    "write_template",
]
