"""Files to and from the accounting system, and a writer of SIE 4 that only tests need."""

import datetime
import hashlib
from collections.abc import Iterable
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from grants.models import AccountingExport, AccountingImport
from grants.services.accounting import check_outcome
from grants.sie import CODE_PAGE, SieFile, Transaction, Voucher
from nch.accounts.models import User
from nch.counties.models import Organisation


def quoted(text: str) -> str:
    """A field as the format writes it."""
    return '"' + text.replace('"', '\\"') + '"'


def write_sie(file: SieFile) -> bytes:
    """The file in the order of the format: head, lists, vouchers."""
    lines = ["#FLAGGA 0", '#PROGRAM "Prov" 1.0', "#FORMAT PC8", "#GEN 20261121", "#SIETYP 4"]
    lines += [f"#FNAMN {quoted(file.company)}", "#RAR 0 20260101 20261231", "#OKÄND etikett"]
    lines += [f"#KONTO {number} {quoted(name)}" for number, name in file.accounts.items()]
    lines += [f"#DIM {number} {quoted(name)}" for number, name in file.dimensions.items()]
    lines += [f"#OBJEKT {dim} {quoted(code)} {quoted(name)}" for (dim, code), name in file.objects.items()]
    for voucher in file.vouchers:
        head = f"#VER {quoted(voucher.series)} {quoted(voucher.number)} {voucher.day:%Y%m%d} {quoted(voucher.text)}"
        lines += [head, "{"]
        for posted in voucher.transactions:
            objects = " ".join(f"{dim} {quoted(code)}" for dim, code in posted.objects)
            lines.append(
                f"   #TRANS {posted.account} {{{objects}}} {posted.amount} {posted.day:%Y%m%d} {quoted(posted.text)}"
            )
        lines.append("}")
    return ("\r\n".join(lines) + "\r\n").encode(CODE_PAGE)


def voucher(
    rows: Iterable[tuple[str, str, str]], *, number: str = "1", day: datetime.date = datetime.date(2026, 3, 2)
) -> Voucher:
    """A voucher of (account, project, kronor)."""
    posted = tuple(
        Transaction(account, (("6", project),) if project else (), Decimal(amount), day, "Bidrag till länet")
        for account, project, amount in rows
    )
    return Voucher("A", number, day, "Utbetalning", posted)


def sie(*vouchers: Voucher) -> bytes:
    """A file with these vouchers."""
    file = SieFile("Länsstyrelsen Östergötland", {"7110": "Lämnade bidrag"}, {"6": "Projekt"}, {}, vouchers)
    return write_sie(file)


def make_export(*, grantor: Organisation, by: User) -> AccountingExport:
    """A file that was handed over, without payments."""
    content = b"\xef\xbb\xbfDatum;Konto\r\n"
    export = AccountingExport(
        grantor=grantor,
        number=1,
        file_name="utbetalningar-1.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        total=Decimal(0),
        created_at=timezone.now(),
        created_by=by,
    )
    export.file.save(export.file_name, ContentFile(content), save=False)
    export.save()
    return export


def make_import(*, grantor: Organisation, by: User) -> AccountingImport:
    """A checked file without anything on our projects."""
    return check_outcome(
        grantor=grantor,
        file_name="utfall.se",
        content=sie(voucher([("7110", "", "10.00"), ("1930", "", "-10.00")])),
        dimension="6",
        skips_other_projects=False,
        by=by,
        at=timezone.now(),
    )
