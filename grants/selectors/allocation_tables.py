"""An allocation as a table for one reader: just computed or saved in a plan, without what the reader may not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grants.allocation import Allocation, YearSum
from grants.models import AllocationPlan, AllocationRow, Application, FundingCall
from grants.selectors.allocation import Anyone, Basis, rows_of

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """Kronor that an application asks for and gets in one year; `fixed` where a person settled it."""

    asked: Decimal
    amount: Decimal
    fixed: bool


@dataclass(frozen=True)
class PlanRow:
    """An application's place, what it gets and why. Of a hidden one nothing else may be shown."""

    application: Application
    rank: int
    score: Decimal
    has_centre: bool
    earlier_years: int
    cells: list[Cell]
    explanation: str
    is_hidden: bool

    @property
    def asked(self) -> Decimal:
        return sum((cell.asked for cell in self.cells), NOTHING)

    @property
    def amount(self) -> Decimal:
        return sum((cell.amount for cell in self.cells), NOTHING)


@dataclass(frozen=True)
class PlanTable:
    """All rows in order, and every year's money; the sums are left out for whoever is recused from one of the rows."""

    call: FundingCall
    years: list[YearSum]
    rows: list[PlanRow]
    is_recused: bool

    @property
    def total(self) -> Decimal:
        return sum((year.allotted for year in self.years), NOTHING)


def table_of(basis: Basis, allocation: Allocation) -> PlanTable:
    """What has been computed and is not saved."""
    facts = {one.application.pk: one for one in basis.facts}
    rows = [
        PlanRow(
            application=facts[row.candidate.key].application,
            rank=row.rank,
            score=row.candidate.score,
            has_centre=row.candidate.has_centre,
            earlier_years=len(row.candidate.earlier_years),
            cells=[Cell(share.asked, share.amount, share.fixed) for share in row.shares],
            explanation=row.explanation,
            is_hidden=facts[row.candidate.key].is_hidden,
        )
        for row in allocation.rows
    ]
    return PlanTable(basis.call, list(allocation.years), rows, basis.is_recused)


def tables_of_plans(user: Anyone, call: FundingCall, plans: Sequence[AllocationPlan]) -> list[PlanTable]:
    """What a call's plans say (three queries, and the call's budgets)."""
    budgets = {row.year: row.amount for row in call.budgets.all()}
    rows: dict[int, list[PlanRow]] = {plan.pk: [] for plan in plans}
    for saved in rows_of(user, plans):
        rows[saved.plan_id].append(_saved_row(saved, sorted(budgets)))
    return [_table_of_plan(call, budgets, rows[plan.pk]) for plan in plans]


def _table_of_plan(call: FundingCall, budgets: Mapping[int, Decimal], rows: list[PlanRow]) -> PlanTable:
    years = [
        YearSum(year, budget, sum((row.cells[index].amount for row in rows), NOTHING))
        for index, (year, budget) in enumerate(sorted(budgets.items()))
    ]
    return PlanTable(call, years, rows, any(row.is_hidden for row in rows))


def _saved_row(row: AllocationRow, years: Sequence[int]) -> PlanRow:
    asked = {applied.year: applied.amount for applied in row.application.applied_amounts.all()}
    given = {amount.year: amount for amount in row.amounts.all()}
    return PlanRow(
        application=row.application,
        rank=row.rank,
        score=row.score,
        has_centre=row.has_centre,
        earlier_years=row.earlier_years,
        cells=[
            Cell(asked.get(year, NOTHING), given[year].amount, given[year].fixed)
            if year in given
            else Cell(asked.get(year, NOTHING), NOTHING, fixed=False)
            for year in years
        ],
        explanation=row.explanation,
        is_hidden=getattr(row, "is_hidden", False),
    )


@dataclass(frozen=True)
class ComparedRow:
    """One application in several plans: its row in each (None: not in it), and the difference to the first one."""

    application: Application
    rows: list[PlanRow | None]
    is_hidden: bool

    @property
    def amounts(self) -> list[tuple[PlanRow | None, Decimal]]:
        first = self.rows[0].amount if self.rows[0] else NOTHING
        return [(row, (row.amount if row else NOTHING) - first) for row in self.rows]


def compare(tables: Sequence[PlanTable]) -> list[ComparedRow]:
    """The same applications in several plans side by side, by name."""
    found: dict[int, list[PlanRow | None]] = {}
    for index, table in enumerate(tables):
        for row in table.rows:
            found.setdefault(row.application.pk, [None] * len(tables))[index] = row
    compared = []
    for rows in found.values():
        known = next(row for row in rows if row)
        compared.append(ComparedRow(known.application, rows, known.is_hidden))
    return sorted(compared, key=lambda row: (row.application.organisation.sort_key, row.application.pk))
