"""Twenty people log calls at once while the web server is killed and started again: each call is there, and once."""

import datetime
import http.client
import json
import socket
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.audit.services import broken_links
from stodtelefon.enums import CodeKind
from stodtelefon.models import CallDraft, ExposedIndividual, SupportCall
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import code, make_line
from tests.worker.steps import PATIENCE, kill, start_web, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PEOPLE, CALLS_EACH = 20, 8
KILLED_AT = (30, 90)
"""How many calls are there when the server is killed."""

HOST, ADDRESS = "127.0.0.1", "/stodtelefon/logga/"


@dataclass(frozen=True)
class Person:
    """Somebody at a browser that sends until there is an answer, as static/js/call-save.js does."""

    session: str
    port: int
    forms: tuple[Mapping[str, Any], ...]

    def send(self, path: str, form: Mapping[str, Any]) -> Any:
        """Post once; None where no answer came or none that says anything."""
        secret = "a" * 32
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; csrftoken={secret}",
            "X-CSRFToken": secret,
        }
        link = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            link.request("POST", path, urlencode(form, doseq=True), headers)
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        assert answer.status in (200, 500, 502, 503), (answer.status, body[:500])
        return json.loads(body) if answer.status == 200 else None

    def work(self) -> int:
        """Log one call after another, each with a draft before it; return how many times a call was sent."""
        sent = 0
        for form in self.forms:
            self.send(f"{ADDRESS}utkast/", form)
            deadline = time.monotonic() + PATIENCE
            answer = None
            while answer is None:
                assert time.monotonic() < deadline, "the call was never saved"
                answer = self.send(ADDRESS, form)
                sent += 1
                if answer is None:
                    time.sleep(0.2)
        return sent


def _form(number: int) -> dict[str, Any]:
    now = datetime.datetime.now(tz=datetime.UTC) - datetime.timedelta(hours=3)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "caller_category": code(CodeKind.CALLER_CATEGORY, "skola").pk,
        "county": "12" if number % 4 else "unknown",
        "municipality": "unknown",
        "topic": code(CodeKind.TOPIC, "rutiner").pk,
        "advice": [code(CodeKind.ADVICE, "orosanmalan").pk],
        "started_on": now.date().isoformat(),
        "started_time": f"{now:%H:%M}",
        "duration_minutes": 1 + number % 50,
        "channel": "phone",
        "individuals-TOTAL_FORMS": 1,
        "individuals-INITIAL_FORMS": 0,
        "individuals-0-age_group": "13_15",
        "individuals-0-gender": "girl_woman",
        "individuals-0-marriage": "worry",
        "individuals-0-abduction": "no",
        "individuals-0-fgm": "no",
    }


def test_calls_survive_a_server_that_is_killed_under_way(tmp_path: Path) -> None:
    make_county("12", "Skåne län")
    line = make_line()
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    people = []
    for person in range(PEOPLE):
        client = Client()
        client.force_login(make_user(Role.NCH_LINE, line.organisation))
        forms = tuple(_form(person * CALLS_EACH + number) for number in range(CALLS_EACH))
        people.append(Person(client.cookies[settings.SESSION_COOKIE_NAME].value, port, forms))
    web = start_web(tmp_path, port)
    try:
        with ThreadPoolExecutor(PEOPLE) as pool:
            working = [pool.submit(person.work) for person in people]
            for number in KILLED_AT:
                wait_until(lambda number=number: SupportCall.objects.count() >= number)  # type: ignore[misc]
                kill(web)
                web = start_web(tmp_path, port)
            sent = sum(work.result() for work in working)
    finally:
        kill(web)
    everything = PEOPLE * CALLS_EACH
    print(f"{everything} calls by {PEOPLE} people were sent {sent} times while the server was killed twice")
    wanted = {uuid.UUID(form["idempotency_key"]) for person in people for form in person.forms}
    assert set(SupportCall.objects.values_list("idempotency_key", flat=True)) == wanted
    assert SupportCall.objects.count() == ExposedIndividual.objects.count() == everything
    assert AuditEvent.objects.filter(action="call_logged").count() == everything
    assert sent > everything
    assert tally_differences() == {}
    assert list(broken_links()) == []
    assert not CallDraft.objects.exists()
