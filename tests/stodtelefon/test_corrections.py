"""Calls that are corrected, struck, restored and followed up: who may, what is kept, and what is refused."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.enums import CallChange, ChangeReason, CodeKind, Cut, Stage
from stodtelefon.models import CallVersion, SupportCall, SupportLine
from stodtelefon.selectors import calls_for, whole_calls_for
from stodtelefon.selectors.contents import history_of
from stodtelefon.selectors.tallies import sums_of, tallies_for
from stodtelefon.services import (
    CallError,
    StaleCallError,
    correct_call,
    note_referral_outcome,
    restore_call,
    strike_call,
)
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import (
    EVENING,
    call_content,
    code,
    exposure,
    individual,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    open_on_weekdays,
    siblings,
    swedish,
)

pytestmark = pytest.mark.django_db

SOON = EVENING + datetime.timedelta(hours=23)
LATE = EVENING + datetime.timedelta(hours=25)


@pytest.fixture
def line() -> SupportLine:
    return make_centre_line()


@pytest.fixture
def answerer(line: SupportLine) -> User:
    """Somebody who answers the line and does not lead it."""
    return make_user(Role.RC_LINE, line.organisation)


@pytest.fixture
def lead(line: SupportLine) -> User:
    return make_answerer(line)


def correct(call: SupportCall, by: User, *, at: datetime.datetime = SOON, **changes: Any) -> SupportCall:
    reason, version = changes.pop("reason", None), changes.pop("version", call.version)
    return correct_call(call=call, version=version, content=call_content(**changes), reason=reason, by=by, at=at)


def test_own_call_is_corrected_and_both_are_kept(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer, individuals=siblings(), advice=[code(CodeKind.ADVICE, "orosanmalan")])
    worried = individual(exposure("fgm", Stage.WORRY))
    corrected = correct(call, answerer, duration_minutes=35, county=None, county_known=False, individuals=(worried,))
    assert (corrected.version, corrected.duration_minutes, corrected.county) == (2, 35, None)
    assert [one.exposures.get().kind.code for one in corrected.individuals.all()] == ["fgm"]
    assert not corrected.advice.exists()
    kept = CallVersion.objects.get()
    assert (kept.version, kept.change, kept.by, kept.reason) == (1, CallChange.CORRECTED, answerer, "")
    assert (kept.content["duration_minutes"], kept.content["county"]) == (20, "12")
    assert len(kept.content["individuals"]) == 2
    event = AuditEvent.objects.get(action="call_corrected")
    assert (event.actor_id, event.details) == (answerer.pk, {"version": 2, "reason": ""})
    assert tally_differences() == {}


def test_own_call_is_corrected_for_as_long_as_the_line_says(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    with pytest.raises(PermissionDenied):
        correct(call, answerer, at=LATE, duration_minutes=5)
    SupportLine.objects.filter(pk=line.pk).update(correction_hours=48)
    assert correct(call, answerer, at=LATE, duration_minutes=5).duration_minutes == 5


def test_lead_corrects_later_and_says_why(line: SupportLine, answerer: User, lead: User) -> None:
    call = make_call(line, answerer)
    with pytest.raises(CallError) as caught:
        correct(call, lead, at=LATE, duration_minutes=5)
    assert caught.value.field == "reason"
    with pytest.raises(CallError):
        correct(call, lead, at=LATE, duration_minutes=5, reason=ChangeReason.TRIAL)
    correct(call, lead, at=LATE, duration_minutes=5, reason=ChangeReason.KNOWN_LATER)
    assert CallVersion.objects.get().reason == ChangeReason.KNOWN_LATER


def test_nobody_else_changes_a_call(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    other = make_centre_line("05", "Östergötlands län")
    strangers = [
        make_user(Role.RC_LINE, line.organisation),
        make_answerer(other),
        make_user(Role.NCH_LINE_LEAD, make_line().organisation),
        make_user(Role.AUDITOR),
    ]
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            correct(call, stranger, duration_minutes=5)
        with pytest.raises(PermissionDenied):
            strike_call(call=call, reason=ChangeReason.TRIAL, by=stranger, at=SOON)
        with pytest.raises(PermissionDenied):
            restore_call(call=call, by=stranger, at=SOON)
    assert not CallVersion.objects.exists()


def test_whoever_has_left_the_line_corrects_nothing(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    answerer.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        correct(call, User.objects.get(pk=answerer.pk), duration_minutes=5)


def test_stale_correction_is_refused_with_what_is_there(line: SupportLine, answerer: User, lead: User) -> None:
    call = make_call(line, answerer)
    correct(call, lead, duration_minutes=5, reason=ChangeReason.WRONG_CHOICE)
    with pytest.raises(StaleCallError) as caught:
        correct(call, answerer, duration_minutes=7, version=1)
    assert (caught.value.version, caught.value.now["duration_minutes"]) == (2, 5)
    assert SupportCall.objects.get().duration_minutes == 5


def test_correction_sent_twice_is_one_and_the_same_content_is_none(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    correct(call, answerer)
    assert not CallVersion.objects.exists()
    for _ in range(2):
        correct(call, answerer, duration_minutes=7, version=1)
    assert CallVersion.objects.count() == 1


def test_correction_is_checked_as_a_new_call_is(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    for field, change in (
        ("county", {"county_known": False}),
        ("duration_minutes", {"duration_minutes": 0}),
        ("started_on", {"started_at": EVENING + datetime.timedelta(minutes=1)}),
    ):
        with pytest.raises(CallError) as caught:
            correct(call, answerer, **change)
        assert caught.value.field == field
    assert tally_differences() == {}


def test_correction_of_the_hour_says_anew_whether_the_line_was_open(line: SupportLine, answerer: User) -> None:
    open_on_weekdays(line)
    call = make_call(line, answerer)
    assert not call.outside_hours
    assert correct(call, answerer, started_at=swedish(2026, 3, 10, 8, 15)).outside_hours


def test_struck_call_is_kept_and_not_counted_until_the_lead_restores_it(
    line: SupportLine, answerer: User, lead: User
) -> None:
    call = make_call(line, answerer)
    with pytest.raises(CallError):
        strike_call(call=call, reason=ChangeReason.KNOWN_LATER, by=answerer, at=SOON)
    for _ in range(2):
        strike_call(call=call, reason=ChangeReason.DUPLICATE, by=answerer, at=SOON)
    assert not calls_for(answerer).exists()
    assert whole_calls_for(answerer).get().struck_at == SOON
    spring = {"since": datetime.date(2026, 1, 1), "until": datetime.date(2026, 6, 30)}
    assert sums_of(tallies_for(answerer), Cut.PLACE, **spring) == {}
    with pytest.raises(CallError):
        correct(call, lead, duration_minutes=5, reason=ChangeReason.WRONG_CHOICE)
    with pytest.raises(PermissionDenied):
        restore_call(call=call, by=answerer, at=SOON)
    for _ in range(2):
        restore_call(call=call, by=lead, at=LATE)
    assert calls_for(answerer).get() == call
    assert tally_differences() == {}
    assert [version.change for version in CallVersion.objects.order_by("version")] == ["struck", "restored"]
    events = AuditEvent.objects.filter(subject_type="stodtelefon.supportcall", subject_id=str(call.pk))
    actions = events.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["call_logged", "call_struck", "call_restored"]


def test_what_a_referral_led_to_is_no_correction(line: SupportLine, answerer: User) -> None:
    call = make_call(line, make_answerer(line), referral=code(CodeKind.REFERRAL, "polis"))
    outcome = code(CodeKind.REFERRAL_OUTCOME, "stod_gavs")
    for _ in range(2):
        noted = note_referral_outcome(call=call, outcome=outcome, by=answerer, at=LATE)
    assert (noted.referral_outcome, noted.version) == (outcome, 1)
    assert not CallVersion.objects.exists()
    assert AuditEvent.objects.filter(action="referral_outcome_noted").count() == 1
    assert tally_differences() == {}


def test_what_a_referral_led_to_stays_until_the_referral_is_another(line: SupportLine, answerer: User) -> None:
    police = code(CodeKind.REFERRAL, "polis")
    call = make_call(line, answerer, referral=police)
    note_referral_outcome(call=call, outcome=code(CodeKind.REFERRAL_OUTCOME, "vidare"), by=answerer, at=SOON)
    kept = correct(call, answerer, referral=police, duration_minutes=7)
    assert kept.referral_outcome is not None
    changed = correct(kept, answerer, referral=code(CodeKind.REFERRAL, "barnahus"), duration_minutes=7)
    assert changed.referral_outcome is None
    assert CallVersion.objects.get(version=2).content["referral_outcome"] == "vidare"


def test_outcome_needs_a_referral_and_a_right_code(line: SupportLine, answerer: User) -> None:
    call = make_call(line, answerer)
    with pytest.raises(CallError):
        note_referral_outcome(call=call, outcome=code(CodeKind.REFERRAL_OUTCOME, "vidare"), by=answerer, at=SOON)
    referred = make_call(line, answerer, referral=code(CodeKind.REFERRAL, "polis"))
    with pytest.raises(CallError):
        note_referral_outcome(call=referred, outcome=code(CodeKind.ADVICE, "utbildning"), by=answerer, at=SOON)
    with pytest.raises(PermissionDenied):
        note_referral_outcome(call=referred, outcome=None, by=make_user(Role.AUDITOR), at=SOON)


def test_history_tells_in_words_what_was_changed(line: SupportLine, answerer: User, lead: User) -> None:
    call = make_call(line, answerer, individuals=(individual(exposure("fgm", Stage.WORRY)),))
    stockholm = make_county("01", "Stockholms län")
    call = correct(call, answerer, county=stockholm, individuals=())
    strike_call(call=call, reason=ChangeReason.TRIAL, by=lead, at=SOON)
    struck, corrected = history_of(SupportCall.objects.get()).changes
    assert (struck.version.get_change_display(), list(struck.differences)) == ("Struket", [])
    assert [(one.label, one.before, one.after) for one in corrected.differences] == [
        ("Län", "Skåne län", "Stockholms län"),
        ("Utsatta individer", "16–17 år, flicka eller kvinna, Könsstympning (oro)", "Ingen"),
    ]


def test_database_refuses_to_change_what_a_call_was(line: SupportLine, answerer: User) -> None:
    correct(make_call(line, answerer), answerer, duration_minutes=7)
    for change in (lambda: CallVersion.objects.update(reason="trial"), lambda: CallVersion.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
