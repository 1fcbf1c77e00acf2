"""The statistics API, in the words of PxWebApi 2: what Statistics Sweden's clients speak."""

import datetime
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from nch.api.problems import Problem
from nch.api.serializers import (
    ConfigSerializer,
    DataRequestSerializer,
    ProblemSerializer,
    TableAnswerSerializer,
    TablesSerializer,
)
from nch.api.views import OpenView, kept
from nch.common.sorting import fold
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import DEFAULT_LANGUAGE, LANGUAGES, Disclosure, Language, TableDefinition
from reports.statistics.registry import TABLES
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import html as html_renderer
from reports.statistics.renderers import jsonstat
from reports.statistics.selection import SelectionError, count_cells, select, split_expressions

API_VERSION: Final = "2.0.0"
MAX_CELLS: Final = 150_000
"""Most cells of one answer, as at Statistics Sweden."""

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 1000
MAX_PAGES: Final = 1_000_000
MAX_DAYS: Final = 36_500
FORMATS: Final = ("json-stat2", "csv", "html")
SEPARATORS: Final = {"SeparatorSemicolon": ";", "SeparatorTab": "\t"}
FORMAT_PARAMETERS: Final = {name.lower(): separator for name, separator in SEPARATORS.items()}
SOURCE_REFERENCES: Final[Mapping[Language, str]] = {"sv": "Källa: NCH", "en": "Source: NCH"}
_VALUE_CODES = re.compile(r"valuecodes\[(.+)\]")


def _whole_number(highest: int) -> dict[str, Any]:
    """The OpenAPI description of a number from 1 to `highest`."""
    return {"type": "integer", "minimum": 1, "maximum": highest}


LANG = OpenApiParameter(
    "lang", OpenApiTypes.STR, enum=list(LANGUAGES), default=DEFAULT_LANGUAGE, description="Språk i svaret."
)
TABLE_ID = OpenApiParameter(
    "table_id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Tabellens identitet.",
    examples=[OpenApiExample("Samtal per år", value="calls-per-year")],
)
PROBLEM = OpenApiResponse(
    ProblemSerializer,
    description="Vad som är fel, som problem details (RFC 9457).",
    examples=[
        OpenApiExample(
            "Okänt värde",
            value={
                "type": "about:blank",
                "title": "Anropet går inte att tolka",
                "status": 400,
                "detail": "Variabeln Year har inget värde ”1999”.",
                "instance": "/api/statistics/v2/tables/calls-per-year/data",
                "parameter": "Year",
            },
            media_type="application/problem+json",
        )
    ],
)
PROBLEMS: Final = {(status, "application/problem+json"): PROBLEM for status in (400, 404, 429)}
DATASET = OpenApiResponse(
    OpenApiTypes.OBJECT,
    description="JSON-stat 2.0: `value` är radvis ordnade tal, null där `status` har en symbol.",
    examples=[
        OpenApiExample(
            "Två år",
            value={
                "version": "2.0",
                "class": "dataset",
                "label": "Samtal till stödtelefonen per år",
                "id": ["Year", "Contents"],
                "size": [2, 1],
                "role": {"time": ["Year"], "metric": ["Contents"]},
                "dimension": {
                    "Year": {"label": "År", "category": {"index": {"2020": 0, "2021": 1}}},
                    "Contents": {"label": "Innehåll", "category": {"label": {"calls": "Samtal"}}},
                },
                "value": [784, None],
                "status": {"1": "..."},
            },
            media_type="application/json",
        )
    ],
)


@dataclass(frozen=True)
class Query:
    """The parameters of a request by their names in lower case, and the selection among them."""

    plain: Mapping[str, str]
    selection: Mapping[str, list[str]]

    @property
    def language(self) -> Language:
        wanted = self.plain.get("lang", DEFAULT_LANGUAGE).lower()
        for language in LANGUAGES:
            if wanted == language:
                return language
        raise Problem(400, f"Språket ”{wanted}” finns inte. Språken är {', '.join(LANGUAGES)}.", parameter="lang")

    def whole_number(self, name: str, otherwise: int, highest: int) -> int:
        """A number from 1 to `highest`, or `otherwise` where the parameter is left out."""
        text = self.plain.get(name.lower())
        if text is None:
            return otherwise
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= highest:
            raise Problem(400, f"{name} ska vara ett heltal från 1 till {highest}.", parameter=name)
        return int(text)


