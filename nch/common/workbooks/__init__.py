"""Workbooks that people fill in and hand back: the template, reading them safely, and saying what is wrong where."""

from nch.common.workbooks.forms import WorkbookField
from nch.common.workbooks.reading import (
    MOST_FAULTS,
    MOST_ROWS,
    SHEET,
    Fault,
    FaultsError,
    Line,
    RowCells,
    faults_of_heads,
    folded_heads,
    is_blank,
    read_any_lines,
    read_lines,
    short,
    text_of,
)
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
    "WholeNumber",
    "WorkbookField",
    "code_in",
    "faults_of_heads",
    "folded_heads",
    "is_blank",
    "number_in",
    "read_any_lines",
    "read_lines",
    "short",
    "text_of",
    "write_template",
]
