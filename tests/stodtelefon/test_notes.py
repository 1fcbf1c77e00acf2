"""The free text of a call: checked, read by the line's own, deleted in time, found again by newer rules."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.common.personal_data import RULES_VERSION
from stodtelefon.enums import ChangeReason
from stodtelefon.models import CallNote, SupportCall, SupportLine
from stodtelefon.services import correct_call, strike_call
from stodtelefon.services.notes import (
    NoteError,
    clear_note,
    delete_due_notes,
    delete_notes,
    rescan_notes,
    write_note,
)
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import EVENING, MORNING, call_content, make_answerer, make_call, make_centre_line

pytestmark = pytest.mark.django_db

ORDINARY = "Skolan undrar hur orosanmälan görs när familjen planerar en resa."
WITH_NUMBER = "Flickan har personnummer 20090413-2388."


def test_note_is_deleted_the_set_number_of_days_after_the_call_and_the_record_stays() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call = make_call(line, by)
    note = write_note(call=call, text=ORDINARY, by=by, at=EVENING)
    last = MORNING.date() + datetime.timedelta(days=line.note_days)
    assert note.delete_on == last
    assert delete_due_notes(at=EVENING + datetime.timedelta(days=line.note_days - 1)) == 0
    assert delete_due_notes(at=EVENING + datetime.timedelta(days=line.note_days)) == 1
    assert SupportCall.objects.filter(pk=call.pk).exists()
    event = AuditEvent.objects.get(action="due_notes_deleted")
    assert event.details == {"notes": 1, "handovers": 0}


def test_note_goes_as_much_earlier_as_the_call_turns_out_to_have_come() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call, other = make_call(line, by), make_call(line, by)
    notes = [write_note(call=one, text=ORDINARY, by=by, at=EVENING) for one in (call, other)]
    SupportLine.objects.update(note_days=5)
    content = call_content(started_at=MORNING - datetime.timedelta(days=3))
    correct_call(call=call, version=1, content=content, reason=None, by=by, at=EVENING)
    moved, unmoved = CallNote.objects.order_by("pk").values_list("delete_on", flat=True)
    assert (moved, unmoved) == (notes[0].delete_on - datetime.timedelta(days=3), notes[1].delete_on)


def test_struck_call_takes_no_note_and_what_was_typed_is_given_back() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call = make_call(line, by)
    strike_call(call=call, reason=ChangeReason.MISTAKE, by=by, at=EVENING)
    client = Client()
    client.force_login(by)
    answer = client.post(reverse("stodtelefon:note_write", args=[call.pk]), {"note": ORDINARY})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Samtalet är struket. Återställ det" in shown
    assert ORDINARY in shown
    assert not CallNote.objects.exists()


def test_identity_number_is_refused_without_being_repeated() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    with pytest.raises(NoteError) as caught:
        write_note(call=make_call(line, by), text=WITH_NUMBER, by=by, at=EVENING)
    assert "2388" not in str(caught.value)
    assert not CallNote.objects.exists()


def test_text_is_in_no_name_of_an_object_and_in_no_log() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call = make_call(line, by)
    note = write_note(call=call, text=ORDINARY, by=by, at=EVENING)
    second = write_note(call=call, text=f"{ORDINARY} Igen.", by=by, at=EVENING)
    assert (note.number, second.number) == (1, 2)
    assert "Skolan" not in f"{note} {note!r}"
    delete_notes(call=call, by=by, at=EVENING)
    assert not any("Skolan" in str(event.details) for event in AuditEvent.objects.all())
    assert not CallNote.objects.exists()


def test_only_those_who_answer_the_line_write_and_delete() -> None:
    line = make_centre_line()
    call = make_call(line, make_answerer(line))
    for user in (make_user(Role.AUDITOR), make_answerer(make_centre_line("05", "Östergötlands län"))):
        with pytest.raises(PermissionDenied):
            write_note(call=call, text=ORDINARY, by=user, at=EVENING)
        with pytest.raises(PermissionDenied):
            delete_notes(call=call, by=user, at=EVENING)


def test_newer_rules_find_what_older_ones_let_through() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    call = make_call(line, lead)
    good = write_note(call=call, text=ORDINARY, by=lead, at=EVENING)
    bad = write_note(call=call, text="Ring 070-174 06 64.", by=lead, at=EVENING)
    worse = write_note(call=call, text=ORDINARY, by=lead, at=EVENING)
    assert rescan_notes(at=EVENING) == 0
    CallNote.objects.update(rules_version="older")
    CallNote.objects.filter(pk=worse.pk).update(text=WITH_NUMBER)
    assert rescan_notes(at=EVENING) == 2
    assert rescan_notes(at=EVENING) == 0
    assert set(CallNote.objects.filter(suspected_at__isnull=False)) == {bad, worse}
    assert set(CallNote.objects.values_list("rules_version", flat=True)) == {RULES_VERSION}
    for note in (bad, worse):
        note.refresh_from_db()
    clear_note(note=bad, by=lead, at=EVENING)
    with pytest.raises(NoteError):
        clear_note(note=worse, by=lead, at=EVENING)
    assert set(CallNote.objects.filter(suspected_at__isnull=False)) == {worse}
    assert good.suspected_at is None
