"""Drafts of calls: what they keep, when they go, and what they never hold."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import Membership
from stodtelefon.enums import CodeKind
from stodtelefon.models import CallDraft, SupportCall, SupportLine
from stodtelefon.selectors import draft_for
from stodtelefon.services import remove_old_drafts, save_draft
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import MORNING, code, make_answerer, make_call, make_centre_line
from tests.stodtelefon.test_views import LOG, signed_in, typed

pytestmark = pytest.mark.django_db

DRAFT, AFRESH = f"{LOG}utkast/", f"{LOG}borja-om/"
DATA = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def line() -> SupportLine:
    return make_centre_line()


@pytest.fixture
def client(line: SupportLine) -> Client:
    return signed_in(make_answerer(line))


def begun(**changes: Any) -> dict[str, Any]:
    """A call that is half filled in."""
    return typed(
        topic="", duration_minutes="", **{"individuals-1-age_group": "7_12", "individuals-1-fgm": "worry"}, **changes
    )


def test_draft_comes_back_when_the_page_opens(client: Client) -> None:
    values = begun()
    answer = client.post(DRAFT, values, **DATA)
    assert (answer.status_code, "saved_at" in answer.json()) == (200, True)
    page = client.get(LOG)
    form, individuals = page.context["form"], page.context["individuals"]
    assert str(form["idempotency_key"].value()) == values["idempotency_key"]
    assert (form["county"].value(), form["caller_category"].value()) == ("12", str(values["caller_category"]))
    assert form["advice"].value() == [str(pk) for pk in values["advice"]]
    assert [one["age_group"].value() for one in individuals.forms] == ["7_12", None, None]
    assert individuals.forms[0]["fgm"].value() == "worry"
    assert "är inte sparat" in page.content.decode()
    assert page.context["timer_from"] is not None


def test_draft_of_long_ago_stops_the_timer_and_goes_after_a_day(client: Client) -> None:
    client.post(DRAFT, begun(), **DATA)
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    CallDraft.objects.update(saved_at=hour_ago)
    assert client.get(LOG).context["timer_from"] is None
    assert remove_old_drafts(at=hour_ago + datetime.timedelta(hours=23)) == 0
    assert remove_old_drafts(at=hour_ago + datetime.timedelta(hours=25)) == 1


def test_draft_keeps_choices_only_and_no_text(client: Client) -> None:
    marker = "Anna Andersson 0701234567"
    text = dict.fromkeys(("county", "referral", "duration_minutes", "started_time", "note", "channel"), marker)
    text |= {"individuals-0-age_group": marker, "individuals-0-gender": "boy_man", "individuals-0-note": marker}
    assert client.post(DRAFT, typed(**text), **DATA).status_code == 200
    content = CallDraft.objects.get().content
    assert "Anna" not in json.dumps(content)
    assert content["individuals"][0]["gender"] == "boy_man"
    assert {"county", "referral", "channel", "note"}.isdisjoint(content["call"])
    assert "Anna Andersson" not in client.get(LOG).content.decode()


def test_draft_goes_when_the_call_is_saved_and_does_not_come_back(client: Client) -> None:
    values = typed()
    client.post(DRAFT, values, **DATA)
    assert client.post(LOG, values, **DATA).json()["url"].startswith(LOG)
    assert not CallDraft.objects.exists()
    client.post(DRAFT, values, **DATA)
    assert not CallDraft.objects.exists()


def test_draft_of_a_saved_call_is_not_offered(line: SupportLine) -> None:
    user = make_answerer(line)
    key = uuid.uuid4()
    draft = {"by": user, "line": line, "content": {"call": {}, "individuals": []}, "at": MORNING}
    save_draft(idempotency_key=key, started_at=MORNING, **draft)
    assert draft_for(user) is not None
    make_call(line, make_answerer(line), idempotency_key=key)
    assert draft_for(user) is None


def test_there_is_one_draft_per_person_and_line_and_it_follows_the_choice_of_line(line: SupportLine) -> None:
    user, other = make_answerer(line), make_centre_line("05", "Östergötlands län")
    Membership.objects.create(
        user=user, organisation=other.organisation, role=Role.RC_LINE, valid_from=datetime.date(2026, 1, 1)
    )
    client = signed_in(user)
    values = typed()
    assert client.post(DRAFT, values, **DATA).status_code == 422
    for chosen in (line, line, other):
        client.post(DRAFT, {**values, "line": chosen.pk}, **DATA)
    assert CallDraft.objects.get().line == other
    assert client.get(LOG).context["form"]["line"].value() == other.pk
    client.post(DRAFT, typed(line=line.pk), **DATA)
    assert CallDraft.objects.count() == 2


def test_drafts_are_ones_own(client: Client, line: SupportLine) -> None:
    client.post(DRAFT, begun(), **DATA)
    colleague = make_answerer(line)
    assert draft_for(colleague) is None
    signed_in(colleague).post(AFRESH)
    assert CallDraft.objects.count() == 1
    assert client.post(AFRESH)["Location"] == LOG
    assert not CallDraft.objects.exists()


def test_draft_is_kept_for_those_who_may_log_only(line: SupportLine) -> None:
    with pytest.raises(PermissionDenied):
        save_draft(
            by=make_user(Role.AUDITOR),
            line=line,
            idempotency_key=uuid.uuid4(),
            content={},
            started_at=MORNING,
            at=MORNING,
        )


def test_save_asked_for_as_data_answers_the_same_again_and_refuses_without_a_page(client: Client) -> None:
    values = typed()
    first, again = (client.post(LOG, values, **DATA).json() for _ in range(2))
    assert first == again
    assert SupportCall.objects.count() == 1
    changed = {**values, "topic": code(CodeKind.TOPIC, "rutiner").pk}
    assert client.post(LOG, changed, **DATA).status_code == 422
    page = client.post(LOG, changed)
    assert page.status_code == 422
    assert f"/stodtelefon/samtal/{SupportCall.objects.get().pk}/ratta/" in page.content.decode()
