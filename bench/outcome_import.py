"""`python -m bench.outcome_import [--rows N]`: reading in earlier outcomes against bare reading and bare inserting.

The target (design §9): a file of 100 000 rows takes at most twice the time of reading it and inserting raw rows.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.environment import Database, set_up

RUNS = 3
TARGET = 2.0


@dataclass(frozen=True)
class ImportMeasurement:
    """Seconds at the median: the whole import, and bare reading with bare inserting."""

    rows: int
    whole: float
    bare: float

    @property
    def line(self) -> str:
        """The measurement in a sentence."""
        ratio = self.whole / self.bare
        verdict = "meets" if ratio <= TARGET else "MISSES"
        return (
            f"Import of {self.rows} earlier outcomes: {self.whole:.2f} s; reading and raw inserts {self.bare:.2f} s; "
            f"{ratio:.2f} times as long ({verdict} {TARGET:.1f})."
        )


def workbook(rows: int, codes: list[str]) -> bytes:
    """A template filled in with so many rows, each county, year and round once."""
    from openpyxl import Workbook

    from grants.imports import COLUMNS, FIRST_YEAR, LAST_ROUND
    from nch.common.workbooks import SHEET

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(COLUMNS)
    for number in range(rows):
        rest, county = divmod(number, len(codes))
        years, turn = divmod(rest, LAST_ROUND)
        sheet.append(
            [
                FIRST_YEAR + years,
                turn + 1,
                codes[county],
                1000,
                500_000.5,
                501_000.5,
                300_000,
                50_000,
                1,
                350_001,
                150_999.5,
            ]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def measure_import(rows: int) -> ImportMeasurement:
    """Import a file a few times in this process, turn by turn with the bare way; all of it is undone."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction
    from django.utils import timezone
    from python_calamine import CalamineWorkbook

    from bench.seed.people import engage
    from grants.imports import OutcomeRow
    from grants.models import OutcomeImport
    from grants.services.earlier import import_outcomes
    from nch.accounts.enums import Role
    from nch.common.files import check_upload
    from nch.counties.selectors import county_boards, national_centre

    now = timezone.now()
    finance = engage("finance", Role.NCH_FINANCE, national_centre())
    boards = {board.county_id: board.pk for board in county_boards()}
    content = workbook(rows, sorted(code for code in boards if code))

    def whole() -> None:
        file = check_upload(SimpleUploadedFile("utfall.xlsx", content))
        import_outcomes(file=file, grantor=national_centre(), source="Mätning", by=finance, at=now)

    def bare() -> None:
        lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        source = OutcomeImport.objects.create(
            grantor=national_centre(), file_name="x", sha256="x", source="x", imported_at=now, imported_by=finance
        )
        raw = [
            (source.pk, number, line[0], line[1], boards[line[2]], *line[3:]) for number, line in enumerate(lines[1:])
        ]
        columns = ", ".join(["source_id", *OutcomeRow._fields])
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * 13)
            cursor.executemany(f"INSERT INTO grants_earlieroutcome ({columns}) VALUES ({places})", raw)

    def seconds(way: Callable[[], Any]) -> float:
        begun = time.perf_counter()
        with transaction.atomic():
            way()
            took = time.perf_counter() - begun
            transaction.set_rollback(True)
        return took

    rounds = [(seconds(whole), seconds(bare)) for _ in range(RUNS)]
    return ImportMeasurement(rows, *(statistics.median(times) for times in zip(*rounds, strict=True)))


def main() -> None:
    """Measure on PostgreSQL, in the bench's own database."""
    parser = argparse.ArgumentParser(prog="python -m bench.outcome_import", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    wanted = parser.parse_args()
    database = Database()
    database.create()
    set_up(database)
    from nch.counties.services import load_country

    load_country()
    print(measure_import(wanted.rows).line, flush=True)


if __name__ == "__main__":
    main()
