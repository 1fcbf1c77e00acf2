"""Handing in what was answered, opening it again for completion, and closing what will not be handed in."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.models import AnswerVersion, Response, ResponseSubmission
from nch.questionnaires.permissions import require_in
from nch.questionnaires.selectors import Problem, ResponseReader, sections_of
from nch.questionnaires.services import NotOpenForAnswersError, hold_draft, write_answer


class IncompleteResponseError(Exception):
    """The response cannot be submitted yet; `problems` says what is missing, question by question."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} frågor behöver kompletteras.")
        self.problems = problems


@transaction.atomic
def submit_response(*, response: Response, by: User, at: datetime.datetime) -> Response:
    """Hand in the draft, or what was opened for completion, and keep exactly what was handed in.

    Raises IncompleteResponseError with every problem in what can be written, NotOpenForAnswersError if closed.
    """
    require_in(response, by, Right.SUBMIT)
    # Locked first, so that nobody's save slips in between the check and the closing.
    reader = ResponseReader(hold_draft(response), draft=True)
    problems = [
        problem for state in reader.states() if state.section in reader.open_sections for problem in state.problems
    ]
    if problems:
        raise IncompleteResponseError(problems)
    Response.objects.filter(pk=response.pk).update(
        state=ResponseState.SUBMITTED, submitted_at=at, submitted_by=by, open_sections=[]
    )
    current = AnswerVersion.objects.filter(answer__response=response, revision=F("answer__revision"))
    ResponseSubmission.objects.create(
        response=response,
        number=response.submissions.count() + 1,
        at=at,
        by=by,
        versions=sorted(current.values_list("pk", flat=True)),
    )
    response.refresh_from_db()
    record("response_submitted", by=by, subject=response, organisation_id=response.organisation_id, at=at)
    return response


@transaction.atomic
def reopen_sections(*, response: Response, sections: Collection[str], by: User, at: datetime.datetime) -> Response:
    """Open these sections (by key) of a submitted response for completion; all others stay as they were handed in.

    Whoever calls has checked that `by` may ask for it. Until it is submitted again or closed (close_reopened) everybody
    but those who fill in reads what was last handed in. Raises NotOpenForAnswersError where the response is not
    submitted, ValidationError for a section that the form does not have.
    """
    keys = [section.key for section in sections_of(response.version)]
    if not sections or not set(sections) <= set(keys):
        raise ValidationError("Välj avsnitt som finns i formuläret.")
    reopened = Response.objects.filter(pk=response.pk, state=ResponseState.SUBMITTED).update(
        state=ResponseState.REOPENED, open_sections=[key for key in keys if key in sections]
    )
    if not reopened:
        raise NotOpenForAnswersError("Svaret är inte inlämnat och kan inte öppnas för komplettering.")
    response.refresh_from_db()
    record(
        "sections_reopened",
        by=by,
        subject=response,
        organisation_id=response.organisation_id,
        details={"sections": response.open_sections},
        at=at,
    )
    return response


@transaction.atomic
def close_reopened(*, response: Response, by: User, at: datetime.datetime) -> Response:
    """End a completion that was not handed in: what was handed in before stands again.

    What was written meanwhile stays in the history, followed by a version that says what stands. Whoever calls has
    checked that `by` may. Raises NotOpenForAnswersError where nothing was open.
    """
    if hold_draft(response).state != ResponseState.REOPENED:
        raise NotOpenForAnswersError("Inget avsnitt är öppet för komplettering.")
    handed_in = ResponseReader(response, submission=response.submissions.latest("number")).answers
    for answer in response.answers.select_related("question"):
        then = handed_in.get(answer.question_id)
        value = then.value if then else None
        if value != answer.value:
            write_answer(response, answer.question, value, answer, by=by, at=at)
    Response.objects.filter(pk=response.pk).update(state=ResponseState.SUBMITTED, open_sections=[])
    response.refresh_from_db()
    record("completion_closed", by=by, subject=response, organisation_id=response.organisation_id, at=at)
    return response


@transaction.atomic
def close_draft(response: Response, *, by: User, at: datetime.datetime) -> None:
    """Close a draft that will not be submitted; all that was written is kept."""
    if hold_draft(response).state != ResponseState.DRAFT:
        raise NotOpenForAnswersError("Det som en gång är inlämnat kan inte stängas som utkast.")
    Response.objects.filter(pk=response.pk).update(state=ResponseState.CLOSED)
    record("draft_closed", by=by, subject=response, organisation_id=response.organisation_id, at=at)
