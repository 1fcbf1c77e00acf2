import threading
from collections.abc import Iterator
from wsgiref.simple_server import make_server

import pytest
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client

from nch.api.statistics import answers
from tests.reports.facts import load_facts


@pytest.fixture
def facts(db: None) -> None:
    """Everything that has been published."""
    load_facts()


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """No test inherits the calls another has made, nor the answers it got."""
    cache.clear()
    answers.at_hand.clear()


@pytest.fixture
def api() -> Client:
    """Anybody at all."""
    return Client()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real server on the test's own connection: final rows cannot be flushed, so the test has to roll back."""
    shared = connections["default"]
    monkeypatch.setattr(shared, "close", lambda: None)
    shared.inc_thread_sharing()
    with make_server("127.0.0.1", 0, get_wsgi_application()) as httpd:

        def serve() -> None:
            connections["default"] = shared
            httpd.serve_forever(poll_interval=0.05)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()
    shared.dec_thread_sharing()
