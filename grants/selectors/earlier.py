"""Reading what earlier rounds are known to have given."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from grants.models import EarlierOutcome, OutcomeImport, PublishedMoney
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of


@dataclass(frozen=True)
class MoneyLine:
    """A year's money for resource centres as published, in kronor; None where the sources give no figure."""

    year: int
    set_aside: Decimal | None
    handed_out: Decimal | None
    source: str
    note: str


def published_money_lines() -> list[MoneyLine]:
    """Published figures of earlier rounds, oldest first. Open to everybody."""
    return [
        MoneyLine(row.year, row.set_aside, row.handed_out, row.source, row.note) for row in PublishedMoney.objects.all()
    ]


def outcome_imports_for(user: User | AnonymousUser) -> QuerySet[OutcomeImport]:
    """Files of earlier outcomes that were read in for an authority whose accounts the user keeps, with their rows."""
    imports = OutcomeImport.objects.select_related("imported_by").annotate(row_count=Count("rows"))
    return access_of(user).limit(imports, Right.KEEP_ACCOUNTS)


def earlier_outcomes_for(user: User | AnonymousUser) -> QuerySet[EarlierOutcome]:
    """Outcomes of earlier rounds: one's own organisation's, and all that one's authority has read in."""
    outcomes = EarlierOutcome.objects.select_related("organisation", "source")
    return access_of(user).limit_to_matters(outcomes, party="organisation", handler="source__grantor")
