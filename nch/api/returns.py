"""Lägesbilder in the closed API: what is asked for is read, filled in and handed in by a centre's own system.

The same services, rights and checks as on the pages. A key needs the scope to hand in for anything but reading.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from nch.accounts.enums import Right, TokenScope
from nch.accounts.models import ApiToken, User
from nch.accounts.permissions import access_of
from nch.api import shapes
from nch.api.operations import (
    DETAIL_PROBLEMS,
    PAGING,
    PROBLEMS,
    Anyone,
    ClosedView,
    ResourceDetail,
    ResourceList,
    choice,
    described_page,
    one_of,
    small_number,
)
from nch.api.parsers import LimitedJSONParser
from nch.api.problems import Problem
from nch.api.statistics.described import PROBLEM
from nch.audit.services import record
from nch.cases.models import Case
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.forms import REVISION_PREFIX, SectionForm
from nch.questionnaires.models import Question
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import IncompleteResponseError, NotOpenForAnswersError, StaleSaveError, save_answers
from resurscentra.enums import ReportState
from resurscentra.models import SituationReport
from resurscentra.selectors import editable_reports_for, readable_reports_for, reports_for
from resurscentra.services import ReportingError, start_report, submit_report

_RETURN: Final = {
    "id": 4,
    "organisation": {"id": 12, "name": "Länsstyrelsen Skåne", "countyCode": "12"},
    "centre": "Resurscentrum Heder Skåne",
    "period": {"id": 2, "title": "2026", "startsOn": "2026-01-01", "endsOn": "2026-12-31", "dueOn": "2027-01-31"},
    "state": "draft",
    "submittedAt": None,
}
_QUESTION: Final = {
    "key": "fas",
    "section": "lage",
    "label": "I vilken fas är resurscentrumet?",
    "kind": "choice",
    "required": True,
    "choices": ["utveckling", "genomförande", "drift"],
    "maxLength": None,
    "value": None,
    "revision": 0,
    "problem": "Det här fältet är obligatoriskt.",
}
_ANSWERS: Final = {"answers": {"fas": "drift"}, "revisions": {"fas": 0}}
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


class ReturnsView(ResourceList):
    """Lägesbilder that are asked for, the latest period first."""

    rights = (Right.SEE_CENTRES,)
    shape = shapes.ReturnShape
    order = ("-period__ends_on", "organisation__sort_key", "pk")
    filters = {"state": ("state", ReportState), "period": ("period_id", small_number)}

    def reach(self, user: Anyone) -> QuerySet[SituationReport]:
        return reports_for(user)

    @extend_schema(
        summary="Lägesbilder",
        operation_id="listReturns",
        parameters=[
            *PAGING,
            choice("state", ReportState, "Läge."),
            OpenApiParameter("period", OpenApiTypes.INT, description="Periodens id."),
        ],
        responses={200: described_page("Return", shapes.ReturnShape, _RETURN), **PROBLEMS},
        tags=["lägesbilder"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class _OneReturn(ClosedView):
    rights = (Right.SEE_CENTRES,)
    permission_classes = (IsAuthenticated, MayChange)
    parser_classes = (LimitedJSONParser,)

    def to_change(self, request: Request, pk: int) -> tuple[SituationReport, User]:
        """A lägesbild that the caller may fill in, locked. Raises Http404 for every other."""
        reports = editable_reports_for(request.user).select_for_update(of=("self",))
        report, by = reports.filter(pk=pk).first(), request.user
        if report is None or not isinstance(by, User):
            raise Http404
        return report, by

    def told(self, request: Request, report: SituationReport, by: User, what: str) -> HttpResponseBase:
        """The lägesbild as it is now; that it was sent by a program, and with which key, is in the log."""
        key = request.auth.pk if isinstance(request.auth, ApiToken) else None
        details = {"api": 1, "token": key}
        record(what, by=by, subject=report, organisation_id=report.organisation_id, details=details, at=timezone.now())
        return self.answer(request, shapes.ReturnDetailShape(report).data)


class ReturnView(_OneReturn, ResourceDetail):
    """One lägesbild with its questions and answers; filled in question by question."""

    shape = shapes.ReturnDetailShape
    http_method_names = ["get", "head", "options", "patch"]

    def reach(self, user: Anyone) -> QuerySet[SituationReport]:
        return readable_reports_for(user)

    def case_of(self, report: SituationReport) -> Case | None:
        return report.case

    @extend_schema(
        summary="En lägesbild",
        operation_id="getReturn",
        responses={
            200: one_of(shapes.ReturnDetailShape, {**_RETURN, "questions": [_QUESTION]}),
            **DETAIL_PROBLEMS,
        },
        tags=["lägesbilder"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)

    @extend_schema(
        summary="Fyll i en lägesbild",
        description=(
            "Sparar svar i utkastet, som påbörjas om det behövs. Svar som inte nämns är kvar. Skicka med det nummer "
            "(revision) som svaret hade när det lästes: har någon annan ändrat svaret sedan dess sparas ingenting "
            "(409). Allt sparas eller inget. Vad som återstår innan lägesbilden kan lämnas in står i problem. Tabeller "
            "och filer fylls i på sidan."
        ),
        operation_id="fillInReturn",
        request=shapes.AnswersShape,
        responses={
            200: one_of(shapes.ReturnDetailShape, {**_RETURN, "questions": [_QUESTION]}),
            **WRITING_PROBLEMS,
        },
        examples=[OpenApiExample("Ett svar", value=_ANSWERS, request_only=True)],
        tags=["lägesbilder"],
    )
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> HttpResponseBase:
        # Read before the row is locked: whoever sends slowly keeps nobody waiting.
        answers, revisions = _read(request.data)
        report, by = self.to_change(request, pk)
        try:
            if report.state == ReportState.EXPECTED:
                start_report(report=report, by=by, at=timezone.now())
            _save(report, answers, revisions, by=by)
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
        return self.told(request, report, by, "return_filled_in_by_program")


class ReturnSubmissionView(_OneReturn):
    """Handing in."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Lämna in en lägesbild",
        description="Av den som är behörig företrädare. Utkastet låses och registreras i ett ärende.",
        operation_id="submitReturn",
        request=None,
        responses={
            200: one_of(shapes.ReturnDetailShape, {**_RETURN, "state": "submitted", "questions": [_QUESTION]}),
            **WRITING_PROBLEMS,
        },
        tags=["lägesbilder"],
    )
    @transaction.atomic
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        report, by = self.to_change(request, pk)
        if not access_of(by).may_at(Right.SUBMIT, report.organisation_id):
            raise Problem(403, "Lägesbilden lämnas in av den som är behörig företrädare.")
        try:
            submit_report(report=report, by=by, at=timezone.now())
        except IncompleteResponseError as incomplete:
            errors = [{"question": one.question.key, "detail": one.message} for one in incomplete.problems]
            raise Problem(422, "Lägesbilden är inte färdig. Ingenting är inlämnat.", errors=errors) from incomplete
        except (NotOpenForAnswersError, ReportingError) as error:
            raise Problem(409, str(error)) from error
        return self.told(request, report, by, "return_handed_in_by_program")


