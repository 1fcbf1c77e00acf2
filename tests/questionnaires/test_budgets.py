"""A budget whose overhead is a share: what is typed and what is worked out always agree."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.enums import CostCategory
from grants.standard_form import OVERHEAD
from nch.common.formats import format_number
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.grids import OVERHEAD_KEY, BudgetGridField, GridSums, Overhead
from nch.questionnaires.models import Question
from nch.questionnaires.selectors import grid_in_words

YEARS = ["2026", "2027"]
QUESTION = Question(
    kind=QuestionKind.BUDGET_GRID,
    label="Kostnader",
    required=False,
    options={
        "rows": [list(pair) for pair in CostCategory.choices],
        "columns": [[year, year] for year in YEARS],
        "overhead": OVERHEAD,
    },
)
COSTS = [code for code in CostCategory.values if code != "overhead"]
# In hundredths (öre, hundredths of a per cent), one number for each cell.
amounts = st.lists(st.integers(0, 9_999_999_999), min_size=len(COSTS) * 2, max_size=len(COSTS) * 2)
percents = st.lists(st.integers(0, 10_000), min_size=2, max_size=2)


def posted(cells: dict[str, dict[str, str]], base: str, shares: dict[str, str]) -> dict[str, Any]:
    """What the page would post, read back."""
    field = field_for(QUESTION)
    data = QueryDict(mutable=True)
    data["budget__base"] = base
    for row, columns in cells.items():
        for column, text in columns.items():
            data[f"budget__{row}__{column}"] = text
    for column, text in shares.items():
        data[f"budget__percent__{column}"] = text
    value: dict[str, Any] = field.widget.value_from_datadict(data, {}, "budget")
    return value


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(amounts, percents, st.sampled_from(["salaries", "direct"]))
def test_overhead_is_the_share_to_the_krona_and_everything_adds_up(
    cells: list[int], hundredths: list[int], base: str
) -> None:
    costs = {
        row: {year: Decimal(cells[2 * place + column]) / 100 for column, year in enumerate(YEARS)}
        for place, row in enumerate(COSTS)
    }
    shares = {year: Decimal(share) / 100 for year, share in zip(YEARS, hundredths, strict=True)}
    typed = {row: {y: format_number(v, decimals=2) for y, v in cells.items()} for row, cells in costs.items()}
    value = posted(typed, base, {year: format_number(share, decimals=2) for year, share in shares.items()})
    grid = field_for(QUESTION).clean(value)
    for year in YEARS:
        total = sum((row[year] for row in costs.values()), Decimal(0))
        counted = costs["salaries"][year] if base == "salaries" else total
        overhead = grid["overhead"][year]
        assert overhead == overhead.to_integral_value()
        assert abs(overhead - counted * shares[year] / 100) <= Decimal("0.5")
        assert GridSums(value).column(year) == total + overhead
    assert GridSums(value).total == sum((GridSums(value).column(year) for year in YEARS), Decimal(0))


def test_half_a_krona_goes_up() -> None:
    value = posted({"salaries": {"2026": "250", "2027": "249"}}, "salaries", {"2026": "1", "2027": "1"})
    assert value["overhead"] == {"2026": "3", "2027": "2"}


def test_stored_value_comes_back_as_it_was_posted() -> None:
    value = posted({"salaries": {"2026": "100 000"}}, "salaries", {"2026": "20 %", "2027": ""})
    widget = field_for(QUESTION).widget
    data = QueryDict(mutable=True)
    data.update(widget.spread("budget", value))
    assert widget.value_from_datadict(data, {}, "budget") == value
    assert value["overhead"]["2026"] == "20000"


@pytest.mark.parametrize(
    ("base", "share", "message"),
    [
        ("", "20", "Välj vad OH räknas på"),
        ("hittepå", "20", "Välj vad OH räknas på"),
        ("salaries", "tjugo", "OH i procent, 2026: ”tjugo” är inte ett tal"),
        ("salaries", "101", "mer än 100 procent"),
        ("salaries", "-1", "negativt"),
    ],
)
def test_overhead_that_cannot_be_worked_out_is_told(base: str, share: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field_for(QUESTION).clean(posted({"salaries": {"2026": "100"}}, base, {"2026": share}))
    assert message in " ".join(refused.value.messages)


def test_overhead_that_does_not_agree_with_its_share_is_refused() -> None:
    value = posted({"salaries": {"2026": "100000"}}, "salaries", {"2026": "20"})
    value["overhead"]["2026"] = "20001"
    field = BudgetGridField(QUESTION.options["rows"], QUESTION.options["columns"], Overhead.of(QUESTION.options))
    with pytest.raises(ValidationError, match="stämmer inte"):
        field.clean(value)
    with pytest.raises(ValidationError, match="stämmer inte"):
        field.clean({"overhead": {"2026": "500"}})


def test_budget_is_read_with_what_the_overhead_was_counted_on() -> None:
    value = posted({"salaries": {"2026": "1000", "2027": "1000"}}, "salaries", {"2026": "20", "2027": "20"})
    labels = [label for label, _, _ in grid_in_words(QUESTION, value).rows]
    assert "Overhead (OH): 20 % av lönekostnaderna" in labels
    value[OVERHEAD_KEY] |= {"base": "direct", "2027": "25"}
    labels = [label for label, _, _ in grid_in_words(QUESTION, value).rows]
    assert "Overhead (OH): 20 % 2026, 25 % 2027, av alla andra kostnader" in labels
