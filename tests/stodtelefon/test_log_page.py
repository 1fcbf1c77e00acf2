"""The page that logs a call when it comes back: with one more individual, with something to mend, or saved."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from stodtelefon.enums import CodeKind
from stodtelefon.models import SupportCall, SupportLine
from stodtelefon.services import RESOURCE_CENTRE_REFERRAL
from stodtelefon.services.guidance import write_guidance
from stodtelefon.services.matters import give_code
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import code, make_answerer, make_call, make_centre_line
from tests.stodtelefon.test_views import LOG, signed_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> SupportLine:
    return make_centre_line()


@pytest.fixture
def client(line: SupportLine) -> Client:
    return signed_in(make_answerer(line))


def test_individual_is_added_without_scripts_and_nothing_is_lost(client: Client) -> None:
    sent = typed(
        add_individual="1",
        topic="",
        note="Anna Andersson",
        matter_code="KXM",
        duration_minutes="många",
        **{"individuals-2-age_group": "7_12", "individuals-2-other": "on", "individuals-0-fgm": "worry"},
    )
    answer = client.post(LOG, sent)
    form, individuals = answer.context["form"], answer.context["individuals"]
    assert answer.status_code == 200
    assert not SupportCall.objects.exists()
    kept = ("idempotency_key", "caller_category", "county", "advice", "started_on", "note", "matter_code")
    assert {name: str(form[name].value()) for name in kept} == {
        name: str([str(pk) for pk in sent[name]] if name == "advice" else sent[name]) for name in kept
    }
    assert form["duration_minutes"].value() == "många"
    assert [one["age_group"].value() for one in individuals.forms] == ["", "", "7_12", None]
    assert (individuals.forms[0]["fgm"].value(), individuals.forms[2]["other"].value()) == ("worry", True)
    assert "Det finns fel i formuläret" not in answer.content.decode()
    full = client.post(LOG, {**sent, "individuals-TOTAL_FORMS": "20"})
    assert len(full.context["individuals"].forms) == 20
    assert "Lägg till en individ" not in full.content.decode()


def test_individual_is_added_to_a_correction_without_scripts(line: SupportLine) -> None:
    lead = make_answerer(line)
    call = make_call(line, lead)
    values = {**typed(), "version": "1", "reason": "wrong_choice", "duration_minutes": "44", "add_individual": "1"}
    answer = signed_in(lead).post(reverse("stodtelefon:call_correct", args=[call.pk]), values)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert [form[name].value() for name in ("version", "reason", "duration_minutes")] == ["1", "wrong_choice", "44"]
    assert len(answer.context["individuals"].forms) == 4
    assert SupportCall.objects.get().version == 1


def test_refused_page_has_the_guidance_the_centre_and_its_errors_in_order(client: Client, line: SupportLine) -> None:
    topic = code(CodeKind.TOPIC, "pagaende_arende")
    write_guidance(
        code=topic,
        text="Fråga vad som har hänt.",
        links=[],
        review_on=timezone.localdate() + datetime.timedelta(days=30),
        responsible=(keeper := make_user(Role.NCH_LINE_LEAD)),
        seen=0,
        by=keeper,
        at=timezone.now(),
    )
    sent = typed(
        referral=code(CodeKind.REFERRAL, RESOURCE_CENTRE_REFERRAL).pk,
        municipality="",
        duration_minutes="",
        **{"individuals-1-age_group": "7_12"},
    )
    answer = client.post(LOG, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Fråga vad som har hänt." in page
    assert answer.context["form"]["referred_to"].value() == str(line.organisation_id)
    order = [page.index(text) for text in ("Kommun: Välj", "Kön: Välj kön för individ 2", "Längd i minuter: Ange")]
    assert order == sorted(order)
    assert "Fråga vad som har hänt." not in client.post(LOG, {**sent, "topic": ""}).content.decode()


def test_log_page_says_again_since_when_its_clock_goes_and_nothing_else(client: Client) -> None:
    page = client.post(LOG, typed(topic="", timer_from="2026-03-10T08:30:00.000Z")).content.decode()
    assert 'name="timer_from" value="2026-03-10T08:30:00+00:00"' in page
    page = client.post(LOG, typed(topic="", timer_from="Anna Andersson")).content.decode()
    assert 'name="timer_from" value=""' in page
    assert "Andersson" not in page


def test_log_page_offers_no_code_after_a_call_that_came_with_one(client: Client, line: SupportLine) -> None:
    offer = "Ge den som ringde en uppföljningskod"
    first = client.post(LOG, typed())["Location"]
    assert offer in client.get(first).content.decode()
    code = give_code(call=SupportCall.objects.get(), by=make_answerer(line), at=timezone.now())
    page = client.get(client.post(LOG, typed(matter_code=code))["Location"]).content.decode()
    assert offer not in page
    assert "Samma kod gäller nästa gång." in page
