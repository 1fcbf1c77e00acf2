"""Reading the facts shipped in data/ (Statistics Sweden's codes and population, the centres, published calls)."""

import csv
from collections.abc import Iterator

from django.conf import settings


def read_facts(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of `data/<name>.csv` as dictionaries of text."""
    with (settings.BASE_DIR / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
