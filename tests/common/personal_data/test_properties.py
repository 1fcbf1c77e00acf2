"""What holds for every text: findings stand in order within it, and a valid number is found however it is written."""

import calendar
import datetime
import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from nch.common.personal_data import Kind, Severity, find
from nch.common.personal_data.folding import fold

TEXTS = st.text(max_size=200) | st.text("0123456789 -+./:@()oOlI|kK\u00a0\u00ad\u200b–åÅ", max_size=120)
SEPARATORS = [
    "",
    "-",
    "+",
    " ",
    "\u00a0",
    "\u202f",
    "–",
    "—",
    "\u2212",
    ".",
    "/",
    "_",
    " - ",
    " – ",
    "\u00ad",
    "\u200b",
    "\n",
]
DATE_SEPARATORS = ["", "", "", "-", "/", ".", " ", "\u00a0", "–", "\u200b"]
BEFORE = ["", "pnr ", "Flickan ", "klass 9 ", "(", "personnummer: ", "pnr", "år 2026: ", "den 14 mars, ", "”"]
AFTER = ["", ".", ", 15 år", ") ringde", " i 8B", "\nNästa rad", " kl. 14.30", "!", "”", " och 2 syskon"]


def _in_digits_of(number: str, zero: int) -> str:
    return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in number)


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    """A valid personal identity number or coordination number in one of its spellings."""
    day = draw(st.dates(datetime.date(1890, 1, 1), datetime.date(2026, 12, 31)))
    written_day = day.day + draw(st.sampled_from([0, 60]))
    ten = f"{day:%y%m}{written_day:02}{draw(st.integers(0, 999)):03}"
    ten += luhn.calc_check_digit(ten)
    century = str(day.year // 100) if draw(st.booleans()) or not _has_day_in_every_century(day) else ""
    inner = draw(st.sampled_from(DATE_SEPARATORS))
    number = f"{century}{ten[:2]}{inner}{ten[2:4]}{inner}{ten[4:6]}{draw(st.sampled_from(SEPARATORS))}{ten[6:]}"
    return _in_digits_of(number, draw(st.sampled_from([0x30, 0x30, 0x30, 0xFF10, 0x660, 0x6F0])))


def _has_day_in_every_century(day: datetime.date) -> bool:
    """29 February 1900 is no day, but 00 is read as 2000; the other way round nothing is lost."""
    return not (day.month == 2 and day.day == 29 and not calendar.isleap(2000 + day.year % 100))


@settings(deadline=None)
@given(written_numbers(), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_a_valid_number_is_refused_in_every_spelling_and_surrounding(number: str, before: str, after: str) -> None:
    refused = [finding for finding in find(before + number + after) if finding.severity == Severity.REFUSED]
    assert len(refused) == 1
    assert refused[0].kind == Kind.IDENTITY
    assert refused[0].start <= len(before)
    assert refused[0].end >= len(before) + len(number)


@settings(deadline=None)
@given(st.text(max_size=60), written_numbers(), st.text(max_size=60))
def test_a_valid_number_is_found_between_any_words(before: str, number: str, after: str) -> None:
    found = find(f"{before}, a {number} b, {after}")
    assert any(finding.kind == Kind.IDENTITY for finding in found)


@settings(deadline=None)
@given(TEXTS)
def test_any_text_gives_findings_in_order_within_it_and_apart(text: str) -> None:
    found = find(text)
    assert found == sorted(found)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@settings(deadline=None)
@given(TEXTS)
def test_folding_keeps_the_length_and_knows_every_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.low) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@settings(deadline=None)
@given(st.text("åäöéêşıñ Åsa Öberg José heter 0123456789-", max_size=80))
def test_composed_and_decomposed_letters_give_the_same(text: str) -> None:
    def outcome(form: str) -> list[tuple[Kind, Severity, str]]:
        written = unicodedata.normalize(form, text)
        return [
            (one.kind, one.severity, unicodedata.normalize("NFC", written[one.start : one.end]))
            for one in find(written)
        ]

    assert outcome("NFC") == outcome("NFD")


HOSTILE = [
    "a",
    "0",
    "1 ",
    "9-",
    "a@",
    "a.",
    "@",
    "Aa ",
    "a punkt ",
    "punkt",
    "f 1",
    "född 1",
    "0 7 0 ",
    "ال ",
    "A-",
    "dnr 1-",
    "storgata",
    "c/o ",
    "| ",
    "o1l|",
    "\u0301",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_text_is_gone_through(piece: str) -> None:
    """A rule that tried every way to read a text would never be done. `make bench` measures how the time grows."""
    text = (piece * 20_000)[:20_000]
    assert all(one.end <= len(text) for one in find(text))
