"""Answering forms. Saving never loses what somebody else wrote, and never loses what you wrote."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.common.files import CheckedFile
from nch.common.personal_data import holds_refused
from nch.counties.models import Organisation
from nch.questionnaires.enums import QuestionKind, ResponseState
from nch.questionnaires.models import (
    Answer,
    AnswerFile,
    AnswerVersion,
    Question,
    QuestionnaireVersion,
    Response,
    Section,
)
from nch.questionnaires.permissions import require_in
from nch.questionnaires.selectors import file_ids, is_answered


class NotOpenForAnswersError(Exception):
    """The response has been submitted, or the form's version is frozen: nothing more can be written there."""


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
        answers[question.pk] = write_answer(
            response, question, values[question], answers.get(question.pk), by=by, at=at
        )
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


def write_answer(
    response: Response,
    question: Question,
    value: Any,
    answer: Answer | None,
    *,
    by: User,
    at: datetime.datetime,
    carried_from: Response | None = None,
) -> Answer:
    """Write an answer and keep its version; whoever calls holds the draft and has checked.

    `carried_from` is the earlier response that it is taken from.
    """
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