def read_query(request: Request, *names: str) -> Query:
    """Read the parameters, whatever the case of their names. One that is not known here is an error, not silence."""
    known = {name.lower(): name for name in ("lang", *names)}
    plain: dict[str, str] = {}
    selection: dict[str, list[str]] = {}
    for name, values in request.query_params.lists():
        lowered = name.lower()
        match = _VALUE_CODES.fullmatch(lowered)
        if match and "valueCodes" in names:
            variable = name[match.start(1) : match.end(1)]
            selection.setdefault(variable, []).extend(part for value in values for part in split_expressions(value))
        elif lowered in known and lowered != "valuecodes":
            plain[lowered] = values[-1]
        else:
            allowed = ", ".join("valueCodes[…]" if one == "valueCodes" else one for one in known.values())
            raise Problem(400, f"Parametern ”{name}” finns inte. Parametrarna är {allowed}.", parameter=name)
    return Query(plain, selection)


def public_tables() -> dict[str, TableDefinition]:
    """The tables that anybody may read."""
    return {key: one for key, one in TABLES.items() if one.disclosure == Disclosure.PUBLISHED}


def public_cube(table_id: str, language: Language) -> Cube:
    """A public table, whole. Raises Problem (404) for one that does not exist."""
    definition = public_tables().get(table_id)
    if definition is None:
        raise Problem(404, f"Tabellen ”{table_id}” finns inte. Tabellerna listas på {reverse('api_tables')}.")
    return resolve(definition, language)


def _json(request: Request, body: Any) -> HttpResponseBase:
    return kept(request, json.dumps(body, ensure_ascii=False).encode(), "application/json")


