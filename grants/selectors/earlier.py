"""Reading what earlier rounds are known to have given."""

from dataclasses import dataclass
from decimal import Decimal

from grants.models import PublishedMoney


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
