"""Reading forms and responses: sections with their state, answers in words, problems that stop a submission."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.formats import NotANumberError, format_kronor, format_number, parse_number
from nch.questionnaires.counts import ADD_UP_COLUMNS, ADD_UP_ROWS, CountGrid, CountSums, reason_in
from nch.questionnaires.counts import in_words as words_of
from nch.questionnaires.enums import GRIDS, QuestionKind, ResponseState
from nch.questionnaires.fields import YES_NO, field_for
from nch.questionnaires.grids import GridSums, Overhead
from nch.questionnaires.models import (
    Answer,
    AnswerFile,
    AnswerVersion,
    Question,
    QuestionnaireVersion,
    Response,
    ResponseSubmission,
    Section,
)
from nch.questionnaires.tables import TableInWords, columns_of, table_in_words

NOT_ANSWERED = "Inte besvarad"


def responses_for(user: User | AnonymousUser) -> QuerySet[Response]:
    """Responses that the user may fill in."""
    responses = Response.objects.select_related("version", "organisation")
    return access_of(user).limit_to_either(responses, Right.FILL_IN, "organisation", "partner")


@dataclass
class Problem:
    """What stops a question from being complete, in words for the one who fills in."""

    question: Question
    message: str


@dataclass
class SectionState:
    """A section with its questions and how far the draft has come in it."""

    section: Section
    questions: list[Question]
    problems: list[Problem] = field(default_factory=list)
    answered: int = 0

    @property
    def is_complete(self) -> bool:
        return not self.problems

    @property
    def status_label(self) -> str:
        if self.is_complete:
            return "Klart"
        return "Påbörjat" if self.answered else "Inte påbörjat"

    @property
    def status_tone(self) -> str:
        if self.is_complete:
            return "success"
        return "info" if self.answered else "neutral"


@dataclass
class AnswerInWords:
    """An answer as it is read: text, the cells of a grid, the rows of a table, or files."""

    question: Question
    text: str
    grid: "GridInWords | None" = None
    table: TableInWords | None = None
    files: list[AnswerFile] = field(default_factory=list)


@dataclass
class GridInWords:
    """A grid with its sums as it is read: `heading` says what stands in its rows, `unit` in its cells.

    The sum of a row, those of the columns and the whole are there where they mean something.
    """

    columns: list[str]
    rows: list[tuple[str, list[str], str]]
    column_totals: list[str]
    total: str
    heading: str = "Kostnadsslag"
    unit: str = "Belopp i kronor"
    adds_rows: bool = True
    adds_columns: bool = True


class ResponseReader:
    """A response with its form and answers, read once (four queries) and asked for many things.

    While sections are open for completion it reads what was last handed in; `draft` is for those who fill in, and
    reads what they have come to. `submission` reads what was handed in then.
    """

    def __init__(
        self, response: Response, *, draft: bool = False, submission: ResponseSubmission | None = None
    ) -> None:
        self.response = response
        self.sections = sections_of(response.version)
        if submission is None and response.state == ResponseState.REOPENED and not draft:
            submission = response.submissions.latest("number")
        self.answers = _answers_now(response) if submission is None else _answers_then(submission)
        self._files: dict[int, AnswerFile] | None = None

    @property
    def open_sections(self) -> list[Section]:
        """The sections that can be written in now."""
        if self.response.state == ResponseState.DRAFT:
            return self.sections
        return [section for section in self.sections if section.key in self.response.open_sections]

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions.all()]

    def value(self, question: Question) -> Any:
        """What the draft says, as typed; None where nothing is said."""
        answer = self.answers.get(question.pk)
        return answer.value if answer else None

    def value_of(self, key: str) -> Any:
        """The same by the question's key; None where the form has no such question."""
        return next((self.value(question) for question in self.questions if question.key == key), None)

    def is_asked(self, question: Question) -> bool:
        """Whether the question's condition holds."""
        if not question.shown_when_key:
            return True
        value = self.value_of(question.shown_when_key)
        return question.shown_when_value in (value if isinstance(value, list) else [value])

    def problem(self, question: Question) -> Problem | None:
        """What is wrong with the answer, or None."""
        if not self.is_asked(question):
            return None
        value = self.value(question)
        if question.kind == QuestionKind.FILE:
            return Problem(question, "Lämna en fil.") if question.required and not value else None
        try:
            field_for(question).clean(value)
        except ValidationError as error:
            return Problem(question, " ".join(error.messages))
        return None

    def states(self) -> list[SectionState]:
        """Every section with its problems."""
        states = []
        for section in self.sections:
            questions = [question for question in section.questions.all() if self.is_asked(question)]
            problems = [problem for question in questions if (problem := self.problem(question))]
            answered = sum(1 for question in questions if is_answered(self.value(question)))
            states.append(SectionState(section, questions, problems, answered))
        return states

    def in_words(self) -> list[tuple[Section, list[AnswerInWords]]]:
        """The whole response for reading, section by section."""
        return [
            (section, [self.answer_in_words(q) for q in section.questions.all() if self.is_asked(q)])
            for section in self.sections
        ]

    def answer_in_words(self, question: Question) -> AnswerInWords:
        """One answer for reading."""
        return self.in_words_as(question, self.value(question))

    def in_words_as(self, question: Question, value: Any) -> AnswerInWords:
        """The same for another value of the question, such as an earlier version or somebody else's."""
        if not is_answered(value):
            return AnswerInWords(question, NOT_ANSWERED)
        if question.kind in GRIDS:
            return AnswerInWords(question, "", grid=grid_in_words(question, value))
        if question.kind == QuestionKind.COUNT_GRID:
            return counts_in_words(question, value)
        if question.kind == QuestionKind.TABLE:
            return AnswerInWords(question, "", table=table_in_words(columns_of(question.options), value))
        if question.kind == QuestionKind.FILE:
            files = self._kept(file_ids(value))
            return AnswerInWords(question, ", ".join(file.name for file in files) or NOT_ANSWERED, files=files)
        return AnswerInWords(question, value_in_words(question, value))

    def files_handed_in(self) -> set[int]:
        """The files that the answers hold."""
        questions = (question for question in self.questions if question.kind == QuestionKind.FILE)
        return {file_id for question in questions for file_id in file_ids(self.value(question))}

    def _kept(self, ids: list[int]) -> list[AnswerFile]:
        if self._files is None:
            self._files = {file.pk: file for file in self.response.files.all()}
        return [self._files[file_id] for file_id in ids if file_id in self._files]


