"""What all tests of the support line watch besides what they try."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

_CHANGE = re.compile(r'^(?:UPDATE|DELETE FROM) "(\w+)"|FOR UPDATE')


class LateLock:
    """Remembers in which transaction the log was written, and what is locked there after it."""

    def __init__(self) -> None:
        self._logged_in: str | None = None
        self.found: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Watch one statement; the service's transaction is the outermost savepoint of the test."""
        within = connection.savepoint_ids[0] if connection.savepoint_ids else None
        if within is not None and 'INTO "audit_auditevent"' in sql:
            self._logged_in = within
        elif within is not None and within == self._logged_in:
            change = _CHANGE.search(sql)
            if change is not None and "audit_" not in sql:
                self.found.append(sql)
        return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def _log_is_written_last(request: pytest.FixtureRequest) -> Iterator[None]:
    """No service changes a row after it has written to the log: see stodtelefon/services/locks.py."""
    watch = LateLock()
    with connection.execute_wrapper(watch):
        yield
    # An example of hypothesis is one transaction with many services in it.
    assert not watch.found or request.node.get_closest_marker("hypothesis")
