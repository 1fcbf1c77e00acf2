"""Saved queries: a short address for a selection, which gives the numbers of the day it is asked."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, BaseThrottle

from nch.api.problems import Problem
from nch.api.serializers import SavedQueryAnswerSerializer, SavedQuerySerializer, SelectionAnswerSerializer
from nch.api.statistics import answers
from nch.api.statistics.described import (
    DATA_ANSWERS,
    LANG,
    OUTPUT,
    QUERY_ID,
    SELECTION_EXAMPLE,
    TABLE_PROBLEMS,
    TAGS,
    language_parameter,
    problems,
)
from nch.api.statistics.queries import (
    Output,
    Selection,
    Wanted,
    read_language,
    read_output,
    read_query,
    read_selection,
    refuse_withdrawn,
)
from nch.api.statistics.tables import json_body, link, selection_body
from nch.api.views import OpenView
from reports.models import SavedQuery
from reports.services.saved_queries import MOST_BYTES, TooLargeQueryError, save_query, saved_query, table_asked_by
from reports.statistics import published
from reports.statistics.definitions import DEFAULT_LANGUAGE, Language
from reports.statistics.grid import Placement
from reports.statistics.published import PublishedTable

_EXAMPLE: Mapping[str, Any] = {
    "tableId": "calls-per-year",
    "language": "sv",
    "outputFormat": "csv",
    "outputFormatParams": ["UseCodes"],
    "selection": SELECTION_EXAMPLE,
}
_AS_SAVED = language_parameter("Språk i svaret; annars det som frågan är sparad med.", default=None)


class SavingThrottle(AnonRateThrottle):
    """So many saved queries per address."""

    scope = "saved_query"


def _read_body(body: Any) -> tuple[PublishedTable, Language, Output, Selection]:
    """What is to be saved, checked with the table as it is now. Raises Problem."""
    if not isinstance(body, dict):
        raise Problem(400, "Innehållet ska vara ett objekt med tableId, language och selection.")
    table_id = body.get("tableId")
    table = published.published_table(table_id) if isinstance(table_id, str) else None
    if table is None:
        raise Problem(400, f"Tabellen ”{table_id}” finns inte.", parameter="tableId")
    language = read_language(body.get("language", DEFAULT_LANGUAGE))
    wanted, parameters = body.get("outputFormat"), body.get("outputFormatParams") or []
    if not (wanted is None or isinstance(wanted, str)):
        raise Problem(400, "outputFormat ska vara en text.", parameter="outputFormat")
    if not isinstance(parameters, list) or not all(isinstance(one, str) for one in parameters):
        raise Problem(400, "outputFormatParams ska vara en lista av texter.", parameter="outputFormatParams")
    output, selection = read_output(wanted, parameters), read_selection(body.get("selection"))
    answers.cut(table.cube(language), selection)
    return table, language, output, selection


def _selection_of(query: SavedQuery) -> Selection:
    kept = query.selection
    return Selection(dict(kept["values"]), tuple(kept["stub"]), tuple(kept["heading"]))


def _found(query_id: str) -> tuple[SavedQuery, PublishedTable]:
    found = saved_query(query_id, on=timezone.localdate())
    if found is None:
        refuse_withdrawn(table_asked_by(query_id))
        raise Problem(404, f"Den sparade frågan ”{query_id}” finns inte.")
    return found


def _described(request: Request, query: SavedQuery) -> dict[str, Any]:
    """The saved query as PxWebApi 2 gives it."""
    selection = _selection_of(query)
    placement = Placement(selection.stub, selection.heading)
    language = read_language(query.language)
    addresses = (("self", "api_saved_query"), ("data", "api_saved_data"), ("selection", "api_saved_selection"))
    return {
        "language": language,
        "id": query.key,
        "savedQuery": {
            "id": query.key,
            "tableId": query.table_id,
            "language": language,
            "outputFormat": query.output_format,
            "outputFormatParams": query.output_parameters,
            "selection": selection_body(selection.values, placement),
        },
        "links": [link(request, rel, language, reverse(name, args=[query.key])) for rel, name in addresses],
    }


class SavedQueriesView(OpenView):
    """Keeping a query."""

    def get_throttles(self) -> list[BaseThrottle]:
        return [*super().get_throttles(), SavingThrottle()]

    @extend_schema(
        summary="Spara en fråga",
        description=(
            "Svaret har frågans identitet. Samma fråga sparas en gång. En fråga som ingen har ställt på 30 dagar sedan "
            "den sparades, eller på ett år sedan den senast ställdes, tas bort."
        ),
        operation_id="createSavedQuery",
        request=SavedQuerySerializer,
        responses={201: SavedQueryAnswerSerializer, **problems(400, 403, 413, 415, 429)},
        examples=[OpenApiExample("De två senaste åren", value=_EXAMPLE, request_only=True)],
        tags=TAGS,
    )
    def post(self, request: Request) -> HttpResponseBase:
        read_query(request)
        table, language, output, selection = _read_body(request.data)
        try:
            query = save_query(
                table=table,
                language=language,
                output_format=output.format.id,
                output_parameters=output.parameters,
                selection={
                    "values": [[variable, list(codes)] for variable, codes in selection.values.items()],
                    "stub": list(selection.stub),
                    "heading": list(selection.heading),
                },
                on=timezone.localdate(),
            )
        except TooLargeQueryError as error:
            raise Problem(413, f"Frågan är större än {MOST_BYTES} byte. Använd uttryck som * och from(…).") from error
        response = json_body(request, _described(request, query))
        response.status_code = 201
        response["Location"] = request.build_absolute_uri(reverse("api_saved_query", args=[query.key]))
        return response


class SavedQueryView(OpenView):
    """A saved query."""

    @extend_schema(
        summary="En sparad fråga",
        operation_id="getSavedQuery",
        parameters=[QUERY_ID, LANG],
        responses={200: SavedQueryAnswerSerializer, **TABLE_PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request, query_id: str) -> HttpResponseBase:
        _ = read_query(request).language
        query, _table = _found(query_id)
        response = json_body(request, _described(request, query))
        response["Cache-Control"] = answers.REVALIDATED
        return response


class SavedDataView(OpenView):
    """The numbers that a saved query asks for."""

    @extend_schema(
        summary="Talen som en sparad fråga ger",
        description="Språk och format är de sparade, om inget annat anges.",
        operation_id="getSavedQueryData",
        parameters=[QUERY_ID, _AS_SAVED, *OUTPUT],
        responses=DATA_ANSWERS,
        tags=TAGS,
    )
    def get(self, request: Request, query_id: str) -> HttpResponseBase:
        asked = read_query(request, "outputFormat", "outputFormatParams")
        query, table = _found(query_id)
        output = read_output(query.output_format, query.output_parameters)
        if "outputformat" in asked.plain or "outputformatparams" in asked.plain:
            output = read_output(asked.plain.get("outputformat", query.output_format), asked.output_parameters)
        language = read_language(asked.plain.get("lang", query.language))
        return answers.data_answer(request, Wanted(table, language, "data", output, _selection_of(query)))


class SavedSelectionView(OpenView):
    """Which values a saved query stands for now."""

    @extend_schema(
        summary="Vad en sparad fråga väljer nu",
        operation_id="getSavedQuerySelection",
        parameters=[QUERY_ID, _AS_SAVED],
        responses={200: SelectionAnswerSerializer, **problems(400, 403, 404, 410, 429)},
        tags=TAGS,
    )
    def get(self, request: Request, query_id: str) -> HttpResponseBase:
        asked = read_query(request)
        query, table = _found(query_id)
        language = read_language(asked.plain.get("lang", query.language))
        selection = _selection_of(query)

        def body() -> Any:
            cube, placement = answers.cut(table.cube(language), selection)
            path = reverse("api_saved_selection", args=[query.key])
            return {
                "language": language,
                **selection_body({one.id: one.codes for one in cube.dimensions}, placement),
                "links": [link(request, "self", language, path)],
            }

        wanted = Wanted(table, language, f"selection of {query.key}", None, selection)
        return answers.json_answer(request, wanted, body)
