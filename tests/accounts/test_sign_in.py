"""Signing in: a second factor for everybody, idle sessions end, the demo's door exists only in the demo."""

import time
from typing import Any

import pytest
import redis
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "en lång och ovanlig mening 7"


def with_password(role: Role) -> User:
    user = make_user(role)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_user_without_second_factor_gets_no_page_but_the_setup(client: Client) -> None:
    user = make_user(Role.NCH_OFFICER)
    Authenticator.objects.filter(user=user).delete()
    client.force_login(user)
    assert client.get(reverse("grants:application_list"))["Location"] == reverse("mfa_index")


def test_password_and_code_sign_in(client: Client) -> None:
    user = with_password(Role.NCH_OFFICER)
    Authenticator.objects.filter(user=user).delete()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    answer = client.post(reverse("account_login"), {"login": user.email.upper(), "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("start")).status_code == 302
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("start")).status_code == 200


def test_wrong_password_does_not_say_whether_the_address_exists(client: Client) -> None:
    user = with_password(Role.NCH_OFFICER)
    texts = []
    for address in (user.email, "ingen@example.se"):
        page = client.post(reverse("account_login"), {"login": address, "password": "fel"}).content.decode()
        texts.append("lösenord" in page.lower() and page.count("error"))
    assert texts[0] == texts[1]


def test_nobody_signs_up_without_an_invitation(client: Client) -> None:
    address = {"email": "ny@example.se", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), address)
    assert not User.objects.filter(email="ny@example.se").exists()


def test_idle_session_is_signed_out(client: Client, settings: Any) -> None:
    client.force_login(make_user(Role.NCH_OFFICER))
    assert client.get(reverse("start")).status_code == 200
    session = client.session
    session["seen_at"] = int(time.time()) - settings.SESSION_IDLE_MINUTES * 60 - 5
    session.save()
    assert client.get(reverse("start"))["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("start")).status_code == 302


def test_demo_sign_in_does_not_exist_outside_the_demo(client: Client) -> None:
    user = make_user(Role.NCH_ADMIN)
    User.objects.filter(pk=user.pk).update(is_demo_cast=True)
    assert client.get(reverse("demo_sign_in")).status_code == 404
    assert client.post(reverse("demo_sign_in"), {"user": user.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_demo_sign_in_takes_only_the_cast(client: Client, settings: Any) -> None:
    settings.DEMO = True
    settings.MFA_REQUIRED = False
    cast, other = make_user(Role.NCH_ADMIN), make_user(Role.NCH_ADMIN)
    User.objects.filter(pk=cast.pk).update(is_demo_cast=True)
    assert client.post(reverse("demo_sign_in"), {"user": other.pk}).status_code == 404
    assert client.post(reverse("demo_sign_in"), {"user": cast.pk})["Location"] == reverse("start")
    assert client.get(reverse("start")).status_code == 200


def test_nothing_that_a_signed_in_user_is_shown_is_kept_by_the_browser(client: Client) -> None:
    client.force_login(make_user(Role.NCH_OFFICER))
    for address in (reverse("start"), reverse("case_list") + "?format=csv", "/finns-inte/"):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        answer.close()


@pytest.mark.worker
def test_session_lives_in_redis_and_outlives_it(client: Client, settings: Any) -> None:
    """As production has it: Redis is read first, the database when Redis has forgotten, and neither after sign-out."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    server = redis.from_url(settings.REDIS_URL)
    client.force_login(make_user(Role.NCH_OFFICER))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def kept() -> list[bytes]:
        return [key for key in server.scan_iter("*cached_db*") if key.endswith(cookie.encode())]

    assert client.get("/").status_code == 200
    [key] = kept()
    assert 0 < server.ttl(key) <= settings.SESSION_COOKIE_AGE
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    assert not [query for query in captured if "django_session" in query["sql"]]
    # Redis is started anew, and nobody is signed out.
    server.delete(key)
    assert client.get("/").status_code == 200
    assert kept() == [key]
    client.post("/konto/logout/")
    assert kept() == []
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get("/").status_code == 302


def test_session_kept_in_the_cache_ends_with_the_sign_out(client: Client, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    client.force_login(make_user(Role.NCH_OFFICER))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/").status_code == 200
    Session.objects.all().delete()
    assert client.get("/").status_code == 200
    client.post("/konto/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get("/").status_code == 302
