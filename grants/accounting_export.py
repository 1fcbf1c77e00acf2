"""Approved instalments as a file for the accounting system: semicolons, decimal commas, UTF-8 with its mark."""

import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass

from grants.models import Payment
from nch.common.exports import Column, Kind, write_csv


@dataclass(frozen=True)
class Posting:
    """One row of the file: an instalment and the day it is to be paid."""

    payment: Payment
    day: datetime.date

    @property
    def text(self) -> str:
        """What the voucher is to say."""
        return f"Bidrag dnr {self.payment.grant.case.registration_number}, utbetalning {self.payment.number}"


COLUMNS = (
    Column("Datum", "day", Kind.DATE),
    Column("Konto", "payment.grant.call.account"),
    Column("Motpart", "payment.grant.organisation.counterpart_code"),
    Column("Anslagspost", "payment.grant.call.appropriation_item"),
    Column("Projekt", "payment.grant.project_code"),
    Column("Belopp", lambda row: f"{row.payment.amount:.2f}", Kind.KRONOR),
    Column("Text", "text"),
)


def missing_codes(payments: Iterable[Payment]) -> list[str]:
    """What has to be filled in before the instalments can be booked, in Swedish, each thing once."""
    missing: dict[str, None] = {}
    for payment in payments:
        grant = payment.grant
        if not grant.call.account:
            missing[f"Utlysningen ”{grant.call.title}” saknar konto."] = None
        if not grant.call.appropriation_item:
            missing[f"Utlysningen ”{grant.call.title}” saknar anslagspost."] = None
        if not grant.organisation.counterpart_code:
            missing[f"{grant.organisation} saknar motpartskod."] = None
    return list(missing)


def render_export(payments: Iterable[Payment], *, on: datetime.date) -> bytes:
    """The file as it is handed over on the day `on`; what was planned for an earlier day is paid then."""
    file = io.BytesIO()
    write_csv(file, COLUMNS, [Posting(payment, max(payment.planned_on or on, on)) for payment in payments])
    return file.getvalue()
