"""Filling in and handing in by a program what is asked for: lägesbilder, and statistics of resource centres.

The same services, rights and checks as on the pages. A key needs the scope to hand in for anything but reading.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from nch.accounts.enums import TokenScope
from nch.accounts.models import ApiToken, User
from nch.api.operations import DETAIL_PROBLEMS, Anyone, ClosedView
from nch.api.parsers import LimitedJSONParser
from nch.api.problems import Problem
from nch.api.statistics.described import PROBLEM
from nch.audit.services import record
from nch.questionnaires.counts import NOT_APPLICABLE
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.forms import REVISION_PREFIX, SectionForm
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Question, Response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, save_answers
from resurscentra.services import ReportingError

Cells = Mapping[str, Mapping[str, str]]
Value = str | list[str] | Cells
WRITING_PROBLEMS: Final[Mapping[Any, Any]] = {
    **DETAIL_PROBLEMS,
    **{(status, "application/problem+json"): PROBLEM for status in (409, 413, 415, 422)},
}


class MayChange(BasePermission):
    """Reading for every key; anything else for keys made for it, and for who is signed in."""

    message = "Nyckeln får bara läsa. Skapa en som också får lämna in."

    def has_permission(self, request: Request, view: Any) -> bool:
        only_reads = isinstance(request.auth, ApiToken) and request.auth.scope != TokenScope.HAND_IN
        return request.method in ("GET", "HEAD", "OPTIONS") or not only_reads


class FilledIn(ClosedView):
    """One thing that is filled in: subclasses say which there are, and by which services it goes on."""

    permission_classes = (IsAuthenticated, MayChange)
    parser_classes = (LimitedJSONParser,)
    detail: ClassVar[type[Serializer]]
    not_begun: ClassVar[str]
    not_finished: ClassVar[str]
    not_entitled: ClassVar[str]

    def editable(self, user: Anyone) -> QuerySet[Any]:
        """What the user may fill in."""
        raise NotImplementedError

    def may_submit(self, user: User, thing: Any) -> bool:
        """Whether the user may hand it in."""
        raise NotImplementedError

    def begin(self, thing: Any, *, by: User) -> None:
        """Begin the draft, where it is not begun."""
        raise NotImplementedError

    def hand_in(self, thing: Any, *, by: User) -> None:
        """Hand in the draft."""
        raise NotImplementedError

    def to_change(self, request: Request, pk: int) -> tuple[Any, User]:
        """What the caller may fill in, locked. Raises Http404 for everything else."""
        things = self.editable(request.user).select_for_update(of=("self",))
        thing, by = things.filter(pk=pk).first(), request.user
        if thing is None or not isinstance(by, User):
            raise Http404
        return thing, by

    def told(self, request: Request, thing: Any, by: User, what: str) -> HttpResponseBase:
        """The thing as it is now; that it was sent by a program, and with which key, is in the log."""
        key = request.auth.pk if isinstance(request.auth, ApiToken) else None
        details = {"api": 1, "token": key}
        record(what, by=by, subject=thing, organisation_id=thing.organisation_id, details=details, at=timezone.now())
        return self.answer(request, self.detail(thing).data)

    @transaction.atomic
    def fill_in(self, request: Request, pk: int) -> HttpResponseBase:
        """Save what is sent in the draft."""
        # Read before the row is locked: whoever sends slowly keeps nobody waiting.
        answers, revisions = _read(request.data)
        thing, by = self.to_change(request, pk)
        try:
            if thing.response is None:
                self.begin(thing, by=by)
            if thing.response is None:
                raise ReportingError(self.not_begun)
            _save(thing.response, answers, revisions, by=by)
        except StaleSaveError as stale:
            conflicts = [
                {"question": one.question.key, "theirs": one.theirs, "revision": one.revision}
                for one in stale.conflicts
            ]
            raise Problem(
                409, "Någon annan har ändrat samma svar. Ingenting är sparat.", conflicts=conflicts
            ) from stale
        except (NotOpenForAnswersError, ReportingError) as error:
            raise Problem(409, str(error)) from error
        return self.told(request, thing, by, "return_filled_in_by_program")

    @transaction.atomic
    def submit(self, request: Request, pk: int) -> HttpResponseBase:
        """Hand in the draft."""
        thing, by = self.to_change(request, pk)
        if not self.may_submit(by, thing):
            raise Problem(403, self.not_entitled)
        try:
            self.hand_in(thing, by=by)
        except IncompleteResponseError as incomplete:
            errors = [{"question": one.question.key, "detail": one.message} for one in incomplete.problems]
            raise Problem(422, f"{self.not_finished} Ingenting är inlämnat.", errors=errors) from incomplete
        except (NotOpenForAnswersError, ReportingError) as error:
            raise Problem(409, str(error)) from error
        return self.told(request, thing, by, "return_handed_in_by_program")


def _read(body: Any) -> tuple[dict[str, Value], dict[str, int]]:
    """The answers and revisions by question. Raises Problem (400) where the body has another shape."""
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict) or not body["answers"]:
        raise Problem(400, "Innehållet ska vara ett objekt med svar i answers.", parameter="answers")
    revisions = body.get("revisions", {})
    if not isinstance(revisions, dict) or not all(type(number) is int for number in revisions.values()):
        raise Problem(400, "revisions ska vara ett objekt med heltal.", parameter="revisions")
    answers = {}
    for key, value in body["answers"].items():
        if isinstance(value, dict) and value and all(isinstance(cells, dict) for cells in value.values()):
            value = {row: {column: _cell(text) for column, text in cells.items()} for row, cells in value.items()}
            texts = [text for cells in value.values() for text in cells.values()]
        else:
            texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) and _is_whole(text) for text in texts):
            kinds = "en text, en lista av texter eller en tabells rader med celler (heltal, text eller null)"
            detail = f"Svaret på ”{key}” ska vara {kinds}."
            raise Problem(400, detail, parameter="answers")
        answers[key] = value
    return answers, revisions


def _cell(value: Any) -> Any:
    """A cell as text: programs send whole numbers as they are, and null for an empty cell."""
    return str(value) if type(value) is int else "" if value is None else value


def _is_whole(text: str) -> bool:
    """Whether the text can be written: JSON lets half characters through, UTF-8 does not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _save(response: Response, answers: Mapping[str, Value], revisions: Mapping[str, int], *, by: User) -> None:
    """Save what is sent, follow-up questions after what they follow from. Raises Problem (422) for what cannot be."""
    left = dict(answers)
    while left:
        reader = ResponseReader(response, draft=True)
        posted = _as_posted(reader, left, revisions)
        asked: dict[str, tuple[Question, Any]] = {}
        for section in reader.sections:
            form = SectionForm(reader, section, data=posted)
            found = {one.key: (one, value) for one, value in form.typed().items() if one.key in left}
            if form.has_refused:
                # The form finds more wrong than what was sent: what is left out is no fault of a draft.
                errors = {name: errors for name, errors in form.errors.items() if name in left and name not in found}
                raise _refused({name: " ".join(map(str, told)) for name, told in errors.items()})
            single = [key for key, (one, _) in found.items() if one.kind != QuestionKind.MULTIPLE]
            if several := [key for key in single if isinstance(left[key], list)]:
                raise _refused(dict.fromkeys(several, "Frågan har ett svar, inte flera."))
            asked |= found
        if not asked:
            raise _refused(dict.fromkeys(left, "Frågan finns inte, ställs inte eller fylls i på sidan."))
        values = dict(asked.values())
        seen = {question: revisions.get(question.key, 0) for question in values}
        save_answers(response=response, values=values, seen=seen, by=by, at=timezone.now(), all_meant=True)
        left = {key: value for key, value in left.items() if key not in asked}


