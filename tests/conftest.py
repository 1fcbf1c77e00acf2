"""What every test can count on. The standing cast is in tests/factories/accounts.py."""

import gc
import os
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("NCH_MODE", "test")

import pytest
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from nch.celery import app as celery_app
from nch.counties.services import load_country


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, loudly in the summary, what needs a server that this run does not have."""
    on_postgresql = "sqlite" not in django_settings.DATABASES["default"]["ENGINE"]
    left_out = [
        item
        for item in items
        if (item.get_closest_marker("postgresql") and not on_postgresql)
        or (item.get_closest_marker("worker") and not django_settings.REDIS_URL)
        or (os.environ.get("NCH_ONLY_DATABASE") and not _tries_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Leave what has been loaded for good out of the search for garbage, and search more seldom, as gunicorn does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _tries_database(item: pytest.Item) -> bool:
    """Whether the test can come out otherwise on another database; what cannot is not run on the second one."""
    if item.get_closest_marker("one_database"):
        return False
    fixtures = getattr(item, "fixturenames", ())
    needs = {"db", "transactional_db", "live_server", "client", "admin_client"}
    return item.get_closest_marker("django_db") is not None or not needs.isdisjoint(fixtures)


@pytest.fixture
def country(db: None) -> None:
    """The 21 counties, their boards, regions, municipalities and the national bodies."""
    load_country()


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that a test writes go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")


def _leave_connections_open(**kwargs: Any) -> None:
    """Stand in for Django's closing of connections between requests."""


@pytest.fixture(autouse=True)
def _connection_outlives_a_response(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closing a response ends the request; Django would then close the connection of the test's own transaction.

    Django's test client takes its receiver off and puts it on again around each call, so it gets one of ours.
    """
    monkeypatch.setattr("django.test.client.close_old_connections", _leave_connections_open)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def background(django_capture_on_commit_callbacks: Any) -> Any:
    """A block in which what is left to the background is done at its end, in this process."""
    celery_app.conf.task_always_eager = True
    celery_app.conf.task_eager_propagates = True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    celery_app.conf.task_always_eager = False
    celery_app.conf.task_eager_propagates = False
