"""`python -m bench.register_import [--rows N]`: reading in an old register against bare reading and bare inserting.

The target (design §9): a file of 100 000 rows takes at most twice the time of reading it and inserting raw rows. Beside
it: the dry run, the withdrawal, and the memory that the process has used at most.
"""

import resource
import statistics
import uuid
from dataclasses import dataclass
from typing import Any

from bench.against_bare import bare_rows, comparison, insert, rows_wanted, seconds, workbook

RUNS = 3
SOURCE = "Mätning"


@dataclass(frozen=True)
class RegisterMeasurement:
    """Seconds at the median; memory in MB at the most."""

    rows: int
    whole: float
    bare: float
    dry_run: float
    again: float
    withdrawal: float
    memory: float

    @property
    def lines(self) -> str:
        """The measurement in sentences."""
        return (
            f"{comparison(f'{self.rows} old calls', self.whole, self.bare)}\n"
            f"Dry run {self.dry_run:.2f} s, the same file again {self.again:.2f} s, "
            f"withdrawal {self.withdrawal:.2f} s; the process took {self.memory:.0f} MB at most."
        )


def filled_in(rows: int) -> bytes:
    """A template filled in with so many calls: every second with an individual, every fourth with two."""
    from stodtelefon.imports.registers import COLUMNS

    callers = ("socialtjanst", "skola", "polis", "halso_sjukvard", "ovriga")
    counties = ("05", "12", "14", "okänt")
    exposures = ("", "fgm:worry", "marriage:planned + other; abduction:worry", "other")

    def row(number: int) -> list[Any]:
        people = (0, 1, 2, 1)[number % 4]
        return [
            SOURCE,
            number + 1,
            "",
            f"{2014 + number % 9}-{4 + number // 9 % 9:02}-{1 + number // 81 % 28:02}",
            f"{9 + number % 7:02}.{number % 60:02}",
            "phone",
            5 + number % 50,
            callers[number % 5],
            counties[number // 3 % 4],
            "",
            ("rutiner", "arbetssatt", "pagaende_arende")[number % 3],
            ("orosanmalan", "orosanmalan; polisanmalan", "")[number % 3],
            ("", "polis")[number % 2],
            people,
            "16_17" if people else "",
            "girl_woman" if people else "",
            exposures[number % 4] if people else "",
        ]

    return workbook(COLUMNS, map(row, range(rows)))


def measure_register(rows: int) -> RegisterMeasurement:
    """Import a file a few times in this process, turn by turn with the bare way; all of it is undone."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from bench.seed.people import engage
    from nch.accounts.enums import Role
    from nch.common.files import check_upload
    from nch.counties.selectors import national_centre
    from stodtelefon.enums import CodeKind, HistoryKind
    from stodtelefon.imports import read_register
    from stodtelefon.models import CallOrigin, ExposedIndividual, Exposure, HistoryImport, Register, SupportCall
    from stodtelefon.selectors import codes, national_line
    from stodtelefon.services.history import import_register, plan_register, withdraw_register
    from stodtelefon.services.history.summaries import summarise
    from stodtelefon.services.history.writing import CALL_COLUMNS

    now, centre, line = timezone.now(), national_centre(), national_line()
    lead = engage("line-lead", Role.NCH_LINE_LEAD, centre)
    content = filled_in(rows)

    def ordered() -> HistoryImport:
        return HistoryImport.objects.create(
            organisation=centre, kind=HistoryKind.REGISTER, touched_at=now, file_name="x", sha256="x", rows=rows,
            imported_by=lead, imported_at=now,
        )  # fmt: skip

    def read() -> Any:
        file = check_upload(SimpleUploadedFile("register.xlsx", content))
        found = read_register(file.content, by=lead, at=now)
        if found.faults:
            raise SystemExit(f"The file has faults: {found.faults[:3]}")
        return found

    def whole() -> None:
        import_register(imported=ordered(), rows=read().rows, by=lead, at=now)

    def dry_run() -> None:
        found = read()
        summarise(found.rows, plan_register(rows=found.rows, organisation=centre), found.doubtful)

    def bare() -> None:
        """Read the file, and insert as many raw rows of as many tables as it makes."""
        lines = bare_rows(content)
        register = Register.objects.create(organisation=centre, name=SOURCE).pk
        imported = ordered().pk
        kinds = {kind: codes(kind)[0].pk for kind in CodeKind}
        first = (SupportCall.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 10_000_000
        calls, advice, people, exposures, origins = [], [], [], [], []
        for key, cells in enumerate(lines, start=first):
            calls.append(
                (key, line.pk, now, True, int(cells[6]), "phone", kinds[CodeKind.CALLER_CATEGORY], None, False, None,
                 kinds[CodeKind.TOPIC], None, False, False, 1, lead.pk, now, uuid.uuid4(), False)
            )  # fmt: skip
            advice += [(key, kinds[CodeKind.ADVICE])] * bool(cells[11])
            for position in range(int(cells[13])):
                people.append((2 * key + position, key, position, "16_17", "girl_woman"))
                exposures += [(2 * key + position, kinds[CodeKind.EXPOSURE], "none")] * bool(cells[16])
            origins.append((key, register, str(cells[1]), imported, "x" * 64, 1, False))
        tables: list[tuple[Any, tuple[str, ...], list[Any]]] = [
            (SupportCall, CALL_COLUMNS, calls),
            (SupportCall.advice.through, ("supportcall_id", "code_id"), advice),
            (ExposedIndividual, ("id", "call_id", "position", "age_group", "gender"), people),
            (Exposure, ("individual_id", "kind_id", "stage"), exposures),
            (
                CallOrigin,
                ("call_id", "register_id", "number", "brought_by_id", "digest", "version", "withdrawn"),
                origins,
            ),
        ]
        for model, columns, values in tables:
            insert(model._meta.db_table, columns, values)

    def withdraw() -> None:
        withdraw_register(imported=HistoryImport.objects.latest("pk"), by=lead, at=now)

    rounds = [(seconds(whole)[0], seconds(bare)[0], seconds(dry_run)[0]) for _ in range(RUNS)]
    again, withdrawal = seconds(whole, then=whole)[1], seconds(whole, then=withdraw)[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
    return RegisterMeasurement(rows, *medians, again, withdrawal, memory)


def main() -> None:
    """Measure on PostgreSQL, in the bench's own database."""
    rows = rows_wanted("bench.register_import", __doc__)
    from django.utils import timezone

    from nch.counties.selectors import national_centre
    from stodtelefon.enums import LineKind
    from stodtelefon.models import SupportLine
    from stodtelefon.services import load_code_lists, open_line

    load_code_lists()
    if not SupportLine.objects.filter(kind=LineKind.NATIONAL_PROFESSIONALS).exists():
        open_line(
            name="NCH:s stödtelefon",
            organisation=national_centre(),
            kind=LineKind.NATIONAL_PROFESSIONALS,
            by=None,
            at=timezone.now(),
        )
    print(measure_register(rows).lines, flush=True)


if __name__ == "__main__":
    main()
