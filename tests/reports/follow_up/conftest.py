import pytest

from tests.reports.follow_up.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Grants, lägesbilder and centres of two counties; what centres hand in as statistics has a world of its own."""
    return make_world()
