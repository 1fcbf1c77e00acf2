"""Reading economic reports: within the user's reach, and with their figures. Amounts are in kronor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Sum

from grants.deviations import Deviation
from grants.enums import CostCategory, FinancialReportState
from grants.financial_report_form import (
    CARRY_OVER,
    CARRY_OVER_AMOUNT_KEY,
    COST_COLUMN,
    COSTS_KEY,
    HOURS_KEY,
    NOTHING_LEFT,
    UNSPENT_KEY,
    explanation_key,
)
from grants.models import AccountingEntry, FinancialReport, FinancialReportReturn
from grants.selectors.grants import budget_of
from grants.selectors.ledger import opening_balance
from grants.selectors.payments import paid_by_year
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import matters_for
from nch.common.formats import NotANumberError, format_kronor, format_number, parse_number
from nch.questionnaires.grids import GridSums
from nch.questionnaires.selectors import Problem, ResponseReader

Anyone = User | AnonymousUser
MOST_HOURS = Decimal(999_999)
HANDED_IN = (FinancialReportState.SUBMITTED, FinancialReportState.RETURNED, FinancialReportState.APPROVED)


def financial_reports_for(user: Anyone) -> QuerySet[FinancialReport]:
    """Economic reports in the cases that the user may see, expected ones too."""
    reports = FinancialReport.objects.select_related(
        "grant__organisation", "grant__call__grantor", "grant__case__handler", "grant__application", "response__version"
    )
    return matters_for(user, reports, "grant__case")


def editable_financial_reports_for(user: Anyone) -> QuerySet[FinancialReport]:
    """Economic reports that the user may fill in."""
    reports = FinancialReport.objects.select_related(
        "grant__organisation",
        "grant__call__grantor",
        "grant__case",
        "grant__application",
        "response__version",
        "response__organisation",
    )
    return access_of(user).limit(reports, Right.FILL_IN)


@dataclass(frozen=True)
class ReportLine:
    """One category of cost in a report."""

    category: CostCategory
    deviation: Deviation
    explanation: str = ""
    admitted: Decimal | None = None
    reason: str = ""

    @property
    def counted(self) -> Decimal:
        """What counts as cost: all of it, or what the grantor has admitted."""
        return self.deviation.cost if self.admitted is None else self.admitted

    @property
    def is_refused(self) -> bool:
        """Whether some of the cost is not admitted."""
        return self.counted != self.deviation.cost


@dataclass(frozen=True)
class Figures:
    """A report's figures: worked out from what is typed while it is a draft, as they were handed in afterwards."""

    opening: Decimal
    allotted: Decimal
    lines: Sequence[ReportLine]

    @property
    def total(self) -> Decimal:
        """What there was to use."""
        return self.opening + self.allotted

    @property
    def budget(self) -> Decimal:
        return sum((line.deviation.budget for line in self.lines), Decimal(0))

    @property
    def cost(self) -> Decimal:
        return sum((line.deviation.cost for line in self.lines), Decimal(0))

    @property
    def admitted(self) -> Decimal:
        """The cost that counts."""
        return sum((line.counted for line in self.lines), Decimal(0))

    @property
    def sum_deviation(self) -> Deviation:
        """The whole cost against the whole budget."""
        return Deviation(self.budget, self.cost)

    @property
    def closing(self) -> Decimal:
        """What is left (utgående balans); a cost above the money is the receiver's own."""
        return max(Decimal(0), self.total - self.admitted)

    @property
    def own_share(self) -> Decimal:
        """What the receiver has borne itself."""
        return max(Decimal(0), self.admitted - self.total)


def money_now(report: FinancialReport) -> tuple[Decimal, Decimal]:
    """What is carried over to the report's year, and what is paid for it, as things are now (two queries)."""
    return opening_balance(report.grant, report.year), paid_by_year(report.grant).get(report.year, Decimal(0))


def draft_figures(report: FinancialReport, reader: ResponseReader | None) -> Figures:
    """The figures of a report that is not handed in: balance and payments as they are now, costs as typed."""
    opening, paid = money_now(report)
    budget = budget_of(report.grant, report.year)
    typed = GridSums((reader.value_of(COSTS_KEY) if reader else None) or {})
    lines = [
        ReportLine(
            category,
            Deviation(
                budget.get(category.value, Decimal(0)),
                typed.amounts.get(category.value, {}).get(COST_COLUMN, Decimal(0)),
            ),
            explanation=str((reader.value_of(explanation_key(category.value)) if reader else "") or "").strip(),
        )
        for category in CostCategory
    ]
    return Figures(opening, paid, lines)


