"""What the OpenAPI description says of the statistics API: parameters, answers, examples."""

from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from nch.api.serializers import ProblemSerializer
from reports.statistics.definitions import DEFAULT_LANGUAGE, LANGUAGES
from reports.statistics.renderers.formats import FORMATS, PARAMETERS

TAGS: Final = ["statistik"]
PROBLEM_TYPE: Final = "application/problem+json"


def whole_number(highest: int) -> dict[str, Any]:
    """The OpenAPI description of a number from 1 to `highest`."""
    return {"type": "integer", "minimum": 1, "maximum": highest}


def language_parameter(description: str, default: str | None = DEFAULT_LANGUAGE) -> OpenApiParameter:
    """The parameter `lang`."""
    return OpenApiParameter("lang", OpenApiTypes.STR, enum=list(LANGUAGES), default=default, description=description)


LANG: Final = language_parameter("Språk i svaret.")
TABLE_ID: Final = OpenApiParameter(
    "table_id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Tabellens identitet.",
    examples=[OpenApiExample("Samtal per år", value="calls-per-year")],
)
QUERY_ID: Final = OpenApiParameter(
    "query_id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Den sparade frågans identitet.",
    examples=[OpenApiExample("En sparad fråga", value="8sJ2kQ0vXw4a")],
)


def _several(values: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(values)}}


OUTPUT: Final = (
    OpenApiParameter(
        "outputFormat", OpenApiTypes.STR, enum=list(FORMATS), default=next(iter(FORMATS)), description="Format."
    ),
    OpenApiParameter(
        "outputFormatParams",
        _several(PARAMETERS),
        style="form",
        explode=False,
        description=(
            "Åtskilda av komma. För csv, xlsx och html: högst en av `UseCodes`, `UseTexts` och `UseCodesAndTexts`, "
            "och `IncludeTitle`. För csv: högst en av `SeparatorTab`, `SeparatorSpace` och `SeparatorSemicolon` (med "
            "semikolon följer decimalkomma); annars är det komma och decimalpunkt."
        ),
        examples=[OpenApiExample("Koder, med semikolon", value=["UseCodes", "SeparatorSemicolon"])],
    ),
)


def _placed(name: str, where: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "array", "items": {"type": "string"}},
        style="form",
        explode=False,
        description=f"Variabler som ska stå {where}, åtskilda av komma. Gäller px, html och json-stat2.",
    )


PLACEMENT: Final = (_placed("heading", "i tabellhuvudet"), _placed("stub", "i förspalten"))
PROBLEM: Final = OpenApiResponse(
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
            media_type=PROBLEM_TYPE,
        )
    ],
)


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """The problem answers with these statuses."""
    return {(status, PROBLEM_TYPE): PROBLEM for status in statuses}


PROBLEMS: Final = problems(400, 404, 429)
TABLE_PROBLEMS: Final = problems(400, 404, 410, 429)
"""Of a table, which may have been withdrawn."""

_EXAMPLE: Final = {
    "version": "2.0",
    "class": "dataset",
    "label": "Samtal till stödtelefonen per år",
    "source": "NCH:s årsrapport för 2023 (rapport 2024:2)",
    "updated": "2026-11-21T00:00:00Z",
    "id": ["Year", "Contents"],
    "size": [2, 1],
    "role": {"time": ["Year"], "metric": ["Contents"]},
    "dimension": {
        "Year": {
            "label": "År",
            "category": {"index": {"2020": 0, "2021": 1}, "label": {"2020": "2020", "2021": "2021"}},
        },
        "Contents": {
            "label": "Innehåll",
            "category": {
                "index": {"calls": 0},
                "label": {"calls": "Samtal"},
                "unit": {"calls": {"base": "antal", "decimals": 0}},
            },
        },
    },
    "value": [784, None],
    "status": {"1": "..."},
}


def _strings(values: Any = None) -> dict[str, Any]:
    return {"type": "array", "items": values or {"type": "string"}}


_DIMENSION: Final = {
    "type": "object",
    "required": ["label", "category"],
    "properties": {
        "label": {"type": "string"},
        "category": {
            "type": "object",
            "required": ["index", "label"],
            "properties": {
                "index": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
                "label": {"type": "object", "additionalProperties": {"type": "string"}},
                "note": {"type": "object", "additionalProperties": _strings()},
                "unit": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "properties": {"base": {"type": "string"}, "decimals": {"type": "integer", "minimum": 0}},
                    },
                },
            },
        },
        "extension": {"type": "object"},
    },
}
DATASET_SCHEMA: Final = {
    "type": "object",
    "required": ["version", "class", "id", "size", "dimension", "value"],
    "properties": {
        "version": {"type": "string", "enum": ["2.0"]},
        "class": {"type": "string", "enum": ["dataset"]},
        "label": {"type": "string"},
        "source": {"type": "string"},
        "updated": {"type": "string", "format": "date-time"},
        "note": _strings(),
        "role": {"type": "object", "additionalProperties": _strings()},
        "id": _strings(),
        "size": _strings({"type": "integer", "minimum": 0}),
        "dimension": {"type": "object", "additionalProperties": _DIMENSION},
        "value": _strings({"type": "number", "nullable": True}),
        "status": {"type": "object", "additionalProperties": {"type": "string"}},
        "extension": {"type": "object"},
    },
}
DATASET: Final = OpenApiResponse(
    DATASET_SCHEMA,
    description="JSON-stat 2.0: `value` är radvis ordnade tal, null där `status` har en symbol.",
    examples=[OpenApiExample("Två år", value=_EXAMPLE, media_type="application/json")],
)
METADATA: Final = OpenApiResponse(
    DATASET_SCHEMA,
    description="JSON-stat 2.0 utan tal.",
    examples=[
        OpenApiExample(
            "Två år",
            value={**{name: part for name, part in _EXAMPLE.items() if name != "status"}, "value": []},
            media_type="application/json",
        )
    ],
)
DATA_ANSWERS: Final[Mapping[Any, Any]] = {
    (200, "application/json"): DATASET,
    **{
        (200, content_type): OpenApiTypes.BINARY if content_type.startswith("application") else OpenApiTypes.STR
        for one in FORMATS.values()
        if (content_type := one.content_type.split(";")[0]) != "application/json"
    },
    **problems(400, 403, 404, 410, 429),
}
SELECTION_EXAMPLE: Final = {
    "selection": [{"variableCode": "Year", "codelist": None, "valueCodes": ["top(2)"]}],
    "placement": {"heading": ["Contents"], "stub": ["Year"]},
}
