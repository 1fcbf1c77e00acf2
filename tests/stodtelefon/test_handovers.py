"""Handing over to the next shift: who reads it and how long, who may remove it, and that it goes."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.models import HandoverNote, HandoverRead
from stodtelefon.selectors.handovers import SHOWN_FOR, unread_handovers_for
from stodtelefon.services import NoteError
from stodtelefon.services.handovers import read_handover, remove_handover, write_handover
from stodtelefon.services.notes import delete_due_notes, rescan_notes
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_centre_line, make_handover

pytestmark = pytest.mark.django_db

TEXT = "Linjen bröts två gånger i dag."
WITH_NUMBER = "Flickan har personnummer 20090413-2388."


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_handover_waits_for_each_of_the_others_until_read_or_a_week_old() -> None:
    line, now = make_centre_line(), timezone.now()
    writer, first, second = (make_user(Role.RC_LINE, line.organisation) for _ in range(3))
    stranger = make_answerer(make_centre_line("05", "Östergötlands län"))
    handover = make_handover(line, writer)
    for _ in range(2):
        read_handover(handover=handover, by=first, at=now)
    waits = [user for user in (writer, first, second, stranger) if unread_handovers_for(user, at=now).exists()]
    assert waits == [second]
    assert not unread_handovers_for(second, at=handover.written_at + SHOWN_FOR).exists()
    assert AuditEvent.objects.filter(action="handover_read").count() == HandoverRead.objects.count() == 1
    with pytest.raises(PermissionDenied):
        read_handover(handover=handover, by=stranger, at=now)


def test_handover_is_deleted_as_notes_are_and_the_log_does_not_say_what_it_said() -> None:
    line = make_centre_line()
    handover = make_handover(line, make_answerer(line), TEXT)
    read_handover(handover=handover, by=make_answerer(line), at=timezone.now())
    assert handover.delete_on == timezone.localdate() + datetime.timedelta(days=line.note_days)
    assert delete_due_notes(at=timezone.now() + datetime.timedelta(days=line.note_days - 1)) == 0
    assert delete_due_notes(at=timezone.now() + datetime.timedelta(days=line.note_days)) == 1
    assert not HandoverNote.objects.exists()
    assert AuditEvent.objects.get(action="due_notes_deleted").details == {"notes": 0, "handovers": 1}
    assert not any("Linjen" in str(event.details) for event in AuditEvent.objects.all())
    assert "Linjen" not in f"{handover} {handover!r}"


def test_identity_number_is_refused_and_what_newer_rules_find_is_deleted() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    with pytest.raises(NoteError):
        write_handover(line=line, text=WITH_NUMBER, by=by, at=timezone.now())
    good, bad = make_handover(line, by, TEXT), make_handover(line, by, TEXT)
    HandoverNote.objects.update(rules_version="older")
    HandoverNote.objects.filter(pk=bad.pk).update(text=WITH_NUMBER)
    assert rescan_notes(at=timezone.now()) == 1
    assert list(HandoverNote.objects.exclude(rules_version="older")) == [good]


def test_writer_and_lead_remove_a_handover_and_nobody_else() -> None:
    line, now = make_centre_line(), timezone.now()
    writer, colleague = (make_user(Role.RC_LINE, line.organisation) for _ in range(2))
    for by in (writer, make_answerer(line)):
        handover = make_handover(line, writer)
        with pytest.raises(PermissionDenied):
            remove_handover(handover=handover, by=colleague, at=now)
        assert _client(colleague).post(reverse("stodtelefon:handover_remove", args=[handover.pk])).status_code == 404
        remove_handover(handover=handover, by=by, at=now)
    assert not HandoverNote.objects.exists()


def test_handover_is_written_on_the_lines_page_and_read_where_calls_are_logged() -> None:
    line = make_centre_line()
    writer, reader = make_user(Role.RC_LINE, line.organisation), make_user(Role.RC_LINE, line.organisation)
    write = reverse("stodtelefon:handover_write", args=[line.pk])
    refused = _client(writer).post(write, {"handover": WITH_NUMBER})
    assert refused.status_code == 422
    assert WITH_NUMBER in refused.content.decode()
    _client(writer).post(write, {"handover": TEXT})
    page, log = reverse("stodtelefon:line_detail", args=[line.pk]), reverse("stodtelefon:log_call")
    assert TEXT not in _client(writer).get(log).content.decode()
    client = _client(reader)
    assert TEXT in client.get(log).content.decode()
    read = reverse("stodtelefon:handover_read", args=[HandoverNote.objects.get().pk])
    assert "markerad som läst" in client.post(read, headers={"HX-Request": "true"}).content.decode()
    assert TEXT not in client.get(log).content.decode()
    assert TEXT in client.get(page).content.decode()
    assert TEXT not in _client(make_user(Role.AUDITOR)).get(page).content.decode()
