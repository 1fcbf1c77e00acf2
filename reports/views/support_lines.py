"""Statistics of the support lines: live for those who may see the calls or the country's statistics."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.services import record
from reports.forms import LEFT_OUT, LineFilterForm, LineTargetForm
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Disclosure, Filter, TableDefinition
from reports.statistics.grid import Grid, lay_out
from reports.statistics.key_numbers import key_numbers
from reports.statistics.live import constructed_in
from reports.statistics.question import PUBLIC, Period, Question, Reading
from reports.statistics.registry import LINE_SECTIONS, LINE_TABLES, Section
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import jsonstat
from reports.statistics.renderers import xlsx as xlsx_renderer
from reports.statistics.renderers.figure import draw, to_figure
from reports.statistics.tables import line_unknown_county
from stodtelefon.selectors.tallies import tallied_lines_for, tallied_months, tallies_for
from stodtelefon.services import CallError, set_unknown_county_target

View = Callable[..., HttpResponse]
FILES = (("Excel", "xlsx"), ("CSV", "csv"), ("JSON-stat 2", "json"), ("Figuren som SVG", "svg"))
SVG = "image/svg+xml"
FILTER_NAMES = {
    Filter.LINE: "telefon",
    Filter.COUNTY: "län",
    Filter.CATEGORY: "den som ringer",
    Filter.EXPOSURE: "utsatthet",
}


@dataclass(frozen=True)
class Asked:
    """What the page is asked, and the form that says so."""

    question: Question
    form: LineFilterForm


@dataclass(frozen=True)
class Block:
    """One table on the dashboard, with the addresses of its figure, page and files."""

    cube: Cube
    grid: Grid
    figure_url: str
    page_url: str
    files: list[tuple[str, str]] = field(default_factory=list)


def _open_to_readers(view: View) -> View:
    """Open a page to those who see calls or statistics; what they see there is the tally's matter."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = access_of(request.user)
        if not (access.may(Right.SEE_STATISTICS) or access.may(Right.SEE_CALLS)):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(closed)


# --- The dashboard ------------------------------------------------------------------------------------------------


@_open_to_readers
@require_GET
@never_cache
def dashboard(request: HttpRequest, slug: str = LINE_SECTIONS[0].slug) -> HttpResponse:
    """Key numbers, and a section of the figures with their tables. The drawings themselves are fetched one by one."""
    section = next((one for one in LINE_SECTIONS if one.slug == slug), None)
    if section is None:
        raise Http404
    query = _query(request)
    sections = [(one.label, _section_url(one) + query, one is section) for one in LINE_SECTIONS]
    if section.tables[0].disclosure == Disclosure.PUBLISHED:
        blocks = [_block(table, PUBLIC) for table in section.tables]
        context = {"sections": sections, "section": section, "blocks": blocks, "is_published": True}
        return render(request, "reports/lines/dashboard.html", context)
    asked = _asked(request)
    question = asked.question
    shown = [table for table in section.tables if _answers(table, question)]
    for table in shown:
        question.reading.plan(table.needs(question))
    numbers = key_numbers(question)
    context = {
        "asked": asked,
        "sections": sections,
        "section": section,
        "numbers": numbers,
        "blocks": [_block(table, question, query) for table in shown],
        "left_out": [table.title.sv for table in section.tables if table not in shown],
        "narrowed_by": ", ".join(FILTER_NAMES[one] for one in sorted(question.narrowed() - {Filter.LINE})),
        "constructed": constructed_in(question, question.period),
        "targets": _targets(request, question) if line_unknown_county.TABLE in shown else [],
    }
    _settle_form(asked)
    return render(request, "reports/lines/dashboard.html", context)


def _section_url(section: Section) -> str:
    if section is LINE_SECTIONS[0]:
        return reverse("reports:line_dashboard")
    return reverse("reports:line_section", args=[section.slug])


def _answers(table: TableDefinition, question: Question) -> bool:
    """Whether the table can be narrowed as asked; a published one is as it is."""
    return table.disclosure == Disclosure.PUBLISHED or question.narrowed() <= table.answers_to


def _block(table: TableDefinition, question: Question, query: str = "") -> Block:
    cube = resolve(table, "sv", question)

    def address(name: str, *args: str) -> str:
        return reverse(f"reports:{name}", args=[table.id, *args]) + query

    return Block(
        cube=cube,
        grid=lay_out(cube),
        figure_url=address("line_table_file", "svg") if cube.values else "",
        page_url=address("line_table"),
        files=[(label, address("line_table_file", kind)) for label, kind in FILES] if cube.values else [],
    )


def _targets(request: HttpRequest, question: Question) -> list[tuple[str, str]]:
    """The lines whose target the reader may set: name and address."""
    access = access_of(request.user)
    return [
        (line.name, reverse("reports:line_target", args=[line.pk]))
        for line in question.lines
        if access.may_at(Right.LEAD_LINE, line.organisation_id)
    ]


