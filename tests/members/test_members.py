"""Invitations and roles."""

import datetime
import re
import smtplib
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
from nch.members.services import MembershipError, accept_invitation, end_role, give_role, invite
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


def test_ended_role_keeps_its_end(client: Client) -> None:
    user, admin = make_user(Role.NCH_FINANCE), make_user(Role.NCH_ADMIN)
    user.memberships.update(valid_to=datetime.date(2020, 1, 1))
    membership = user.memberships.get()
    with pytest.raises(MembershipError, match="redan avslutad"):
        end_role(membership=membership, by=admin)
    client.force_login(admin)
    page = client.post(reverse("members:end_membership", args=[membership.pk]), follow=True)
    assert "Rollen är redan avslutad." in page.content.decode()
    assert user.memberships.get().valid_to == datetime.date(2020, 1, 1)
    assert not AuditEvent.objects.filter(action="role_ended").exists()


def test_role_with_an_end_to_come_can_be_ended_now() -> None:
    user, admin = make_user(Role.NCH_FINANCE), make_user(Role.NCH_ADMIN)
    user.memberships.update(valid_to=timezone.localdate() + datetime.timedelta(days=30))
    ended = end_role(membership=user.memberships.get(), by=admin)
    assert ended.valid_to == timezone.localdate() - datetime.timedelta(days=1)


def test_invitation_holds_though_the_inviter_has_left(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    path = invited(django_capture_on_commit_callbacks)
    inviter = Invitation.objects.get().invited_by
    end_role(membership=inviter.memberships.get(), by=make_user(Role.NCH_ADMIN))
    assert client.post(path, {"display_name": "Ny Person", "password": PASSWORD}).status_code == 302
    assert User.objects.get(email="ny@example.se").memberships.count() == 1
    assert AuditEvent.objects.get(action="role_given").actor_id == inviter.pk


def test_invitation_adds_the_role_to_an_account_that_exists(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    path = invited(django_capture_on_commit_callbacks)
    user = User.objects.create_user("ny@example.se", PASSWORD, display_name="Sedan tidigare")
    page = client.get(path).content.decode()
    assert "det konto som redan finns" in page
    assert 'name="password"' not in page
    assert 'name="display_name"' not in page
    done = client.post(path, {"display_name": "Kapad", "password": "något helt annat 99"}, follow=True)
    assert "Rollen är tillagd till ditt konto." in done.content.decode()
    user.refresh_from_db()
    assert (user.display_name, user.check_password(PASSWORD)) == ("Sedan tidigare", True)
    assert access_of(user).may(Right.FILL_IN)


def test_no_account_is_made_without_a_password(django_capture_on_commit_callbacks: Any) -> None:
    token = invited(django_capture_on_commit_callbacks).split("/")[2]
    with pytest.raises(MembershipError, match="lösenord"):
        accept_invitation(token=token)
    assert Invitation.objects.get().accepted_at is None


def test_nobody_gives_herself_a_role(client: Client) -> None:
    admin, nch = make_user(Role.NCH_ADMIN), make_organisation("nch")
    with pytest.raises(MembershipError, match="dig själv"):
        give_role(user=admin, organisation=nch, role=Role.NCH_DECISION_MAKER, by=admin)
    client.force_login(admin)
    wanted = {"role": Role.NCH_DECISION_MAKER, "organisation": nch.pk}
    pages = [
        client.post(reverse("members:user_detail", args=[admin.pk]), wanted),
        client.post(reverse("members:invite"), {"email": admin.email.upper(), **wanted}),
    ]
    assert all("Du kan inte ge dig själv en roll." in page.content.decode() for page in pages)
    assert admin.memberships.count() == 1
    assert not Invitation.objects.exists()


def test_mail_that_does_not_leave_is_told_of_without_the_address(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*args: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({"ny@example.se": (550, b"no")})

    monkeypatch.setattr("nch.members.services.send_mail", fails)
    monkeypatch.setattr("nch.members.services.transaction.on_commit", lambda then: then())
    client.force_login(make_user(Role.NCH_ADMIN))
    fields = {"email": "ny@example.se", "role": Role.NCH_FINANCE, "organisation": make_organisation("nch").pk}
    page = client.post(reverse("members:invite"), fields, follow=True).content.decode()
    assert "kunde inte skickas. Ta bort den och bjud in igen." in page
    assert "was not sent: SMTPRecipientsRefused" in caplog.text
    assert "ny@example.se" not in caplog.text


def test_mail_that_leaves_is_told_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nch.members.services.transaction.on_commit", lambda then: then())
    client.force_login(make_user(Role.NCH_ADMIN))
    fields = {"email": "ny@example.se", "role": Role.NCH_FINANCE, "organisation": make_organisation("nch").pk}
    page = client.post(reverse("members:invite"), fields, follow=True).content.decode()
    assert "Inbjudan har skickats till ny@example.se." in page
    assert len(mail.outbox) == 1


def test_withdrawn_invitation_opens_nothing(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    path = invited(django_capture_on_commit_callbacks)
    admin = make_user(Role.NCH_ADMIN)
    client.force_login(admin)
    address = reverse("members:withdraw_invitation", args=[Invitation.objects.get().pk])
    assert address in client.get(reverse("members:user_list")).content.decode()
    assert client.get(address).status_code == 302
    assert Invitation.objects.exists()
    assert "Inbjudan är borttagen." in client.post(address, follow=True).content.decode()
    assert Client().get(path).status_code == 404
    assert AuditEvent.objects.get(action="invitation_withdrawn").actor_id == admin.pk


def test_accepted_invitation_cannot_be_withdrawn(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    path = invited(django_capture_on_commit_callbacks)
    client.post(path, {"display_name": "Ny Person", "password": PASSWORD})
    client.force_login(make_user(Role.NCH_ADMIN))
    address = reverse("members:withdraw_invitation", args=[Invitation.objects.get().pk])
    assert client.post(address).status_code == 404
    assert Invitation.objects.exists()


def test_expired_invitations_are_listed_as_such(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    invited(django_capture_on_commit_callbacks)
    client.force_login(make_user(Role.NCH_ADMIN))
    page = client.get(reverse("members:user_list"))
    assert (len(page.context["invitations"]), len(page.context["expired"])) == (1, 0)
    Invitation.objects.update(expires_at=timezone.now())
    page = client.get(reverse("members:user_list"))
    assert (len(page.context["invitations"]), len(page.context["expired"])) == (0, 1)
    assert "Inbjudningar som har gått ut" in page.content.decode()
