"""Instalments of Gävleborg's first grant: a plan, some paid, one taken back from the accounts, and a requisition."""

import datetime
from decimal import Decimal

from grants.models import Grant, Payment
from grants.services.accounting import check_outcome, export_payments, import_outcome, set_codes
from grants.services.payments import (
    Instalment,
    approve_payment,
    cancel_payment,
    lay_plan,
    mark_paid,
    prepare_payment,
    request_payment,
)
from grants.sie import CODE_PAGE
from nch.accounts.models import User
from nch.demo.cast import Cast
from nch.demo.means import moment

ACCOUNT = "7110"
DAY = datetime.timedelta(days=1)


def stage_payments(cast: Cast) -> None:
    """Pay 2025 in two instalments by plan, and read in how they were booked. Of 2026 one is cancelled and reversed, one
    waits for the accounts, one is planned, one is asked for."""
    officer, finance, signatory = cast["officer1"], cast["finance"], cast["signatory-gavleborg"]
    recipient = signatory.memberships.get().organisation
    grant = Grant.objects.select_related("call__grantor", "organisation", "case", "application__case").get(
        organisation=recipient, starts_on__year=2025
    )
    grantor = grant.call.grantor
    laid = moment(2025, 5, 20)
    set_codes(
        grant=grant,
        project_code=grant.project_code,
        counterpart_code="1121",
        account=ACCOUNT,
        appropriation_item="UO13 3:1 ap.5",
        by=finance,
        at=laid,
    )
    grant.refresh_from_db()
    rows = [
        Instalment(2025, Decimal(500_000), datetime.date(2025, 6, 16)),
        Instalment(2025, Decimal(500_000), datetime.date(2025, 10, 15)),
        Instalment(2026, Decimal(100_000), datetime.date(2026, 8, 17)),
        Instalment(2026, Decimal(300_000), datetime.date(2026, 11, 30)),
        Instalment(2026, Decimal(300_000), datetime.date(2026, 12, 15)),
    ]
    first, second, third, fourth, _ = lay_plan(grant=grant, rows=rows, by=officer, at=laid)
    for payment, voucher in ((first, "A 412"), (second, "A 977")):
        _approve(payment, officer, finance)
        export_payments(grantor=grantor, by=finance, at=_due(payment) - 3 * DAY)
        paid = _due(payment)
        mark_paid(payment=payment, paid_on=paid.date(), voucher=voucher, by=finance, at=paid)
    _read_outcome(grant, [first, second], finance)
    _approve(third, officer, finance)
    export_payments(grantor=grantor, by=finance, at=_due(third) - 3 * DAY)
    comment = "Mottagaren har bytt bankgiro. Pengarna betalas ut på nytt när det nya är registrerat."
    cancel_payment(payment=third, comment=comment, by=finance, at=_due(third) - DAY)
    export_payments(grantor=grantor, by=finance, at=_due(third) + 14 * DAY)
    _approve(fourth, officer, finance)
    request_payment(
        grant=grant,
        year=2026,
        amount=Decimal(200_000),
        text="Lön för operativ samordnare september–december 2026 och handledning till arbetsgruppen.",
        by=signatory,
        at=moment(2026, 11, 10),
    )


def _approve(payment: Payment, officer: User, finance: User) -> None:
    prepare_payment(payment=payment, by=officer, at=_due(payment) - 14 * DAY)
    approve_payment(payment=payment, by=finance, at=_due(payment) - 13 * DAY)


def _due(payment: Payment) -> datetime.datetime:
    day = payment.planned_on or datetime.date(payment.year, 1, 1)
    return moment(day.year, day.month, day.day)


def _read_outcome(grant: Grant, booked: list[Payment], by: User) -> None:
    """Read in the year's outcome from the accounting system: what is paid is booked on the grant's project."""
    lines = [
        "#FLAGGA 0",
        "#FORMAT PC8",
        "#SIETYP 4",
        f'#FNAMN "{grant.call.grantor}"',
        "#RAR 0 20250101 20251231",
        f'#KONTO {ACCOUNT} "Lämnade bidrag"',
        '#DIM 6 "Projekt"',
    ]
    for payment in booked:
        lines += [
            f'#VER {payment.voucher} {payment.paid_on:%Y%m%d} "Bidrag till {grant.organisation}"',
            "{",
            f'#TRANS {ACCOUNT} {{6 "{grant.project_code}"}} {payment.amount:.2f}',
            f"#TRANS 1930 {{}} {-payment.amount:.2f}",
            "}",
        ]
    checked = check_outcome(
        grantor=grant.call.grantor,
        file_name="utfall-2025.se",
        content="\r\n".join([*lines, ""]).encode(CODE_PAGE),
        dimension="6",
        skips_other_projects=False,
        by=by,
        at=moment(2026, 1, 19),
    )
    import_outcome(row=checked, by=by, at=moment(2026, 1, 19, 11))