def _answers_now(response: Response) -> dict[int, Answer]:
    return {answer.question_id: answer for answer in response.answers.all()}


def _answers_then(submission: ResponseSubmission) -> dict[int, Answer]:
    """The answers as they were handed in, by question: read only, never saved."""
    versions = AnswerVersion.objects.filter(pk__in=submission.versions).select_related("answer")
    return {
        version.answer.question_id: Answer(
            pk=version.answer_id,
            response_id=submission.response_id,
            question_id=version.answer.question_id,
            value=version.value,
            revision=version.revision,
            changed_at=version.at,
            changed_by_id=version.by_id,
        )
        for version in versions
    }


def files_ever_handed_in(response: Response) -> set[int]:
    """The files of the answers that were handed in, this time or earlier."""
    ids = ResponseReader(response).files_handed_in()
    for submission in response.submissions.all():
        ids |= ResponseReader(response, submission=submission).files_handed_in()
    return ids


def sections_of(version: QuestionnaireVersion) -> list[Section]:
    """The sections of a form with their questions.

    A frozen version never changes, so its sections are read once (two queries) and then kept by the process.
    """
    if version.frozen_at is None:
        return _read_sections(version.pk)
    return _frozen_sections(version.pk, version.frozen_at)


def _read_sections(version_id: int) -> list[Section]:
    return list(Section.objects.filter(version_id=version_id).prefetch_related("questions"))