def _moment(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(request: Request, rel: str, language: Language, path: str) -> dict[str, str]:
    return {"rel": rel, "hreflang": language, "href": request.build_absolute_uri(path)}


def _describe(request: Request, cube: Cube) -> dict[str, Any]:
    """A table as the list shows it."""
    language = cube.language
    periods = cube.time.codes if cube.time else []
    return {
        "type": "Table",
        "id": cube.table_id,
        "label": cube.title,
        "description": cube.description,
        "updated": _moment(cube.updated),
        "firstPeriod": periods[0] if periods else "",
        "lastPeriod": periods[-1] if periods else "",
        "category": "public",
        "variableNames": [dimension.label for dimension in cube.dimensions],
        "discontinued": False,
        "source": cube.source,
        "timeUnit": "Annual",
        "links": [
            _link(request, rel, language, f"{reverse(name, args=[cube.table_id])}?lang={language}")
            for rel, name in (("self", "api_table"), ("metadata", "api_metadata"), ("data", "api_data"))
        ],
    }


class ConfigView(OpenView):
    """What the API can do."""

    @extend_schema(
        summary="Vad API:et kan",
        operation_id="getConfig",
        parameters=[LANG],
        responses={200: ConfigSerializer, **PROBLEMS},
        tags=["statistik"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        language = read_query(request).language
        limits: dict[str, Any] = settings.REST_FRAMEWORK
        described: dict[str, Any] = settings.SPECTACULAR_SETTINGS
        calls, _, period = limits["DEFAULT_THROTTLE_RATES"]["anon"].partition("/")
        body = {
            "apiVersion": API_VERSION,
            "appVersion": described["VERSION"],
            "languages": [{"id": "sv", "label": "Svenska"}, {"id": "en", "label": "English"}],
            "defaultLanguage": DEFAULT_LANGUAGE,
            "maxDataCells": MAX_CELLS,
            "maxCallsPerTimeWindow": int(calls),
            "timeWindow": {"s": 1, "m": 60, "h": 3600, "d": 86400}[period[0]],
            "license": described["LICENSE"]["url"],
            "sourceReferences": [{"language": language, "text": SOURCE_REFERENCES[language]}],
            "defaultDataFormat": FORMATS[0],
            "dataFormats": list(FORMATS),
            "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
        }
        return _json(request, body)


class TablesView(OpenView):
    """All tables, found by words in their texts."""

    @extend_schema(
        summary="Tabellerna",
        operation_id="getTables",
        parameters=[
            LANG,
            OpenApiParameter("query", OpenApiTypes.STR, description="Ord som ska finnas i namn eller beskrivning."),
            OpenApiParameter("pastDays", _whole_number(MAX_DAYS), description="Uppdaterade inom så många dagar."),
            OpenApiParameter("pageNumber", _whole_number(MAX_PAGES), default=1, description="Sida, räknat från 1."),
            OpenApiParameter(
                "pageSize", _whole_number(MAX_PAGE_SIZE), default=DEFAULT_PAGE_SIZE, description="Tabeller per sida."
            ),
        ],
        responses={200: TablesSerializer, **PROBLEMS},
        tags=["statistik"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        query = read_query(request, "query", "pastDays", "pageNumber", "pageSize")
        language = query.language
        words = fold(query.plain.get("query", "")).split()
        days = query.whole_number("pastDays", 0, MAX_DAYS)
        since = timezone.now() - datetime.timedelta(days=days)
        found = []
        for table in public_tables().values():
            texts = (Text.in_language(language) for Text in (table.title, table.description))
            haystack = fold(" ".join([table.id, *texts]))
            if all(word in haystack for word in words) and (not days or table.updated >= since):
                found.append(table)
        size = query.whole_number("pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
        pages = max(1, math.ceil(len(found) / size))
        number = query.whole_number("pageNumber", 1, MAX_PAGES)
        if number > pages:
            raise Problem(404, f"Sidan {number} finns inte. Det finns {pages}.", parameter="pageNumber")
        shown = found[(number - 1) * size : number * size]

        def page_link(rel: str, page: int) -> dict[str, str]:
            address = request._request.GET.copy()
            for name in [name for name in address if name.lower() == "pagenumber"]:
                del address[name]
            address["pageNumber"] = str(page)
            return _link(request, rel, language, f"{request.path}?{address.urlencode()}")

        links = [page_link("next", number + 1)] if number < pages else []
        links += [page_link("previous", number - 1)] if number > 1 else []
        body = {
            "language": language,
            "tables": [_describe(request, resolve(table, language)) for table in shown],
            "page": {
                "pageNumber": number,
                "pageSize": size,
                "totalElements": len(found),
                "totalPages": pages,
                "links": links,
            },
            "links": [_link(request, "self", language, request.get_full_path())],
        }
        return _json(request, body)


class TableView(OpenView):
    """One table, without its numbers."""

    @extend_schema(
        summary="En tabell",
        operation_id="getTable",
        parameters=[TABLE_ID, LANG],
        responses={200: TableAnswerSerializer, **PROBLEMS},
        tags=["statistik"],
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        language = read_query(request).language
        return _json(request, {"language": language, **_describe(request, public_cube(table_id, language))})


class MetadataView(OpenView):
    """A table's variables, values, notes and units."""

    @extend_schema(
        summary="En tabells variabler och värden",
        description="JSON-stat 2.0 utan tal.",
        operation_id="getMetadata",
        parameters=[TABLE_ID, LANG],
        responses={200: DATASET, **PROBLEMS},
        tags=["statistik"],
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        cube = public_cube(table_id, read_query(request).language)
        return _json(request, jsonstat.to_dataset(cube, with_values=False))


DATA_PARAMETERS: Final = [
    TABLE_ID,
    LANG,
    OpenApiParameter("outputFormat", OpenApiTypes.STR, enum=list(FORMATS), default=FORMATS[0], description="Format."),
    OpenApiParameter(
        "outputFormatParams",
        OpenApiTypes.STR,
        enum=list(SEPARATORS),
        description="Skiljetecken, om formatet är csv; annars komma.",
    ),
]
DATA_RESPONSES: Final = {
    (200, "application/json"): DATASET,
    (200, "text/csv"): OpenApiTypes.STR,
    (200, "text/html"): OpenApiTypes.STR,
    **PROBLEMS,
    (403, "application/problem+json"): PROBLEM,
}


class DataView(OpenView):
    """A table's numbers."""

    @extend_schema(
        summary="En tabells tal",
        description=(
            "Välj värden med `valueCodes[Variabel]`: koder åtskilda av komma, `*`, `top(n)`, `bottom(n)`, `from(x)`, "
            "`to(x)` och `range(a,b)`. En variabel som utelämnas behåller alla sina värden."
        ),
        operation_id="getData",
        parameters=[
            *DATA_PARAMETERS,
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
        responses=DATA_RESPONSES,
        tags=["statistik"],
    )
    def get(self, request: Request, table_id: str) -> HttpResponseBase:
        query = read_query(request, "outputFormat", "outputFormatParams", "valueCodes")
        return self._answer(request, table_id, query, query.selection)

    @extend_schema(
        summary="En tabells tal, med urvalet i anropets innehåll",
        operation_id="postData",
        parameters=DATA_PARAMETERS,
        request=DataRequestSerializer,
        responses={**DATA_RESPONSES, (415, "application/problem+json"): PROBLEM},
        examples=[
            OpenApiExample(
                "De två senaste åren",
                value={"selection": [{"variableCode": "Year", "valueCodes": ["top(2)"]}]},
                request_only=True,
            )
        ],
        tags=["statistik"],
    )
    def post(self, request: Request, table_id: str) -> HttpResponseBase:
        query = read_query(request, "outputFormat", "outputFormatParams")
        return self._answer(request, table_id, query, read_selection(request.data))

    def _answer(
        self, request: Request, table_id: str, query: Query, selection: Mapping[str, list[str]]
    ) -> HttpResponseBase:
        wanted = query.plain.get("outputformat", FORMATS[0]).lower()
        if wanted not in FORMATS:
            known = ", ".join(FORMATS)
            raise Problem(400, f"Formatet ”{wanted}” finns inte. Formaten är {known}.", parameter="outputFormat")
        separator = _separator(query.plain.get("outputformatparams", ""))
        cube = public_cube(table_id, query.language)
        try:
            cells = count_cells(cube, selection)
            if cells > MAX_CELLS:
                raise Problem(
                    403, f"Urvalet har {cells} celler. Högst {MAX_CELLS} lämnas ut på en gång.", maxDataCells=MAX_CELLS
                )
            chosen = select(cube, selection)
        except SelectionError as error:
            raise Problem(400, str(error), parameter=error.variable) from error
        if wanted == "csv":
            return kept(request, csv_renderer.render(chosen, separator=separator), csv_renderer.CONTENT_TYPE)
        renderer = html_renderer if wanted == "html" else jsonstat
        return kept(request, renderer.render(chosen), renderer.CONTENT_TYPE)


def _separator(parameter: str) -> str:
    if not parameter:
        return ","
    if parameter.lower() not in FORMAT_PARAMETERS:
        raise Problem(
            400, f"”{parameter}” finns inte. För csv finns {' och '.join(SEPARATORS)}.", parameter="outputFormatParams"
        )
    return FORMAT_PARAMETERS[parameter.lower()]


def read_selection(body: Any) -> dict[str, list[str]]:
    """Read `{"selection": [{"variableCode", "valueCodes"}]}`. Raises Problem (400) for anything else."""
    entries = body.get("selection") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise Problem(400, "Innehållet ska vara ett objekt med listan selection.", parameter="selection")
    selection: dict[str, list[str]] = {}
    for entry in entries:
        variable = entry.get("variableCode") if isinstance(entry, dict) else None
        values = entry.get("valueCodes") if isinstance(entry, dict) else None
        if not isinstance(variable, str) or not isinstance(values, list):
            raise Problem(400, "Varje urval ska ha variableCode (text) och valueCodes (lista).", parameter="selection")
        if not all(isinstance(value, str) for value in values):
            raise Problem(400, f"Värdena av {variable} ska vara texter.", parameter=variable)
        if entry.get("codelist") or entry.get("codeList"):
            raise Problem(400, f"Variabeln {variable} har ingen alternativ kodlista.", parameter=variable)
        if variable in selection:
            raise Problem(400, f"Variabeln {variable} är angiven mer än en gång.", parameter=variable)
        selection[variable] = values
    return selection
