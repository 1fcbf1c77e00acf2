"""Tables of rows that people add: what each type of column takes, and how faults are told."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from nch.questionnaires.tables import MOST_ROWS, TableField, columns_of, table_in_words

OPTIONS = {
    "columns": [["part", "Part", "text"], ["dag", "Dag", "date"], ["antal", "Antal", "number"], ["kr", "Kr", "money"]]
}
COLUMNS = columns_of(OPTIONS)


def test_each_type_of_cell_is_understood() -> None:
    row = {"part": "Regionen", "dag": "2026-02-03", "antal": "1 200", "kr": "99,50"}
    read = TableField(COLUMNS).clean([row, {"part": "Polisen"}])
    assert read[0] == {
        "part": "Regionen",
        "dag": datetime.date(2026, 2, 3),
        "antal": Decimal(1200),
        "kr": Decimal("99.50"),
    }
    assert read[1]["dag"] is None


def test_each_faulty_cell_is_told_with_row_and_column() -> None:
    rows = [
        {"part": "Rätt", "dag": "", "antal": "", "kr": ""},
        {"part": "", "dag": "i våras", "antal": "1,5", "kr": "-3"},
    ]
    with pytest.raises(ValidationError) as refused:
        TableField(COLUMNS).clean(rows)
    places = [message.split(":")[0] for message in refused.value.messages]
    assert places == ["Rad 2, Dag", "Rad 2, Antal", "Rad 2, Kr", "Rad 2, Part"]


def test_required_table_wants_a_row_and_none_takes_too_many() -> None:
    with pytest.raises(ValidationError, match="minst en rad"):
        TableField(COLUMNS).clean([])
    assert TableField(COLUMNS, required=False).clean([]) == []
    with pytest.raises(ValidationError, match="Högst 50"):
        TableField(COLUMNS).clean([{"part": "x"}] * (MOST_ROWS + 1))


def test_posted_rows_come_in_order_and_empty_ones_go() -> None:
    widget = TableField(COLUMNS).widget
    posted = QueryDict("t__10__part=C&t__2__part=B&t__0__part=A&t__1__part=+&other__0__part=X&t__0__hemlig=Y")
    assert [row["part"] for row in widget.value_from_datadict(posted, {}, "t")] == ["A", "B", "C"]
    assert widget.value_omitted_from_data(QueryDict("other__0__part=X"), {}, "t")
    assert not widget.value_omitted_from_data(posted, {}, "t")


def test_table_is_read_with_amounts_written_out_and_faults_as_typed() -> None:
    words = table_in_words(COLUMNS, [{"part": "Regionen", "kr": "1200", "antal": "många"}])
    assert words.rows == [["Regionen", "", "många", "1\u00a0200\u00a0kr"]]
