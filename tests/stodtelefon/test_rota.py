"""The rota: laying it, letting others take a shift, and one's own calendar."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import OutgoingMail
from stodtelefon.models import Shift, ShiftOffer, SupportLine
from stodtelefon.opening import Span
from stodtelefon.selectors.lines import rota_of
from stodtelefon.services.lines import set_exception
from stodtelefon.services.rota import (
    Laid,
    RotaError,
    end_rota_feed,
    lay_shifts,
    make_rota_feed,
    offer_shift,
    person_of_feed,
    remove_shift,
    take_shift,
    withdraw_offer,
)
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import (
    OFFICE_HOURS,
    make_answerer,
    make_centre_line,
    make_shift,
    open_on_weekdays,
    swedish,
)

pytestmark = pytest.mark.django_db

NOW = swedish(2026, 12, 1, 8)
MONDAY = datetime.date(2026, 12, 21)


def _line() -> tuple[SupportLine, User, User]:
    """A line that is open on working days, its lead, and somebody who answers."""
    line = make_centre_line()
    open_on_weekdays(line)
    return line, make_answerer(line), make_user(Role.RC_LINE, line.organisation)


def _lay(line: SupportLine, person: User, by: User, **changes: Any) -> Laid:
    values: dict[str, Any] = {
        "weekdays": [1, 2, 3, 4, 5],
        "span": OFFICE_HOURS,
        "first": MONDAY,
        "last": MONDAY + datetime.timedelta(days=6),
    }
    return lay_shifts(line=line, person=person, by=by, at=NOW, **values | changes)


def test_shifts_skip_the_days_on_which_the_line_is_closed() -> None:
    line, lead, person = _line()
    assert _lay(line, person, lead) == Laid(3, [])  # Christmas Eve and Day are a Thursday and a Friday
    days = {shift.starts_at.date() for shift in Shift.objects.all()}
    assert days == {MONDAY + datetime.timedelta(days=number) for number in range(3)}


def test_day_that_is_open_at_other_times_gets_no_shift_and_is_named() -> None:
    line, lead, person = _line()
    wednesday, morning = MONDAY + datetime.timedelta(days=2), Span(datetime.time(9), datetime.time(12))
    set_exception(line=line, day=wednesday, hours=morning, reason="Kort dag", by=lead, at=NOW)
    afternoon = Span(datetime.time(12), datetime.time(16))
    assert _lay(line, person, lead, span=afternoon) == Laid(2, [(wednesday, [morning])])
    assert wednesday not in {shift.starts_at.date() for shift in Shift.objects.all()}
    with pytest.raises(RotaError, match=r"Den 2026-12-23 är den öppen 09\.00–12\.00") as caught:
        _lay(line, person, lead, span=afternoon, first=wednesday, last=wednesday)
    assert caught.value.field == "opens"
    part = Span(datetime.time(11), datetime.time(16))
    assert _lay(line, person, lead, span=part, first=wednesday, last=wednesday) == Laid(1, [])


def test_page_says_on_which_days_no_shift_was_laid() -> None:
    line, lead, person = _line()
    short = datetime.date(2027, 1, 13)
    set_exception(line=line, day=short, hours=Span(datetime.time(9), datetime.time(12)), reason="x", by=lead, at=NOW)
    page = _client(lead).post(
        reverse("stodtelefon:lay_shifts", args=[line.pk]),
        {
            "person": person.pk,
            "weekdays": ["1", "3"],
            "opens": "12.00",
            "closes": "16.00",
            "first": "2027-01-11",
            "last": "2027-01-17",
        },
        follow=True,
    )
    text = page.content.decode()
    assert "1 pass är inlagt." in text
    assert "lades inget in. Den 2027-01-13 är den öppen 09.00–12.00." in text


def test_rota_shows_what_nobody_answers() -> None:
    line, lead, person = _line()
    morning = Span(datetime.time(9), datetime.time(12))
    _lay(line, person, lead, weekdays=[1], span=morning)
    monday, tuesday, *_, sunday = rota_of(line, MONDAY, MONDAY + datetime.timedelta(days=6))
    assert [one.shift.person for one in monday.shifts] == [person]
    assert monday.unstaffed == [Span(datetime.time(12), datetime.time(16))]
    assert tuesday.unstaffed == [OFFICE_HOURS]
    assert (sunday.hours, sunday.unstaffed) == ([], [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": MONDAY - datetime.timedelta(days=1)}, "last"),
        ({"last": MONDAY + datetime.timedelta(days=400)}, "last"),
        ({"weekdays": [6, 7]}, "weekdays"),
        ({"span": Span(datetime.time(12), datetime.time(9))}, "closes"),
    ],
)
def test_shifts_that_cannot_be_are_refused_at_their_field(changes: dict[str, object], field: str) -> None:
    line, lead, person = _line()
    with pytest.raises(RotaError) as caught:
        _lay(line, person, lead, **changes)
    assert caught.value.field == field
    assert not Shift.objects.exists()


def test_person_cannot_have_two_shifts_at_once_or_a_line_of_others() -> None:
    line, lead, person = _line()
    _lay(line, person, lead)
    with pytest.raises(RotaError, match="2026-12-21"):
        _lay(line, person, lead, span=Span(datetime.time(15), datetime.time(18)))
    other = make_centre_line("05", "Östergötlands län")
    with pytest.raises(RotaError) as caught:
        _lay(line, make_answerer(other), lead)
    assert caught.value.field == "person"
    with pytest.raises(PermissionDenied):
        _lay(line, person, person)


def test_offered_shift_goes_to_the_first_who_takes_it() -> None:
    line, lead, person = _line()
    shift = make_shift(line, person)
    offer_shift(shift=shift, by=person, at=NOW)
    offer_shift(shift=shift, by=person, at=NOW)
    [mail] = OutgoingMail.objects.all()
    assert mail.user == lead
    assert str(person) not in mail.body
    third = make_user(Role.RC_LINE, line.organisation)
    take_shift(shift=shift, by=third, at=NOW)
    with pytest.raises(RotaError):
        take_shift(shift=shift, by=lead, at=NOW)
    shift.refresh_from_db()
    assert shift.person == third
    assert ShiftOffer.objects.get().taken_by == third


def test_shift_is_taken_only_by_those_who_answer_and_are_free() -> None:
    line, lead, person = _line()
    shift = make_shift(line, person)
    offer_shift(shift=shift, by=lead, at=NOW)
    make_shift(line, lead)
    with pytest.raises(RotaError, match="redan ett pass"):
        take_shift(shift=shift, by=lead, at=NOW)
    with pytest.raises(PermissionDenied):
        take_shift(shift=shift, by=make_answerer(make_centre_line("05", "Östergötlands län")), at=NOW)
    withdraw_offer(shift=shift, by=person, at=NOW)
    with pytest.raises(RotaError):
        withdraw_offer(shift=shift, by=person, at=NOW)


def test_only_ones_own_shift_is_offered_and_only_before_it_begins() -> None:
    line, lead, person = _line()
    shift = make_shift(line, lead)
    with pytest.raises(PermissionDenied):
        offer_shift(shift=shift, by=person, at=NOW)
    with pytest.raises(RotaError):
        offer_shift(shift=shift, by=lead, at=shift.starts_at)
    with pytest.raises(PermissionDenied):
        remove_shift(shift=shift, by=person, at=NOW)
    remove_shift(shift=shift, by=lead, at=NOW)
    assert not Shift.objects.exists()


def test_calendar_holds_ones_own_shifts_and_ends_with_a_new_address() -> None:
    line, lead, person = _line()
    make_shift(line, person)
    make_shift(line, lead, datetime.date(2027, 1, 12))
    token = make_rota_feed(by=person, at=NOW)
    answer = Client().get(reverse("stodtelefon:rota_feed", args=[token]))
    text = answer.content.decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20270111T080000Z" in text
    assert "no-store" in answer["Cache-Control"]
    make_rota_feed(by=person, at=NOW)
    assert Client().get(reverse("stodtelefon:rota_feed", args=[token])).status_code == 404


def test_calendar_ends_with_the_access() -> None:
    _, _, person = _line()
    token = make_rota_feed(by=person, at=NOW)
    assert person_of_feed(token) == person
    person.memberships.update(valid_to=datetime.date(2026, 1, 1))
    assert person_of_feed(token) is None
    person.memberships.update(valid_to=None)
    end_rota_feed(by=User.objects.get(pk=person.pk), at=NOW)
    assert person_of_feed(token) is None


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_rota_is_laid_offered_and_taken_on_the_pages() -> None:
    line, lead, person = _line()
    answer = _client(lead).post(
        reverse("stodtelefon:lay_shifts", args=[line.pk]),
        {
            "person": person.pk,
            "weekdays": ["1"],
            "opens": "09:00",
            "closes": "16:00",
            "first": "2027-01-11",
            "last": "2027-01-11",
        },
    )
    assert answer["Location"].endswith("?vecka=2027-W02")
    shift = Shift.objects.get()
    page = reverse("stodtelefon:rota", args=[line.pk]) + "?vecka=2027-W02"
    act = reverse("stodtelefon:shift_action", args=[line.pk, shift.pk, "bjud-ut"])
    assert _client(person).post(act, follow=True).status_code == 200
    assert "Ta passet" in _client(lead).get(page).content.decode()
    assert "Ta passet" not in _client(person).get(page).content.decode()
    take = reverse("stodtelefon:shift_action", args=[line.pk, shift.pk, "ta"])
    assert "Passet är ditt" in _client(lead).post(take, follow=True).content.decode()
    again = reverse("stodtelefon:shift_action", args=[line.pk, shift.pk, "bjud-ut"])
    assert _client(person).post(again).status_code == 404


def test_rota_offers_each_reader_what_the_reader_may_do_and_nothing_with_shifts_that_have_been() -> None:
    line, lead, person = _line()
    make_shift(line, person)
    page = reverse("stodtelefon:rota", args=[line.pk]) + "?vecka=2027-W02"
    with time_machine.travel(swedish(2027, 1, 10, 12), tick=False):
        offered = {user: _client(user).get(page).content.decode() for user in (lead, person, make_user(Role.AUDITOR))}
    mine, read_only = offered[person], offered.popitem()[1]
    assert "Bjud ut passet" in mine
    assert "Föreslå ett byte" not in mine
    assert "Ta bort passet" not in mine
    assert "Ta bort passet" in offered[lead]
    assert "Föreslå ett byte" in offered[lead]
    assert "<button" not in read_only.split('class="nch-rota"')[1].split("</main>")[0]
    assert str(person) in read_only
    with time_machine.travel(swedish(2027, 1, 11, 17), tick=False):
        past = _client(lead).get(page).content.decode()
        assert str(person) in past
        assert "Ta bort passet" not in past
        gone = reverse("stodtelefon:shift_action", args=[line.pk, Shift.objects.get().pk, "ta-bort"])
        assert "Passet har varit" in _client(lead).post(gone, follow=True).content.decode()
    assert Shift.objects.exists()


def test_form_for_shifts_says_what_to_do_in_each_field() -> None:
    line, lead, _ = _line()
    answer = _client(lead).post(reverse("stodtelefon:lay_shifts", args=[line.pk]), {})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "obligatoriskt" not in page
    assert "Välj vem som svarar." in page
    assert "Kryssa i minst en veckodag." in page


@pytest.mark.parametrize("week", ["2026-W53", "2027-W99", "skräp", "2026-W99-1", ""])
def test_any_week_can_be_asked_for(week: str) -> None:
    line, lead, _ = _line()
    answer = _client(lead).get(reverse("stodtelefon:rota", args=[line.pk]), {"vecka": week})
    assert answer.status_code == 200
    if week == "2026-W53":
        assert "Schema vecka 53" in answer.content.decode()
