"""Swedish order and folding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nch.common.sorting import fold, swedish_sort_key
from nch.counties.models import County


def test_sort_key_puts_swedish_letters_last() -> None:
    names = ["Örebro", "Ängelholm", "Åre", "Zinkgruvan", "Arvika", "Älmhult", "Åmål", "Östersund"]
    ordered = ["Arvika", "Zinkgruvan", "Åmål", "Åre", "Älmhult", "Ängelholm", "Örebro", "Östersund"]
    assert sorted(names, key=swedish_sort_key) == ordered


def test_sort_key_puts_a_word_before_its_continuation() -> None:
    assert swedish_sort_key("Västra Götaland") < swedish_sort_key("Västragötaland")


def test_fold_keeps_swedish_letters_and_drops_other_accents() -> None:
    assert fold("  ÅSA  Édström ÄÖ ") == "åsa edström äö"


@given(st.text())
def test_sort_key_is_digits_only_so_that_every_collation_agrees(text: str) -> None:
    assert all(character in "0123456789" for character in swedish_sort_key(text))


@pytest.mark.usefixtures("country")
def test_counties_come_in_swedish_order_from_the_database() -> None:
    names = list(County.objects.values_list("name", flat=True))
    assert len(names) == 21
    assert names[0] == "Blekinge län"
    assert names[-3:] == ["Västra Götalands län", "Örebro län", "Östergötlands län"]
