"""The formats that published tables are given out in, by the names of PxWebApi 2."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from reports.statistics.cube import Cube
from reports.statistics.renderers import csv, html, jsonstat, px, xlsx
from reports.statistics.renderers.style import Show, Style

SHOWS: Final[Mapping[str, Show]] = {
    "UseCodes": Show.CODES,
    "UseTexts": Show.TEXTS,
    "UseCodesAndTexts": Show.CODES_AND_TEXTS,
}
SEPARATORS: Final[Mapping[str, str]] = {"SeparatorTab": "\t", "SeparatorSpace": " ", "SeparatorSemicolon": ";"}
WITH_TITLE: Final = "IncludeTitle"
PARAMETERS: Final = (*SHOWS, WITH_TITLE, *SEPARATORS)
_WRITTEN: Final = frozenset({*SHOWS, WITH_TITLE})


@dataclass(frozen=True)
class Format:
    """One format. `parameters` are those of PxWebApi 2 that mean something to it; `is_file` wants to be saved."""

    id: str
    content_type: str
    suffix: str
    render: Callable[[Cube, Style], bytes]
    parameters: frozenset[str] = frozenset()
    is_file: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    one.id: one
    for one in (
        Format("json-stat2", jsonstat.CONTENT_TYPE, "json", jsonstat.render),
        Format("px", px.CONTENT_TYPE, "px", px.render, is_file=True),
        Format("csv", csv.CONTENT_TYPE, "csv", csv.render, _WRITTEN | frozenset(SEPARATORS), is_file=True),
        Format("xlsx", xlsx.CONTENT_TYPE, "xlsx", xlsx.render, _WRITTEN, is_file=True),
        Format("html", html.CONTENT_TYPE, "html", html.render, _WRITTEN),
    )
}
"""By name; the first is what one gets without asking."""


def _version() -> str:
    folders = (Path(__file__).resolve().parents[1], Path(settings.BASE_DIR) / "templates" / "reports" / "statistics")
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


VERSION: Final = _version()
"""Changes by itself with the code and templates that write tables: what was rendered before is not given out again."""
