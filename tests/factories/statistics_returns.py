"""Rounds of statistics, and what centres hand in."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import save_answers
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.services.returns import start_return, submit_return
from resurscentra.services.rounds import open_round
from resurscentra.statistics_form import EXPOSURES, INDIVIDUALS, SUPPORT
from tests.factories.accounts import make_user

TEN = {INDIVIDUALS: {("13_15", "girl_woman"): 6, ("26_plus", "boy_man"): 4}}
"""Ten individuals who got support."""
AGREEING = {
    **TEN,
    EXPOSURES: {("marriage-worry", "under_18"): 6, ("other-none", "18_plus"): 4},
    SUPPORT: {("counselling", "under_18"): 6},
}
"""Tables of the same ten that do not contradict each other."""
ASKED = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)


def make_round(year: int = 2024, *, months: tuple[int, int] = (7, 12), officer: User | None = None) -> StatisticsRound:
    """A round about some months of a year, due a month after them."""
    starts_on = datetime.date(year, months[0], 1)
    ends_on = datetime.date(year + months[1] // 12, months[1] % 12 + 1, 1) - datetime.timedelta(days=1)
    return open_round(
        title=f"{starts_on:%Y-%m} till {ends_on:%Y-%m}",
        starts_on=starts_on,
        ends_on=ends_on,
        due_on=ends_on + datetime.timedelta(days=30),
        by=officer or make_user(Role.NCH_OFFICER),
        at=ASKED,
    )


def return_of(round_: StatisticsRound, centre: str) -> StatisticsReturn:
    """The return of a centre, by a part of its name."""
    returns = StatisticsReturn.objects.select_related(
        "round__version", "organisation", "centre__organisation", "response", "case"
    )
    return returns.get(round=round_, centre__organisation__name__contains=centre)


def coordinator_of(statistics: StatisticsReturn) -> User:
    """Somebody who coordinates the centre."""
    return make_user(Role.RC_COORDINATOR, statistics.centre.organisation)


def cells(statistics: StatisticsReturn, grid: str, numbers: Mapping[tuple[str, str], int]) -> dict[str, dict[str, str]]:
    """A whole table: the numbers given, and 0 in every other cell."""
    question = next(
        question
        for section in statistics.round.version.sections.all()
        for question in section.questions.all()
        if question.key == grid
    )
    rows, columns = question.options["rows"], question.options["columns"]
    return {row: {column: str(numbers.get((row, column), 0)) for column, _ in columns} for row, _ in rows}


def fill_in(statistics: StatisticsReturn, given: Mapping[str, Any], *, by: User) -> None:
    """Write in a draft: tables by their numbers ({} is all zeros), anything else as it is; other tables all zeros."""
    assert statistics.response is not None
    reader = ResponseReader(statistics.response, draft=True)
    values = {}
    for question in (question for section in reader.open_sections for question in section.questions.all()):
        value = given.get(question.key)
        if question.kind == QuestionKind.COUNT_GRID and (value is None or all(isinstance(key, tuple) for key in value)):
            value = cells(statistics, question.key, value or {})
        if value is not None:
            values[question] = value
    seen = {question: answer.revision for question in values if (answer := reader.answers.get(question.pk))}
    save_answers(response=statistics.response, values=values, seen=seen, by=by, at=timezone.now())


def hand_in(statistics: StatisticsReturn, given: Mapping[str, Any] | None = None, *, by: User | None = None) -> User:
    """Begin, fill in and hand in; returns who did."""
    by = by or coordinator_of(statistics)
    start_return(statistics=statistics, by=by, at=timezone.now())
    fill_in(statistics, given or {}, by=by)
    submit_return(statistics=statistics, by=by, at=timezone.now())
    return by
