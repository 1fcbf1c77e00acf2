"""What every test can count on. The standing cast is in tests/factories/accounts.py."""

import os
from typing import Any

os.environ.setdefault("NCH_MODE", "test")

import pytest

from nch.counties.services import load_country


@pytest.fixture
def country(db: None) -> None:
    """The 21 counties, their boards, regions, municipalities and the national bodies."""
    load_country()


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that a test writes go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
