"""Sections opened again for completion: only they can be written in, and what was handed in stays readable."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from grants.models import Application
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.common.files import CheckedFile
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.handing_in import (
    IncompleteResponseError,
    close_draft,
    close_reopened,
    reopen_sections,
    submit_response,
)
from nch.questionnaires.models import AnswerVersion, Question, Response, ResponseSubmission
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, save_answers, save_file
from tests.common.test_files import pdf_bytes
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def signatory() -> User:
    return make_user(Role.COUNTY_SIGNATORY)


@pytest.fixture
def response(signatory: User) -> Response:
    """Handed in, with the section ”behov” open again."""
    application: Application = make_draft(make_call(), signatory)
    submit_response(response=application.response, by=signatory, at=timezone.now())
    return reopen_sections(
        response=application.response, sections=["behov"], by=make_user(Role.NCH_OFFICER), at=timezone.now()
    )


def question(response: Response, key: str) -> Question:
    return next(q for q in ResponseReader(response).questions if q.key == key)


def save(response: Response, by: User, key: str, value: Any) -> None:
    asked = question(response, key)
    answer = response.answers.filter(question=asked).first()
    seen = {asked: answer.revision if answer else 0}
    save_answers(response=response, values={asked: value}, seen=seen, by=by, at=timezone.now())


def test_only_the_opened_sections_can_be_written_in(response: Response, signatory: User) -> None:
    save(response, signatory, "forankring", "Kompletterat")
    with pytest.raises(NotOpenForAnswersError, match="Organisation och parter"):
        save(response, signatory, "huvudman", "Någon annan")
    reader = ResponseReader(response, draft=True)
    assert [section.key for section in reader.open_sections] == ["behov"]
    assert reader.value_of("forankring") == "Kompletterat"
    assert reader.value_of("huvudman") == "Barnahus i länet"


def test_others_read_what_was_handed_in_until_the_completion_is(response: Response, signatory: User) -> None:
    before = ResponseReader(response).value_of("forankring")
    save(response, signatory, "forankring", "Kompletterat")
    assert ResponseReader(response).value_of("forankring") == before != "Kompletterat"
    submit_response(response=response, by=signatory, at=timezone.now())
    assert ResponseReader(response).value_of("forankring") == "Kompletterat"
    first, second = response.submissions.all()
    assert ResponseReader(response, submission=first).value_of("forankring") == before
    assert ResponseReader(response, submission=second).value_of("forankring") == "Kompletterat"
    with pytest.raises(NotOpenForAnswersError):
        save(response, signatory, "forankring", "För sent")


def test_incomplete_completion_is_refused_and_stays_open(response: Response, signatory: User) -> None:
    save(response, signatory, "forankring", "")
    with pytest.raises(IncompleteResponseError):
        submit_response(response=response, by=signatory, at=timezone.now())
    response.refresh_from_db()
    assert response.state == ResponseState.REOPENED


def test_ended_completion_lets_what_was_handed_in_stand_and_keeps_the_text(response: Response, signatory: User) -> None:
    before = ResponseReader(response).value_of("forankring")
    save(response, signatory, "forankring", "Hann inte lämnas")
    save(response, signatory, "har_resurscentrum", "yes")
    save(response, signatory, "nulage", "Besvarad först nu")
    close_reopened(response=response, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    reader = ResponseReader(response)
    assert (response.state, response.open_sections) == (ResponseState.SUBMITTED, [])
    assert [reader.value_of(key) for key in ("forankring", "har_resurscentrum", "nulage")] == [before, "no", None]
    kept = response.answers.get(question__key="forankring").versions.values_list("value", flat=True)
    assert "Hann inte lämnas" in kept


def test_what_is_not_handed_in_cannot_be_opened_and_no_unknown_section(signatory: User) -> None:
    draft = make_draft(make_call(), signatory).response
    officer = make_user(Role.NCH_OFFICER)
    with pytest.raises(NotOpenForAnswersError):
        reopen_sections(response=draft, sections=["behov"], by=officer, at=timezone.now())
    submit_response(response=draft, by=signatory, at=timezone.now())
    for wrong in ([], ["finns-inte"], ["behov", "finns-inte"]):
        with pytest.raises(ValidationError):
            reopen_sections(response=draft, sections=wrong, by=officer, at=timezone.now())


def test_what_was_handed_in_is_no_draft_to_be_closed(response: Response, signatory: User) -> None:
    with pytest.raises(NotOpenForAnswersError):
        close_draft(response, by=signatory, at=timezone.now())


def refused(response: Response, **changes: Any) -> bool:
    try:
        with transaction.atomic():
            Response.objects.filter(pk=response.pk).update(**changes)
    except DatabaseError as error:
        return "row is final" in str(error)
    return False


def test_database_allows_this_way_of_opening_and_no_other(response: Response, signatory: User) -> None:
    now = timezone.now()
    assert refused(response, state="draft", submitted_at=None, submitted_by=None, open_sections=[])
    assert refused(response, state="closed", submitted_at=None, submitted_by=None)
    assert refused(response, open_sections=["behov", "budget"])
    assert refused(response, submitted_at=now)
    assert not refused(response, changed_at=now)
    submit_response(response=response, by=signatory, at=now)
    assert refused(response, changed_at=now)
    assert refused(response, state="reopened")
    assert refused(response, state="reopened", open_sections=["behov"], submitted_by=make_user(None))
    assert not refused(response, state="reopened", open_sections=["behov"])
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        ResponseSubmission.objects.update(versions=[])


def test_two_people_completing_one_table_meet_both_texts(signatory: User) -> None:
    application = make_draft(make_call(), signatory)
    response = application.response
    submit_response(response=response, by=signatory, at=timezone.now())
    reopen_sections(response=response, sections=["organisation"], by=make_user(Role.NCH_OFFICER), at=timezone.now())
    colleague, parts = make_user(Role.COUNTY_OFFICER, application.organisation), question(response, "parter")
    seen = {parts: response.answers.get(question=parts).revision}
    mine, theirs = ([{"part": name, "atagande": "", "daterad": ""}] for name in ("Regionen", "Polisen"))
    save_answers(response=response, values={parts: theirs}, seen=seen, by=colleague, at=timezone.now())
    with pytest.raises(StaleSaveError) as stale:
        save_answers(response=response, values={parts: mine}, seen=seen, by=signatory, at=timezone.now())
    assert stale.value.conflicts[0].theirs == theirs


def test_file_for_a_closed_section_is_neither_kept_nor_taken_away(response: Response, signatory: User) -> None:
    content = pdf_bytes()
    file = CheckedFile(name="a.pdf", content_type="application/pdf", content=content, sha256="0" * 64)
    with pytest.raises(NotOpenForAnswersError):
        save_file(
            response=response,
            question=question(response, "bilagor"),
            file=file,
            seen=0,
            by=signatory,
            at=timezone.now(),
        )
    assert not response.files.exists()


def test_signatory_who_hands_in_stops_the_one_who_still_writes(response: Response, signatory: User) -> None:
    """As after a browser that was killed: its kept copy comes back when the section is closed."""
    colleague = make_user(Role.COUNTY_OFFICER, response.organisation)
    submit_response(response=response, by=signatory, at=timezone.now())
    with pytest.raises(NotOpenForAnswersError):
        save(response, colleague, "forankring", "Sent")
    assert "Sent" not in AnswerVersion.objects.values_list("value", flat=True)
