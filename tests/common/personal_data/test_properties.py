"""What holds for every text: findings stand in order within it, and a valid number is found however it is written."""

import itertools
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nch.common.personal_data import Kind, Severity, find
from nch.common.personal_data.folding import fold
from tests.common.personal_data.spellings import (
    day_first_numbers,
    reserve_numbers,
    scattered_numbers,
    written_numbers,
)

TEXTS = st.text(max_size=200) | st.text("0123456789 -+./:@()oOlI|kK\u00a0\u00ad\u200b–åÅ", max_size=120)
BEFORE = ["", "pnr ", "Flickan ", "klass 9 ", "(", "personnummer: ", "pnr", "år 2026: ", "den 14 mars, ", "”"]
AFTER = ["", ".", ", 15 år", ") ringde", " i 8B", "\nNästa rad", " kl. 14.30", "!", "”", " och 2 syskon"]


@settings(deadline=None)
@given(written_numbers(), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_a_valid_number_is_refused_in_every_spelling_and_surrounding(number: str, before: str, after: str) -> None:
    refused = [finding for finding in find(before + number + after) if finding.severity == Severity.REFUSED]
    assert len(refused) == 1
    assert refused[0].kind == Kind.IDENTITY
    assert refused[0].start <= len(before)
    assert refused[0].end >= len(before) + len(number)


@settings(deadline=None)
@given(
    scattered_numbers() | day_first_numbers() | reserve_numbers(),
    st.sampled_from(["", "Flickan ", "enligt ", "(", "pnr: ", "Sedan 2019, "]),
    st.sampled_from(["", ".", ", 15 år", ") ringde", " i skolan", "!", " och två syskon"]),
)
@example("080314 23 89", "", "")
@example("08.03.14.23.89", "", "")
@example("14.03.2008-2389", "", "")
@example("01011899-0000", "", "")
def test_a_number_with_signs_elsewhere_the_day_first_or_letters_is_refused(
    number: str, before: str, after: str
) -> None:
    assert any(
        finding.severity == Severity.REFUSED and finding.kind == Kind.IDENTITY
        for finding in find(before + number + after)
    )


def test_every_digit_dash_and_invisible_sign_of_unicode_is_read_as_what_it_is() -> None:
    plain_of = {"Pd": "-", "Zs": " ", "Cf": ""}
    for code in range(0x80, sys.maxunicode):
        sign = chr(code)
        digit = unicodedata.digit(sign, None)
        plain = plain_of.get(unicodedata.category(sign)) if digit is None else str(digit)
        if plain is not None:
            assert fold(sign).text == plain, f"U+{code:04X}"


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
    *(
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
    ),
    *("storgata", "c/o ", "| ", "o1l|", "\u0301", "090314", "090314 ", "090314, ", "090314 och ", "och ", "sedan"),
    *("090314 och sedan och sedan och ", "sista fyra 1234, född ", "noll ", "noll sju noll ", "1.1.2009 ", "1/1 "),
    *("070,", "0\n7\n", "a_at_", "a@a", "a@a, ", "Kristinas ", "99 2019 ", "090314 TF", "- ", ", "),
]
LONG = 20_000
MOST_SECONDS = 5


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_text_is_gone_through(piece: str) -> None:
    """A rule that tried every way to read a text would never be done. `make bench` measures how the time grows."""
    text = (piece * LONG)[:LONG]
    begun = time.process_time()
    assert all(one.end <= len(text) for one in find(text))
    assert time.process_time() - begun < MOST_SECONDS
