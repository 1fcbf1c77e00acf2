"""Two who ask for statistics at once: what only real parallel transactions show."""

import datetime

import pytest
from django.utils import timezone

from nch.accounts.enums import Role
from nch.counties.services import load_country
from resurscentra.models import StatisticsRound
from resurscentra.services import load_known_centres
from resurscentra.services.asking import ReportingError
from resurscentra.services.returns import open_round
from tests.cases.test_parallel import in_parallel
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_rounds_that_overlap_only_one_is_opened() -> None:
    load_country()
    officer, refused = make_user(Role.NCH_OFFICER), []
    load_known_centres(by=officer, at=timezone.now())
    days = [(1, 6), (1, 6), (3, 9)]

    def ask(number: int) -> None:
        first, last = (datetime.date(2025, month, 1) for month in days[number])
        due = timezone.localdate()
        try:
            open_round(title="x", starts_on=first, ends_on=last, due_on=due, by=officer, at=timezone.now())
        except ReportingError as error:
            refused.append(str(error))

    in_parallel(ask, len(days))
    assert StatisticsRound.objects.count() == 1
    assert [one[:12] for one in refused] == ["Statistik fö"] * 2
