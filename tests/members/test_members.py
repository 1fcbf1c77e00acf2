"""Invitations and roles."""

import datetime
import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.models import AuditEvent
from nch.members.models import Invitation
from nch.members.services import MembershipError, end_role, give_role, invite
from tests.factories.accounts import make_county, make_organisation, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "en lång och ovanlig mening 7"


def invited(capture: Any) -> str:
    """Send an invitation and return the path of its link, as the addressee reads it in the mail."""
    board = make_organisation("county_board", county=make_county("12", "Skåne län"))
    with capture(execute=True):
        invite(email="Ny@Example.se", organisation=board, role=Role.COUNTY_OFFICER, by=make_user(Role.NCH_ADMIN))
    link = re.search(r"https?://[^/]+(/inbjudan/\S+)", mail.outbox[0].body)
    assert link is not None
    return link[1]


def test_invitation_makes_an_account_with_the_role_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    path = invited(django_capture_on_commit_callbacks)
    assert mail.outbox[0].to == ["ny@example.se"]
    fields = {"display_name": "Ny Person", "password": PASSWORD}
    assert client.post(path, fields)["Location"] == reverse("account_login")
    user = User.objects.get(email="ny@example.se")
    assert access_of(user).may(Right.FILL_IN)
    assert client.get(path).status_code == 404
    assert client.post(path, fields).status_code == 404


def test_invitation_refuses_a_weak_password_and_keeps_the_name(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    path = invited(django_capture_on_commit_callbacks)
    page = client.post(path, {"display_name": "Ny Person", "password": "kort"})
    assert "Ny Person" in page.content.decode()
    assert not User.objects.filter(email="ny@example.se").exists()


def test_invitation_expires(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    path = invited(django_capture_on_commit_callbacks)
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.get(path).status_code == 404


def test_token_is_kept_as_a_hash_only(django_capture_on_commit_callbacks: Any) -> None:
    path = invited(django_capture_on_commit_callbacks)
    assert Invitation.objects.get().token_hash not in path
    assert path.split("/")[2] not in str(list(Invitation.objects.values()))


def test_role_cannot_be_given_at_the_wrong_kind_of_organisation() -> None:
    board = make_organisation("county_board", county=make_county("12", "Skåne län"))
    with pytest.raises(MembershipError):
        give_role(user=make_user(None), organisation=board, role=Role.NCH_OFFICER, by=make_user(Role.NCH_ADMIN))


def test_only_administrators_give_roles() -> None:
    with pytest.raises(PermissionDenied):
        give_role(
            user=make_user(None),
            organisation=make_organisation("nch"),
            role=Role.NCH_ADMIN,
            by=make_user(Role.NCH_DECISION_MAKER),
        )


def test_ended_role_gives_no_access_from_that_day_and_is_logged() -> None:
    user, admin = make_user(Role.NCH_FINANCE), make_user(Role.NCH_ADMIN)
    end_role(membership=user.memberships.get(), by=admin)
    assert access_of(User.objects.get(pk=user.pk)).memberships == ()
    assert AuditEvent.objects.filter(action="role_ended", actor_id=admin.pk).exists()


def test_role_of_today_can_be_ended_today() -> None:
    user, admin = make_user(None), make_user(Role.NCH_ADMIN)
    membership = give_role(user=user, organisation=make_organisation("nch"), role=Role.NCH_LINE, by=admin)
    end_role(membership=membership, by=admin)
    assert access_of(User.objects.get(pk=user.pk)).memberships == ()
