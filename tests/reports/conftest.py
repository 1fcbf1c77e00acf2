import pytest

from tests.reports.facts import load_facts


@pytest.fixture
def facts(db: None) -> None:
    """Everything that has been published."""
    load_facts()
