"""What two people do at the same time, each in a transaction of their own."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.models import ExposedIndividual, Shift, SupportCall
from stodtelefon.selectors.matters import find_matter
from stodtelefon.services import correct_call, log_call
from stodtelefon.services.matters import give_code, tie_to_matter
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
    make_swap,
    siblings,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


DAY = datetime.timedelta(days=1)


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
