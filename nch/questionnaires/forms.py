"""The form of one section, built from its questions; it keeps what was typed apart from what was understood."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from nch.common.fields import set_choices
from nch.common.files import CheckedFile, check_upload
from nch.common.formats import as_key, format_number
from nch.questionnaires.counts import CountGridField
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.grids import GridWidget
from nch.questionnaires.models import Answer, AnswerFile, Question, Section
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.tables import TableWidget

REVISION_PREFIX = "rev_"
# What a draft keeps of an answer, in characters: three times what the question asks for, and never less than room for
# a paste that is cut down afterwards. Above that a paste is a mistake, and is stopped before it fills the history.
ROOM_FOR_A_PASTE = 12_000
LONGEST_ANSWER = 100_000


def most_kept(question: Question) -> int:
    """How many characters a draft keeps of the question's answer."""
    if question.max_length is None:
        return LONGEST_ANSWER
    return min(max(3 * question.max_length, ROOM_FOR_A_PASTE), LONGEST_ANSWER)


class SectionForm(forms.Form):
    """The asked questions of a section as fields, with a hidden revision for each (see services.save_answers)."""

    required_css_class = "required"

    def __init__(
        self,
        reader: ResponseReader,
        section: Section,
        *,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        too_large_files: Collection[str] = (),
        check: bool = False,
    ) -> None:
        self.reader = reader
        self.questions: list[Question] = [q for q in section.questions.all() if reader.is_asked(q)]
        self.too_large_files = too_large_files
        self.has_refused = False
        stored = {question.key: reader.value(question) for question in self.questions}
        if data is None and check:
            data = self._as_posted(stored)
        super().__init__(data=data, files=files, initial=stored)
        for question in self.questions:
            field = field_for(question)
            if question.kind == QuestionKind.FILE:
                field.required = question.required and not stored[question.key]
            field.question = question  # type: ignore[attr-defined]
            self.fields[question.key] = field

    def _as_posted(self, stored: Mapping[str, Any]) -> MultiValueDict[str, Any]:
        """Stored answers in the shape of a posted form, so that a draft can be checked as if it were sent."""
        posted: MultiValueDict[str, Any] = MultiValueDict()
        for question in self.questions:
            value = stored[question.key]
            widget = field_for(question).widget
            if isinstance(widget, GridWidget | TableWidget):
                for name, text in widget.spread(question.key, value).items():
                    posted[name] = text
            elif isinstance(value, list):
                posted.setlist(question.key, value)
            elif value is not None:
                posted[question.key] = value
        return posted

    def typed(self) -> dict[Question, Any]:
        """What was typed, question by question, right or wrong; files and what no form can need are not among it."""
        typed = {}
        for question in self.questions:
            widget = self.fields[question.key].widget
            # A browser leaves out checkboxes that are not ticked, so there silence is an answer.
            silent = question.kind != QuestionKind.MULTIPLE and widget.value_omitted_from_data(
                self.data, self.files, question.key
            )
            if question.kind == QuestionKind.FILE or silent:
                continue
            sent = widget.value_from_datadict(self.data, self.files, question.key)
            value = _without_noise(sent)
            if error := self._never_kept(question, sent):
                # Even a draft keeps no personal data: what is not taken away or confirmed away is not saved.
                self._refuse(question, error)
                continue
            if len(str(value)) > (most := most_kept(question)):
                most_in_words = f"Korta den till högst {format_number(most)} tecken."
                self._refuse(question, f"Texten är orimligt lång och har inte sparats. {most_in_words}")
            else:
                typed[question] = value
        return typed

    def seen_revisions(self) -> dict[Question, int]:
        """The revision of each answer that the page showed when it was opened; 0 where there was none."""
        seen = {}
        for question in self.questions:
            text = str(self.data.get(f"{REVISION_PREFIX}{question.key}", ""))
            seen[question] = as_key(text) or 0
        return seen

    def checked_files(self) -> list[tuple[Question, CheckedFile]]:
        """The uploaded files that could be opened; the others get an error at their field."""
        checked = []
        for question in self.questions:
            if question.kind != QuestionKind.FILE:
                continue
            if question.key in self.too_large_files:
                self._refuse(question, "Filen är för stor och togs inte emot. Det du skrivit i övrigt är kvar.")
            uploads = self.files.getlist(question.key) if isinstance(self.files, MultiValueDict) else []
            for upload in uploads if question.takes_many_files else uploads[-1:]:
                try:
                    checked.append((question, check_upload(upload)))
                except ValidationError as error:
                    named = f"{upload.name}: {error.message}" if question.takes_many_files else error
                    self._refuse(question, named)
        return checked

    def _never_kept(self, question: Question, sent: Any) -> ValidationError | None:
        field = self.fields[question.key]
        try:
            if question.kind == QuestionKind.COMMENT:
                field.clean(sent)
            elif isinstance(field, CountGridField):
                field.check_draft(sent)
        except ValidationError as error:
            return error
        return None

    def _refuse(self, question: Question, error: str | ValidationError) -> None:
        """Tell at the field, once, that what was sent is not kept; other errors concern what is."""
        self.has_refused = True
        told = error.messages if isinstance(error, ValidationError) else [error]
        if not set(told) <= set(self.errors.get(question.key, ())):
            self.add_error(question.key, error)

    def rows(self) -> list[dict[str, Any]]:
        """Each question with its bound field, revision, and the files it has, for the template."""
        return [
            {
                "question": question,
                "field": self[question.key],
                "revision_name": f"{REVISION_PREFIX}{question.key}",
                "revision": self._revision(question),
                "files": self._kept_files(question),
                "is_carried": self._is_carried(question),
            }
            for question in self.questions
        ]

    def _revision(self, question: Question) -> int:
        answer: Answer | None = self.reader.answers.get(question.pk)
        return answer.revision if answer else 0

    def _is_carried(self, question: Question) -> bool:
        answer: Answer | None = self.reader.answers.get(question.pk)
        return answer is not None and answer.carried_from_id is not None

    def _kept_files(self, question: Question) -> list[AnswerFile]:
        return self.reader.answer_in_words(question).files if question.kind == QuestionKind.FILE else []


class HistoryFilterForm(forms.Form):
    """Which section's or question's versions to show."""

    avsnitt = forms.ChoiceField(label="Avsnitt", required=False)
    fraga = forms.ChoiceField(label="Fråga", required=False)

    def __init__(self, reader: ResponseReader, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        sections = [(section.key, section.title) for section in reader.sections]
        questions = [
            (section.title, [(question.key, question.label) for question in section.questions.all()])
            for section in reader.sections
        ]
        set_choices(self, "avsnitt", [("", "Alla"), *sections])
        set_choices(self, "fraga", [("", "Alla"), *questions])


def _without_noise(value: Any) -> Any:
    """The value with one kind of line break, and without NUL, which PostgreSQL cannot keep."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\x00", "")
    if isinstance(value, dict):
        return {key: _without_noise(part) for key, part in value.items()}
    return [_without_noise(part) for part in value] if isinstance(value, list) else value