Value = str | list[str]


def _read(body: Any) -> tuple[dict[str, Value], dict[str, int]]:
    """The answers and revisions by question. Raises Problem (400) where the body has another shape."""
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict) or not body["answers"]:
        raise Problem(400, "Innehållet ska vara ett objekt med svar i answers.", parameter="answers")
    revisions = body.get("revisions", {})
    if not isinstance(revisions, dict) or not all(type(number) is int for number in revisions.values()):
        raise Problem(400, "revisions ska vara ett objekt med heltal.", parameter="revisions")
    for key, value in body["answers"].items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) and _is_whole(text) for text in texts):
            raise Problem(400, f"Svaret på ”{key}” ska vara en text eller en lista av texter.", parameter="answers")
    return body["answers"], revisions


def _is_whole(text: str) -> bool:
    """Whether the text can be written: JSON lets half characters through, UTF-8 does not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _save(report: SituationReport, answers: Mapping[str, Value], revisions: Mapping[str, int], *, by: User) -> None:
    """Save what is sent, follow-up questions after what they follow from. Raises Problem (422) for what cannot be."""
    response, left = report.response, dict(answers)
    if response is None:
        raise ReportingError("Lägesbilden är inte påbörjad.")
    while left:
        reader = ResponseReader(response, draft=True)
        asked: dict[str, tuple[Question, Any]] = {}
        for section in reader.sections:
            form = SectionForm(reader, section, data=_as_posted(left, revisions))
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


def _as_posted(answers: Mapping[str, Value], revisions: Mapping[str, int]) -> MultiValueDict[str, str]:
    posted: MultiValueDict[str, str] = MultiValueDict()
    for key, value in answers.items():
        posted.setlist(key, value if isinstance(value, list) else [value])
    for key, number in revisions.items():
        posted[f"{REVISION_PREFIX}{key}"] = str(number)
    return posted


def _refused(errors: Mapping[str, str]) -> Problem:
    listed = [{"question": key, "detail": detail} for key, detail in errors.items()]
    return Problem(422, "Svaren går inte att spara. Ingenting är sparat.", errors=listed)
