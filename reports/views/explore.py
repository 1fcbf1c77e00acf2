"""Exploring tables: choosing values, turning rows and columns, drawing, saving, sharing and fetching what is shown.

All that is chosen stands in the address, and what an address shows is within the reach of whoever opens it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from nch.accounts.doors import signed_in
from nch.accounts.forms import SaveViewForm
from nch.accounts.models import SavedView, User
from nch.accounts.selectors import views_of_page
from nch.accounts.services import SavedViewError, clean_query, save_view
from nch.audit.services import record
from nch.common.formats import format_number
from nch.counties.selectors import populations
from reports.exploring.choice import (
    MOST_CELLS,
    VALUES,
    Choice,
    Drawn,
    TooManyCellsError,
    is_choice,
    shown_part,
    stands,
    turned,
)
from reports.exploring.drawing import CannotDrawError, to_draw
from reports.exploring.forms import FORGIVING, IS_FORM, SUMMED, ExploreForm
from reports.exploring.pivot import pivot
from reports.exploring.rates import rated_measures, with_rates
from reports.exploring.tables import Explorable, cube_of, explorable, explorable_for
from reports.exploring.together import NotAddableError
from reports.forms import LineFilterForm
from reports.statistics.cube import Cube
from reports.statistics.definitions import Filter
from reports.statistics.grid import Placement, lay_out
from reports.statistics.registry import LINE_TABLES
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import jsonstat, px
from reports.statistics.renderers import xlsx as xlsx_renderer
from reports.statistics.renderers.figure import to_figure
from reports.statistics.renderers.style import Style
from reports.statistics.selection import SelectionError
from reports.views import figures
from reports.views.line_question import FILTER_NAMES, Asked, ask, settle_form

PAGE: Final = "reports:explore"
"""By this name views of explored tables are kept; their query says which table."""

TABLE: Final = "tabell"
FILES: Final = (("Excel", "xlsx"), ("CSV", "csv"), ("PX", "px"), ("JSON-stat 2", "json"))
FILTERS: Final = tuple(LineFilterForm.base_fields)


@dataclass(frozen=True)
class Shown:
    """The part of a table that was chosen, and how it stands."""

    choice: Choice
    part: Cube

    @property
    def placement(self) -> Placement:
        return stands(self.part, self.choice)


@dataclass(frozen=True)
class Explored:
    """What the address asks for: the table, the form, and where all of it can be read what it makes."""

    table: Explorable
    cube: Cube
    form: ExploreForm
    asked: Asked | None
    filters: Mapping[str, str]
    shown: Shown | None = None
    unfit: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The filters and the choice in the notation of addresses."""
        return self.query_of(self.shown.choice if self.shown else Choice())

    def query_of(self, choice: Choice) -> str:
        """The same with another choice."""
        query = QueryDict(mutable=True)
        query.update({**self.filters, **choice.parameters()})
        return query.urlencode(safe=",()*")


# --- Pages ----------------------------------------------------------------------------------------------------------


