"""Two who ask for statistics at once, or withdraw while somebody begins: what only parallel transactions show."""

import datetime
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Role
from nch.counties.services import load_country
from nch.questionnaires.models import Answer, Response
from nch.questionnaires.services import NotOpenForAnswersError
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.services import load_known_centres
from resurscentra.services.asking import ReportingError
from resurscentra.services.returns import start_return
from resurscentra.services.rounds import open_round, withdraw_round
from tests.cases.test_parallel import in_parallel
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import coordinator_of, fill_in, make_round, return_of

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


def one_after_the_other(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Let `second` begin when `first` is done but not committed; returns the refusals in words."""
    is_done, refused = threading.Event(), []

    def act(number: int) -> None:
        try:
            if number:
                is_done.wait(10)
                second()
            else:
                with transaction.atomic():
                    first()
                    is_done.set()
                    time.sleep(0.5)
        except (ReportingError, NotOpenForAnswersError) as error:
            refused.append(str(error))

    in_parallel(act, 2)
    return refused


def test_of_those_who_write_and_withdraw_at_once_the_first_wins_and_the_other_is_told() -> None:
    load_country()
    officer, now = make_user(Role.NCH_OFFICER), timezone.now()
    load_known_centres(by=officer, at=now)
    rounds = [make_round(year, officer=officer) for year in range(2024, 2028)]
    returns = [return_of(round_, "Skåne") for round_ in rounds]
    coordinator = coordinator_of(returns[0])
    starts = [partial(start_return, statistics=one, by=coordinator, at=now) for one in returns]
    withdraws = [partial(withdraw_round, round_=one, by=officer, at=now) for one in rounds]
    for number in (2, 3):
        starts[number]()
    writes = [partial(fill_in, one, {}, by=coordinator) for one in returns]

    # An empty draft is no obstacle, whenever it was begun; what is written is.
    assert one_after_the_other(starts[0], withdraws[0]) == []
    assert one_after_the_other(withdraws[1], starts[1])[0].startswith("Någon annan har hunnit före")
    assert one_after_the_other(writes[2], withdraws[2])[0].startswith("Begäran kan inte tas tillbaka")
    assert one_after_the_other(withdraws[3], writes[3])[0].startswith("Utkastet är inlämnat eller stängt")
    states = dict(StatisticsReturn.objects.filter(centre=returns[0].centre_id).values_list("round", "state"))
    withdrawn, draft = ReturnState.WITHDRAWN, ReturnState.DRAFT
    assert [states[one.pk] for one in rounds] == [withdrawn, withdrawn, draft, withdrawn]
    assert {one.response.statistics_return.round_id for one in Answer.objects.all()} == {rounds[2].pk}
    assert not Response.objects.filter(statistics_return__round=rounds[1]).exists()
