"""Public pages of statistics in both languages: open to everybody, the same for all, kept by browsers and proxies.

The address says the language, so that a page can be kept, linked to and found in it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from reports.statistics.definitions import LANGUAGES, Language, TableDefinition, Text
from reports.statistics.grid import lay_out
from reports.statistics.published import (
    PublishedTable,
    published_table,
    published_tables,
    withdrawn_table,
    withdrawn_tables,
)
from reports.statistics.renderers.figure import to_figure
from reports.views import figures

SECONDS_KEPT = 60
"""How long a page may be kept: a withdrawn table is gone everywhere within a minute."""
FORMATS = (("Excel", "xlsx"), ("CSV", "csv"), ("PX", "px"), ("JSON-stat 2", "json-stat2"))
LIST = Text("reports:public_tables", "reports:public_tables_en")
TABLE = Text("reports:public_table", "reports:public_table_en")
FIGURE = Text("reports:public_figure", "reports:public_figure_en")

View = Callable[..., HttpResponse]


def _public(view: View) -> View:
    """A page in the language of its address. What is the same for everybody may be kept by all."""

    @require_GET
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, language: Language, **kwargs: Any) -> HttpResponse:
        with translation.override(language):
            response = view(request, *args, language=language, **kwargs)
        response["Content-Language"] = language
        # Whoever has signed in gets the own name on the page.
        if not request.user.is_authenticated:
            patch_cache_control(response, public=True, max_age=SECONDS_KEPT)
        return response

    return opened


@_public
def public_tables(request: HttpRequest, language: Language) -> HttpResponse:
    """Every published table with its source and day, and what has been taken back with the reason."""
    context = {
        **_addresses(request, LIST, language),
        "tables": [
            {"published": one, "url": _url(TABLE, language, one.id), **_texts(one.definition, language)}
            for one in published_tables().values()
        ],
        "withdrawn": [
            {"table": one, "url": _url(TABLE, language, one.id), **_texts(one.definition, language)}
            for one in withdrawn_tables().values()
        ],
    }
    return render(request, "reports/published/list.html", context)


@_public
def public_table(request: HttpRequest, table_id: str, language: Language) -> HttpResponse:
    """A published table: figures, numbers, notes and files. One that was taken back says so (410)."""
    table = published_table(table_id)
    context = _addresses(request, TABLE, language, table_id)
    if table is None:
        return _withdrawn(request, table_id, language, context)
    cube = table.cube(language)
    data = reverse("api_data", args=[table.id])
    files = [(label, f"{data}?lang={language}&outputFormat={name}") for label, name in FORMATS]
    main = figures.MAIN.in_language(language)
    context |= {
        "table": table,
        "cube": cube,
        "grid": lay_out(cube),
        "symbols": [(symbol, text) for symbol, text in cube.symbols.items() if symbol in cube.statuses.values()],
        "figures": [
            to_figure(one, download_links=[*(files if name == main else []), *_links(table, name, language)])
            for name, one in figures.drawn(cube, table.definition.more_charts).items()
        ],
    }
    return render(request, "reports/published/table.html", context)


@_public
def public_figure(request: HttpRequest, table_id: str, name: str, kind: str, language: Language) -> HttpResponse:
    """A figure of the table as a file."""
    table = published_table(table_id)
    if table is None:
        raise Http404
    drawn = figures.drawn(table.cube(language), table.definition.more_charts).get(name)
    return figures.file_of(drawn, kind, f"{table.id}-{table.version}-{name}")


def _withdrawn(request: HttpRequest, table_id: str, language: Language, context: dict[str, Any]) -> HttpResponse:
    table = withdrawn_table(table_id)
    if table is None:
        raise Http404
    context |= {"table": table, **_texts(table.definition, language)}
    return render(request, "reports/published/withdrawn.html", context, status=410)


def _links(table: PublishedTable, name: str, language: Language) -> list[tuple[str, str]]:
    return figures.links(name, language, [_url(FIGURE, language, table.id, name, kind) for kind in figures.KINDS])


def _texts(definition: TableDefinition, language: Language) -> dict[str, str]:
    return {
        name: text.in_language(language)
        for name, text in (
            ("title", definition.title),
            ("description", definition.description),
            ("source", definition.source),
        )
    }


def _url(page: Text, language: Language, *args: str) -> str:
    """The address of a page in a language."""
    return reverse(page.in_language(language), args=args)


def _addresses(request: HttpRequest, page: Text, language: Language, *args: str) -> dict[str, Any]:
    """The page in each language, the list in this one, and the way to the other language."""
    paths: dict[Language, str] = {one: _url(page, one, *args) for one in LANGUAGES}
    other: Language = "en" if language == "sv" else "sv"
    return {
        "list_url": _url(LIST, language),
        "versions": [(one, request.build_absolute_uri(path)) for one, path in paths.items()],
        "other_language": {"code": other, "url": paths[other], "name": "In English" if other == "en" else "På svenska"},
    }
