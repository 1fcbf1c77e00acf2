"""What all parts of the demo are built with."""

import datetime
from zoneinfo import ZoneInfo

from grants.models import Application, FundingCall
from grants.standard_form import OVERHEAD
from nch.accounts.models import User
from nch.cases.services import declare_interest
from nch.questionnaires.grids import OVERHEAD_KEY, Overhead
from nch.questionnaires.models import Response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import save_answers

SWEDEN = ZoneInfo("Europe/Stockholm")


def moment(year: int, month: int, day: int, hour: int = 10) -> datetime.datetime:
    """A moment by the Swedish clock."""
    return datetime.datetime(year, month, day, hour, tzinfo=SWEDEN)


def fill_in(response: Response, answers: dict[str, object], *, by: User, at: datetime.datetime) -> None:
    """Answer the questions of a response that `answers` names by key."""
    questions = {question.key: question for question in ResponseReader(response).questions}
    values = {questions[key]: value for key, value in answers.items() if key in questions}
    save_answers(response=response, values=values, seen={}, by=by, at=at)


def budget(years: list[int], salaries: int) -> dict[str, dict[str, str]]:
    """A plausible budget of whole kronor, the same each year, with overhead of a fifth of the salaries."""
    lines = {
        "salaries": salaries,
        "purchased_services": salaries // 10,
        "premises": 45_000,
        "travel": 30_000,
        "other": 25_000,
    }
    typed = {row: {str(year): str(amount) for year in years} for row, amount in lines.items()}
    shares = {"base": "salaries", **{str(year): "20" for year in years}}
    return Overhead.of({"overhead": OVERHEAD}).added_to({**typed, OVERHEAD_KEY: shares})


def declare_impartial(application: Application, by: User, *, at: datetime.datetime) -> None:
    """Say that there is no conflict of interest in the application's case."""
    if application.case is not None:
        declare_interest(case=application.case, recused=False, by=by, at=at)


def wanted_answers(call: FundingCall) -> dict[int, str]:
    """The answers to the eligibility questions that neither end nor warn."""
    return {question.pk: question.wanted for question in call.eligibility_questions.all()}
