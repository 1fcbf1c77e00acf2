"""What measuring an import has in common: a workbook to read, work that is undone, and bare work to compare with."""

import argparse
import io
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.environment import Database, set_up

TARGET = 2.0
"""An import may take so many times as long as reading the file and inserting raw rows (design.md §9)."""


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A template filled in."""
    from openpyxl import Workbook

    from nch.common.workbooks import SHEET

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(columns)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bare_rows(content: bytes) -> list[list[Any]]:
    """The rows of a workbook below its head, read without any check."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]


def insert(table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Insert raw rows."""
    from django.db import connection

    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)


def seconds(way: Callable[[], Any], *, then: Callable[[], Any] = lambda: None) -> tuple[float, float]:
    """How long the work takes, and what comes after it; both are undone."""
    from django.db import transaction

    with transaction.atomic():
        begun = time.perf_counter()
        way()
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        then()
        after = time.perf_counter() - begun
        transaction.set_rollback(True)
    return took, after


def comparison(what: str, whole: float, bare: float) -> str:
    """The measurement in a sentence."""
    ratio = whole / bare
    verdict = "meets" if ratio <= TARGET else "MISSES"
    return (
        f"Import of {what}: {whole:.2f} s; reading and raw inserts {bare:.2f} s; "
        f"{ratio:.2f} times as long ({verdict} {TARGET:.1f})."
    )


def rows_wanted(module: str, doc: str | None) -> int:
    """How many rows the command line asks for, with the bench's own database set up on PostgreSQL."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc)
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    wanted: int = parser.parse_args().rows
    database = Database()
    database.create()
    set_up(database)
    from nch.counties.services import load_country

    load_country()
    return wanted
