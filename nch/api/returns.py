"""Lägesbilder in the closed API: what is asked for is read, filled in and handed in by a centre's own system."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.api import shapes
from nch.api.filling import WRITING_PROBLEMS, FilledIn
from nch.api.operations import (
    DETAIL_PROBLEMS,
    PAGING,
    PROBLEMS,
    Anyone,
    ResourceDetail,
    ResourceList,
    choice,
    described_page,
    one_of,
    small_number,
)
from nch.cases.models import Case
from resurscentra.enums import ReportState
from resurscentra.models import SituationReport
from resurscentra.selectors import editable_reports_for, readable_reports_for, reports_for
from resurscentra.services import start_report, submit_report

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
    "grid": None,
    "maxLength": None,
    "value": None,
    "revision": 0,
    "problem": "Det här fältet är obligatoriskt.",
}
_ANSWERS: Final = {"answers": {"fas": "drift"}, "revisions": {"fas": 0}}


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


class _OneReturn(FilledIn):
    rights = (Right.SEE_CENTRES,)
    detail = shapes.ReturnDetailShape
    not_begun = "Lägesbilden är inte påbörjad."
    not_finished = "Lägesbilden är inte färdig."
    not_entitled = "Lägesbilden lämnas in av den som är behörig företrädare."

    def editable(self, user: Anyone) -> QuerySet[SituationReport]:
        return editable_reports_for(user)

    def may_submit(self, user: User, thing: Any) -> bool:
        return access_of(user).may_at(Right.SUBMIT, thing.organisation_id)

    def begin(self, thing: Any, *, by: User) -> None:
        start_report(report=thing, by=by, at=timezone.now())

    def hand_in(self, thing: Any, *, by: User) -> None:
        submit_report(report=thing, by=by, at=timezone.now())


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
    def patch(self, request: Request, pk: int) -> HttpResponseBase:
        return self.fill_in(request, pk)


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
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        return self.submit(request, pk)
