"""Officers who write while a signatory hands in: what only real parallel transactions show."""

from typing import Any

import pytest
from django.utils import timezone

from nch.accounts.enums import Role
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.handing_in import reopen_sections, submit_response
from nch.questionnaires.models import Answer, AnswerVersion, Response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, save_answers
from tests.cases.test_parallel import in_parallel
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_draft

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SAVES = 15


def write_while_a_signatory_hands_in(response: Response, *people: Any) -> list[str]:
    """The first of the people hands in; the others save text after text. Returns the texts that were accepted."""
    signatory, *officers = people
    asked = next(q for q in ResponseReader(response).questions if q.key == "forankring")
    accepted: list[str] = []

    def work(number: int) -> None:
        if number == len(officers):
            submit_response(response=Response.objects.get(pk=response.pk), by=signatory, at=timezone.now())
            return
        for turn in range(SAVES):
            seen = Answer.objects.get(response=response, question=asked).revision
            text = f"Text {turn} av {number}"
            try:
                save_answers(
                    response=response, values={asked: text}, seen={asked: seen}, by=officers[number], at=timezone.now()
                )
            except StaleSaveError:
                continue
            except NotOpenForAnswersError:
                return
            accepted.append(text)

    in_parallel(work, len(officers) + 1)
    return accepted


def assert_nothing_is_lost(response: Response, accepted: list[str]) -> None:
    """All accepted texts are in the history, and what was handed in is what stands."""
    response.refresh_from_db()
    assert response.state == ResponseState.SUBMITTED
    written = AnswerVersion.objects.filter(answer__question__key="forankring").values_list("value", flat=True)
    assert set(accepted) <= set(written)
    latest = response.submissions.latest("number")
    standing = {answer.question_id: answer.value for answer in response.answers.all()}
    handed_in = ResponseReader(response, submission=latest).answers
    assert {question: answer.value for question, answer in handed_in.items()} == standing


def test_two_officers_write_while_a_signatory_hands_in_and_then_the_completion() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(make_call(), signatory)
    officers = [make_user(Role.COUNTY_OFFICER, application.organisation) for _ in range(2)]
    response = application.response
    assert_nothing_is_lost(response, write_while_a_signatory_hands_in(response, signatory, *officers))
    reopen_sections(response=response, sections=["behov"], by=make_user(Role.NCH_OFFICER), at=timezone.now())
    assert_nothing_is_lost(response, write_while_a_signatory_hands_in(response, signatory, *officers))
    assert response.submissions.count() == 2
