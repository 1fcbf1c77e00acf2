"""Cells of a workbook read as numbers: what is no number is a fault in Swedish, whatever program wrote it."""

import pytest
from import_export.widgets import Widget

from nch.common.workbooks import Kronor, WholeNumber


@pytest.mark.parametrize("cell", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("widget", [WholeNumber(1, 100, required=True), Kronor(), Kronor(may_be_negative=True)])
def test_number_without_end_is_a_fault_of_its_cell(widget: Widget, cell: float) -> None:
    with pytest.raises(ValueError, match="inget tal"):
        widget.clean(cell)
