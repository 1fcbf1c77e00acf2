"""Public pages of statistics: open to everybody, the same for all, and to be kept by browsers and proxies."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from reports.statistics.glance import at_a_glance
from reports.statistics.grid import lay_out
from reports.statistics.published import published_table, published_tables
from reports.statistics.renderers.figure import draw, to_figure

SECONDS_KEPT = 60
"""How long a page may be kept: a withdrawn table is gone everywhere within a minute."""
FORMATS = (("Excel", "xlsx"), ("CSV", "csv"), ("PX", "px"), ("JSON-stat 2", "json-stat2"))


@require_GET
def public_tables(request: HttpRequest) -> HttpResponse:
    """Every published table, with its source and day."""
    return _kept(request, render(request, "reports/published/list.html", {"tables": published_tables().values()}))


@require_GET
def public_table(request: HttpRequest, table_id: str) -> HttpResponse:
    """A published table: figure, numbers, notes and files."""
    table = published_table(table_id)
    if table is None:
        raise Http404
    cube = table.cube("sv")
    data = reverse("api_data", args=[table.id])
    files = [(label, f"{data}?lang=sv&outputFormat={name}") for label, name in FORMATS]
    files.append(("Figuren som SVG", reverse("reports:public_figure", args=[table.id])))
    context = {
        "table": table,
        "cube": cube,
        "grid": lay_out(cube),
        "figure": to_figure(at_a_glance(cube), download_links=files),
    }
    return _kept(request, render(request, "reports/published/table.html", context))


@require_GET
def public_figure(request: HttpRequest, table_id: str) -> HttpResponse:
    """The table's figure as a file."""
    table = published_table(table_id)
    if table is None:
        raise Http404
    response = HttpResponse(draw(at_a_glance(table.cube("sv"))), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{table.id}-{table.version}.svg"'
    return _kept(request, response)


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What is the same for everybody may be kept by all; whoever has signed in gets the own name on the page."""
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=SECONDS_KEPT)
    return response
