"""Two saves of the same call at the same time, each in a transaction of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from nch.audit.models import AuditEvent
from stodtelefon.models import ExposedIndividual, SupportCall
from stodtelefon.services import log_call
from tests.factories.stodtelefon import call_values, make_answerer, make_centre_line, siblings

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


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