def frozen_figures(report: FinancialReport) -> Figures:
    """The figures as they were handed in, with what is admitted (one query)."""
    lines = [
        ReportLine(
            CostCategory(line.category), Deviation(line.budget, line.cost), line.explanation, line.admitted, line.reason
        )
        for line in report.lines.all()
    ]
    return Figures(report.opening_balance or Decimal(0), report.allotted or Decimal(0), lines)


def worked_hours(reader: ResponseReader) -> Decimal | None:
    """The hours typed, or None where they cannot be read."""
    return _number(reader.value_of(HOURS_KEY))


def wish_of(reader: ResponseReader) -> tuple[str, Decimal]:
    """What the receiver wants to do with what is left, and the kronor it wants to carry over."""
    wish = str(reader.value_of(UNSPENT_KEY) or "")
    amount = _number(reader.value_of(CARRY_OVER_AMOUNT_KEY)) if wish == CARRY_OVER else None
    return wish, amount or Decimal(0)


def _number(text: object) -> Decimal | None:
    try:
        return parse_number(str(text or ""))
    except NotANumberError:
        return None


def report_problems(figures: Figures, reader: ResponseReader) -> list[Problem]:
    """What stops a report beside the questions' own rules: unexplained deviations, and what does not add up."""
    questions = {question.key: question for question in reader.questions}
    problems = [
        Problem(questions[explanation_key(line.category.value)], _explain(line.deviation))
        for line in figures.lines
        if line.deviation.must_be_explained and not line.explanation
    ]
    if (worked_hours(reader) or Decimal(0)) > MOST_HOURS:
        problems.append(Problem(questions[HOURS_KEY], "Antalet timmar är orimligt stort."))
    wish, amount = wish_of(reader)
    if wish == NOTHING_LEFT and figures.closing:
        words = f"Utgående balans är {format_kronor(figures.closing)}. Välj vad som ska hända med de medlen."
        problems.append(Problem(questions[UNSPENT_KEY], words))
    elif wish and wish != NOTHING_LEFT and not figures.closing:
        problems.append(Problem(questions[UNSPENT_KEY], "Inget är kvar enligt kostnaderna. Välj ”Inget är kvar”."))
    elif wish == CARRY_OVER and not 0 < amount <= figures.closing:
        words = f"Ange ett belopp som är större än noll och högst {format_kronor(figures.closing)}."
        problems.append(Problem(questions[CARRY_OVER_AMOUNT_KEY], words))
    return problems


def _explain(deviation: Deviation) -> str:
    way = "över" if deviation.amount > 0 else "under"
    share = f" ({format_number(abs(deviation.percent), decimals=1)} %)" if deviation.percent is not None else ""
    return f"Förklara avvikelsen: kostnaden är {format_kronor(abs(deviation.amount))} {way} budgeten{share}."


def previous_report(report: FinancialReport) -> FinancialReport | None:
    """The grant's report for the year before, where there is one that has been handed in."""
    earlier = FinancialReport.objects.filter(grant=report.grant_id, year=report.year - 1, state__in=HANDED_IN)
    return earlier.select_related("response__version").first()


def open_return(report: FinancialReport) -> FinancialReportReturn | None:
    """The return that the receiver has not answered yet, with its comments."""
    return report.returns.filter(answered_at__isnull=True).prefetch_related("comments").first()


def accounted_in_year(report: FinancialReport) -> Decimal | None:
    """What the grantor's own accounts say of the grant's project in the year; None where nothing is imported."""
    entries = AccountingEntry.objects.filter(grant=report.grant_id, day__year=report.year)
    total: Decimal | None = entries.aggregate(sum=Sum("amount"))["sum"]
    return total


def figures_differ(report: FinancialReport) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Where balance or payments are no longer what the report was handed in with: label → (then, now)."""
    opening, paid = money_now(report)
    pairs = {
        "Ingående balans": (report.opening_balance or Decimal(0), opening),
        "Tilldelat belopp": (report.allotted or Decimal(0), paid),
    }
    return {label: (then, now) for label, (then, now) in pairs.items() if then != now}
