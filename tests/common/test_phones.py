"""Telephone numbers are read however they are typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nch.common.phones import GROUPS, THREE_FIGURES, NotAPhoneNumberError, written_phone


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0101234567", "010-123 45 67"),
        ("+46 (0)8-123 456 78", "08-123 456 78"),
        ("0046 8 12 34 56", "08-12 34 56"),
        ("020/50 50 50", "020-50 50 50"),
        ("0411 - 123 45", "0411-123 45"),
        ("+46 70 174 06 05", "070-174 06 05"),
    ],
)
def test_number_is_written_as_swedes_do(typed: str, written: str) -> None:
    assert written_phone(typed) == written


WRONG = ["", "112", "46101234567", "010-12", "010-123 45 678 9", "ring 010-123 45 67", "00123456", "+47 22 12 34 56"]


@pytest.mark.parametrize("typed", WRONG)
def test_what_is_no_swedish_number_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhoneNumberError):
        written_phone(typed)


@given(st.data())
def test_blanks_hyphens_and_prefix_make_no_difference(data: st.DataObject) -> None:
    area = data.draw(st.sampled_from(["08", *sorted(THREE_FIGURES), "0411", "0920"]))
    length = data.draw(st.sampled_from([size for size in GROUPS if 8 <= len(area) + size <= 10]))
    rest = data.draw(st.text("0123456789", min_size=length, max_size=length))
    written = written_phone(area + rest)
    assert re.sub(r"[^0-9]", "", written) == area + rest
    assert written_phone(written) == written
    spread = data.draw(st.sampled_from([" ", "-", "\u00a0"])).join(area + rest)
    assert written_phone(spread) == written
    assert written_phone(f"+46 {area[1:]}{rest}") == written
