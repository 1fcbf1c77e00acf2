"""Reading grants within the user's reach, and what is granted per year."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from grants.models import Grant
from grants.selectors.decisions import standing_decision
from nch.accounts.models import User
from nch.cases.selectors import matters_for

Anyone = User | AnonymousUser


def grants_for(user: Anyone) -> QuerySet[Grant]:
    """Grants in the cases that the user may see."""
    grants = Grant.objects.select_related(
        "organisation", "call", "call__grantor", "case", "case__handler", "application"
    )
    return matters_for(user, grants, "case")


def granted_by_year(grant: Grant) -> dict[int, Decimal]:
    """Kronor granted per year by the decision that holds now."""
    decision = standing_decision(grant.application)
    return {row.year: row.amount for row in decision.amounts.all()} if decision else {}


def budget_of(grant: Grant, year: int) -> dict[str, Decimal]:
    """Kronor per category of cost in the year's budget, by the decision that holds now."""
    decision = standing_decision(grant.application)
    lines = decision.budget_lines.all() if decision else []
    return {line.category: line.amount for line in lines if line.year == year}
