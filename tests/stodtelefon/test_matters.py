"""Calls about the same matter, tied by a code that says nothing about anybody."""

import contextlib
import datetime
import itertools

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from stodtelefon.enums import Cut
from stodtelefon.matter_codes import ALPHABET, MistypedCodeError, new_code, read_code, written
from stodtelefon.models import Matter, SupportCall, SupportLine
from stodtelefon.selectors.matters import MatterCodeError, UnknownCodeError, find_matter
from stodtelefon.selectors.tallies import sums_of, tallies_for
from stodtelefon.services.matters import (
    VALID_FOR,
    WRONG_CODES,
    count_matter_once,
    expire_codes,
    give_code,
    look_up_matter,
    tie_to_matter,
)
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import EVENING, MORNING, make_answerer, make_call, make_centre_line, make_line

DAY = datetime.timedelta(days=1)


def test_codes_are_read_however_they_are_typed() -> None:
    for _ in range(200):
        code = new_code()
        plain = read_code(code)
        assert read_code(f" {code.lower()} ") == plain
        assert read_code(" ".join(plain)) == plain
        wide = "".join(chr(ord(one) + 0xFEE0) for one in plain)
        assert wide != plain
        for sign in "-–—−‑‐_./·\u00a0\u2009\u200b\t\n":
            assert read_code(f"{plain[:3]}{sign}{plain[3:]}.") == plain
            assert read_code(f"{sign}{wide[:3]}{sign}{wide[3:].lower()}") == plain
        assert written(plain) == code


@given(st.data())
def test_one_wrong_character_and_two_that_changed_places_are_caught(data: st.DataObject) -> None:
    code = read_code(new_code())
    place = data.draw(st.integers(0, 6))
    wrong = data.draw(st.sampled_from([character for character in ALPHABET if character != code[place]]))
    with pytest.raises(MistypedCodeError):
        read_code(code[:place] + wrong + code[place + 1 :])
    for first, second in itertools.combinations(range(7), 2):
        swapped = list(code)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        if "".join(swapped) != code:
            with pytest.raises(MistypedCodeError):
                read_code("".join(swapped))


@given(st.text(max_size=12))
def test_any_text_is_either_a_code_or_refused(typed: str) -> None:
    with contextlib.suppress(MistypedCodeError):
        assert len(read_code(typed)) == 7


def _matters(line: SupportLine) -> tuple[int, int]:
    """Calls and matters of a line in the tally."""
    user = make_answerer(line)
    span = {"since": datetime.date(2026, 1, 1), "until": datetime.date(2026, 12, 31)}
    amounts = sums_of(tallies_for(user), Cut.PLACE, **span)[()]
    return amounts.calls, amounts.matters


@pytest.mark.django_db
def test_calls_with_the_same_code_count_as_one_matter() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    first, second, third = (make_call(line, by, started_at=MORNING - DAY * number) for number in (2, 1, 0))
    make_call(line, by)
    code = give_code(call=first, by=by, at=EVENING)
    for call in (third, second):
        tie_to_matter(call=call, matter=find_matter(code, at=EVENING), by=by, at=EVENING)
    assert _matters(line) == (4, 2)
    assert set(SupportCall.objects.filter(repeats=True)) == {second, third}
    assert tally_differences() == {}


@pytest.mark.django_db
def test_matter_is_counted_at_its_earliest_call_that_is_not_struck() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    later, earlier = make_call(line, by), make_call(line, by, started_at=MORNING - DAY)
    matter = find_matter(give_code(call=later, by=by, at=EVENING), at=EVENING)
    tie_to_matter(call=earlier, matter=matter, by=by, at=EVENING)
    assert list(SupportCall.objects.filter(repeats=True)) == [later]
    SupportCall.objects.filter(pk=earlier.pk).update(struck_at=EVENING)
    count_matter_once(matter)
    later.refresh_from_db()
    assert not later.repeats


@pytest.mark.django_db
def test_code_that_another_matter_has_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    first, second, known = (make_call(line, by) for _ in range(3))
    taken = give_code(call=first, by=by, at=EVENING)
    give_code(call=known, by=by, at=EVENING)
    one, two = new_code(), new_code()
    drawn = iter([taken, one, taken, one, two])
    monkeypatch.setattr("stodtelefon.services.matters.new_code", lambda: next(drawn))
    assert give_code(call=second, by=by, at=EVENING) == one
    # So is one for a matter that had a code before.
    assert give_code(call=known, by=by, at=EVENING) == two
    found = [find_matter(code, at=EVENING).calls.get() for code in (taken, one, two)]
    assert found == [first, second, known]


