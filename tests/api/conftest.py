import pytest
from django.core.cache import cache
from django.test import Client

from tests.reports.facts import load_facts


@pytest.fixture
def facts(db: None) -> None:
    """Everything that has been published."""
    load_facts()


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """No test inherits the calls another has made."""
    cache.clear()


@pytest.fixture
def api() -> Client:
    """Anybody at all."""
    return Client()
