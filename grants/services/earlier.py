"""Reading in what earlier rounds gave and cost, and taking it out again."""

import datetime
from collections.abc import Mapping

from django.db import transaction

from grants.imports import OutcomeFile, OutcomeRow, read_outcomes
from grants.models import EarlierOutcome, OutcomeImport
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.bulk import insert_rows
from nch.common.files import XLSX, CheckedFile
from nch.common.sorting import fold
from nch.common.workbooks import Fault, FaultsError
from nch.counties.models import Organisation
from nch.counties.selectors import counties_by_name, county_boards


class OutcomeFaultsError(FaultsError, GrantError):
    """The workbook of outcomes is refused as a whole."""


def boards_by_name() -> Mapping[str, int]:
    """The county boards' keys by their names, their counties' names (with and without ”län”) and codes."""
    boards = {board.county_id: board for board in county_boards()}
    names = {name: boards[county.code].pk for name, county in counties_by_name().items() if county.code in boards}
    return names | {fold(board.name): board.pk for board in boards.values()}


def check_outcomes(file: CheckedFile) -> OutcomeFile:
    """Read a workbook and check it against itself and against what has been read in before; nothing is saved."""
    if file.content_type != XLSX:
        raise GrantError("Lämna uppgifterna som en Excelfil (.xlsx), helst i mallen.")
    found = read_outcomes(file.content, boards=boards_by_name())
    taken = {
        (year, organisation, number): name
        for year, organisation, number, name in EarlierOutcome.objects.filter(
            year__in={row.year for row in found.rows}
        ).values_list("year", "organisation_id", "round", "source__file_name")
    }
    for row in found.rows if taken else ():
        if name := taken.get((row.year, row.organisation_id, row.round)):
            reason = f"Länsstyrelsen har redan ett utfall för samma år och omgång, från filen ”{name}”."
            found.faults.append(Fault(row.row, "Länsstyrelse", reason))
    found.faults.sort()
    return found


def earlier_import_of(file: CheckedFile, grantor: Organisation) -> OutcomeImport | None:
    """The import of this very file, where it has been read in already."""
    return OutcomeImport.objects.filter(grantor=grantor, sha256=file.sha256).first()


@transaction.atomic
def import_outcomes(
    *, file: CheckedFile, grantor: Organisation, source: str, by: User, at: datetime.datetime
) -> OutcomeImport:
    """Read in a workbook whole. The same file a second time changes nothing and gives the import that there is.

    Raises OutcomeFaultsError with every fault, GrantError where the source is not said.
    """
    require(by, Right.KEEP_ACCOUNTS, grantor.pk)
    if not source.strip():
        raise GrantError("Skriv vilken källa uppgifterna kommer från.")
    if (before := earlier_import_of(file, grantor)) is not None:
        return before
    found = check_outcomes(file)
    if found.faults:
        raise OutcomeFaultsError(found.faults)
    imported = OutcomeImport.objects.create(
        grantor=grantor,
        file_name=file.name,
        sha256=file.sha256,
        source=source.strip(),
        imported_at=at,
        imported_by=by,
    )
    columns = ["source_id", *OutcomeRow._fields]
    insert_rows(EarlierOutcome, columns, ((imported.pk, *row) for row in found.rows))
    details = {"rows": len(found.rows), "sha256": file.sha256}
    record("outcomes_imported", by=by, subject=imported, organisation_id=grantor.pk, details=details, at=at)
    return imported


@transaction.atomic
def delete_import(*, imported: OutcomeImport, by: User, at: datetime.datetime) -> None:
    """Take out an import with all its rows; the file can then be read in again."""
    require(by, Right.KEEP_ACCOUNTS, imported.grantor_id)
    rows = EarlierOutcome.objects.filter(source=imported).count()
    details = {"rows": rows, "sha256": imported.sha256}
    record("outcomes_deleted", by=by, subject=imported, organisation_id=imported.grantor_id, details=details, at=at)
    EarlierOutcome.objects.filter(source=imported).delete()
    imported.delete()
