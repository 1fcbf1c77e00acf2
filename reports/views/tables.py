"""Pages of published tables."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from reports.selectors import tables_for
from reports.statistics.cube import resolve
from reports.statistics.grid import lay_out
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import jsonstat
from reports.statistics.renderers.figure import to_figure
from reports.views import figures


@login_required
@require_GET
def table_list(request: HttpRequest) -> HttpResponse:
    """All tables, by what they are about: their numbers are not fetched here."""
    tables = tables_for(request.user)
    if not tables:
        raise Http404
    return render(request, "reports/table_list.html", {"tables": tables.values()})


@login_required
@require_GET
def table_detail(request: HttpRequest, table_id: str) -> HttpResponse:
    """One table: figure, numbers, notes, source and downloads."""
    definition = tables_for(request.user).get(table_id)
    if definition is None:
        raise Http404
    cube = resolve(definition, "sv")
    downloads = [
        ("CSV för Excel", reverse("reports:table_file", args=[table_id, "csv"])),
        ("JSON-stat 2", reverse("reports:table_file", args=[table_id, "json"])),
        *figures.links(
            figures.MAIN.sv,
            "sv",
            [reverse("reports:public_figure", args=[table_id, figures.MAIN.sv, kind]) for kind in figures.KINDS],
        ),
    ]
    return render(
        request,
        "reports/table_detail.html",
        {"cube": cube, "grid": lay_out(cube), "figure": to_figure(cube, download_links=downloads)},
    )


@login_required
@require_GET
def table_file(request: HttpRequest, table_id: str, kind: str) -> HttpResponse:
    """A table as a file: CSV that a Swedish Excel opens in columns, or JSON-stat."""
    definition = tables_for(request.user).get(table_id)
    if definition is None:
        raise Http404
    cube = resolve(definition, "sv")
    if kind == "csv":
        response = HttpResponse(
            csv_renderer.render(cube, csv_renderer.FOR_EXCEL), content_type=csv_renderer.CONTENT_TYPE
        )
    else:
        response = HttpResponse(jsonstat.render(cube), content_type=jsonstat.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{table_id}.{kind}"'
    return response
