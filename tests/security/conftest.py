"""The world of the access tables, made once for the tests of a module: making it takes seconds."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.security.world import World, build_world


@pytest.fixture(scope="module")
def _standing_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    folder = tmp_path_factory.mktemp("world")
    # Each test's own transaction lies inside this one, and a test that ends closes its connection.
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            built = build_world()
        with mock.patch.object(connection, "close"):
            yield built, folder
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world: tuple[World, Path], db: None, settings: Any) -> World:
    """The world as it was made: what a test does to it is undone after the test."""
    built, folder = _standing_world
    settings.MEDIA_ROOT = folder
    return copy.deepcopy(built)