@login_required
@require_GET
@never_cache
def explore_list(request: HttpRequest) -> HttpResponse:
    """The tables that one may explore, grouped and searched, and one's saved views of them.

    An address with a table leads on to it: that is how saved views are kept.
    """
    if table_id := request.GET.get(TABLE, ""):
        query = request.GET.copy()
        del query[TABLE]
        if explorable(request.user, table_id) is None:
            raise Http404
        return redirect(_address(table_id, query.urlencode(safe=",()*")))
    tables, words = explorable_for(request.user), request.GET.get("q", "").strip()
    found = [one for one in tables.values() if _fits(one, words)]
    context = {
        "groups": [(label, list(group)) for label, group in groupby(found, key=lambda one: one.group)],
        "number": len(found),
        "words": words,
        "views": _views(signed_in(request), tables),
    }
    return render(request, "reports/explore/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def explore_table(request: HttpRequest, table_id: str) -> HttpResponse:
    """A table as one turns it; what is sent (POST) is a name under which the view is saved."""
    explored = _explored(request, table_id)
    if request.method != "POST" and explored.shown and (IS_FORM in request.GET or FORGIVING in request.GET):
        # Who has pressed the button wants to see what came of it, which is below the form.
        return redirect(f"{_address(table_id, explored.query)}#resultat")
    user = signed_in(request)
    save_form = SaveViewForm(request.POST if request.method == "POST" else None, user=user, prefix="vy")
    if request.method == "POST" and explored.shown and save_form.is_valid():
        try:
            query = f"{TABLE}={table_id}&{explored.query}".rstrip("&")
            view = save_view(page=PAGE, query=query, by=user, **save_form.cleaned_data)
        except SavedViewError as error:
            save_form.add_error("name", str(error))
        else:
            messages.success(request, f"Vyn ”{view.name}” är sparad.")
            return redirect(_address(table_id, explored.query))
    context = {**_context(explored), "save_form": save_form, "views": _views(user, [table_id])}
    wrong = explored.shown is None or save_form.errors
    return render(request, "reports/explore/table.html", context, status=422 if wrong else 200)


@login_required
@require_GET
@never_cache
def explore_file(request: HttpRequest, table_id: str, kind: str) -> HttpResponse:
    """What is shown as a file. Who fetched which file of live numbers is logged; a figure is part of a page."""
    explored = _explored(request, table_id)
    shown = explored.shown
    if shown is None or not shown.part.values:
        raise Http404
    part, style = shown.part, Style(placement=shown.placement)
    if kind in figures.KINDS:
        try:
            drawn = to_draw(part, shown.placement, shown.choice.drawn, explored.table.definition)
        except CannotDrawError as error:
            raise Http404 from error
        return figures.file_of(drawn, kind, table_id)
    content, content_type = {
        "csv": lambda: (csv_renderer.render(part, csv_renderer.FOR_EXCEL), csv_renderer.CONTENT_TYPE),
        "xlsx": lambda: (xlsx_renderer.render(part, shown=lay_out(part, shown.placement)), xlsx_renderer.CONTENT_TYPE),
        "json": lambda: (jsonstat.render(part, style), jsonstat.CONTENT_TYPE),
        "px": lambda: (px.render(part, style), px.CONTENT_TYPE),
    }[kind]()
    if explored.table.is_live:
        details = {"table": table_id, "kind": kind, "rows": len(part.values)}
        record("explored_statistics_fetched", by=signed_in(request), details=details)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(part.title)}.{kind}"'
    return response


# --- Reading the address --------------------------------------------------------------------------------------------


def _explored(request: HttpRequest, table_id: str) -> Explored:
    """All that the address asks for. 404 for a table, or a line, that the reader may not see."""
    table = explorable(request.user, table_id)
    if table is None:
        raise Http404
    user, asked = signed_in(request), ask(request) if table.asks else None
    filters = QueryDict(clean_query(request.GET, FILTERS) if asked else "").dict()
    unfit, outside = "", [one for one in Filter if one in filters and one not in table.definition.answers_to]
    if asked and outside:
        unfit = f"Tabellen kan inte avgränsas till {' eller '.join(FILTER_NAMES[one] for one in outside)}."
        filters = {name: value for name, value in filters.items() if name not in outside}
        asked = _widened(asked)
    cube = cube_of(table, by=user, at=timezone.now(), question=asked.question if asked else None)
    if rated_measures(table.definition, cube):
        cube = with_rates(cube, table.definition, asked.question.reading.populations if asked else populations())
    form = ExploreForm(request.GET, cube)
    raw = {name: ",".join(request.GET.getlist(name)) for name in request.GET if is_choice(name)}
    explored = Explored(table, cube, form, asked, filters, unfit=unfit, raw=raw)
    if asked:
        settle_form(asked, table.definition)
    if unfit or form.errors or (asked and asked.form.errors):
        return explored
    try:
        part = shown_part(cube, form.choice, table.definition)
    except (SelectionError, NotAddableError) as error:
        prefix = SUMMED if isinstance(error, NotAddableError) else VALUES
        name = f"{prefix}{error.variable}"
        form.add_error(name if name in form.fields else None, str(error))
    except TooManyCellsError as error:
        form.add_error(
            None,
            f"Urvalet ger {format_number(error.cells)} celler. Högst {format_number(MOST_CELLS)} visas på en gång: "
            "välj färre värden, eller lägg ihop några.",
        )
    else:
        return dataclasses.replace(explored, shown=Shown(form.choice, part))
    return explored


