"""What is counted of grants: applications, and kronor by budget year and county or call; and when reports came in.

Whose applications count is for the caller to say: those a user may see, or those that the public may know of.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Aggregate, Count, F, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import LessThanOrEqual

from grants.enums import (
    ApplicationState,
    DecisionKind,
    DecisionState,
    FinancialReportState,
    PaymentState,
    RepaymentState,
)
from grants.models import (
    Application,
    AppliedAmount,
    Decision,
    DecisionAmount,
    FinancialReport,
    FinancialReportLine,
    FinancialReportMove,
    FundingCall,
    Payment,
    Repayment,
)
from grants.selectors.applications import applications_for
from grants.selectors.decisions import standing
from nch.accounts.models import User
from nch.counties.enums import OrganisationKind

M = TypeVar("M", bound=Model)
MoneyKey = Literal["organisation__county", "call"]
"""What money is summed by, as the path from an application."""


class Money(StrEnum):
    """What is counted: two numbers of applications, and kronor."""

    APPLICATIONS = "applications"
    GRANTS = "grants"
    APPLIED = "applied"
    GRANTED = "granted"
    PAID = "paid"
    USED = "used"
    REPAID = "repaid"


@dataclass(frozen=True)
class MoneyFact:
    """One number of one budget year and `key`: a county's code (blank without one) or a call's key."""

    what: Money
    key: str
    year: int
    number: Decimal | int


@dataclass(frozen=True)
class DueReports:
    """How many economic reports a county's grants ask for that are due on a day, by when they came in the first time.

    `in_time` is whether that was by the day they are due, by the Swedish clock; None for those that have not come in.
    """

    county: str
    due_on: datetime.date
    in_time: bool | None
    number: int


def counted_applications_for(user: User | AnonymousUser) -> QuerySet[Application]:
    """Applications that the user may see and that have been handed in; those taken back do not count."""
    handed_in = applications_for(user).filter(submitted_at__isnull=False)
    return handed_in.exclude(state=ApplicationState.WITHDRAWN)


def publicly_decided_applications() -> QuerySet[Application]:
    """Applications to the national centre's calls on which a decision has been signed: nothing else of them is public.

    Nobody is recused from what everybody may know.
    """
    decided = Decision.objects.filter(state=DecisionState.SIGNED, kind=DecisionKind.GRANT)
    return Application.objects.filter(grantor__kind=OrganisationKind.NCH, pk__in=decided.values("application"))


def money_of(applications: QuerySet[Application], by: MoneyKey) -> list[MoneyFact]:
    """What was applied for, granted, paid, used and paid back by year and county or call (five queries).

    Granted is what the signed decisions that hold now say; used is the admitted cost of approved economic reports.
    Repaid money counts in the year whose report it belongs to.
    """
    keys = applications.order_by().values("pk")
    applied = AppliedAmount.objects.filter(application__in=keys)
    granted = DecisionAmount.objects.filter(decision__in=standing(Decision.objects.filter(application__in=keys)))
    paid = Payment.objects.filter(grant__application__in=keys, state=PaymentState.PAID)
    used = FinancialReportLine.objects.filter(
        report__grant__application__in=keys, report__state=FinancialReportState.APPROVED
    ).annotate(counted=Coalesce("admitted", "cost"))
    repaid = Repayment.objects.filter(grant__application__in=keys, state=RepaymentState.REPAID)
    return [
        *_facts(applied, f"application__{by}", {Money.APPLIED: Sum("amount"), Money.APPLICATIONS: Count("pk")}),
        *_facts(
            granted,
            f"decision__application__{by}",
            {Money.GRANTED: Sum("amount"), Money.GRANTS: Count("pk", filter=Q(amount__gt=0))},
        ),
        *_facts(paid, f"grant__application__{by}", {Money.PAID: Sum("amount")}),
        *_facts(used, f"report__grant__application__{by}", {Money.USED: Sum("counted")}, year="report__year"),
        *_facts(repaid, f"grant__application__{by}", {Money.REPAID: Sum("amount")}, year="report__year"),
    ]


def _facts(rows: QuerySet[M], key: str, sums: Mapping[Money, Aggregate], *, year: str = "year") -> Iterator[MoneyFact]:
    """The sums by key and year, which are paths from the rows."""
    named = {f"the_{what}": expression for what, expression in sums.items()}
    for of_key, of_year, *numbers in rows.order_by().values_list(key, year).annotate(**named):
        for what, number in zip(sums, numbers, strict=True):
            yield MoneyFact(what, str(of_key or ""), of_year, number)


def call_titles(keys: Iterable[int]) -> dict[int, str]:
    """The titles of calls by key, the first opened first (one query)."""
    return dict(FundingCall.objects.filter(pk__in=set(keys)).order_by("opens_at", "pk").values_list("pk", "title"))


def due_reports_of(applications: QuerySet[Application]) -> list[DueReports]:
    """The economic reports that the grants of these applications ask for, counted (one query)."""
    reports = FinancialReport.objects.filter(grant__application__in=applications.order_by().values("pk"))
    handed_in = FinancialReportMove.objects.filter(subject=OuterRef("pk"), target=FinancialReportState.SUBMITTED)
    first = Subquery(handed_in.order_by("at").values("at")[:1])
    rows = (
        reports.order_by()
        .annotate(in_time=LessThanOrEqual(TruncDate(first), F("due_on")))
        .values_list("grant__organisation__county", "due_on", "in_time")
        .annotate(number=Count("pk"))
    )
    return [DueReports(county or "", due_on, in_time, number) for county, due_on, in_time, number in rows]
