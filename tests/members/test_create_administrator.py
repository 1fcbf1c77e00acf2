"""The first administrator of an installation: made from the command line, and logged."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from nch.accounts.enums import Right
from nch.accounts.models import Membership, User
from nch.accounts.permissions import access_of
from nch.audit.models import AuditEvent
from nch.counties.models import County, Municipality, Organisation

EMAIL = "anna.administrator@example.se"
PASSWORD = "krångligt-nog-2026"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person at the keyboard answers, in order."""
    answers = [PASSWORD, PASSWORD]
    monkeypatch.setattr("getpass.getpass", lambda prompt: answers.pop(0))
    return answers


def create(email: str = EMAIL, name: str = "Anna Administratör") -> None:
    call_command("create_administrator", email=email, name=name)


@pytest.mark.django_db
def test_load_facts_runs_twice_and_changes_nothing_the_second_time() -> None:
    call_command("load_facts")
    organisations = set(Organisation.objects.values_list("pk", "name"))
    events = AuditEvent.objects.count()
    call_command("load_facts")
    assert County.objects.count() == 21
    assert Municipality.objects.count() == 290
    assert set(Organisation.objects.values_list("pk", "name")) == organisations
    assert AuditEvent.objects.count() == events


def test_create_administrator_makes_a_user_who_may_invite_others(country: None, typed: list[str]) -> None:
    create("Anna.Administrator@Example.se")
    user = User.objects.get(email=EMAIL)
    assert user.check_password(PASSWORD)
    access = access_of(user)
    assert access.everywhere(Right.MANAGE_USERS)
    assert not access.may(Right.SEE_CASES)
    assert EmailAddress.objects.get(user=user).verified
    event = AuditEvent.objects.get(action="role_given")
    assert (event.actor_id, event.details["user"]) == (None, user.pk)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([PASSWORD, PASSWORD + "x"], "inte lika"),
        (["kort", "kort"], "12 tecken"),
        ([EMAIL, EMAIL], "e-post"),
    ],
)
def test_create_administrator_refuses_a_bad_password(
    country: None, typed: list[str], answers: list[str], reason: str
) -> None:
    typed[:] = answers
    with pytest.raises(CommandError, match=reason):
        create()
    assert not User.objects.exists()


@pytest.mark.parametrize(("email", "name"), [("anna", "Anna"), (EMAIL, " ")])
def test_create_administrator_refuses_a_missing_name_or_address(
    country: None, typed: list[str], email: str, name: str
) -> None:
    with pytest.raises(CommandError, match="Ange"):
        create(email, name)
    assert not User.objects.exists()


def test_create_administrator_leaves_an_existing_user_alone(country: None, typed: list[str]) -> None:
    User.objects.create_user(EMAIL, "ett helt annat lösenord", display_name="Anna")
    with pytest.raises(CommandError, match="finns redan"):
        create()
    assert not User.objects.get().check_password(PASSWORD)
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_create_administrator_wants_the_country_first(typed: list[str]) -> None:
    with pytest.raises(CommandError, match="load_facts"):
        create()
