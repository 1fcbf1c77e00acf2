"""Reading what went to and came from the accounting system. Amounts are in kronor."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from grants.enums import PaymentState
from grants.models import (
    AccountingEntry,
    AccountingExport,
    AccountingExportRow,
    AccountingImport,
    CounterpartCode,
    FundingCall,
    Grant,
    KronorField,
    Payment,
)
from grants.selectors.grants import with_paid
from grants.selectors.payments import handled_payments_for
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import recused_cases

M = TypeVar("M", bound=Model)
Anyone = User | AnonymousUser


def reads_accounts(user: Anyone) -> bool:
    """Whether the user reads the accounts of an authority: those who keep them, and the auditor.

    A file to or from the accounting system holds the payments of many cases. Officers read what is paid in the case,
    once they have declared whether they have a conflict of interest there.
    """
    access = access_of(user)
    return access.may(Right.KEEP_ACCOUNTS) or access.everywhere(Right.HANDLE_CASES)


def _of_ones_accounts(user: Anyone, files: QuerySet[M]) -> QuerySet[M]:
    access = access_of(user)
    if access.everywhere(Right.HANDLE_CASES):
        return files
    return files.filter(grantor__in=access.organisation_ids(Right.KEEP_ACCOUNTS))


def exports_for(user: Anyone) -> QuerySet[AccountingExport]:
    """Files to the accounting system of the authorities whose accounts the user reads; none with a payment in a case
    in which the user is recused."""
    exports = AccountingExport.objects.select_related("created_by", "grantor").annotate(count=Count("rows"))
    exports = exports.exclude(rows__payment__grant__case__in=recused_cases(user))
    return _of_ones_accounts(user, exports).order_by("-number", "-pk")


def imports_for(user: Anyone) -> QuerySet[AccountingImport]:
    """Files from the accounting system of the authorities whose accounts the user reads."""
    imports = AccountingImport.objects.select_related("grantor", "checked_by", "imported_by")
    return _of_ones_accounts(user, imports)


def counterpart_codes(grantor_id: int) -> dict[int, str]:
    """What the grantor's accounts call the organisations it pays, by the organisation's key."""
    codes = CounterpartCode.objects.filter(grantor=grantor_id).exclude(code="")
    return dict(codes.values_list("organisation", "code"))


def counterpart_code_of(grant: Grant) -> str:
    """What the grantor's accounts call the grant's recipient; empty where nobody has said."""
    return counterpart_codes(grant.grantor_id).get(grant.organisation_id, "")


def payments_to_export(user: Anyone, grantor_id: int) -> QuerySet[Payment]:
    """Approved instalments of the grantor that the accounting system has not heard of."""
    approved = handled_payments_for(user).filter(state=PaymentState.APPROVED, exported_at__isnull=True)
    return approved.filter(grant__call__grantor=grantor_id).order_by("grant__organisation__sort_key", "pk")


def rows_to_reverse(user: Anyone, grantor_id: int) -> QuerySet[AccountingExportRow]:
    """What was handed to the grantor's accounting system, was cancelled since, and has not been taken back there."""
    cancelled = handled_payments_for(user).filter(state=PaymentState.CANCELLED, grant__call__grantor=grantor_id)
    reversals = AccountingExportRow.objects.filter(payment=OuterRef("payment"), is_reversal=True)
    rows = AccountingExportRow.objects.filter(payment__in=cancelled.values("pk"), is_reversal=False)
    return rows.exclude(Exists(reversals)).select_related("export", "payment").order_by("pk")


def reversing_export(payment: Payment) -> AccountingExport | None:
    """The file that took a cancelled instalment back, where there is one yet."""
    return AccountingExport.objects.filter(rows__payment=payment, rows__is_reversal=True).first()


def earlier_entries(row: AccountingImport, entries: list[AccountingEntry]) -> QuerySet[AccountingEntry]:
    """What other files of the same grantor have brought of the days of these entries."""
    days = [entry.day for entry in entries]
    earlier = AccountingEntry.objects.filter(source__grantor=row.grantor_id).exclude(source=row.pk)
    return earlier.filter(day__in=set(days)).select_related("source")


@dataclass(frozen=True)
class AccountSum:
    """What is booked on an account in a year."""

    account: str
    year: int
    amount: Decimal


def entries_of(grant: Grant) -> QuerySet[AccountingEntry]:
    """The transactions on the grant's project, in the order of their days."""
    return AccountingEntry.objects.filter(grant=grant).select_related("source")


def account_sums(entries: list[AccountingEntry]) -> list[AccountSum]:
    """Booked per account and year, in order."""
    sums: dict[tuple[str, int], Decimal] = {}
    for entry in entries:
        key = entry.account, entry.day.year
        sums[key] = sums.get(key, Decimal(0)) + entry.amount
    return [AccountSum(account, year, amount) for (account, year), amount in sorted(sums.items())]


@dataclass(frozen=True)
class OutcomeOfGrant:
    """A grant with what is paid by our own rows, and what is booked on its call's account."""

    grant_id: int
    organisation: str
    project_code: str
    granted: Decimal
    paid: Decimal
    booked: Decimal

    @property
    def difference(self) -> Decimal:
        """What the accounts have more than we; below zero where they have less."""
        return self.booked - self.paid


def outcome_of_call(call: FundingCall, grants: QuerySet[Grant]) -> list[OutcomeOfGrant]:
    """Those of the grants that are the call's, in the order of their recipients (one query)."""
    booked = AccountingEntry.objects.filter(grant=OuterRef("pk"), account=call.account).order_by().values("grant")
    total = Subquery(booked.annotate(total=Sum("amount")).values("total"), output_field=KronorField())
    annotated = with_paid(grants.filter(call=call)).annotate(
        booked=Coalesce(total, Value(Decimal(0)), output_field=KronorField())
    )
    rows = annotated.order_by("organisation__sort_key", "pk").values(
        "pk", "organisation__name", "project_code", "granted_total", "paid", "booked"
    )
    return [
        OutcomeOfGrant(
            grant_id=row["pk"],
            organisation=row["organisation__name"],
            project_code=row["project_code"],
            granted=row["granted_total"],
            paid=row["paid"],
            booked=row["booked"],
        )
        for row in rows
    ]
