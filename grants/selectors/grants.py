"""Reading grants within the user's reach, and what is granted per year."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from grants.enums import PaymentState
from grants.models import Decision, DecisionAmount, DecisionBudgetLine, Grant, KronorField, Payment
from grants.selectors.decisions import standing
from nch.accounts.models import User
from nch.cases.selectors import matters_for

Anyone = User | AnonymousUser


def grants_for(user: Anyone) -> QuerySet[Grant]:
    """Grants in the cases that the user may see."""
    grants = Grant.objects.select_related(
        "organisation", "call", "call__grantor", "case", "case__handler", "application"
    )
    return matters_for(user, grants, "case")


def with_paid(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Add `paid`: kronor paid out of each grant so far."""
    paid = Payment.objects.filter(grant=OuterRef("pk"), state=PaymentState.PAID).order_by().values("grant")
    total = Subquery(paid.annotate(total=Sum("amount")).values("total"), output_field=KronorField())
    return grants.annotate(paid=Coalesce(total, Value(Decimal(0)), output_field=KronorField()))


def _standing(grant: Grant) -> QuerySet[Decision]:
    return standing(Decision.objects.filter(application=grant.application_id))


def granted_by_year(grant: Grant) -> dict[int, Decimal]:
    """Kronor granted per year by the decision that holds now (one query)."""
    amounts = DecisionAmount.objects.filter(decision__in=_standing(grant))
    return dict(amounts.order_by("year").values_list("year", "amount"))


def budget_of(grant: Grant, year: int) -> dict[str, Decimal]:
    """Kronor per category of cost in the year's budget, by the decision that holds now (one query)."""
    lines = DecisionBudgetLine.objects.filter(decision__in=_standing(grant), year=year)
    return dict(lines.values_list("category", "amount"))
