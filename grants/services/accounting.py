"""To and from the accounting system: codes, files with approved instalments, outcomes read from SIE 4."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from grants.accounting_export import missing_codes, posting, render_export, reversal
from grants.enums import PaymentState
from grants.models import (
    AccountingEntry,
    AccountingExport,
    AccountingExportRow,
    AccountingImport,
    CounterpartCode,
    FundingCall,
    Grant,
    Payment,
)
from grants.selectors.accounting import (
    counterpart_code_of,
    counterpart_codes,
    earlier_entries,
    payments_to_export,
    rows_to_reverse,
)
from grants.services.errors import GrantError
from grants.sie import Fault, SieError, SieFile, Transaction, Voucher, read_sie
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.formats import format_date, format_datetime
from nch.counties.models import Organisation


@transaction.atomic
def set_codes(
    *,
    grant: Grant,
    project_code: str,
    counterpart_code: str,
    account: str,
    appropriation_item: str,
    by: User,
    at: datetime.datetime,
) -> None:
    """Say what the accounts call the grant's project, its recipient, and the account and appropriation of its call.

    The project keeps its code once an instalment is with the accounting system, and every code is one of the grantor's
    grants' only. The recipient has its code at this grantor. The log says which codes are others now, not what they
    are: they are typed freely.
    """
    require(by, Right.KEEP_ACCOUNTS, grant.call.grantor_id)
    if project_code != grant.project_code and grant.payments.filter(exported_at__isnull=False).exists():
        raise GrantError("Projektet har redan lämnats till ekonomisystemet och behåller sin kod.")
    try:
        with transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(project_code=project_code)
    except IntegrityError as error:
        raise GrantError(f"Projekt {project_code} är redan ett annat bidrags.") from error
    before = {
        "project": grant.project_code,
        "counterpart": counterpart_code_of(grant),
        "account": grant.call.account,
        "appropriation": grant.call.appropriation_item,
    }
    now = {
        "project": project_code,
        "counterpart": counterpart_code,
        "account": account,
        "appropriation": appropriation_item,
    }
    CounterpartCode.objects.update_or_create(
        grantor_id=grant.grantor_id, organisation_id=grant.organisation_id, defaults={"code": counterpart_code}
    )
    FundingCall.objects.filter(pk=grant.call_id).update(account=account, appropriation_item=appropriation_item)
    record(
        "accounting_codes_set",
        by=by,
        subject=grant,
        organisation_id=grant.organisation_id,
        details={"changed": [name for name, code in now.items() if code != before[name]]},
        at=at,
    )


@transaction.atomic
def export_payments(*, grantor: Organisation, by: User, at: datetime.datetime) -> AccountingExport:
    """Write what is approved and not yet handed over to a file for the accounting system; the file is kept.

    What was handed over and then cancelled is reversed in it. Raises GrantError where there is nothing of either,
    where a code is missing, or where an instalment is cancelled at the same moment: then nothing is handed over.
    """
    require(by, Right.KEEP_ACCOUNTS, grantor.pk)
    Organisation.objects.select_for_update().get(pk=grantor.pk)
    # Held, so that whoever cancels one of them waits until it is handed over, and it is reversed in the next file.
    payments = list(payments_to_export(by, grantor.pk).select_for_update(of=("self",)))
    cancelled = list(rows_to_reverse(by, grantor.pk))
    if not payments and not cancelled:
        raise GrantError("Det finns ingen godkänd utbetalning som inte redan är lämnad.")
    counterparts = counterpart_codes(grantor.pk)
    if missing := missing_codes(payments, counterparts):
        raise GrantError(" ".join(["Inget underlag är framställt.", *missing]))
    day = timezone.localdate(at)
    rows = [posting(payment, counterparts, on=day) for payment in payments]
    rows += [reversal(row, on=day) for row in cancelled]
    content = render_export(rows)
    last = AccountingExport.objects.filter(grantor=grantor).aggregate(last=Max("number"))["last"] or 0
    export = AccountingExport(
        grantor=grantor,
        number=last + 1,
        file_name=f"utbetalningar-{last + 1}-{day.isoformat()}.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        total=sum((row.amount for row in rows), Decimal(0)),
        created_at=at,
        created_by=by,
    )
    export.file.save(export.file_name, ContentFile(content), save=False)
    export.save(force_insert=True)
    for row in rows:
        row.export = export
    AccountingExportRow.objects.bulk_create(rows)
    handed_over = Payment.objects.filter(
        pk__in=[payment.pk for payment in payments], state=PaymentState.APPROVED, exported_at__isnull=True
    ).update(exported_at=at, export=export)
    if handed_over != len(payments):
        raise GrantError("Någon annan har just ändrat en av utbetalningarna. Inget underlag är framställt.")
    record(
        "payments_exported",
        by=by,
        subject=export,
        organisation_id=grantor.pk,
        details={
            "number": export.number,
            "payments": len(payments),
            "reversals": len(cancelled),
            "sha256": export.sha256,
        },
        at=at,
    )
    return export


@dataclass(frozen=True)
class Outcome:
    """What a file from the accounting system brings: rows for our projects, and how many it leaves out and why."""

    company: str
    entries: list[AccountingEntry] = field(default_factory=list)
    without_project: int = 0
    other_projects: dict[str, int] = field(default_factory=dict)


def read_outcome(row: AccountingImport, content: bytes) -> Outcome:
    """Read a file against the grantor's projects.

    Raises SieError with every faulty line. An unknown project is one, and so is a voucher that another file has
    brought: files that overlap would count it twice.
    """
    file = read_sie(content)
    ours = Grant.objects.filter(call__grantor=row.grantor_id).select_related("organisation")
    grants = {grant.project_code: grant for grant in ours}
    outcome = Outcome(company=file.company)
    faults = []
    left_out = 0
    numbers: list[str] = []
    for voucher, posted in _transactions(file):
        code = posted.object_in(row.dimension)
        grant = grants.get(code)
        if not code:
            left_out += 1
        elif grant is not None:
            outcome.entries.append(
                AccountingEntry(
                    source=row,
                    grant=grant,
                    project_code=code,
                    account=posted.account[:10],
                    day=posted.day,
                    voucher=voucher.name[:40],
                    text=(posted.text or voucher.text)[:200],
                    amount=posted.amount,
                )
            )
            numbers.append(voucher.number)
        elif row.skips_other_projects:
            outcome.other_projects[code] = outcome.other_projects.get(code, 0) + 1
        else:
            faults.append(Fault(posted.line, f"Projekt ”{code}” är inget av våra bidrag."))
    if row.imported_at is None:
        faults += _read_before(row, outcome.entries, numbers)
    if faults:
        raise SieError(faults)
    return Outcome(outcome.company, outcome.entries, left_out, outcome.other_projects)


def _read_before(row: AccountingImport, entries: list[AccountingEntry], numbers: list[str]) -> list[Fault]:
    """A fault for each voucher that an earlier file of the grantor's has brought; one without a number is known by its
    amount. `numbers` are those of the entries' vouchers."""
    earlier: dict[tuple[object, ...], str] = {}
    for entry in earlier_entries(row, entries):
        key = (entry.voucher, entry.day, entry.account, entry.project_code)
        earlier[*key, None] = earlier[*key, entry.amount] = entry.source.file_name
    found = {}
    for entry, number in zip(entries, numbers, strict=True):
        key = (entry.voucher, entry.day, entry.account, entry.project_code)
        if file_name := earlier.get((*key, None if number else entry.amount)):
            what = f"Verifikation {entry.voucher}, {format_date(entry.day)}, projekt {entry.project_code}"
            found[what] = Fault(0, f"{what}: redan inläst ur {file_name}.")
    return list(found.values())


