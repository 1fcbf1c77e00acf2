"""Statistics returns in the closed API: a centre's own system reads what is asked for, fills in cells and hands in."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from nch.accounts.enums import Right
from nch.accounts.models import User
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
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn
from resurscentra.selectors.returns import editable_returns_for, may_at_return, readable_returns_for, returns_for
from resurscentra.services.returns import start_return, submit_return

_RETURN: Final = {
    "id": 9,
    "organisation": {"id": 12, "name": "Länsstyrelsen Skåne", "countyCode": "12"},
    "centre": "Resurscentrum Heder Skåne",
    "round": {"id": 2, "title": "2026", "startsOn": "2026-01-01", "endsOn": "2026-12-31", "dueOn": "2027-02-15"},
    "state": "draft",
    "submittedAt": None,
}
_QUESTION: Final = {
    "key": "moten",
    "section": "moten",
    "label": "Hur många möten har resurscentrumets grupper haft?",
    "kind": "count_grid",
    "required": True,
    "choices": [],
    "grid": {"rows": ["steering", "working"], "columns": ["held"], "reasons": ["no_such_support"]},
    "maxLength": None,
    "value": {"steering": {"held": "4"}, "working": {"held": ""}},
    "revision": 1,
    "problem": "Tomma rutor: Arbetsgrupp, möten.",
}
_ANSWERS: Final = {"answers": {"moten": {"working": {"held": 9}}}, "revisions": {"moten": 1}}


class StatisticsReturnsView(ResourceList):
    """Statistics returns that are asked for, the latest round first."""

    rights = (Right.SEE_RETURNS,)
    shape = shapes.StatisticsReturnShape
    order = ("-round__ends_on", "organisation__sort_key", "centre__organisation__sort_key", "pk")
    filters = {"state": ("state", ReturnState), "round": ("round_id", small_number)}

    def reach(self, user: Anyone) -> QuerySet[StatisticsReturn]:
        return returns_for(user)

    @extend_schema(
        summary="Statistikinlämningar",
        operation_id="listStatisticsReturns",
        parameters=[
            *PAGING,
            choice("state", ReturnState, "Läge."),
            OpenApiParameter("round", OpenApiTypes.INT, description="Omgångens id."),
        ],
        responses={200: described_page("StatisticsReturn", shapes.StatisticsReturnShape, _RETURN), **PROBLEMS},
        tags=["statistikinlämning"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.page(request)


class _OneReturn(FilledIn):
    rights = (Right.SEE_RETURNS,)
    detail = shapes.StatisticsReturnDetailShape
    not_begun = "Inlämningen är inte påbörjad."
    not_finished = "Statistiken är inte färdig."
    not_entitled = "Statistiken lämnas in av resurscentrumets samordnare eller länsstyrelsens behöriga företrädare."

    def editable(self, user: Anyone) -> QuerySet[StatisticsReturn]:
        return editable_returns_for(user)

    def may_submit(self, user: User, thing: Any) -> bool:
        return may_at_return(user, Right.SUBMIT, thing)

    def begin(self, thing: Any, *, by: User) -> None:
        start_return(statistics=thing, by=by, at=timezone.now())

    def hand_in(self, thing: Any, *, by: User) -> None:
        submit_return(statistics=thing, by=by, at=timezone.now())


class StatisticsReturnView(_OneReturn, ResourceDetail):
    """One return with its tables; filled in cell by cell."""

    shape = shapes.StatisticsReturnDetailShape
    http_method_names = ["get", "head", "options", "patch"]

    def reach(self, user: Anyone) -> QuerySet[StatisticsReturn]:
        # While a return is sent back, those who write read what they have come to, and all others what was handed in.
        writes = Exists(editable_returns_for(user).filter(pk=OuterRef("pk")).values("pk"))
        return readable_returns_for(user).annotate(reads_draft=writes)

    def case_of(self, statistics: StatisticsReturn) -> Case | None:
        return statistics.case

    @extend_schema(
        summary="En statistikinlämning",
        operation_id="getStatisticsReturn",
        responses={
            200: one_of(shapes.StatisticsReturnDetailShape, {**_RETURN, "questions": [_QUESTION]}),
            **DETAIL_PROBLEMS,
        },
        tags=["statistikinlämning"],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return self.one(request, pk)

    @extend_schema(
        summary="Fyll i en statistikinlämning",
        description=(
            "Sparar rutor och kommentarer i utkastet, som påbörjas om det behövs. Rutor som inte nämns är kvar. En tom "
            "ruta (null) är ingen nolla. En tabell som inte är tillämplig anges som "
            '{"_not_applicable": {"reason": "…"}} med ett av skälen i grid. Skicka med det nummer (revision) som '
            "tabellen hade när den lästes: har någon annan ändrat den sedan dess sparas ingenting (409). Allt sparas "
            "eller inget."
        ),
        operation_id="fillInStatisticsReturn",
        request=shapes.AnswersShape,
        responses={
            200: one_of(shapes.StatisticsReturnDetailShape, {**_RETURN, "questions": [_QUESTION]}),
            **WRITING_PROBLEMS,
        },
        examples=[OpenApiExample("En ruta", value=_ANSWERS, request_only=True)],
        tags=["statistikinlämning"],
    )
    def patch(self, request: Request, pk: int) -> HttpResponseBase:
        return self.fill_in(request, pk)


class StatisticsReturnSubmissionView(_OneReturn):
    """Handing in, the first time or corrected."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Lämna in statistik",
        description=(
            "Av resurscentrumets samordnare eller länsstyrelsens behöriga företrädare, med samma kontroller som på "
            "sidan: tabeller som motsäger varandra (422) rättas, och stora ändringar förklaras i kommentaren."
        ),
        operation_id="submitStatisticsReturn",
        request=None,
        responses={
            200: one_of(
                shapes.StatisticsReturnDetailShape, {**_RETURN, "state": "submitted", "questions": [_QUESTION]}
            ),
            **WRITING_PROBLEMS,
        },
        tags=["statistikinlämning"],
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        return self.submit(request, pk)