def _as_posted(
    reader: ResponseReader, answers: Mapping[str, Value], revisions: Mapping[str, int]
) -> MultiValueDict[str, str]:
    """What is sent in the shape of a posted form. Raises Problem (422) for cells that a table does not have."""
    posted: MultiValueDict[str, str] = MultiValueDict()
    questions = {question.key: question for question in reader.questions}
    for key, value in answers.items():
        is_grid = key in questions and questions[key].kind == QuestionKind.COUNT_GRID
        if is_grid != isinstance(value, Mapping) and key in questions:
            raise _refused({key: "Tabeller fylls i med rader och celler, andra frågor med text."})
        if isinstance(value, Mapping):
            for name, text in _cells_posted(questions.get(key), reader, value).items():
                posted[name] = text
        else:
            posted.setlist(key, value if isinstance(value, list) else [value])
    for key, number in revisions.items():
        posted[f"{REVISION_PREFIX}{key}"] = str(number)
    return posted


def _cells_posted(question: Question | None, reader: ResponseReader, sent: Cells) -> dict[str, str]:
    """The cells that are sent, together with those that stand already; a reason alone empties the table."""
    if question is None:
        return {}
    options = question.options
    rows, columns = ({code for code, _ in options[name]} for name in ("rows", "columns"))
    cells = {row: of for row, of in sent.items() if row != NOT_APPLICABLE}
    named = [(row, column) for row, of in cells.items() for column in of]
    if unknown := [f"{row}/{column}" for row, column in named if row not in rows or column not in columns]:
        raise _refused({question.key: f"Rutan {unknown[0]} finns inte i tabellen."})
    before = {row: of for row, of in (reader.value(question) or {}).items() if row != NOT_APPLICABLE}
    reason = sent.get(NOT_APPLICABLE, {}).get("reason", "")
    if reason and not cells:
        before = {row: dict.fromkeys(of, "") for row, of in before.items()}
    merged = {row: {**before.get(row, {}), **cells.get(row, {})} for row in rows}
    widget = field_for(question).widget
    return widget.spread(question.key, {**merged, NOT_APPLICABLE: {"reason": reason}})


def _refused(errors: Mapping[str, str]) -> Problem:
    listed = [{"question": key, "detail": detail} for key, detail in errors.items()]
    return Problem(422, "Svaren går inte att spara. Ingenting är sparat.", errors=listed)
