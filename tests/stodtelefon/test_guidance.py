"""Guidance is kept in versions, reminded of when it is to be reviewed, and looked up by a call's answers."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.counties.services import register_resource_centre
from stodtelefon.enums import CodeKind
from stodtelefon.guidance_text import Block, Link, LinkError, blocks_of, links_of, written
from stodtelefon.models import Guidance
from stodtelefon.selectors.guidance import guidance_for
from stodtelefon.services import load_code_lists
from stodtelefon.services.guidance import GuidanceError, write_guidance
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.stodtelefon import code

DAY = datetime.timedelta(days=1)
TEXT = "Gör en orosanmälan.\n\nTänk på:\n- barnets säkerhet\n- inte kontakta familjen först"
LINKS = [Link("Polisen", "https://polisen.se")]


@pytest.fixture
def lead(db: None) -> User:
    load_code_lists()
    return make_user(Role.NCH_LINE_LEAD)


def write(lead: User, name: str = "fgm", kind: CodeKind = CodeKind.EXPOSURE, **changes: Any) -> Guidance:
    values: dict[str, Any] = {
        "code": code(kind, name),
        "text": TEXT,
        "links": LINKS,
        "review_on": timezone.localdate() + 90 * DAY,
        "responsible": lead,
        "seen": 0,
        "by": lead,
        "at": timezone.now(),
    }
    return write_guidance(**(values | changes))


# --- Text and links ---------------------------------------------------------------------------------------------------


def test_text_becomes_paragraphs_and_lists() -> None:
    assert blocks_of(TEXT) == [
        Block(False, ("Gör en orosanmälan.",)),
        Block(False, ("Tänk på:",)),
        Block(True, ("barnets säkerhet", "inte kontakta familjen först")),
    ]
    assert blocks_of(" \n\n") == []


def test_links_are_read_a_line_at_a_time_and_written_back() -> None:
    text = "Polisen https://polisen.se\n\nSocialstyrelsen, om barn: https://www.socialstyrelsen.se/barn"
    links = links_of(text)
    assert [link.label for link in links] == ["Polisen", "Socialstyrelsen, om barn"]
    assert links_of(written(links)) == links


@pytest.mark.parametrize(
    "line",
    [
        "https://polisen.se",
        "Polisen http://polisen.se",
        "Polisen javascript:alert(1)",
        "Polisen https://",
        "Polisen https://polisen.se@ond.example",
        "Polisen",
        f"{'x' * 101} https://polisen.se",
        "\n".join(["Polisen https://polisen.se"] * 11),
    ],
)
def test_what_is_no_safe_link_is_refused(line: str) -> None:
    with pytest.raises(LinkError):
        links_of(line)


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_each_saving_is_a_version_of_its_own_and_the_latest_holds(lead: User) -> None:
    first = write(lead)
    second = write(lead, text="Ny text", seen=1)
    assert list(guidance_for(lead)) == [second]
    assert Guidance.objects.get(pk=first.pk).text == TEXT
    for change in (Guidance.objects.filter(pk=first.pk).update, Guidance.objects.filter(pk=first.pk).delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(**({"text": "x"} if change.__name__ == "update" else {}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seen": 3}, ""),
        ({"text": "<b>Viktigt</b>"}, "text"),
        ({"review_on": datetime.date(2020, 1, 1)}, "review_on"),
        ({"review_on": datetime.date(2199, 1, 1)}, "review_on"),
    ],
)
def test_guidance_that_cannot_be_so_is_refused(lead: User, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(GuidanceError) as caught:
        write(lead, **changes)
    assert caught.value.field == field
    assert not Guidance.objects.exists()


def test_only_topics_and_exposure_have_guidance_and_only_the_lead_writes_it(lead: User) -> None:
    with pytest.raises(GuidanceError):
        write(lead, "utbildning", CodeKind.ADVICE)
    with pytest.raises(PermissionDenied):
        write(lead, by=make_user(Role.NCH_LINE))
    with pytest.raises(GuidanceError):
        write(lead, responsible=make_user(Role.NCH_LINE))


def test_review_waits_for_the_lead_from_two_weeks_before_and_a_new_version_moves_it(lead: User) -> None:
    today = timezone.localdate()
    write(lead, review_on=today + 10 * DAY)
    assert [task.due_on for task in open_tasks_for(lead)] == [today + 10 * DAY]
    assert not open_tasks_for(make_user(Role.NCH_LINE)).exists()
    write(lead, seen=1)
    assert not open_tasks_for(lead).exists()
    assert Task.objects.filter(key__startswith="guidance-review:").count() == 1


# --- Pages ------------------------------------------------------------------------------------------------------------


def form_values(lead: User, **changes: Any) -> dict[str, Any]:
    review_on = (timezone.localdate() + 90 * DAY).isoformat()
    return {"text": TEXT, "links": written(LINKS), "review_on": review_on, "responsible": lead.pk, "seen": 0} | changes


def test_guidance_is_written_on_a_page_and_a_stale_one_shows_both_texts(lead: User, client: Client) -> None:
    client.force_login(lead)
    address = reverse("stodtelefon:guidance_edit", args=[code(CodeKind.EXPOSURE, "fgm").pk])
    assert client.post(address, form_values(lead)).status_code == 302
    stale = client.post(address, form_values(lead, text="Min egen text"))
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Min egen text" in page
    assert "barnets säkerhet" in page
    assert 'name="seen" value="1"' in page
    assert client.post(address, form_values(lead, text="Min egen text", seen=1)).status_code == 302
    assert Guidance.objects.count() == 2


def test_wrong_link_is_answered_at_the_field_with_what_was_typed(lead: User, client: Client) -> None:
    client.force_login(lead)
    address = reverse("stodtelefon:guidance_edit", args=[code(CodeKind.TOPIC, "rutiner").pk])
    answer = client.post(address, form_values(lead, links="Polisen http://polisen.se"))
    assert answer.status_code == 422
    assert "https://" in str(answer.context["form"].errors["links"])
    assert "Polisen http://polisen.se" in answer.content.decode()
    assert not Guidance.objects.exists()


def test_guidance_and_centres_are_found_by_what_is_chosen(lead: User, client: Client) -> None:
    register_resource_centre(county=make_county("12", "Skåne län"), name="RC Skåne", phone="040-628 04 00")
    register_resource_centre(county=make_county("21", "Gävleborgs län"), name="RC Gävleborg", phone="08-465 004 00")
    write(lead, text="Om könsstympning")
    write(lead, "marriage", text="Om äktenskap")
    write(lead, "rutiner", CodeKind.TOPIC, text="Om rutiner")
    client.force_login(make_user(Role.RC_LINE, make_organisation("resource_centre", county=make_county("12", "x"))))
    topic = code(CodeKind.TOPIC, "rutiner")
    asked: dict[str, Any] = {"topic": topic.pk, "exposure": ["fgm"], "county": "12"}
    part = client.get(reverse("stodtelefon:guidance"), asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    for words in ("Om rutiner", "Om könsstympning", "RC Skåne", "040-628 04 00"):
        assert words in part
    for words in ("Om äktenskap", "RC Gävleborg"):
        assert words not in part
    page = client.get(reverse("stodtelefon:guidance"), asked).content.decode()
    assert "<html" in page
    assert "Om rutiner" in page


def test_what_does_not_exist_is_passed_over(lead: User, client: Client) -> None:
    client.force_login(lead)
    asked: dict[str, Any] = {"topic": "<script>", "exposure": ["x", "y"], "county": "unknown"}
    answer = client.get(reverse("stodtelefon:guidance"), asked)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("<main")[1]


def test_text_is_shown_as_text(lead: User, client: Client) -> None:
    write(lead, text="Om a < b & c")
    client.force_login(lead)
    page = client.get(reverse("stodtelefon:guidance"), {"exposure": "fgm"}).content.decode()
    assert "Om a &lt; b &amp; c" in page