# --- One table ------------------------------------------------------------------------------------------------------


@_open_to_readers
@require_GET
@never_cache
def table(request: HttpRequest, table_id: str) -> HttpResponse:
    """One table: figure, numbers, notes and files."""
    asked = _asked(request)
    definition = _definition(table_id, asked.question)
    block = _block(definition, asked.question, _query(request))
    section = next(one for one in LINE_SECTIONS if definition in one.tables)
    context = {
        "asked": asked,
        "cube": block.cube,
        "grid": block.grid,
        "figure": to_figure(block.cube, download_links=block.files) if block.cube.values else None,
        "is_live": definition.disclosure == Disclosure.STAFF,
        "back": (section.label, _section_url(section) + _query(request)),
    }
    _settle_form(asked)
    for one in Filter:
        if one not in definition.answers_to:
            asked.form.fields.pop(one.value, None)
    return render(request, "reports/lines/table.html", context)


@_open_to_readers
@require_GET
@never_cache
def table_file(request: HttpRequest, table_id: str, kind: str) -> HttpResponse:
    """A table as a file, or its figure. Who fetched which file is logged; a figure is part of a page."""
    asked = _asked(request)
    definition = _definition(table_id, asked.question)
    cube = resolve(definition, "sv", asked.question)
    if not cube.values:
        raise Http404
    if kind == "svg":
        return HttpResponse(draw(cube), content_type=SVG)
    content, content_type = {
        "csv": lambda: (csv_renderer.render(cube, csv_renderer.FOR_EXCEL), csv_renderer.CONTENT_TYPE),
        "xlsx": lambda: (xlsx_renderer.render(cube), xlsx_renderer.CONTENT_TYPE),
        "json": lambda: (jsonstat.render(cube), jsonstat.CONTENT_TYPE),
    }[kind]()
    record(
        "line_statistics_fetched",
        by=signed_in(request),
        details={"table": table_id, "kind": kind, "rows": len(cube.values)},
    )
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{table_id}.{kind}"'
    return response


def _definition(table_id: str, question: Question) -> TableDefinition:
    """The table, if there is one that can be narrowed as asked; 404 else."""
    definition = LINE_TABLES.get(table_id)
    if definition is None or not _answers(definition, question):
        raise Http404
    question.reading.plan(definition.needs(question))
    return definition


# --- The target -----------------------------------------------------------------------------------------------------


@_open_to_readers
@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """The line's target for unknown county, set by who leads the line."""
    user = signed_in(request)
    line = get_object_or_404(tallied_lines_for(user), pk=pk)
    if not access_of(user).may_at(Right.LEAD_LINE, line.organisation_id):
        raise Http404
    initial = {"percent": line.unknown_county_target}
    form = LineTargetForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_unknown_county_target(line=line, percent=form.cleaned_data["percent"], by=user, at=timezone.now())
        except (CallError, PermissionDenied) as error:
            form.add_error("percent", str(error))
        else:
            messages.success(request, "Målet är sparat.")
            return redirect("reports:line_section", slug="vilka")
    status = 422 if form.errors else 200
    return render(request, "reports/lines/target.html", {"form": form, "line": line}, status=status)


# --- Asking ---------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> Asked:
    """The question in the address. 404 for a line that the reader may not read."""
    user, now = signed_in(request), timezone.now()
    lines = tuple(tallied_lines_for(user))
    wanted = request.GET.get("telefon", "")
    line = next((one for one in lines if str(one.pk) == wanted), None)
    if wanted and line is None:
        raise Http404
    tallies = tallies_for(user)
    if line is not None:
        tallies = tallies.filter(line_id=line.pk)
    if not (constructed := request.GET.get("konstruerade") != LEFT_OUT):
        tallies = tallies.filter(constructed=False)
    months = tallied_months(tallies)
    recorded = _whole(months) if months else None
    reading = Reading(tallies)
    form = LineFilterForm(request.GET, lines=lines, recorded=recorded, reading=reading, at=now)
    question = Question(
        period=form.period_asked(),
        asked_at=timezone.localtime(now),
        reading=reading,
        lines=lines,
        chosen_line=line,
        constructed=constructed,
        recorded=recorded,
        **form.narrowing(),
    )
    return Asked(question, form)


def _query(request: HttpRequest) -> str:
    """The filters as they stand in the address, with the question mark; blank without any."""
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def _whole(months: tuple[datetime.date, datetime.date]) -> Period:
    return Period(months[0], Period.of_months(months[1]).until)


def _settle_form(asked: Asked) -> None:
    """Ask about constructed calls only where there are any, or where they have just been left out."""
    question = asked.question
    if question.constructed and not (question.recorded and constructed_in(question, question.recorded)):
        del asked.form.fields["konstruerade"]
