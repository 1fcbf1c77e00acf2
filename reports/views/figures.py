"""Figures as files: what their addresses are called, and what is answered there."""

from collections.abc import Collection, Iterable
from typing import Final

from django.http import Http404, HttpResponse

from reports.statistics.cube import Cube
from reports.statistics.definitions import Chart, Language, Text
from reports.statistics.glance import at_a_glance, by_place
from reports.statistics.renderers.figure import png_of, svg_of

MAIN: Final = Text("figur", "figure")
_NAMES: Final = {Chart.MAP: Text("karta", "map"), Chart.MULTIPLES: Text("lan", "counties")}
_LABELS: Final = {
    "figur": "Figuren",
    "karta": "Kartan",
    "lan": "Diagrammen",
    "figure": "The figure",
    "map": "The map",
    "counties": "The charts",
}
_SAID: Final = Text("{} som {}", "{} as {}")
_KINDS: Final = {"svg": (svg_of, "image/svg+xml"), "png": (png_of, "image/png")}
KINDS: Final = tuple(_KINDS)


def placed(cube: Cube, charts: Collection[Chart]) -> dict[str, Cube]:
    """The drawings by county of a table, by the name in the address of each."""
    return {_NAMES[Chart(one.chart)].in_language(cube.language): one for one in by_place(cube, charts)}


def drawn(cube: Cube, charts: Collection[Chart]) -> dict[str, Cube]:
    """What is drawn of a released table, by name: it at a glance, then by county where its definition says so."""
    return {MAIN.in_language(cube.language): at_a_glance(cube), **placed(cube, charts)}


def links(name: str, language: Language, addresses: Iterable[str]) -> list[tuple[str, str]]:
    """What the links to a drawing's files say, with their addresses (in the order of KINDS)."""
    said = _SAID.in_language(language)
    return [(said.format(_LABELS[name], kind.upper()), url) for kind, url in zip(KINDS, addresses, strict=True)]


def file_of(drawn: Cube | None, kind: str, name: str) -> HttpResponse:
    """A drawing as a file with that name; 404 for one that the table does not have."""
    if drawn is None or kind not in _KINDS:
        raise Http404
    render, content_type = _KINDS[kind]
    response = HttpResponse(render(drawn), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
