"""The kinds of tasks: each key belongs to one, and a filter finds what the grouping shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.cases import follow_up
from nch.cases.follow_up import waiting_for
from nch.cases.kinds import ALL_KINDS, KINDS, OTHER, kind_of, of_kind
from nch.cases.models import Task
from nch.cases.services import open_task
from tests.factories.accounts import make_organisation, make_user

KEYS = ["assess:1", "assess:1:7", "assess-change:1", "pay-payment:3", "question:2:party", "something-new:1"]


def test_no_two_kinds_share_a_prefix() -> None:
    prefixes = [prefix for kind in KINDS for prefix in kind.prefixes]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.django_db
def test_filter_and_counts_agree_with_the_kind_of_each_key() -> None:
    officer = make_user(Role.NCH_OFFICER)
    organisation = make_organisation("nch")
    for key in KEYS:
        open_task(key, organisation=organisation, right=Right.ASSESS, title="x", url="/", at=timezone.now())
    for kind in ALL_KINDS:
        found = set(Task.objects.filter(of_kind(kind.code)).values_list("key", flat=True))
        assert found == {key for key in KEYS if kind_of(key) == kind}
        assert waiting_for(officer).counts.get(kind.code, 0) == len(found)
    assert kind_of("something-new:1") == OTHER


@pytest.mark.django_db
def test_start_page_says_that_more_waits_than_it_counts(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(follow_up, "MOST_WAITING", 2)
    officer = make_user(Role.NCH_OFFICER)
    organisation, today = officer.memberships.get().organisation, timezone.localdate()
    for key, days in (("assess:1", 2), ("assess:2", -3), ("assess:3", 1), ("propose:4", 9)):
        due = today + timedelta(days=days)
        open_task(key, organisation=organisation, right=Right.ASSESS, title=key, url="/", at=timezone.now(), due_on=due)
    client.force_login(officer)
    page = client.get("/").content.decode()
    assert "Alla (fler än 2)" in page
    assert "de 2 uppgifter som har minst tid kvar" in page
    assert [key in page for key in ("assess:1", "assess:2", "assess:3", "propose:4")] == [False, True, True, False]
    # What is cut off from the whole is still found by its kind, and by being late.
    assert "propose:4" in client.get("/?slag=foresla").content.decode()
    late = client.get("/?sena=1").content.decode()
    assert "assess:2" in late
    assert "assess:3" not in late
