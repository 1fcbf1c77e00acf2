"""When a line is open, and who may say so."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.models import OpeningException, OpeningHours, SupportLine
from stodtelefon.opening import DayOut, Span, Timetable, WeeklyRule, holiday_on
from stodtelefon.selectors.lines import is_outside_hours, timetable_of, unstaffed
from stodtelefon.services.lines import LineError, change_line, remove_exception, set_exception, set_opening_hours
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.stodtelefon import (
    EVENING,
    MORNING,
    OFFICE_HOURS,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    open_on_weekdays,
    swedish,
)


def clock(hour: int, minute: int = 0) -> datetime.time:
    return datetime.time(hour, minute)


WEEK = [WeeklyRule(weekday, OFFICE_HOURS, datetime.date(2020, 1, 1)) for weekday in range(1, 6)]
OPEN_WEEK = Timetable(WEEK, {}, closed_on_holidays=True)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (swedish(2026, 3, 10, 9), True),
        (swedish(2026, 3, 10, 15, 59), True),
        (swedish(2026, 3, 10, 16), False),
        (swedish(2026, 3, 10, 8, 59), False),
        (swedish(2026, 3, 14, 10), False),  # Saturday
        (swedish(2026, 4, 3, 10), False),  # Good Friday
        (swedish(2026, 6, 19, 10), False),  # Midsummer's Eve
        (swedish(2026, 12, 24, 10), False),  # Christmas Eve, a Thursday
        (datetime.datetime(2026, 3, 10, 8, 30, tzinfo=datetime.UTC), True),  # 9.30 in Sweden
    ],
)
def test_line_is_open_on_working_days_only(moment: datetime.datetime, is_open: bool) -> None:
    assert OPEN_WEEK.is_open(moment) is is_open


def test_day_of_its_own_goes_before_holidays_and_the_week() -> None:
    christmas, tuesday = datetime.date(2026, 12, 24), datetime.date(2026, 3, 10)
    days_out = {christmas: DayOut((Span(clock(10), clock(12)),), "Jour"), tuesday: DayOut((), "Personaldag")}
    timetable = Timetable(WEEK, days_out, closed_on_holidays=True)
    assert timetable.is_open(swedish(2026, 12, 24, 11))
    assert not timetable.is_open(swedish(2026, 3, 10, 11))
    assert timetable.why_closed(tuesday) == "Personaldag"
    assert OPEN_WEEK.why_closed(christmas) == "Julafton"


def test_line_opens_the_next_time_after_the_holidays() -> None:
    assert OPEN_WEEK.next_opening(swedish(2026, 4, 2, 17)) == swedish(2026, 4, 7, 9)
    assert OPEN_WEEK.next_opening(swedish(2026, 3, 10, 8)) == swedish(2026, 3, 10, 9)
    assert Timetable([], {}, closed_on_holidays=True).next_opening(MORNING) is None


def test_ordinary_days_are_no_holidays() -> None:
    assert holiday_on(datetime.date(2026, 3, 10)) == ""
    assert holiday_on(datetime.date(2026, 6, 6)) == "Nationaldagen"


SPANS = st.tuples(st.integers(0, 23), st.integers(1, 24)).map(
    lambda pair: (min(pair[0], pair[1] - 1), max(pair[1] - 1, pair[0]) + (pair[0] >= pair[1] - 1))
)


def _as_spans(hours: list[tuple[int, int]]) -> list[Span]:
    return [Span(clock(first), clock(last)) for first, last in hours if first < last < 24]


@given(st.lists(SPANS, max_size=3), st.lists(SPANS, max_size=4))
def test_unstaffed_is_what_is_open_and_covered_by_nobody(
    hours: list[tuple[int, int]], shifts: list[tuple[int, int]]
) -> None:
    opened, covered = _as_spans(hours), _as_spans(shifts)
    left = unstaffed(opened, covered)
    for hour in range(24):
        moment = clock(hour, 30)
        wanted = any(span.holds(moment) for span in opened) and not any(span.holds(moment) for span in covered)
        assert any(span.holds(moment) for span in left) == wanted


@pytest.mark.django_db
def test_new_hours_leave_the_old_ones_for_old_days() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    open_on_weekdays(line)
    short = [(1, Span(clock(10), clock(12)))]
    values = {"line": line, "closed_on_holidays": False, "valid_from": datetime.date(2026, 3, 9), "at": EVENING}
    set_opening_hours(hours=short, by=lead, **values)
    timetable = timetable_of(SupportLine.objects.get(pk=line.pk))
    assert timetable.hours_on(datetime.date(2026, 3, 6)) == [OFFICE_HOURS]
    assert timetable.hours_on(datetime.date(2026, 3, 9)) == [Span(clock(10), clock(12))]
    assert timetable.hours_on(datetime.date(2026, 3, 10)) == []
    set_opening_hours(hours=[], by=lead, **values)
    assert OpeningHours.objects.filter(line=line, valid_to__isnull=True).count() == 0
    assert AuditEvent.objects.filter(action="opening_hours_set", actor_id=lead.pk).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spans",
    [
        [Span(clock(12), clock(9))],
        [Span(clock(9), clock(12)), Span(clock(11), clock(15))],
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_day(spans: list[Span]) -> None:
    line = make_centre_line()
    with pytest.raises(LineError) as caught:
        set_opening_hours(
            line=line,
            hours=[(3, span) for span in spans],
            closed_on_holidays=True,
            valid_from=datetime.date(2026, 1, 1),
            by=make_answerer(line),
            at=EVENING,
        )
    assert caught.value.field == "day_3"


@pytest.mark.django_db
def test_call_outside_the_hours_is_flagged_and_not_refused() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    assert not make_call(line, by, started_at=swedish(2026, 3, 8, 3)).outside_hours
    open_on_weekdays(line)
    assert make_call(line, by, started_at=swedish(2026, 3, 8, 3)).outside_hours
    assert not make_call(line, by, started_at=MORNING).outside_hours
    assert not is_outside_hours(make_line(), MORNING)


@pytest.mark.django_db
def test_exception_is_changed_by_saying_it_again_and_can_be_removed() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    day = datetime.date(2026, 12, 23)
    set_exception(line=line, day=day, hours=None, reason="Stängt", by=lead, at=EVENING)
    exception = set_exception(line=line, day=day, hours=OFFICE_HOURS, reason="Öppet ändå", by=lead, at=EVENING)
    assert OpeningException.objects.get().reason == "Öppet ändå"
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningException.objects.filter(pk=exception.pk).update(closes=None)
    remove_exception(exception=exception, by=lead, at=EVENING)
    assert not OpeningException.objects.exists()


@pytest.mark.django_db
def test_day_that_has_been_keeps_its_hours_and_a_day_with_calls_says_that_they_stay() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    open_on_weekdays(line)
    today, yesterday = EVENING.date(), EVENING.date() - datetime.timedelta(days=1)
    with pytest.raises(LineError, match="Dagen har varit") as caught:
        set_exception(line=line, day=yesterday, hours=None, reason="Stängt", by=lead, at=EVENING)
    assert caught.value.field == "day"
    past = OpeningException.objects.create(line=line, day=yesterday, reason="Stängt")
    with pytest.raises(LineError, match="Dagen har varit"):
        remove_exception(exception=past, by=lead, at=EVENING)
    call, client = make_call(line, lead, started_at=MORNING), _client(lead)
    with time_machine.travel(EVENING, tick=False):
        address, values = reverse("stodtelefon:opening_exception", args=[line.pk]), {"reason": "Sjukdom"}
        assert client.post(address, {**values, "day": yesterday.isoformat()}).status_code == 422
        page = client.post(address, {**values, "day": today.isoformat()}, follow=True).content.decode()
        assert "1 samtal som redan är registrerat den dagen behåller sin märkning" in page
        answer = client.post(reverse("stodtelefon:remove_exception", args=[line.pk, past.pk]), follow=True)
        assert "Dagen har varit" in answer.content.decode()
        tomorrow = today + datetime.timedelta(days=1)
        page = client.post(address, {**values, "day": tomorrow.isoformat()}, follow=True).content.decode()
        assert "Dagen är sparad." in page
        assert "behåller sin märkning" not in page
    call.refresh_from_db()
    assert not call.outside_hours
    assert OpeningException.objects.filter(pk=past.pk).exists()


@pytest.mark.django_db
def test_lead_of_another_line_may_not_touch_this_one() -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    stranger = make_answerer(other)
    with pytest.raises(PermissionDenied):
        change_line(line=line, name="Ny", correction_hours=1, note_days=1, by=stranger, at=EVENING)
    with pytest.raises(PermissionDenied):
        set_exception(line=line, day=EVENING.date(), hours=None, reason="x", by=stranger, at=EVENING)
    answerer = make_user(Role.RC_LINE, line.organisation)
    with pytest.raises(PermissionDenied):
        change_line(line=line, name="Ny", correction_hours=1, note_days=1, by=answerer, at=EVENING)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_hours_are_typed_on_the_page_and_faults_stand_at_their_fields() -> None:
    line = make_centre_line()
    client = _client(make_answerer(line))
    address = reverse("stodtelefon:opening_hours", args=[line.pk])
    answer = client.post(address, {"valid_from": "2026-03-01", "opens_1_1": "09:00", "closes_2_1": "x"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {"closes_1_1", "closes_2_1"}
    assert 'value="09:00"' in answer.content.decode()
    answer = client.post(address, {"valid_from": "2026-03-01", "opens_1_1": "09:00", "closes_1_1": "08:00"})
    assert set(answer.context["form"].errors) == {"opens_1_1"}
    answer = client.post(
        address,
        {"valid_from": "2026-03-01", "opens_1_1": "09.00", "closes_1_1": "12:00", "closed_on_holidays": "on"},
        follow=True,
    )
    assert "Öppettiderna är sparade" in answer.content.decode()
    page = client.get(reverse("stodtelefon:line_detail", args=[line.pk])).content.decode()
    assert "9.00" in page
    assert "12.00" in page


@pytest.mark.django_db
def test_administrator_opens_a_line_and_sees_no_calls() -> None:
    centre = make_organisation("resource_centre", county=make_county("12", "Skåne län"))
    client = _client(make_user(Role.NCH_ADMIN))
    answer = client.post(reverse("stodtelefon:open_line"), {"organisation": centre.pk, "name": "Linjen"}, follow=True)
    line = SupportLine.objects.get(organisation=centre)
    assert "Linjen är upplagd" in answer.content.decode()
    assert client.get(reverse("stodtelefon:line_detail", args=[line.pk])).status_code == 404
    assert client.get(reverse("stodtelefon:call_list")).status_code == 404


@pytest.mark.django_db
def test_settings_refuse_a_name_that_is_taken() -> None:
    line = make_centre_line()
    SupportLine.objects.create(name="Upptaget", organisation=line.organisation, kind=line.kind)
    client = _client(make_answerer(line))
    address = reverse("stodtelefon:line_settings", args=[line.pk])
    answer = client.post(address, {"name": "Upptaget", "correction_hours": 12, "note_days": 30})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    client.post(address, {"name": "Ny", "correction_hours": 12, "note_days": 30})
    line.refresh_from_db()
    assert (line.name, line.correction_hours, line.note_days) == ("Ny", 12, 30)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["20090314-9805", "090314, 9805"])
def test_what_others_read_about_a_line_holds_no_identity_number(number: str) -> None:
    line = make_centre_line()
    client = _client(make_answerer(line))
    settings = {"name": f"Linjen {number}", "correction_hours": 12, "note_days": 30}
    day_out = {"day": "2027-03-03", "opens": "", "closes": "", "reason": f"{number} är sjuk"}
    for name, data, field in (("line_settings", settings, "name"), ("opening_exception", day_out, "reason")):
        answer = client.post(reverse(f"stodtelefon:{name}", args=[line.pk]), data)
        assert answer.status_code == 422
        (message,) = answer.context["form"].errors[field]
        assert "personnummer" in message
        assert number not in message
        assert number in answer.content.decode()  # what was typed is kept
    assert not OpeningException.objects.filter(line=line).exists()
    client.post(reverse("stodtelefon:opening_exception", args=[line.pk]), {**day_out, "reason": "Planeringsdag, Eva"})
    assert OpeningException.objects.get(line=line).reason == "Planeringsdag, Eva"
