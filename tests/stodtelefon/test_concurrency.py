"""What two people do at the same time, each in a transaction of their own."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.models import CallNote, CallTally, ExposedIndividual, HandoverRead, Shift, SupportCall
from stodtelefon.selectors.matters import find_matter
from stodtelefon.services import correct_call, log_call, mend_tallies, tallies
from stodtelefon.services import notes as notes_services
from stodtelefon.services.handovers import read_handover, remove_handover
from stodtelefon.services.matters import give_code, tie_to_matter
from stodtelefon.services.notes import delete_due_notes, rescan_notes, write_note
from stodtelefon.services.rota import RotaError, offer_shift, take_shift
from stodtelefon.services.swaps import accept_swap
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import (
    EVENING,
    MORNING,
    call_content,
    call_values,
    make_answerer,
    make_call,
    make_centre_line,
    make_handover,
    make_swap,
    siblings,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


DAY = datetime.timedelta(days=1)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each answers, done in threads of their own; what one of them raises is raised here."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(alone, act) for act in acts]]


def again(user: User) -> User:
    """The same person for another thread."""
    return User.objects.get(pk=user.pk)


def test_saves_of_the_same_call_at_once_give_one_call() -> None:
    line = make_centre_line()
    values = call_values(line, make_answerer(line), individuals=siblings())
    savers = 6
    together = Barrier(savers)

    def save(_: int) -> int:
        try:
            together.wait(timeout=10)
            return log_call(**values).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(savers) as pool:
        assert set(pool.map(save, range(savers))) == {SupportCall.objects.get().pk}
    assert ExposedIndividual.objects.count() == len(siblings())
    assert AuditEvent.objects.filter(action="call_logged").count() == 1


def test_two_calls_of_a_matter_are_corrected_at_once_without_waiting_for_each_other() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    first, second = (make_call(line, lead, started_at=MORNING - DAY * number) for number in (2, 1))
    matter = find_matter(give_code(call=first, by=lead, at=EVENING), at=EVENING)
    tie_to_matter(call=second, matter=matter, by=lead, at=EVENING)
    together = Barrier(2)

    def correct(call: SupportCall, moved: datetime.timedelta) -> None:
        """Move the call in time, so that now the one and now the other is the matter's first."""
        try:
            by = User.objects.get(pk=lead.pk)
            content = call_content(started_at=MORNING + moved)
            together.wait(timeout=10)
            correct_call(call=call, version=call.version, content=content, reason=None, by=by, at=EVENING)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(correct, first, DAY * 0), pool.submit(correct, second, -3 * DAY)]:
            done.result(timeout=30)
    assert list(SupportCall.objects.order_by("pk").values_list("version", "repeats")) == [(2, True), (2, False)]
    assert tally_differences() == {}


def test_shift_is_either_taken_or_swapped_by_two_at_once() -> None:
    line = make_centre_line()
    first, second, third = (make_user(Role.RC_LINE, line.organisation) for _ in range(3))
    swap = make_swap(line, first, second)
    offer_shift(shift=swap.own, by=first, at=EVENING)
    together = Barrier(2)

    def alone(act: Callable[[], None]) -> bool:
        try:
            together.wait(timeout=10)
            act()
        except RotaError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        accepted = pool.submit(alone, lambda: accept_swap(swap=swap, by=second, at=EVENING))
        taken = pool.submit(alone, lambda: take_shift(shift=swap.own, by=third, at=EVENING))
        results = (accepted.result(timeout=30), taken.result(timeout=30))
    holder = Shift.objects.get(pk=swap.own_id).person
    assert (results, holder) in [((True, False), second), ((False, True), third)]


def test_tally_is_mended_right_while_a_call_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the tally and the calls are seen as of one moment, and what was wrong before it is mended all the same."""
    line = make_centre_line()
    lead = make_answerer(line)
    make_call(line, lead, individuals=siblings())
    CallTally.objects.filter(cut="day").delete()
    read = _after(tallies.counted_calls, lambda: make_call(line, again(lead)))
    monkeypatch.setattr(tallies, "counted_calls", read)
    assert mend_tallies(at=EVENING) == 1
    assert SupportCall.objects.count() == 2
    assert tally_differences() == {}


def _after(read: Callable[..., Any], act: Callable[[], Any]) -> Callable[..., Any]:
    """Let somebody else do something just before this is read, the first time."""
    waiting = [act]

    def reading(*arguments: Any, **named: Any) -> Any:
        while waiting:
            at_once(waiting.pop())
        return read(*arguments, **named)

    return reading


def test_of_two_that_mend_the_tally_at_once_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    line = make_centre_line()
    make_call(line, make_answerer(line))
    CallTally.objects.filter(cut="day").delete()
    record = tallies.record
    found: list[int] = []
    monkeypatch.setattr(tallies, "record", _after(record, lambda: found.append(mend_tallies(at=EVENING))))
    assert (mend_tallies(at=EVENING), found) == (0, [1])
    assert tally_differences() == {}
    assert AuditEvent.objects.filter(action="tallies_mended").count() == 1


def test_call_is_corrected_while_the_notes_whose_day_has_come_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one has the call and wants its note, the other has the note: neither has the log before that."""
    line = make_centre_line()
    lead = make_answerer(line)
    call = make_call(line, lead)
    write_note(call=call, text="Rutin.", by=lead, at=EVENING)
    CallNote.objects.update(delete_on=EVENING.date())
    corrected, deleted = Event(), Event()
    record = notes_services.record

    def record_when_the_call_waits(*arguments: Any, **named: Any) -> Any:
        deleted.set()
        corrected.wait(timeout=0.5)
        return record(*arguments, **named)

    monkeypatch.setattr(notes_services, "record", record_when_the_call_waits)

    def correct() -> int:
        deleted.wait(timeout=10)
        content = call_content(started_at=MORNING - DAY)
        done = correct_call(call=call, version=1, content=content, reason=None, by=again(lead), at=EVENING)
        corrected.set()
        return done.version

    assert at_once(correct, lambda: delete_due_notes(at=EVENING)) == [2, 1]
    assert not CallNote.objects.exists()


def test_notes_are_read_anew_without_waiting_for_whoever_has_a_call() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    call = make_call(line, lead)
    write_note(call=call, text="Ring 070-174 06 64.", by=lead, at=EVENING)
    CallNote.objects.update(rules_version="older")

    def rescan() -> int:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            return rescan_notes(at=EVENING)

    with transaction.atomic():
        SupportCall.objects.select_for_update().get(pk=call.pk)
        assert at_once(rescan) == [1]


def test_handover_is_read_while_it_is_removed() -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    readers = [make_user(Role.RC_LINE, line.organisation) for _ in range(4)]
    for _ in range(8):
        handover = make_handover(line, lead)
        together = Barrier(len(readers) + 1)

        def read(reader: User, handover: Any = handover, together: Barrier = together) -> None:
            by = again(reader)
            together.wait(timeout=10)
            read_handover(handover=handover, by=by, at=EVENING)

        def remove(handover: Any = handover, together: Barrier = together) -> None:
            by = again(lead)
            together.wait(timeout=10)
            remove_handover(handover=handover, by=by, at=EVENING)

        at_once(remove, *(partial(read, reader) for reader in readers))
    assert not HandoverRead.objects.exists()
    assert AuditEvent.objects.filter(action="handover_removed").count() == 8
