"""What the API can do, which tables there are, and what each holds."""

import datetime
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle

from nch.api.problems import Problem
from nch.api.serializers import ConfigSerializer, SelectionAnswerSerializer, TableAnswerSerializer, TablesSerializer
from nch.api.statistics import API_VERSION, answers
from nch.api.statistics.described import LANG, METADATA, PROBLEMS, TABLE_ID, TABLE_PROBLEMS, TAGS, whole_number
from nch.api.statistics.queries import Selection, Wanted, read_query, table_or_404
from nch.api.views import OpenView, kept
from nch.common.sorting import fold
from reports.statistics import published
from reports.statistics.cube import Cube
from reports.statistics.default_selection import default_selection
from reports.statistics.definitions import DEFAULT_LANGUAGE, Language, Text
from reports.statistics.grid import Placement
from reports.statistics.published import PublishedTable
from reports.statistics.renderers import jsonstat
from reports.statistics.renderers.formats import FORMATS
from reports.statistics.renderers.px import SUBJECT_AREA, SUBJECT_CODE
from reports.statistics.times import scale_of

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 1000
MAX_PAGES: Final = 1_000_000
MAX_DAYS: Final = 36_500
LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"sv": "Svenska", "en": "English"}
SOURCE_REFERENCES: Final = Text("Källa: NCH", "Source: NCH")


def json_body(request: Request, body: Any) -> HttpResponseBase:
    """A body of ours as JSON, known again by its content."""
    return kept(request, json.dumps(body, ensure_ascii=False).encode(), answers.JSON)


