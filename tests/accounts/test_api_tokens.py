"""Keys to the API: shown once, kept as a hash, good for a time, one's own to withdraw."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import ApiToken, User
from nch.audit.models import AuditEvent
from nch.members.tokens import LONGEST_DAYS, MOST_TOKENS, TokenError, make_token, token_for, withdraw_token
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def owner() -> User:
    return make_user(Role.NCH_FINANCE)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_key_is_shown_once_and_only_its_hash_is_kept(owner: User) -> None:
    client = signed_in(owner)
    page = client.post(reverse("api_tokens"), {"name": "Ekonomisystemet", "scope": "read", "days": 90}).content.decode()
    found = re.search(r"nch_[\w-]{43}", page)
    assert found is not None
    token = ApiToken.objects.get(owner=owner)
    assert found[0] not in str(token.__dict__)
    assert token_for(found[0], at=timezone.now()) == token
    again = client.get(reverse("api_tokens"))
    assert found[0] not in again.content.decode()
    assert "Ekonomisystemet" in again.content.decode()
    assert again["Cache-Control"] == "no-store"
    assert AuditEvent.objects.get(action="api_token_made").details == {"scope": "read", "days": 90}


def test_key_opens_nothing_after_its_day_or_when_withdrawn(owner: User) -> None:
    token, key = make_token(name="x", days=30, by=owner, at=NOW)
    assert token_for(key, at=NOW + 29 * DAY) == token
    assert token_for(key, at=NOW + 30 * DAY) is None
    assert token_for(f"{key}x", at=NOW) is None
    withdraw_token(token=token, by=owner, at=NOW + DAY)
    assert token_for(key, at=NOW + 2 * DAY) is None
    assert AuditEvent.objects.filter(action="api_token_withdrawn").count() == 1


def test_key_lasts_a_year_at_most_and_there_are_not_too_many(owner: User) -> None:
    for days in (0, LONGEST_DAYS + 1):
        with pytest.raises(TokenError):
            make_token(name="x", days=days, by=owner, at=NOW)
    answer = signed_in(owner).post(reverse("api_tokens"), {"name": "", "days": 9999})
    assert answer.status_code == 422
    for _ in range(MOST_TOKENS):
        make_token(name="x", days=1, by=owner, at=NOW)
    with pytest.raises(TokenError):
        make_token(name="x", days=1, by=owner, at=NOW)
    make_token(name="x", days=1, by=owner, at=NOW + 2 * DAY)


def test_use_is_noted_once_a_minute(owner: User) -> None:
    token, key = make_token(name="x", days=30, by=owner, at=NOW)
    for seconds, noted in ((10, 10), (30, 10), (80, 80)):
        token_for(key, at=NOW + datetime.timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == NOW + datetime.timedelta(seconds=noted)


def test_key_is_only_its_owners_to_see_and_withdraw(owner: User) -> None:
    token, _ = make_token(name="Hemligt syfte", days=30, by=owner, at=timezone.now())
    stranger = make_user(Role.NCH_ADMIN)
    assert "Hemligt syfte" not in signed_in(stranger).get(reverse("api_tokens")).content.decode()
    address = reverse("api_token_withdraw", args=[token.pk])
    assert signed_in(stranger).post(address).status_code == 404
    with pytest.raises(TokenError):
        withdraw_token(token=token, by=stranger, at=timezone.now())
    signed_in(owner).get(address)
    token.refresh_from_db()
    assert token.withdrawn_at is None
    signed_in(owner).post(address)
    token.refresh_from_db()
    assert token.withdrawn_at is not None
