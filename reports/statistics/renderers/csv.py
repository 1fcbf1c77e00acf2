"""CSV with a row per cell: codes, labels, value, status and unit.

UTF-8 with a byte order mark, without which Excel misreads å, ä and ö; pandas and R skip it. The separator is the comma
of RFC 4180 unless another is asked for. With the semicolon goes the decimal comma, as a Swedish Excel and R's read.csv2
take it; everything else has the decimal point.
"""

import csv
import io
from functools import lru_cache
from typing import Final

from nch.common.exports import safe_text
from reports.statistics.cube import Cube
from reports.statistics.renderers.style import PLAIN, Show, Style, exact, key_columns

CONTENT_TYPE = "text/csv; charset=utf-8"
FOR_EXCEL: Final = Style(separator=";")
"""What opens in columns in a Swedish Excel."""

_HEADS = {"sv": ("Värde", "Status", "Enhet"), "en": ("Value", "Status", "Unit")}


def render(cube: Cube, style: Style = PLAIN) -> bytes:
    """Write the cells in the table's order; a missing value is empty, and its status says in words why."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=style.separator, lineterminator="\r\n")
    decimal = "," if style.separator == ";" else "."
    columns = key_columns(cube, style.show or Show.CODES_AND_TEXTS)
    if style.with_title:
        writer.writerow([safe_text(cube.title)])
    writer.writerow([safe_text(head) for head in (*(head for head, _ in columns), *_HEADS[cube.language])])
    harmless = lru_cache(maxsize=None)(safe_text)
    for cell in cube.cells():
        value = "" if cell.value is None else exact(cell.value).replace(".", decimal)
        status = cube.symbols[cell.status] if cell.status else ""
        texts = [harmless(read(cell)) for _, read in columns]
        writer.writerow([*texts, value, harmless(status), harmless(cell.categories[-1].unit)])
    return b"\xef\xbb\xbf" + target.getvalue().encode()
