"""What is written about a call, or to the next shift, is read by those who answer the line, and nowhere else."""

import datetime
import inspect
import io
import logging
from unittest import mock
from zipfile import ZipFile, is_zipfile

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon import tasks
from stodtelefon.models import CallDraft, CallNote, CallVersion
from stodtelefon.services import write_note
from stodtelefon.services.matters import VALID_FOR, give_code
from tests.factories.stodtelefon import make_handover, make_suspected_note
from tests.http import body_of
from tests.security.test_access import ACCESS
from tests.security.world import World

pytestmark = pytest.mark.django_db
MARKER = "Zebrafinksprovet"
TEXT = f"{MARKER} gäller rutiner på en skola."
ALLOWED = {"stodtelefon:call_detail", "stodtelefon:suspected_notes", "stodtelefon:line_detail", "stodtelefon:log_call"}
WAYS = ("", "?format=csv", "?format=xlsx", f"?q={MARKER[:8]}")


@pytest.fixture
def world(world: World) -> World:
    """The world of the access table, with the marker in notes of three lines, and in a handover at one."""
    for call, by in (
        (world.own.support_call, world.own.coordinator),
        (world.other.support_call, world.other.coordinator),
        (world.national_call, world.people[Role.NCH_LINE]),
    ):
        write_note(call=call, text=TEXT, by=by, at=timezone.now())
    make_suspected_note(world.own.support_call, world.own.coordinator, TEXT)
    make_handover(world.own.support_call.line, world.own.answerer, TEXT)
    return world


def _client(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _content(answer: HttpResponseBase) -> str:
    """Everything an answer holds, the parts of a workbook too."""
    content = body_of(answer)
    if is_zipfile(io.BytesIO(content)):
        with ZipFile(io.BytesIO(content)) as archive:
            content += b"".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "ignore")


def _addresses(world: World) -> dict[str, str]:
    """Every address of the access table for the own county, and what is about calls for the other one too."""
    own = {reverse(name, args=door.args(world, world.own)): name for name, door in ACCESS.items()}
    calls = {name: door for name, door in ACCESS.items() if name.startswith("stodtelefon:")}
    return own | {reverse(name, args=door.args(world, world.other)): name for name, door in calls.items()}


READERS = (Role.RC_COORDINATOR, Role.AUDITOR, Role.NCH_ANALYST)
"""Between them they reach every kind of page that could hold something of a call; the walk over all roles is long."""


@pytest.mark.one_database
def test_free_text_is_read_on_its_pages_only(world: World, caplog: pytest.LogCaptureFixture) -> None:
    found: set[tuple[str, str]] = set()
    users, addresses = world.users(), _addresses(world)
    with caplog.at_level(logging.INFO):
        for role in READERS:
            client = _client(users[role])
            for address, name in addresses.items():
                for way in WAYS:
                    answer = client.get(address + way)
                    if MARKER in _content(answer):
                        found.add((str(role), name))
                    if answer.status_code != 200:
                        break
    assert {name for _, name in found} == ALLOWED
    assert {role for role, _ in found} == {str(Role.RC_COORDINATOR)}
    assert MARKER not in caplog.text


def test_others_who_answer_the_line_read_the_note_and_the_neighbour_line_does_not(world: World) -> None:
    address = reverse("stodtelefon:call_detail", args=[world.own.support_call.pk])
    assert MARKER in _content(_client(world.own.answerer).get(address))
    assert _client(world.other.coordinator).get(address).status_code == 404
    assert MARKER not in _content(_client(world.people[Role.AUDITOR]).get(address))


def test_note_is_in_no_log_row_draft_or_earlier_version(world: World) -> None:
    assert world.own.support_call.notes.exists()
    rows = [*AuditEvent.objects.values_list("details", flat=True), *CallDraft.objects.values_list("content", flat=True)]
    rows += CallVersion.objects.values_list("content", flat=True)
    assert rows
    assert not any(MARKER in str(row) for row in rows)


def test_note_is_in_no_error_page_and_no_log_of_an_error(world: World, caplog: pytest.LogCaptureFixture) -> None:
    client = _client(world.own.coordinator)
    address = reverse("stodtelefon:note_write", args=[world.own.support_call.pk])
    with caplog.at_level(logging.DEBUG), mock.patch("stodtelefon.views.notes.services.write_note", side_effect=OSError):
        answer = client.post(address, {"note": TEXT})
    assert answer.status_code == 500
    assert MARKER not in answer.content.decode()
    assert "OSError" in caplog.text
    assert MARKER not in caplog.text


def test_note_that_is_refused_is_given_back_to_its_writer_and_not_kept(world: World) -> None:
    client = _client(world.own.coordinator)
    address = reverse("stodtelefon:note_write", args=[world.own.support_call.pk])
    before = CallNote.objects.count()
    answer = client.post(address, {"note": f"{MARKER} 20090413-2388"})
    assert answer.status_code == 422
    assert f"{MARKER} 20090413-2388" in answer.content.decode()
    assert CallNote.objects.count() == before


def test_tasks_do_their_work_without_being_sent_any_text(world: World) -> None:
    today, now = timezone.localdate(), timezone.now()
    CallNote.objects.update(delete_on=today + datetime.timedelta(days=1), rules_version="older", suspected_at=None)
    due = CallNote.objects.filter(call=world.national_call)
    due.update(delete_on=today)
    suspected = set(CallNote.objects.filter(text__contains="070").values_list("pk", flat=True))
    assert suspected
    give_code(call=world.national_call, by=world.people[Role.NCH_LINE], at=now - VALID_FOR)
    work = {tasks.delete_due_notes: due.count(), tasks.rescan_notes: len(suspected), tasks.expire_matter_codes: 1}
    for task, number in work.items():
        assert not inspect.signature(task.run).parameters
        assert task.apply().get() == number > 0
    assert not due.exists()
    assert set(CallNote.objects.filter(suspected_at__isnull=False).values_list("pk", flat=True)) == suspected
