"""A table's numbers, by GET with the selection in the address and by POST with it in the body."""

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from nch.api.serializers import DataRequestSerializer
from nch.api.statistics.answers import data_answer
from nch.api.statistics.described import (
    DATA_ANSWERS,
    LANG,
    OUTPUT,
    PLACEMENT,
    SELECTION_EXAMPLE,
    TABLE_ID,
    TAGS,
    problems,
)
from nch.api.statistics.queries import Wanted, read_query, read_selection, table_or_404
from nch.api.views import OpenView


class DataView(OpenView):
    """A table's numbers."""

    @extend_schema(
        summary="En tabells tal",
        description=(
            "Välj värden med `valueCodes[Variabel]`: koder åtskilda av komma, `*`, `20*`, `top(n)`, `bottom(n)`, "
            "`from(x)`, `to(x)` och `range(a,b)`. En variabel som utelämnas behåller alla sina värden."
        ),
        operation_id="getData",
        parameters=[
            TABLE_ID,
            LANG,
            *OUTPUT,
            *PLACEMENT,
            OpenApiParameter(
                "valueCodes[Year]",
                OpenApiTypes.STR,
                description="Värden av variabeln Year; andra variabler på samma sätt.",
                examples=[
                    OpenApiExample("De fem senaste åren", value="top(5)"),
                    OpenApiExample("Två år", value="2019,2023"),
                ],
            ),
        ],
        responses=DATA_ANSWERS,
        tags=TAGS,
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        query = read_query(request, "outputFormat", "outputFormatParams", "heading", "stub", "valueCodes")
        wanted = Wanted(table_or_404(table_id), query.language, "data", query.output, query.selection)
        return data_answer(request, wanted)

    @extend_schema(
        summary="En tabells tal, med urvalet i anropets innehåll",
        operation_id="postData",
        parameters=[TABLE_ID, LANG, *OUTPUT],
        request=DataRequestSerializer,
        responses={**DATA_ANSWERS, **problems(413, 415)},
        examples=[OpenApiExample("De två senaste åren", value=SELECTION_EXAMPLE, request_only=True)],
        tags=TAGS,
    )
    def post(self, request: Request, table_id: str) -> HttpResponseBase:
        query = read_query(request, "outputFormat", "outputFormatParams")
        table, output = table_or_404(table_id), query.output
        wanted = Wanted(table, query.language, "data", output, read_selection(request.data))
        return data_answer(request, wanted)
