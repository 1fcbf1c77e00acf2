"""Approved instalments as a file for the accounting system: semicolons, decimal commas, UTF-8 with its mark."""

import datetime
import io
from collections.abc import Iterable, Mapping

from grants.models import AccountingExportRow, Payment
from nch.common.exports import Column, Kind, write_csv

COLUMNS = (
    Column("Datum", "day", Kind.DATE),
    Column("Konto", "account"),
    Column("Motpart", "counterpart_code"),
    Column("Anslagspost", "appropriation_item"),
    Column("Projekt", "project_code"),
    Column("Belopp", lambda row: f"{row.amount:.2f}", Kind.KRONOR),
    Column("Text", "text"),
)


def missing_codes(payments: Iterable[Payment], counterparts: Mapping[int, str]) -> list[str]:
    """What has to be filled in before the instalments can be booked, in Swedish, each thing once.

    `counterparts` are the grantor's codes by the key of the organisation.
    """
    missing: dict[str, None] = {}
    for payment in payments:
        grant = payment.grant
        if not grant.call.account:
            missing[f"Utlysningen ”{grant.call.title}” saknar konto."] = None
        if not grant.call.appropriation_item:
            missing[f"Utlysningen ”{grant.call.title}” saknar anslagspost."] = None
        if not counterparts.get(grant.organisation_id):
            missing[f"{grant.organisation} saknar motpartskod."] = None
    return list(missing)


def posting(payment: Payment, counterparts: Mapping[int, str], *, on: datetime.date) -> AccountingExportRow:
    """The row of an instalment handed over on the day `on`; what was planned for an earlier day is paid then."""
    grant = payment.grant
    return AccountingExportRow(
        payment=payment,
        day=max(payment.planned_on or on, on),
        account=grant.call.account,
        counterpart_code=counterparts[grant.organisation_id],
        appropriation_item=grant.call.appropriation_item,
        project_code=grant.project_code,
        amount=payment.amount,
        text=f"Bidrag dnr {grant.case.registration_number}, utbetalning {payment.number}",
    )


def reversal(row: AccountingExportRow, *, on: datetime.date) -> AccountingExportRow:
    """The row that takes an earlier one back: the same codes, whatever they are now, and the opposite amount."""
    return AccountingExportRow(
        payment=row.payment,
        is_reversal=True,
        day=max(row.day, on),
        account=row.account,
        counterpart_code=row.counterpart_code,
        appropriation_item=row.appropriation_item,
        project_code=row.project_code,
        amount=-row.amount,
        text=f"Rättelse av underlag {row.export.number}: {row.text}",
    )


def render_export(rows: Iterable[AccountingExportRow]) -> bytes:
    """The file with these rows."""
    file = io.BytesIO()
    write_csv(file, COLUMNS, rows)
    return file.getvalue()
