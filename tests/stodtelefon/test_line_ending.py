"""A line that is ended for good keeps its calls and takes no more; opening hours that have been can be read."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.models import Shift, SupportCall, SupportLine
from stodtelefon.selectors import lines_to_log_for
from stodtelefon.selectors.lines import timetable_of
from stodtelefon.services import CallError, log_call
from stodtelefon.services.lines import LineError, end_line, open_line, reopen_line, set_opening_hours
from stodtelefon.services.rota import RotaError, lay_shifts
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import (
    EVENING,
    OFFICE_HOURS,
    call_values,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    make_shift,
    open_on_weekdays,
    swedish,
)

pytestmark = pytest.mark.django_db

TODAY = EVENING.date()
TOMORROW = TODAY + datetime.timedelta(days=1)
NEXT_DAY = EVENING + datetime.timedelta(days=1)


@pytest.fixture
def line() -> SupportLine:
    """A line that is open on working days."""
    line = make_centre_line()
    open_on_weekdays(line)
    return line


@pytest.fixture
def admin() -> User:
    """Somebody who opens and ends lines."""
    return make_user(Role.NCH_ADMIN)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_nobody_logs_calls_at_an_ended_line_and_those_that_are_there_stay(line: SupportLine, admin: User) -> None:
    answerer = make_answerer(line)
    call = make_call(line, answerer)
    kept = make_shift(line, answerer, TODAY)
    make_shift(line, answerer, TOMORROW)
    end_line(line=line, day=TOMORROW, by=admin, at=EVENING)
    line.refresh_from_db()
    assert list(Shift.objects.all()) == [kept]
    assert AuditEvent.objects.get(action="line_ended").details == {"from": TOMORROW.isoformat(), "shifts_removed": 1}
    with time_machine.travel(EVENING, tick=False):
        assert list(lines_to_log_for(answerer)) == [line]
        make_call(line, answerer)
    with time_machine.travel(NEXT_DAY, tick=False):
        assert list(lines_to_log_for(answerer)) == []
        with pytest.raises(CallError, match="avslutad"):
            log_call(**call_values(line, answerer, at=NEXT_DAY))
        page = signed_in(answerer).get(reverse("stodtelefon:call_list"), {"period": ""})
        assert call in page.context["calls"]
        assert (
            "Avslutad" in signed_in(answerer).get(reverse("stodtelefon:line_detail", args=[line.pk])).content.decode()
        )
    assert SupportCall.objects.count() == 2


def test_call_that_was_saved_before_the_end_can_be_sent_again(line: SupportLine, admin: User) -> None:
    answerer = make_answerer(line)
    values = call_values(line, answerer)
    call = log_call(**values)
    end_line(line=line, day=TODAY, by=admin, at=EVENING)
    line.refresh_from_db()
    assert log_call(**values | {"line": line, "at": EVENING}) == call


def test_ended_line_is_never_open_and_gets_no_shifts(line: SupportLine, admin: User) -> None:
    end_line(line=line, day=TOMORROW, by=admin, at=EVENING)
    line.refresh_from_db()
    timetable = timetable_of(line)
    assert timetable.hours_on(TODAY) == [OFFICE_HOURS]
    assert timetable.hours_on(TOMORROW) == []
    assert timetable.next_opening(EVENING) is None
    lead = make_answerer(line)
    span = {"span": OFFICE_HOURS, "weekdays": range(1, 8), "first": TOMORROW, "last": TOMORROW}
    with pytest.raises(RotaError, match="stängd"):
        lay_shifts(line=line, person=lead, by=lead, at=EVENING, **span)


def test_line_is_ended_by_those_who_open_lines_from_today_at_the_earliest_and_once(
    line: SupportLine, admin: User
) -> None:
    with pytest.raises(PermissionDenied):
        end_line(line=line, day=TOMORROW, by=make_answerer(line), at=EVENING)
    with pytest.raises(LineError) as caught:
        end_line(line=line, day=TODAY - datetime.timedelta(days=1), by=admin, at=EVENING)
    assert caught.value.field == "day"
    with pytest.raises(LineError, match="nationella"):
        end_line(line=make_line(), day=TOMORROW, by=admin, at=EVENING)
    with pytest.raises(LineError, match="inte avslutad"):
        reopen_line(line=line, by=admin, at=EVENING)
    end_line(line=line, day=TODAY, by=admin, at=EVENING)
    with pytest.raises(LineError, match="redan avslutad"):
        end_line(line=line, day=TOMORROW, by=admin, at=EVENING)
    with pytest.raises(LineError, match="Öppna den igen") as caught:
        open_line(name=line.name, organisation=line.organisation, kind=line.kind, by=admin, at=EVENING)
    assert caught.value.field == "name"
    reopen_line(line=line, by=admin, at=EVENING)
    line.refresh_from_db()
    assert make_call(line, make_answerer(line)).pk


@time_machine.travel(EVENING, tick=False)
def test_page_says_what_ending_means_before_it_is_done(line: SupportLine, admin: User) -> None:
    make_shift(line, make_answerer(line), TOMORROW)
    client, address = signed_in(admin), reverse("stodtelefon:end_line", args=[line.pk])
    asked = client.post(address, {"day": TOMORROW.isoformat()}).content.decode()
    assert "1 pass från den dagen tas bort" in asked
    line.refresh_from_db()
    assert line.ended_from is None
    refused = client.post(address, {"day": "2020-01-01"})
    assert refused.status_code == 422
    assert 'value="2020-01-01"' in refused.content.decode()
    assert "Ange från vilken dag" in client.post(address, {"day": ""}).content.decode()
    done = client.post(address, {"day": TOMORROW.isoformat(), "confirmed": "1"}, follow=True).content.decode()
    assert f"{line.name} är avslutad från och med {TOMORROW.isoformat()}" in done
    assert "Öppna igen" in done
    assert reverse("members:user_list") in done
    line.refresh_from_db()
    assert line.ended_from == TOMORROW
    client.post(reverse("stodtelefon:reopen_line", args=[line.pk]))
    line.refresh_from_db()
    assert line.ended_from is None


@time_machine.travel(swedish(2026, 3, 10, 12), tick=False)
def test_line_shows_opening_hours_that_have_been_and_will_be(line: SupportLine) -> None:
    lead = make_answerer(line)
    client, address = signed_in(lead), reverse("stodtelefon:line_detail", args=[line.pk])
    assert "Tidigare och kommande" not in client.get(address).content.decode()
    hours = [(1, OFFICE_HOURS), (2, OFFICE_HOURS), (4, OFFICE_HOURS)]
    first = datetime.date(2026, 4, 1)
    set_opening_hours(line=line, hours=hours, closed_on_holidays=True, valid_from=first, by=lead, at=EVENING)
    now, before = timetable_of(line).periods()
    assert (now.first, now.last) == (first, None)
    assert now.words == "måndag–tisdag 09.00–16.00, torsdag 09.00–16.00"
    assert (before.last, before.words) == (datetime.date(2026, 3, 31), "måndag–fredag 09.00–16.00")
    page = client.get(address).content.decode()
    assert "Måndag–tisdag 09.00–16.00, torsdag 09.00–16.00" in page
    assert "2026-03-31" in page
