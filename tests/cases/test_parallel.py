"""What only real parallel transactions show."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.audit.services import broken_links
from nch.cases.enums import CaseKind
from nch.cases.models import Case
from nch.cases.services import register_case
from tests.factories.accounts import make_organisation, make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def in_parallel(work: Callable[[int], Any], count: int) -> None:
    """Run `work` in `count` threads at once, each with a connection of its own; an error in one is raised here."""
    errors: list[Exception] = []

    def run(number: int) -> None:
        try:
            work(number)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_fifty_parallel_registrations_leave_no_gap_and_no_double() -> None:
    by = make_user(Role.COUNTY_SIGNATORY)
    organisation = by.memberships.get().organisation
    handler = make_organisation("nch")

    def register(number: int) -> Case:
        return register_case(
            kind=CaseKind.GRANT, title="x", organisation=organisation, handler=handler, by=by, at=timezone.now()
        )

    in_parallel(register, 50)
    assert sorted(Case.objects.values_list("number", flat=True)) == list(range(1, 51))
    assert sorted(AuditEvent.objects.values_list("sequence", flat=True)) == list(range(1, 51))
    assert list(broken_links()) == []


def test_two_authorities_register_in_parallel_each_in_its_own_series() -> None:
    by = make_user(Role.COUNTY_SIGNATORY)
    organisation = by.memberships.get().organisation
    handlers = (make_organisation("nch"), organisation)

    def register(number: int) -> Case:
        return register_case(
            kind=CaseKind.GRANT,
            title="x",
            organisation=organisation,
            handler=handlers[number % 2],
            by=by,
            at=timezone.now(),
        )

    in_parallel(register, 50)
    for handler in handlers:
        numbers = Case.objects.filter(handler=handler).values_list("number", flat=True)
        assert sorted(numbers) == list(range(1, 26))
    assert list(broken_links()) == []
