"""Workbooks that people fill in and hand back: the template, reading them safely, and saying what is wrong where."""

from nch.common.workbooks.reading import (
    MOST_ROWS,
    SHEET,
    Fault,
    Line,
    RowCells,
    faults_of_heads,
    folded_heads,
    is_blank,
    read_lines,
    short,
)
from nch.common.workbooks.templates import ChoiceList, write_template
from nch.common.workbooks.widgets import Kronor, WholeNumber, number_in

__all__ = [
    "MOST_ROWS",
    "SHEET",
    "ChoiceList",
    "Fault",
    "Kronor",
    "Line",
    "RowCells",
    "WholeNumber",
    "faults_of_heads",
    "folded_heads",
    "is_blank",
    "number_in",
    "read_lines",
    "short",
    "write_template",
]