@pytest.mark.django_db
def test_code_is_kept_as_a_digest_only() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    code = give_code(call=make_call(line, by), by=by, at=EVENING)
    kept = Matter.objects.get()
    assert kept.code_digest is not None
    assert read_code(code) not in kept.code_digest.upper()
    assert not any(read_code(code) in str(event.details) for event in AuditEvent.objects.all())


@pytest.mark.django_db
def test_lost_code_is_replaced_and_the_old_one_ends() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call = make_call(line, by)
    old = give_code(call=call, by=by, at=EVENING)
    call.refresh_from_db()
    new = give_code(call=call, by=by, at=EVENING)
    assert Matter.objects.count() == 1
    assert find_matter(new, at=EVENING) == call.matter
    with pytest.raises(MatterCodeError):
        find_matter(old, at=EVENING)


@pytest.mark.django_db
def test_code_expires_a_year_after_the_last_call_and_is_wiped() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    code = give_code(call=make_call(line, by), by=by, at=EVENING)
    later = EVENING + VALID_FOR - DAY
    tie_to_matter(call=make_call(line, by), matter=find_matter(code, at=later), by=by, at=later)
    assert expire_codes(at=EVENING + VALID_FOR) == 0
    with pytest.raises(MatterCodeError):
        find_matter(code, at=later + VALID_FOR)
    assert expire_codes(at=later + VALID_FOR) == 1
    assert Matter.objects.get().code_digest is None
    assert SupportCall.objects.filter(matter__isnull=False).count() == 2


@pytest.mark.django_db
def test_mistyped_code_says_so_and_not_that_it_is_unknown() -> None:
    with pytest.raises(MatterCodeError, match="Kontrollera tecknen"):
        find_matter("KXM-4PR", at=EVENING)
    with pytest.raises(MatterCodeError, match="gått ut"):
        find_matter(new_code(), at=EVENING)


@pytest.mark.django_db
def test_any_line_may_tie_its_call_to_a_matter_but_only_its_own() -> None:
    own, national = make_centre_line(), make_line()
    by, other = make_answerer(own), make_answerer(national)
    matter = find_matter(give_code(call=make_call(own, by), by=by, at=EVENING), at=EVENING)
    call = make_call(national, other)
    tie_to_matter(call=call, matter=matter, by=other, at=EVENING)
    with pytest.raises(PermissionDenied):
        tie_to_matter(call=call, matter=matter, by=by, at=EVENING)
    with pytest.raises(PermissionDenied):
        give_code(call=call, by=make_user(Role.AUDITOR), at=EVENING)


@pytest.mark.django_db
def test_codes_cannot_be_guessed_for_ever_and_the_log_counts_them_without_naming_them() -> None:
    cache.clear()
    line = make_centre_line()
    by, colleague = make_answerer(line), make_answerer(line)
    code = give_code(call=make_call(line, by), by=by, at=EVENING)
    guesses = [new_code() for _ in range(WRONG_CODES.most)]
    for guess in [guesses[0], *guesses]:  # the page sends a call twice when it is refused
        with pytest.raises(UnknownCodeError):
            look_up_matter(typed=guess, by=by, at=EVENING)
    with pytest.raises(MatterCodeError, match="Vänta en timme"):
        look_up_matter(typed=code, by=by, at=EVENING)
    assert look_up_matter(typed=code, by=colleague, at=EVENING) == Matter.objects.get()
    events = AuditEvent.objects.filter(action="unknown_matter_code").order_by("sequence")
    assert [event.details for event in events] == [{"codes": number} for number in range(1, len(guesses) + 1)]
    cache.clear()


@pytest.mark.django_db
def test_refused_code_stands_at_its_field_and_nothing_typed_is_lost() -> None:
    cache.clear()
    line = make_centre_line()
    client, by = Client(), make_answerer(line)
    client.force_login(by)
    client.post(reverse("stodtelefon:draft_save"), {"matter_code": new_code()})
    assert not AuditEvent.objects.filter(action="unknown_matter_code").exists()
    for _ in range(WRONG_CODES.most + 1):
        guess = new_code()
        typed = {"matter_code": guess, "note": "Skolan undrar över rutiner.", "duration_minutes": "17"}
        answer = client.post(reverse("stodtelefon:log_call"), typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Vänta en timme" in shown
    assert all(value in shown for value in typed.values())
    cache.clear()
