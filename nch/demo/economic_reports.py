"""Gävleborg's economic report for 2025 in the demo: handed in with a deviation, reviewed, and what was left settled."""

import datetime
from decimal import Decimal

from grants.enums import CostCategory, ReviewPart
from grants.financial_report_form import (
    CARRY_OVER,
    CARRY_OVER_AMOUNT_KEY,
    CARRY_OVER_REASONS_KEY,
    COST_COLUMN,
    COSTS_KEY,
    HOURS_KEY,
    UNSPENT_KEY,
    explanation_key,
)
from grants.models import FinancialReport, Grant
from grants.selectors.grants import budget_of
from grants.selectors.reporting import received_by_hand
from grants.services.decisions import sign_decision
from grants.services.financial_reports import review_report, start_report, submit_report
from grants.services.reporting import receive_planned
from grants.services.settlement import agree_on_repayment, propose_carry_over, register_repayment
from nch.demo.cast import Cast
from nch.demo.means import moment
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import save_answers

YEAR = 2025


def account_for_2025(cast: Cast) -> None:
    """Account for the money that has been paid for the year, and settle what is left."""
    county = cast["signatory-gavleborg"].memberships.get().organisation
    grant = Grant.objects.select_related("organisation", "call__grantor", "case", "application__call").get(
        organisation=county, starts_on__year=YEAR
    )
    statistics = received_by_hand(grant).get(period_ends_on__year=YEAR)
    receive_planned(
        grant=grant,
        task=statistics,
        received_on=datetime.date(2026, 2, 11),
        comment="Kom som tabell med e-post.",
        by=cast["officer1"],
        at=moment(2026, 2, 12),
    )
    report = _handed_in(grant, cast)
    for part, by, day in ((ReviewPart.SUBSTANCE, "officer1", 10), (ReviewPart.SUMS, "finance", 17)):
        review_report(
            report=report, part=part, lines={}, note_text="Underlagen stämmer.", by=cast[by], at=moment(2026, 2, day)
        )
    report = _report(grant)
    decision = propose_carry_over(
        report=report,
        amount=Decimal(60_000),
        year=YEAR + 1,
        reasons="Rekryteringen blev försenad, och arbetet fortsätter enligt projektplanen.",
        by=cast["officer1"],
        at=moment(2026, 2, 24),
    )
    sign_decision(decision=decision, by=cast["decision-maker"], at=moment(2026, 3, 3))
    repayment = agree_on_repayment(
        report=report,
        amount=Decimal(40_000),
        due_on=datetime.date(2026, 4, 15),
        by=cast["officer1"],
        at=moment(2026, 3, 4),
    )
    register_repayment(
        repayment=repayment,
        repaid_on=datetime.date(2026, 4, 9),
        voucher="B 1187",
        by=cast["finance"],
        at=moment(2026, 4, 10),
    )


def _report(grant: Grant) -> FinancialReport:
    reports = FinancialReport.objects.select_related(
        "grant__organisation",
        "grant__call__grantor",
        "grant__case",
        "grant__application__call",
        "response__version",
        "response__organisation",
    )
    return reports.get(grant=grant, year=YEAR)


def _handed_in(grant: Grant, cast: Cast) -> FinancialReport:
    """The report: salaries are 100 000 kronor below the budget, all else as planned."""
    officer, signatory = cast["officer-gavleborg"], cast["signatory-gavleborg"]
    start_report(report=_report(grant), by=officer, at=moment(2026, 1, 8))
    report = _report(grant)
    costs = budget_of(grant, YEAR)
    costs[CostCategory.SALARIES.value] -= Decimal(100_000)
    answers: dict[str, object] = {
        COSTS_KEY: {category: {COST_COLUMN: str(cost)} for category, cost in costs.items()},
        explanation_key(CostCategory.SALARIES.value): (
            "Samordnaren kunde börja först i mars. Arbetet har därefter följt planen."
        ),
        HOURS_KEY: "1 420",
        UNSPENT_KEY: CARRY_OVER,
        CARRY_OVER_AMOUNT_KEY: "60 000",
        CARRY_OVER_REASONS_KEY: "Medlen behövs för de utbildningar som flyttades till våren.",
    }
    if report.response is not None:
        questions = {question.key: question for question in ResponseReader(report.response).questions}
        values = {questions[key]: value for key, value in answers.items()}
        save_answers(response=report.response, values=values, seen={}, by=officer, at=moment(2026, 1, 9))
    submit_report(report=report, by=signatory, at=moment(2026, 1, 22))
    return _report(grant)