def moment(at: datetime.datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def link(request: Request, rel: str, language: Language, path: str) -> dict[str, str]:
    """A link as PxWebApi 2 writes it."""
    return {"rel": rel, "hreflang": language, "href": request.build_absolute_uri(path)}


def table_links(request: Request, table_id: str, language: Language, self_rel: str = "self") -> list[dict[str, str]]:
    """Where a table's parts are."""
    named = ((self_rel, "api_table"), ("metadata", "api_metadata"), ("data", "api_data"))
    return [link(request, rel, language, f"{reverse(name, args=[table_id])}?lang={language}") for rel, name in named]


def describe(tables: Iterable[PublishedTable], language: Language) -> list[dict[str, Any]]:
    """The tables as the list shows them, without links; what has been described before is not fetched again."""
    keys = {f"statistics-table:{Wanted(table, language, 'table').key}": table for table in tables}
    known = cache.get_many(keys)
    new = {key: _describe(table, table.cube(language)) for key, table in keys.items() if key not in known}
    if new:
        cache.set_many(new, answers.SECONDS_KEPT)
    return [{**known, **new}[key] for key in keys]


def _describe(table: PublishedTable, cube: Cube) -> dict[str, Any]:
    periods = cube.time.codes if cube.time else []
    scale = scale_of(periods)
    return {
        "type": "Table",
        "id": table.id,
        "label": cube.title,
        "description": cube.description,
        "sortCode": table.id,
        "updated": moment(table.published_at),
        "firstPeriod": periods[0] if periods else "",
        "lastPeriod": periods[-1] if periods else "",
        "category": "public",
        "variableNames": [dimension.label for dimension in cube.dimensions],
        "discontinued": False,
        "source": cube.source,
        "subjectCode": SUBJECT_CODE,
        "timeUnit": scale.unit if scale else "Other",
        "paths": [[{"id": SUBJECT_CODE, "label": SUBJECT_AREA.in_language(cube.language)}]],
    }


def selection_body(selection: Mapping[str, Iterable[str]], placement: Placement) -> dict[str, Any]:
    """A selection as PxWebApi 2 writes it."""
    return {
        "selection": [
            {"variableCode": variable, "codelist": None, "valueCodes": list(codes)}
            for variable, codes in selection.items()
        ],
        "placement": {"heading": list(placement.heading), "stub": list(placement.stub)},
    }


class ConfigView(OpenView):
    """What the API can do."""

    @extend_schema(
        summary="Vad API:et kan",
        operation_id="getConfig",
        parameters=[LANG],
        responses={200: ConfigSerializer, **PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request) -> HttpResponseBase:
        language = read_query(request).language
        described: dict[str, Any] = settings.SPECTACULAR_SETTINGS
        rate = api_settings.DEFAULT_THROTTLE_RATES["anon"]
        calls, seconds = AnonRateThrottle().parse_rate(str(rate))
        body = {
            "apiVersion": API_VERSION,
            "appVersion": described["VERSION"],
            "languages": [{"id": code, "label": name} for code, name in LANGUAGE_NAMES.items()],
            "defaultLanguage": DEFAULT_LANGUAGE,
            "maxDataCells": answers.MAX_CELLS,
            "maxCallsPerTimeWindow": calls,
            "timeWindow": seconds,
            "license": described["LICENSE"]["url"],
            "sourceReferences": [{"language": language, "text": SOURCE_REFERENCES.in_language(language)}],
            "defaultDataFormat": next(iter(FORMATS)),
            "dataFormats": list(FORMATS),
            "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
        }
        return json_body(request, body)


class TablesView(OpenView):
    """All tables, found by words in their texts."""

    @extend_schema(
        summary="Tabellerna",
        operation_id="getTables",
        parameters=[
            LANG,
            OpenApiParameter("query", OpenApiTypes.STR, description="Ord som ska finnas i namn eller beskrivning."),
            OpenApiParameter("pastDays", whole_number(MAX_DAYS), description="Uppdaterade inom så många dagar."),
            OpenApiParameter(
                "includeDiscontinued",
                OpenApiTypes.BOOL,
                default=False,
                description="Ta med tabeller som inte uppdateras längre. Det finns inga sådana.",
            ),
            OpenApiParameter("pageNumber", whole_number(MAX_PAGES), default=1, description="Sida, räknat från 1."),
            OpenApiParameter(
                "pageSize", whole_number(MAX_PAGE_SIZE), default=DEFAULT_PAGE_SIZE, description="Tabeller per sida."
            ),
        ],
        responses={200: TablesSerializer, **PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request) -> HttpResponseBase:
        query = read_query(request, "query", "pastDays", "includeDiscontinued", "pageNumber", "pageSize")
        language = query.language
        query.truth("includeDiscontinued")
        words = fold(query.plain.get("query", "")).split()
        days = query.whole_number("pastDays", 0, MAX_DAYS)
        since = timezone.now() - datetime.timedelta(days=days)
        found = []
        for table in published.published_tables().values():
            texts = (text.in_language(language) for text in (table.definition.title, table.definition.description))
            haystack = fold(" ".join([table.id, *texts]))
            if all(word in haystack for word in words) and (not days or table.published_at >= since):
                found.append(table)
        size = query.whole_number("pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
        pages = max(1, math.ceil(len(found) / size))
        number = query.whole_number("pageNumber", 1, MAX_PAGES)
        if number > pages:
            raise Problem(404, f"Sidan {number} finns inte. Det finns {pages}.", parameter="pageNumber")
        shown = describe(found[(number - 1) * size : number * size], language)

        def page_link(rel: str, page: int) -> dict[str, str]:
            address = request._request.GET.copy()
            for name in [name for name in address if name.lower() == "pagenumber"]:
                del address[name]
            address["pageNumber"] = str(page)
            return link(request, rel, language, f"{request.path}?{address.urlencode()}")

        around = {"next": number + 1, "previous": number - 1}
        links = [page_link(rel, page) for rel, page in around.items() if 1 <= page <= pages]
        body = {
            "language": language,
            "tables": [{**one, "links": table_links(request, one["id"], language)} for one in shown],
            "page": {
                "pageNumber": number,
                "pageSize": size,
                "totalElements": len(found),
                "totalPages": pages,
                "links": [*links, page_link("first", 1), page_link("last", pages)],
            },
            "links": [link(request, "self", language, request.get_full_path())],
        }
        response = json_body(request, body)
        response["Cache-Control"] = answers.REVALIDATED
        return response


class TableView(OpenView):
    """One table, without its numbers."""

    @extend_schema(
        summary="En tabell",
        operation_id="getTable",
        parameters=[TABLE_ID, LANG],
        responses={200: TableAnswerSerializer, **TABLE_PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        language = read_query(request).language
        table = table_or_404(table_id)

        def body() -> Any:
            [described] = describe([table], language)
            return {"language": language, **described, "links": table_links(request, table.id, language)}

        return answers.json_answer(request, Wanted(table, language, "table"), body)


class MetadataView(OpenView):
    """A table's variables, values, notes and units."""

    @extend_schema(
        summary="En tabells variabler och värden",
        description="JSON-stat 2.0 utan tal.",
        operation_id="getMetadata",
        parameters=[
            TABLE_ID,
            LANG,
            OpenApiParameter(
                "defaultSelection",
                OpenApiTypes.BOOL,
                default=False,
                description="Visa bara de värden som följer med när inget är valt.",
            ),
        ],
        responses={200: METADATA, **TABLE_PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        query = read_query(request, "defaultSelection")
        language, only_default = query.language, query.truth("defaultSelection")
        table = table_or_404(table_id)

        def body() -> Any:
            cube = table.cube(language)
            if only_default:
                cube, _ = answers.cut(cube, Selection())
            return jsonstat.to_dataset(cube, with_values=False)

        kind = "metadata of the default selection" if only_default else "metadata"
        return answers.json_answer(request, Wanted(table, language, kind), body)


class DefaultSelectionView(OpenView):
    """What one gets without choosing."""

    @extend_schema(
        summary="Vad som följer med när inget är valt",
        operation_id="getDefaultSelection",
        parameters=[TABLE_ID, LANG],
        responses={200: SelectionAnswerSerializer, **TABLE_PROBLEMS},
        tags=TAGS,
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        language = read_query(request).language
        table = table_or_404(table_id)

        def body() -> Any:
            cube = table.cube(language)
            _, placement = answers.cut(cube, Selection())
            path = reverse("api_default_selection", args=[table.id])
            return {
                "language": language,
                **selection_body(default_selection(cube, answers.MAX_CELLS), placement),
                "links": [
                    link(request, "self", language, f"{path}?lang={language}"),
                    *table_links(request, table.id, language, "table"),
                ],
            }

        return answers.json_answer(request, Wanted(table, language, "default selection"), body)


class CodelistView(OpenView):
    """Code lists beside the tables' own: there are none, and whoever asks for one is told so."""

    @extend_schema(
        summary="En alternativ kodlista",
        description="Tabellerna har inga kodlistor utöver sina egna, så svaret är alltid 404.",
        operation_id="getCodelist",
        parameters=[
            LANG,
            OpenApiParameter("codelist_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="Identitet."),
        ],
        responses=PROBLEMS,
        tags=TAGS,
    )
    def get(self, request: Request, codelist_id: str) -> HttpResponseBase:
        _ = read_query(request).language
        raise Problem(404, f"Kodlistan ”{codelist_id}” finns inte. Tabellerna har inga andra kodlistor än sina egna.")
