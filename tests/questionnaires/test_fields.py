"""Kinds of question: what they take, what they refuse, and that grids add up."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from nch.common.formats import format_number
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.grids import GridSums, MoneyGridField
from nch.questionnaires.models import Question

ROWS, COLUMNS = [["a", "Löner"], ["b", "Resor"]], [["2026", "2026"], ["2027", "2027"]]
amounts = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_every_kind_has_a_field(kind: str) -> None:
    columns = [["a", "A", "text"]] if kind == QuestionKind.TABLE else COLUMNS
    overhead = {"row": "b", "bases": [["a", "löner", ["a"]]]}
    question = Question(
        kind=kind, label="x", options={"choices": [["a", "A"]], "rows": ROWS, "columns": columns, "overhead": overhead}
    )
    assert field_for(question).label == "x"


@given(st.fixed_dictionaries({r: st.fixed_dictionaries({c: amounts for c, _ in COLUMNS}) for r, _ in ROWS}))
def test_grid_adds_up_in_both_directions(grid: dict[str, dict[str, Decimal]]) -> None:
    typed = {row: {c: format_number(v, decimals=2) for c, v in cells.items()} for row, cells in grid.items()}
    assert MoneyGridField(ROWS, COLUMNS, required=False).clean(typed) == grid
    sums = GridSums(typed)
    total = sum((v for cells in grid.values() for v in cells.values()), Decimal(0))
    assert sums.total == total
    assert sum((sums.row(row) for row, _ in ROWS), Decimal(0)) == total
    assert sum((sums.column(column) for column, _ in COLUMNS), Decimal(0)) == total


def test_required_grid_wants_more_than_zero() -> None:
    with pytest.raises(ValidationError, match="minst ett belopp"):
        MoneyGridField(ROWS, COLUMNS).clean({"a": {"2026": "0"}})


def test_grid_names_row_and_column_of_each_fault() -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyGridField(ROWS, COLUMNS).clean({"a": {"2026": "-1", "2027": "1"}, "b": {"2026": "x", "2027": "1,234"}})
    assert [message.split(":")[0] for message in refused.value.messages] == [
        "Löner, 2026",
        "Resor, 2026",
        "Resor, 2027",
    ]
