"""Statistics of the support lines: live for those who may see the calls or the country's statistics."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.services import record
from reports.forms import LineTargetForm
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Disclosure, Filter, TableDefinition
from reports.statistics.grid import Grid, lay_out
from reports.statistics.key_numbers import key_numbers
from reports.statistics.live import constructed_in
from reports.statistics.question import PUBLIC, Question
from reports.statistics.registry import LINE_SECTIONS, LINE_TABLES, Section
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import jsonstat
from reports.statistics.renderers import xlsx as xlsx_renderer
from reports.statistics.renderers.figure import draw, to_figure
from reports.statistics.tables import line_unknown_county
from reports.views import figures
from reports.views.line_question import FILTER_NAMES, answers, ask, open_to_readers, settle_form
from stodtelefon.selectors.tallies import tallied_lines_for
from stodtelefon.services import CallError, set_unknown_county_target

FILES = (("Excel", "xlsx"), ("CSV", "csv"), ("JSON-stat 2", "json"))
SVG = "image/svg+xml"


@dataclass(frozen=True)
class Block:
    """One table on the dashboard, with the addresses of its figure, page and files."""

    cube: Cube
    grid: Grid
    figure_url: str
    page_url: str
    explore_url: str
    files: list[tuple[str, str]] = field(default_factory=list)


# --- The dashboard ------------------------------------------------------------------------------------------------


@open_to_readers
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
    asked = ask(request)
    question = asked.question
    shown = [table for table in section.tables if answers(table, question)]
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
    settle_form(asked)
    return render(request, "reports/lines/dashboard.html", context)


def _section_url(section: Section) -> str:
    if section is LINE_SECTIONS[0]:
        return reverse("reports:line_dashboard")
    return reverse("reports:line_section", args=[section.slug])


def _block(table: TableDefinition, question: Question, query: str = "") -> Block:
    cube = resolve(table, "sv", question)

    def address(name: str, *args: str) -> str:
        return reverse(f"reports:{name}", args=[table.id, *args]) + query

    return Block(
        cube=cube,
        grid=lay_out(cube),
        figure_url=address("line_table_figure", figures.MAIN.sv, "svg") if cube.values else "",
        page_url=address("line_table"),
        explore_url=address("explore_table"),
        files=[
            *((label, address("line_table_file", kind)) for label, kind in FILES),
            *_figure_links(table, figures.MAIN.sv, query),
        ]
        if cube.values
        else [],
    )


def _figure_links(table: TableDefinition, name: str, query: str) -> list[tuple[str, str]]:
    addresses = [reverse("reports:line_table_figure", args=[table.id, name, kind]) + query for kind in figures.KINDS]
    return figures.links(name, "sv", addresses)


def _targets(request: HttpRequest, question: Question) -> list[tuple[str, str]]:
    """The lines whose target the reader may set: name and address."""
    access = access_of(request.user)
    return [
        (line.name, reverse("reports:line_target", args=[line.pk]))
        for line in question.lines
        if access.may_at(Right.LEAD_LINE, line.organisation_id)
    ]


# --- One table ------------------------------------------------------------------------------------------------------


@open_to_readers
@require_GET
@never_cache
def table(request: HttpRequest, table_id: str) -> HttpResponse:
    """One table: figure, numbers, notes and files."""
    asked = ask(request)
    definition = _definition(table_id, asked.question)
    block = _block(definition, asked.question, _query(request))
    section = next(one for one in LINE_SECTIONS if definition in one.tables)
    context = {
        "asked": asked,
        "cube": block.cube,
        "grid": block.grid,
        "figures": [
            to_figure(block.cube, download_links=block.files),
            *(
                to_figure(one, download_links=_figure_links(definition, name, _query(request)))
                for name, one in figures.placed(block.cube, definition.more_charts).items()
            ),
        ]
        if block.cube.values
        else [],
        "is_live": definition.disclosure == Disclosure.STAFF,
        "explore_url": block.explore_url,
        "back": (section.label, _section_url(section) + _query(request)),
    }
    settle_form(asked, definition)
    return render(request, "reports/lines/table.html", context)


@open_to_readers
@require_GET
@never_cache
def table_file(request: HttpRequest, table_id: str, kind: str) -> HttpResponse:
    """A table as a file. Who fetched which is logged."""
    asked = ask(request)
    definition = _definition(table_id, asked.question)
    cube = resolve(definition, "sv", asked.question)
    if not cube.values:
        raise Http404
    content, content_type = {
        "csv": lambda: (csv_renderer.render(cube, csv_renderer.FOR_EXCEL), csv_renderer.CONTENT_TYPE),
        "xlsx": lambda: (xlsx_renderer.render(cube, shown=lay_out(cube)), xlsx_renderer.CONTENT_TYPE),
        "json": lambda: (jsonstat.render(cube), jsonstat.CONTENT_TYPE),
    }[kind]()
    record(
        "line_statistics_fetched",
        by=signed_in(request),
        details={"table": table_id, "kind": kind, "rows": len(cube.values)},
    )
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(cube.title)}.{kind}"'
    return response


@open_to_readers
@require_GET
@never_cache
def table_figure(request: HttpRequest, table_id: str, name: str, kind: str) -> HttpResponse:
    """A figure of a table as a file; to the page that waits for its main figure, the drawing alone."""
    asked = ask(request)
    definition = _definition(table_id, asked.question)
    cube = resolve(definition, "sv", asked.question)
    if not cube.values:
        raise Http404
    if name != figures.MAIN.sv:
        return figures.file_of(figures.placed(cube, definition.more_charts).get(name), kind, f"{table_id}-{name}")
    if "HX-Request" in request.headers and kind == "svg":
        return HttpResponse(draw(cube), content_type=SVG)
    return figures.file_of(cube, kind, table_id)


def _definition(table_id: str, question: Question) -> TableDefinition:
    """The table, if there is one that can be narrowed as asked; 404 else."""
    definition = LINE_TABLES.get(table_id)
    if definition is None or not answers(definition, question):
        raise Http404
    question.reading.plan(definition.needs(question))
    return definition


# --- The target -----------------------------------------------------------------------------------------------------


@open_to_readers
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


def _query(request: HttpRequest) -> str:
    """The filters as they stand in the address, with the question mark; blank without any."""
    query = request.GET.urlencode()
    return f"?{query}" if query else ""
