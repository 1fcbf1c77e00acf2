"""The server's log must not hold what opens a door, nor what somebody searched for."""

import pytest
from django.test import Client, RequestFactory

from nch.common.logs import RequestLogMiddleware


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/anvandare/?q=Anna", "GET /anvandare/"),
        ("/inbjudan/hemlig-nyckel/", "GET /inbjudan/…"),
        ("/konto/password/reset/key/3-c8kmyz-f0/", "GET /konto/password/reset/key/…"),
        ("/konto/password/reset/key/done/", "GET /konto/password/reset/key/done/"),
        ("/konto/confirm-email/nyckel/", "GET /konto/confirm-email/…"),
        ("/bidrag/7/", "GET /bidrag/7/"),
    ],
)
def test_logged_request_holds_neither_query_nor_token(rf: RequestFactory, address: str, logged: str) -> None:
    assert RequestLogMiddleware.format_request(rf.get(address)) == logged


def test_log_lines_of_a_request_do_not_hold_its_token(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    with caplog.at_level("INFO"):
        client.get("/inbjudan/hemlig-nyckel/?q=Anna")
    lines = " ".join(str(record.msg) for record in caplog.records)
    assert "/inbjudan/…" in lines
    assert "hemlig-nyckel" not in lines
    assert "Anna" not in lines
