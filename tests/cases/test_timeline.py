"""Lines of a timeline lead to the page of what happened, for the party and for those who handle the case."""

import pytest
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.cases.models import TimelineEntry
from tests.factories.accounts import make_user
from tests.security.test_declaration import declare_everywhere
from tests.security.world import build_world

pytestmark = pytest.mark.django_db


def test_every_line_leads_to_a_page_that_its_readers_can_open() -> None:
    world = build_world()
    officer = make_user(Role.NCH_OFFICER)
    declare_everywhere(world, officer)
    entries = TimelineEntry.objects.filter(case__organisation=world.own.submitted.organisation)
    without = {entry.title for entry in entries if not entry.url}
    assert all("jäv" in title for title in without), without
    readers = Client(), Client()
    readers[0].force_login(officer)
    readers[1].force_login(world.own.signatory)
    for entry in entries.exclude(url=""):
        for reader in readers[: 1 if entry.internal else 2]:
            assert reader.get(entry.url).status_code == 200, f"{entry.title}: {entry.url}"
    page = readers[1].get(reverse("case_detail", args=[world.own.submitted.case_id])).content.decode()
    assert reverse("grants:application_detail", args=[world.own.submitted.pk]) in page


def test_questions_about_a_situation_report_and_an_economic_report_begin_beside_the_answer() -> None:
    world = build_world()
    county = Client()
    county.force_login(world.own.officer)
    for url, case in (
        (reverse("resurscentra:report_detail", args=[world.own.submitted_report.pk]), world.own.submitted_report.case),
        (reverse("grants:report_detail", args=[world.own.money_report.pk]), world.own.money_report.grant.case),
    ):
        assert case is not None
        page = county.get(url).content.decode()
        assert f"{reverse('conversation_new', args=[case.pk])}?fraga=" in page
        assert "Fråga om det här" in page
