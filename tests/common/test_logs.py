"""The server's log must not hold what opens a door, nor what somebody searched for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import get_resolver

from nch.common.logs import RequestLogMiddleware


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/anvandare/?q=Anna", "GET /anvandare/"),
        ("/inbjudan/hemlig-nyckel/", "GET /inbjudan/…"),
        ("/konto/password/reset/key/3-c8kmyz-f0/", "GET /konto/password/reset/key/…"),
        ("/konto/password/reset/key/done/", "GET /konto/password/reset/key/done/"),
        ("/konto/confirm-email/nyckel/", "GET /konto/confirm-email/…"),
        ("/stodtelefon/schema/hemlig-nyckel.ics", "GET /stodtelefon/schema/…"),
    ],
)
def test_logged_request_holds_neither_query_nor_token(rf: RequestFactory, address: str, logged: str) -> None:
    assert RequestLogMiddleware.format_request(rf.get(address)) == logged


SECRET = "hemlig-nyckel-123"
_SECRET_PART = re.compile(r"<str:token>|\(\?P<(?:key|uidb36)>\S+?\+\)")


def _routes(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern).lstrip("^")
        yield from _routes(one.url_patterns, route) if hasattr(one, "url_patterns") else [route]


SECRET_ADDRESSES = [
    _SECRET_PART.sub(SECRET, route).removesuffix("$")
    for route in _routes(get_resolver().url_patterns)
    if re.search("token>|key>", route)
]


def _in_web_servers_log(address: str) -> str:
    """What nginx writes of an address: the value of the first pattern of its map that fits."""
    configuration = Path(settings.BASE_DIR, "deploy/nginx/nch.conf").read_text(encoding="utf-8")
    patterns = re.findall(r'^ +"?~(\S+?)"? +(\S+);$', configuration, re.MULTILINE)
    assert len(patterns) > 3
    for pattern, value in patterns:
        found = re.match(pattern.replace("(?<path>", "(?P<path>"), address)
        if found:
            return str(found["path"] if value == "$path" else value)
    raise AssertionError(address)


def test_every_address_with_a_secret_in_it_is_known() -> None:
    """Four today: an invitation, a new password, a confirmed address and a rota's calendar."""
    assert len(SECRET_ADDRESSES) == 4
    assert not [address for address in SECRET_ADDRESSES if SECRET not in address or re.search(r"[<>()]", address)]


@pytest.mark.parametrize("address", SECRET_ADDRESSES)
def test_neither_log_holds_the_secret_of_an_address(rf: RequestFactory, address: str) -> None:
    assert SECRET not in RequestLogMiddleware.format_request(rf.get(address))
    assert SECRET not in _in_web_servers_log(address)
    assert SECRET not in _in_web_servers_log(f"{address}?q={SECRET}")


@pytest.mark.parametrize(
    "address", ["/bidrag/7/", "/stodtelefon/schema/kalender/", "/stodtelefon/schema/byten/7/godta/", "/"]
)
def test_both_logs_hold_what_is_no_secret_and_no_query(rf: RequestFactory, address: str) -> None:
    asked = f"{address}?q=Anna"
    assert RequestLogMiddleware.format_request(rf.get(asked)) == f"GET {address}"
    assert _in_web_servers_log(asked) == address


def test_log_lines_of_a_request_do_not_hold_its_token(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    with caplog.at_level("INFO"):
        client.get("/inbjudan/hemlig-nyckel/?q=Anna")
    lines = " ".join(str(record.msg) for record in caplog.records)
    assert "/inbjudan/…" in lines
    assert "hemlig-nyckel" not in lines
    assert "Anna" not in lines