@lru_cache(maxsize=64)
def _frozen_sections(version_id: int, frozen_at: datetime.datetime) -> list[Section]:
    return _read_sections(version_id)


def is_answered(value: Any) -> bool:
    """Whether anything at all has been filled in."""
    if isinstance(value, dict):
        return any(text for cells in value.values() for text in cells.values())
    return value not in (None, "", [])


def file_ids(value: Any) -> list[int]:
    """The files of an answer to a question for one file or for several."""
    if isinstance(value, list):
        return list(value)
    return [value] if value else []


def value_in_words(question: Question, value: Any) -> str:
    """A value of a question that is neither a grid, a table nor a file, as it is read."""
    match question.kind:
        case QuestionKind.YES_NO:
            return dict(YES_NO).get(value, str(value))
        case QuestionKind.CHOICE | QuestionKind.MULTIPLE:
            labels = dict(question.options["choices"])
            return ", ".join(str(labels.get(code, code)) for code in (value if isinstance(value, list) else [value]))
        case QuestionKind.MONEY | QuestionKind.NUMBER:
            try:
                number = parse_number(value)
            except NotANumberError:
                return str(value)
            return format_kronor(number) if question.kind == QuestionKind.MONEY else format_number(number)
    return str(value)


def grid_in_words(question: Question, value: dict[str, dict[str, str]]) -> GridInWords:
    """A money grid with its sums, worked out anew from the cells; a budget says how the overhead was worked out."""
    sums = GridSums(value)
    rows, columns = question.options["rows"], question.options["columns"]
    if question.kind == QuestionKind.BUDGET_GRID:
        overhead = Overhead.of(question.options)
        basis = overhead.in_words(value)
        rows = [(row, f"{label}: {basis}" if row == overhead.row and basis else label) for row, label in rows]
    return GridInWords(
        columns=[label for _, label in columns],
        rows=[
            (
                label,
                [format_kronor(sums.amounts.get(row, {}).get(column, Decimal(0))) for column, _ in columns],
                format_kronor(sums.row(row)),
            )
            for row, label in rows
        ],
        column_totals=[format_kronor(sums.column(column)) for column, _ in columns],
        total=format_kronor(sums.total),
    )


def counts_in_words(question: Question, value: Any) -> AnswerInWords:
    """A table of numbers with the sums that mean something, or why it is not applicable."""
    grid = CountGrid.of(question.options)
    if reason := reason_in(value):
        return AnswerInWords(question, f"Ej tillämpligt: {grid.reasons.get(reason, reason)}")
    sums = CountSums(value)
    words = GridInWords(
        columns=list(grid.columns.values()),
        rows=[
            (
                label,
                [words_of(sums.counts.get(row, {}).get(column)) for column in grid.columns],
                words_of(sums.row(row)),
            )
            for row, label in grid.rows.items()
        ],
        column_totals=[words_of(sums.column(column)) for column in grid.columns],
        total=words_of(sums.total),
        heading="Antal",
        unit="Antal",
        adds_rows=ADD_UP_ROWS in grid.sums and len(grid.columns) > 1,
        adds_columns=ADD_UP_COLUMNS in grid.sums,
    )
    return AnswerInWords(question, "", grid=words)


def answer_history(response: Response) -> QuerySet[Any]:
    """Every AnswerVersion of the response, newest first, each with the value `before` it."""
    earlier = AnswerVersion.objects.filter(answer=OuterRef("answer"), revision=OuterRef("revision") - 1)
    return (
        AnswerVersion.objects.filter(answer__response=response)
        .select_related("answer__question__section", "by")
        .annotate(before=Subquery(earlier.values("value")[:1]))
        .order_by("-at", "-pk")
    )
