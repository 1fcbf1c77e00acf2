"""Instalments of Gävleborg's grant of 2025: a plan, two paid, one approved that waits, and a requisition."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from grants.models import Grant
from grants.services.accounting import export_payments, set_codes
from grants.services.payments import (
    Instalment,
    approve_payment,
    lay_plan,
    mark_paid,
    prepare_payment,
    request_payment,
)
from nch.accounts.models import User

_SWEDEN = ZoneInfo("Europe/Stockholm")


def _at(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(10), tzinfo=_SWEDEN)


def stage_payments(cast: Mapping[str, User]) -> None:
    """Pay 2025 in two instalments by plan; of 2026 one waits for the accounts, one is planned, one is asked for."""
    officer, finance, signatory = cast["officer1"], cast["finance"], cast["signatory-gavleborg"]
    recipient = signatory.memberships.get().organisation
    grant = Grant.objects.select_related("call__grantor", "organisation", "case", "application__case").get(
        organisation=recipient, starts_on__year=2025
    )
    laid = _at(datetime.date(2025, 5, 20))
    set_codes(
        grant=grant,
        project_code=grant.project_code,
        counterpart_code="1121",
        account="7110",
        appropriation_item="UO13 3:1 ap.5",
        by=finance,
        at=laid,
    )
    grant.refresh_from_db()
    rows = [
        Instalment(2025, Decimal(500_000), datetime.date(2025, 6, 16)),
        Instalment(2025, Decimal(500_000), datetime.date(2025, 10, 15)),
        Instalment(2026, Decimal(300_000), datetime.date(2026, 11, 30)),
        Instalment(2026, Decimal(300_000), datetime.date(2026, 12, 15)),
    ]
    first, second, third, _ = lay_plan(grant=grant, rows=rows, by=officer, at=laid)
    for payment, voucher in ((first, "A 412"), (second, "A 977"), (third, "")):
        day = payment.planned_on or laid.date()
        prepare_payment(payment=payment, by=officer, at=_at(day - datetime.timedelta(days=14)))
        approve_payment(payment=payment, by=finance, at=_at(day - datetime.timedelta(days=13)))
        if voucher:
            handed_over = _at(day - datetime.timedelta(days=3))
            export_payments(grantor=grant.call.grantor, by=finance, at=handed_over)
            mark_paid(payment=payment, paid_on=day, voucher=voucher, by=finance, at=_at(day))
    request_payment(
        grant=grant,
        year=2026,
        amount=Decimal(200_000),
        text="Lön för operativ samordnare september–december 2026 och handledning till arbetsgruppen.",
        by=signatory,
        at=_at(datetime.date(2026, 11, 10)),
    )
