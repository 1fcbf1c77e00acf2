"""`python -m bench.outcome_import [--rows N]`: reading in earlier outcomes against bare reading and bare inserting.

The target (design §9): a file of 100 000 rows takes at most twice the time of reading it and inserting raw rows.
"""

import statistics
from dataclasses import dataclass
from typing import Any

from bench.against_bare import bare_rows, comparison, insert, rows_wanted, seconds, workbook

RUNS = 3


@dataclass(frozen=True)
class ImportMeasurement:
    """Seconds at the median: the whole import, and bare reading with bare inserting."""

    rows: int
    whole: float
    bare: float

    @property
    def line(self) -> str:
        """The measurement in a sentence."""
        return comparison(f"{self.rows} earlier outcomes", self.whole, self.bare)


def filled_in(rows: int, codes: list[str]) -> bytes:
    """A template filled in with so many rows, each county, year and round once."""
    from grants.imports import COLUMNS, FIRST_YEAR, LAST_ROUND

    def row(number: int) -> list[Any]:
        rest, county = divmod(number, len(codes))
        years, turn = divmod(rest, LAST_ROUND)
        money = [1000, 500_000.5, 501_000.5, 300_000, 50_000, 1, 350_001, 150_999.5]
        return [FIRST_YEAR + years, turn + 1, codes[county], *money]

    return workbook(COLUMNS, map(row, range(rows)))


def measure_import(rows: int) -> ImportMeasurement:
    """Import a file a few times in this process, turn by turn with the bare way; all of it is undone."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

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
    content = filled_in(rows, sorted(code for code in boards if code))

    def whole() -> None:
        file = check_upload(SimpleUploadedFile("utfall.xlsx", content))
        import_outcomes(file=file, grantor=national_centre(), source="Mätning", by=finance, at=now)

    def bare() -> None:
        source = OutcomeImport.objects.create(
            grantor=national_centre(), file_name="x", sha256="x", source="x", imported_at=now, imported_by=finance
        )
        raw = [
            (source.pk, number, line[0], line[1], boards[line[2]], *line[3:])
            for number, line in enumerate(bare_rows(content), start=1)
        ]
        insert("grants_earlieroutcome", ["source_id", *OutcomeRow._fields], raw)

    rounds = [(seconds(whole)[0], seconds(bare)[0]) for _ in range(RUNS)]
    return ImportMeasurement(rows, *(statistics.median(times) for times in zip(*rounds, strict=True)))


def main() -> None:
    """Measure on PostgreSQL, in the bench's own database."""
    print(measure_import(rows_wanted("bench.outcome_import", __doc__)).line, flush=True)


if __name__ == "__main__":
    main()