def _widened(asked: Asked) -> Asked:
    """The question without what narrows it, for a table that cannot be narrowed so: the form can still be shown."""
    wide = dataclasses.replace(asked.question, county="", category="", exposure="")
    return Asked(wide, asked.form)


# --- What the page shows --------------------------------------------------------------------------------------------


def _context(explored: Explored) -> dict[str, Any]:
    table, shown = explored.table, explored.shown
    context: dict[str, Any] = {
        "table": table,
        "cube": explored.cube,
        "form": explored.form,
        "unfit": explored.unfit,
        "filter_form": _kept(explored),
        "path": reverse("reports:explore_table", args=[table.id]),
        "filters": explored.filters.items(),
        "about_url": _page_of(explored),
    }
    if shown is None:
        return context
    part, placement = shown.part, shown.placement
    figure, cannot = None, ""
    if shown.choice.drawn is not Drawn.NOT and part.values:
        try:
            figure = to_figure(to_draw(part, placement, shown.choice.drawn, table.definition))
        except CannotDrawError as error:
            cannot = str(error)
    kinds = (*FILES, *((f"Figuren som {one.upper()}", one) for one in figures.KINDS)) if figure else FILES
    return context | {
        "part": part,
        "pivot": pivot(part, placement) if part.values else None,
        "figure": figure,
        "cannot": cannot,
        "files": [(label, _address(table.id, explored.query, kind)) for label, kind in kinds],
        "turned_url": f"{_address(table.id, explored.query_of(turned(part, shown.choice)))}#resultat",
        "here": f"?{explored.query}" if explored.query else "",
        "cells": len(part.values),
    }


def _kept(explored: Explored) -> Any:
    """The filters of a live table, which keep what is chosen of it but for values that it has not any more."""
    if explored.asked is None:
        return None
    kept = {**(explored.shown.choice.parameters() if explored.shown else explored.raw), FORGIVING: "1"}
    return explored.asked.form.carrying(kept)


def _page_of(explored: Explored) -> str:
    """The table's own page; blank where it has none."""
    if not explored.table.is_live:
        return reverse("reports:public_table", args=[explored.table.id])
    if explored.table.id not in LINE_TABLES:
        return ""
    query = urlencode(explored.filters)
    address = reverse("reports:line_table", args=[explored.table.id])
    return f"{address}?{query}" if query else address


def _address(table_id: str, query: str, kind: str = "") -> str:
    if kind:
        address = reverse("reports:explore_file", args=[table_id, kind])
    else:
        address = reverse("reports:explore_table", args=[table_id])
    return f"{address}?{query}" if query else address


def _fits(table: Explorable, words: str) -> bool:
    """Whether all words are found in the table's title, description or variables."""
    definition = table.definition
    parts = [*(one.text for one in definition.dimensions), *(one.text for one in definition.measures)]
    whole = " ".join(one.sv for one in (definition.title, definition.description, *parts)).casefold()
    return all(word in whole for word in words.casefold().split())


def _views(user: User, table_ids: Any) -> list[tuple[SavedView, str, bool]]:
    """The saved views of these tables with their addresses, and whether they are one's own."""
    found = []
    for view in views_of_page(user, PAGE):
        query = QueryDict(view.query, mutable=True)
        table_id = query.pop(TABLE, [""])[0]
        if table_id in table_ids:
            found.append((view, _address(table_id, query.urlencode(safe=",()*")), view.owner_id == user.pk))
    return found
