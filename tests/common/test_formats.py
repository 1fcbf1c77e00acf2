"""Numbers and amounts in Swedish, both ways."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nch.common.formats import (
    NotANumberError,
    format_date,
    format_datetime,
    format_kronor,
    format_number,
    parse_number,
)


def test_format_kronor_uses_no_break_spaces() -> None:
    assert format_kronor(13913620) == "13\u00a0913\u00a0620\u00a0kr"


def test_format_number_shows_ore_only_where_there_are_any() -> None:
    assert format_number(Decimal("1234.50")) == "1\u00a0234,50"
    assert format_number(Decimal("1234.00")) == "1\u00a0234"


def test_format_number_has_a_true_minus_and_no_minus_zero() -> None:
    assert format_number(-5) == "\u22125"
    assert format_number(Decimal("-0.001"), decimals=2) == "0,00"


@pytest.mark.parametrize("text", ["1 234 567,50", "1\u00a0234\u00a0567,50", "1\u202f234\u202f567.50 kr", "1234567,5"])
def test_parse_number_reads_what_swedes_type(text: str) -> None:
    assert parse_number(text) == Decimal("1234567.50")


@pytest.mark.parametrize("text", ["", "abc", "1.234.567", "1,2,3", "--5", "5-", "1e9", "٣", "NaN", "inf", "kr"])
def test_parse_number_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(NotANumberError):
        parse_number(text)


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_number_survives_being_written_and_read(amount: Decimal) -> None:
    assert parse_number(format_number(amount, decimals=2)) == amount


def test_dates_are_shown_in_swedish_time() -> None:
    late_evening_utc = datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC)
    assert format_date(late_evening_utc) == "2026-07-01"
    assert format_date(late_evening_utc, long=True) == "1 juli 2026"
    assert format_datetime(late_evening_utc) == "2026-07-01 00.30"