def _transactions(file: SieFile) -> Iterator[tuple[Voucher, Transaction]]:
    for voucher in file.vouchers:
        for posted in voucher.transactions:
            yield voucher, posted


@transaction.atomic
def check_outcome(
    *,
    grantor: Organisation,
    file_name: str,
    content: bytes,
    dimension: str,
    skips_other_projects: bool,
    by: User,
    at: datetime.datetime,
) -> AccountingImport:
    """Check a file and keep it, so that what it holds can be looked at before it is read in.

    The same file is the same row, whenever it comes. Raises SieError for a file that cannot be read in whole,
    GrantError for one that has been read in.
    """
    require(by, Right.KEEP_ACCOUNTS, grantor.pk)
    Organisation.objects.select_for_update().get(pk=grantor.pk)
    sha256 = hashlib.sha256(content).hexdigest()
    row = AccountingImport.objects.filter(grantor=grantor, sha256=sha256).first()
    if row is not None and row.imported_at is not None:
        raise GrantError(f"Filen är redan inläst, {format_datetime(row.imported_at)}.")
    known = row is not None
    row = row or AccountingImport(grantor=grantor, sha256=sha256)
    row.file_name, row.dimension, row.skips_other_projects = file_name, dimension, skips_other_projects
    row.checked_at, row.checked_by = at, by
    read_outcome(row, content)
    if not known:
        row.file.save(file_name, ContentFile(content), save=False)
    row.save()
    record("outcome_checked", by=by, subject=row, organisation_id=grantor.pk, details={"sha256": sha256}, at=at)
    return row


def kept_content(row: AccountingImport) -> bytes:
    """The file as it came."""
    with row.file.open("rb") as file:
        return file.read()


@transaction.atomic
def import_outcome(*, row: AccountingImport, by: User, at: datetime.datetime) -> AccountingImport:
    """Read a checked file in, whole; a file that has been read in stays as it is."""
    require(by, Right.KEEP_ACCOUNTS, row.grantor_id)
    row = AccountingImport.objects.select_for_update().get(pk=row.pk)
    if row.imported_at is not None:
        return row
    outcome = read_outcome(row, kept_content(row))
    AccountingEntry.objects.bulk_create(outcome.entries)
    row.imported_at, row.imported_by = at, by
    row.save(update_fields=["imported_at", "imported_by"])
    record(
        "outcome_imported",
        by=by,
        subject=row,
        organisation_id=row.grantor_id,
        details={"entries": len(outcome.entries), "sha256": row.sha256},
        at=at,
    )
    return row
