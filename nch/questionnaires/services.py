"""Making forms and answering them. Saving never loses what somebody else wrote, and never loses what you wrote."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.common.files import CheckedFile
from nch.common.personal_data import holds_refused
from nch.counties.models import Organisation
from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.enums import QuestionKind, ResponseState
from nch.questionnaires.models import (
    Answer,
    AnswerFile,
    AnswerVersion,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseSubmission,
    Section,
)
from nch.questionnaires.permissions import require_in
from nch.questionnaires.selectors import Problem, ResponseReader, file_ids, is_answered, sections_of


class NotOpenForAnswersError(Exception):
    """The response has been submitted, or the form's version is frozen: nothing more can be written there."""


class IncompleteResponseError(Exception):
    """The response cannot be submitted yet; `problems` says what is missing, question by question."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} frågor behöver kompletteras.")
        self.problems = problems


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the answer after the page was opened: both texts, and who wrote the other one."""

    question: Question
    mine: Any
    theirs: Any
    revision: int
    by: User
    at: datetime.datetime


class StaleSaveError(Exception):
    """The save was refused and nothing was written; `conflicts` holds both texts for each question it concerns."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__("Någon annan har ändrat samma fråga sedan du öppnade sidan.")
        self.conflicts = conflicts


def next_version(*, key: str, title: str) -> QuestionnaireVersion:
    """Begin the next, empty version of a form (made with `title` where it is new); called within a transaction.

    The form is locked, so that versions begun at the same time are numbered one after another.
    """
    Questionnaire.objects.get_or_create(key=key, defaults={"title": title})
    questionnaire = Questionnaire.objects.select_for_update().get(key=key)
    return QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=questionnaire.versions.count() + 1)


@transaction.atomic
def create_version(*, key: str, title: str, sections: Sequence[SectionDefinition]) -> QuestionnaireVersion:
    """Write down the next version of a form. It can be answered once it is frozen."""
    version = next_version(key=key, title=title)
    for section_position, definition in enumerate(sections, start=1):
        section = Section.objects.create(
            version=version,
            position=section_position,
            key=definition.key,
            title=definition.title,
            introduction=definition.introduction,
        )
        Question.objects.bulk_create(
            Question(
                section=section,
                position=position,
                key=question.key,
                kind=question.kind,
                label=question.label,
                hint=question.hint,
                required=question.required,
                max_length=question.max_length,
                options=question.options,
                shown_when_key=question.shown_when[0],
                shown_when_value=question.shown_when[1],
            )
            for position, question in enumerate(definition.questions, start=1)
        )
    return version


def freeze_version(version: QuestionnaireVersion, *, at: datetime.datetime) -> None:
    """Lock a version: from now on it can be answered and no longer changed. Freezing twice changes nothing."""
    QuestionnaireVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(frozen_at=at)
    version.refresh_from_db(fields=["frozen_at"])


@transaction.atomic
def start_response(
    *,
    version: QuestionnaireVersion,
    organisation: Organisation,
    partner: Organisation | None = None,
    by: User,
    at: datetime.datetime,
) -> Response:
    """Begin the organisation's shared draft, in which its partner's people write too.

    Raises NotOpenForAnswersError where the version is not frozen.
    """
    response = Response(version=version, organisation=organisation, partner=partner, created_at=at, changed_at=at)
    require_in(response, by, Right.FILL_IN)
    if version.frozen_at is None:
        raise NotOpenForAnswersError("Formuläret är inte öppet ännu.")
    response.save(force_insert=True)
    record("response_started", by=by, subject=response, organisation_id=organisation.pk, at=at)
    return response


@transaction.atomic
def save_answers(
    *,
    response: Response,
    values: Mapping[Question, Any],
    seen: Mapping[Question, int],
    by: User,
    at: datetime.datetime,
    all_meant: bool = False,
) -> dict[Question, int]:
    """Save what was typed for some questions and return their revisions.

    `seen` holds the revision that the writer's page showed (0: none). An answer that the writer did not touch is
    left as it is, even if somebody else has changed it; one that both have changed stops the whole save. A program
    names only what it means (`all_meant`): there an answer that is not what was seen stops the save as well.
    Raises StaleSaveError with both texts, and NotOpenForAnswersError after submission, also for a section that is not
    among those that were opened for completion; ValidationError for a comment with an identity number.
    """
    require_in(response, by, Right.FILL_IN)
    _check_open(hold_draft(response), values)
    answers = {
        answer.question_id: answer
        for answer in Answer.objects.filter(response=response, question__in=values).select_related("changed_by")
    }
    conflicts, changed = [], []
    for question, value in values.items():
        answer = answers.get(question.pk)
        if answer is None:
            if is_answered(value):
                changed.append(question)
            continue
        if value == answer.value:
            continue
        if seen.get(question, 0) == answer.revision:
            changed.append(question)
        elif all_meant or not _is_untouched(answer, value, seen.get(question, 0)):
            conflicts.append(
                Conflict(question, value, answer.value, answer.revision, answer.changed_by, answer.changed_at)
            )
    if conflicts:
        raise StaleSaveError(conflicts)
    if any(question.kind == QuestionKind.COMMENT and holds_refused(values[question] or "") for question in changed):
        # The form has refused it, and what only looks like personal data has been confirmed there.
        raise ValidationError("Kommentaren får inte innehålla personnummer.")
    for question in changed:
        answers[question.pk] = _write(response, question, values[question], answers.get(question.pk), by=by, at=at)
    if changed:
        Response.objects.filter(pk=response.pk).update(changed_at=at)
        record(
            "answers_saved",
            by=by,
            subject=response,
            organisation_id=response.organisation_id,
            details={"questions": sorted(question.key for question in changed)},
            at=at,
        )
    return {question: answers[question.pk].revision for question in values if question.pk in answers}


def _is_untouched(answer: Answer, value: Any, seen_revision: int) -> bool:
    """Whether `value` is what the page showed when it was opened, so that the writer changed nothing."""
    shown = answer.versions.filter(revision=seen_revision).first()
    return value == shown.value if shown else not is_answered(value)


def _write(
    response: Response,
    question: Question,
    value: Any,
    answer: Answer | None,
    *,
    by: User,
    at: datetime.datetime,
    carried_from: Response | None = None,
) -> Answer:
    if answer is None:
        answer = Answer(response=response, question=question, revision=0)
    answer.value, answer.revision, answer.changed_at, answer.changed_by = value, answer.revision + 1, at, by
    answer.carried_from = carried_from
    answer.save()
    AnswerVersion.objects.create(answer=answer, revision=answer.revision, value=value, at=at, by=by)
    return answer


@transaction.atomic
def save_file(
    *, response: Response, question: Question, file: CheckedFile, seen: int, by: User, at: datetime.datetime
) -> AnswerFile:
    """Keep an uploaded file (already opened and checked) and make it the answer, or neither.

    Where the question takes several it comes after those that are there, whoever added them meanwhile.
    Raises StaleSaveError and NotOpenForAnswersError as `save_answers` does.
    """
    if question.kind != QuestionKind.FILE:
        raise ValidationError("Frågan tar inte emot filer.")
    hold_draft(response)
    kept = AnswerFile(
        response=response,
        question=question,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_at=at,
        uploaded_by=by,
    )
    kept.file.save(file.name, ContentFile(file.content), save=False)
    kept.save(force_insert=True)
    value: int | list[int] = kept.pk
    if question.takes_many_files and (answer := response.answers.filter(question=question).first()):
        value, seen = [*file_ids(answer.value), kept.pk], answer.revision
    elif question.takes_many_files:
        value = [kept.pk]
    save_answers(response=response, values={question: value}, seen={question: seen}, by=by, at=at)
    record(
        "file_uploaded",
        by=by,
        subject=kept,
        organisation_id=response.organisation_id,
        details={"sha256": file.sha256},
        at=at,
    )
    return kept


@transaction.atomic
def remove_file(*, response: Response, file: AnswerFile, by: User, at: datetime.datetime) -> None:
    """Take a file out of its answer; the file itself and the answer as it was are kept in the history.

    A file that is no longer in the answer stays out. Raises NotOpenForAnswersError as `save_answers` does.
    """
    hold_draft(response)
    answer = Answer.objects.filter(response=response, question_id=file.question_id).select_related("question").first()
    if answer is None or file.pk not in file_ids(answer.value):
        return
    left = [kept for kept in file_ids(answer.value) if kept != file.pk]
    value = left if answer.question.takes_many_files else None
    save_answers(
        response=response, values={answer.question: value}, seen={answer.question: answer.revision}, by=by, at=at
    )
    record("file_removed", by=by, subject=file, organisation_id=response.organisation_id, at=at)


@transaction.atomic
def close_draft(response: Response, *, by: User, at: datetime.datetime) -> None:
    """Close a draft that will not be submitted; all that was written is kept."""
    if hold_draft(response).state != ResponseState.DRAFT:
        raise NotOpenForAnswersError("Det som en gång är inlämnat kan inte stängas som utkast.")
    Response.objects.filter(pk=response.pk).update(state=ResponseState.CLOSED)
    record("draft_closed", by=by, subject=response, organisation_id=response.organisation_id, at=at)


def write_carried(
    response: Response,
    question: Question,
    value: Any,
    answer: Answer | None,
    *,
    earlier: Response,
    by: User,
    at: datetime.datetime,
) -> None:
    """Write an answer taken from an earlier response (see carry_over.py, which holds the draft and has checked)."""
    _write(response, question, value, answer, by=by, at=at, carried_from=earlier)


WRITABLE = (ResponseState.DRAFT, ResponseState.REOPENED)


def hold_draft(response: Response) -> Response:
    """Hold the response for this transaction and return it as it is now.

    Raises NotOpenForAnswersError where nothing can be written in it any more.
    """
    locked = Response.objects.select_for_update().get(pk=response.pk)
    if locked.state not in WRITABLE:
        raise NotOpenForAnswersError("Utkastet är inlämnat eller stängt och kan inte ändras.")
    return locked


def _check_open(response: Response, questions: Collection[Question]) -> None:
    """Raise NotOpenForAnswersError for a question outside the sections that are open for completion."""
    if response.state != ResponseState.REOPENED:
        return
    closed = Section.objects.filter(questions__in=questions).exclude(key__in=response.open_sections).first()
    if closed is not None:
        raise NotOpenForAnswersError(f"Avsnittet ”{closed.title}” är inte öppet för komplettering.")


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
            _write(response, answer.question, value, answer, by=by, at=at)
    Response.objects.filter(pk=response.pk).update(state=ResponseState.SUBMITTED, open_sections=[])
    response.refresh_from_db()
    record("completion_closed", by=by, subject=response, organisation_id=response.organisation_id, at=at)
    return response
