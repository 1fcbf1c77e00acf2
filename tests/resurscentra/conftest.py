"""What most tests of resource centres begin with."""

import pytest
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from resurscentra.models import StatisticsRound
from resurscentra.services import load_known_centres
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import make_round


@pytest.fixture
def officer() -> User:
    """One of NCH's officers, in a country with the centres that are known."""
    user = make_user(Role.NCH_OFFICER)
    load_known_centres(by=user, at=timezone.now())
    return user


@pytest.fixture
def round_(officer: User) -> StatisticsRound:
    """A round of statistics that has just been opened."""
    return make_round(officer=officer)
