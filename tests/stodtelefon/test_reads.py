"""Whoever is shown a call leaves a row in the log, whichever address and whatever sending it was that showed it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nch.audit.models import AuditEvent
from stodtelefon import urls
from stodtelefon.enums import CodeKind
from stodtelefon.models import SupportCall
from stodtelefon.services.notes import write_note
from tests.factories.stodtelefon import EVENING, code, make_answerer, make_call, make_centre_line
from tests.http import body_of
from tests.stodtelefon.test_views import typed

pytestmark = pytest.mark.django_db

OF_A_CALL = [one.name for one in urls.urlpatterns if str(one.pattern).startswith("samtal/<int:pk>/")]
NOTE = "Skolan undrar över rutinen."


def reads(call: SupportCall) -> int:
    return AuditEvent.objects.filter(action="read", subject_id=str(call.pk)).count()


@pytest.mark.parametrize("name", OF_A_CALL)
@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"reason": "x", "note": "", "outcome": "x", "version": "x"},
        {"version": "0", "reason": "wrong_choice", "duration_minutes": "44"},
    ],
    ids=["opened", "nothing sent", "nonsense sent", "older version sent"],
)
def test_no_answer_shows_a_call_without_a_row_in_the_log(name: str, body: dict[str, Any] | None) -> None:
    line = make_centre_line()
    lead = make_answerer(line)
    call = make_call(line, lead, referral=code(CodeKind.REFERRAL, "polis"))
    write_note(call=call, text=NOTE, by=lead, at=EVENING)
    client = Client()
    client.force_login(lead)
    address = reverse(f"stodtelefon:{name}", args=[call.pk])
    sent = body if body is None or "duration_minutes" not in body else {**typed(), **body}
    answer = client.get(address) if sent is None else client.post(address, sent)
    page = body_of(answer).decode()
    shown = call.began in page or NOTE in page
    assert reads(call) == int(shown), answer.status_code


def test_walk_meets_pages_that_show_the_call_and_its_note() -> None:
    """The walk above would prove nothing if no wrong form were answered with the call."""
    line = make_centre_line()
    lead = make_answerer(line)
    call = make_call(line, lead, referral=code(CodeKind.REFERRAL, "polis"))
    write_note(call=call, text=NOTE, by=lead, at=EVENING)
    client = Client()
    client.force_login(lead)
    wrong = {
        "call_correct": ({}, 422, False),
        "call_strike": ({}, 422, True),
        "call_outcome": ({"outcome": "x"}, 422, True),
        "note_write": ({"note": ""}, 422, True),
    }
    assert set(wrong) <= set(OF_A_CALL)
    for number, (name, (body, status, with_note)) in enumerate(wrong.items(), start=1):
        answer = client.post(reverse(f"stodtelefon:{name}", args=[call.pk]), body)
        page = answer.content.decode()
        assert (answer.status_code, call.began in page, NOTE in page) == (status, True, with_note), name
        assert reads(call) == number, name
