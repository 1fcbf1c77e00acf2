"""CSV with a row per cell: codes, labels, value, status and unit.

UTF-8 with a byte order mark, without which Excel misreads å, ä and ö; pandas and R skip it. The separator is the comma
of RFC 4180 unless another is asked for (a Swedish Excel splits at semicolons).
"""

import csv
import io
from typing import Final

from reports.statistics.cube import Cube

CONTENT_TYPE = "text/csv; charset=utf-8"
SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}
_HEADS = {"sv": ("Värde", "Status", "Enhet"), "en": ("Value", "Status", "Unit")}


def render(cube: Cube, *, separator: str = ",", decimal: str = ".") -> bytes:
    """Write the cells in the table's order; a missing value is empty, and its status says in words why.

    A Swedish Excel wants the comma as `decimal`: it takes 1.5 for the first of May.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, lineterminator="\r\n")
    head = [name for one in cube.dimensions for name in (one.id, f"{one.label} (text)")]
    writer.writerow([_harmless(name) for name in (*head, *_HEADS[cube.language])])
    for cell in cube.cells():
        texts = [text for category in cell.categories for text in (category.code, category.label)]
        value = "" if cell.value is None else str(cell.value).replace(".", decimal)
        status = cube.symbols[cell.status] if cell.status else ""
        writer.writerow([*map(_harmless, texts), value, _harmless(status), _harmless(cell.categories[-1].unit)])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
