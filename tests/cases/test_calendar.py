"""The calendar leads each person to where the person can do something."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.cases.services import open_task
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


def _calendar(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("calendar")).content.decode()


def test_task_is_a_link_only_for_those_who_may_do_it() -> None:
    nch = make_organisation("nch")
    officer, colleague = make_user(Role.NCH_OFFICER, nch), make_user(Role.NCH_OFFICER, nch)
    task = open_task(
        "assess:1",
        organisation=nch,
        right=Right.ASSESS,
        title="Bedöm ansökan",
        url="/dit-man-bedomer/",
        due_on=timezone.localdate(),
        at=timezone.now(),
    )
    for user in (officer, colleague):
        assert "/dit-man-bedomer/" in _calendar(user)
    for role in (Role.NCH_DECISION_MAKER, Role.NCH_FINANCE, Role.NCH_ANALYST):
        page = _calendar(make_user(role, nch))
        assert "Bedöm ansökan" in page
        assert "/dit-man-bedomer/" not in page
    type(task).objects.update(assignee=officer)
    assert "/dit-man-bedomer/" in _calendar(officer)
    assert "/dit-man-bedomer/" not in _calendar(colleague)
