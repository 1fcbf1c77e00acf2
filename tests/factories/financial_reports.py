"""Grants with money paid, and economic reports as counties hand them in, through the services."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from grants.enums import CostCategory, FinancialReportState, PaymentBasis, PaymentState, ReviewPart
from grants.financial_report_form import COST_COLUMN, COSTS_KEY, HOURS_KEY, NOTHING_LEFT, REPAY, UNSPENT_KEY
from grants.models import Application, FinancialReport, Grant, Payment
from grants.selectors.financial_reports import draft_figures
from grants.services.financial_reports import LineReview, review_report, start_report, submit_report
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.demo.build import declare_impartial
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import save_answers
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_decided, make_submitted

Costs = Mapping[str, Decimal | int]
BUDGETS = {2024: Decimal(2_000_000), 2025: Decimal(1_000_000)}
# Later than everything that the factories do before.
NOW = timezone.now() + datetime.timedelta(hours=12)
TODAY = timezone.localdate(NOW)


@dataclass
class GrantWorld:
    """A granted application and those who act on it: 230 000 kronor a year, in whole by default."""

    grant: Grant
    signatory: User
    officer: User
    finance: User
    decider: User

    def report(self, year: int) -> FinancialReport:
        """The year's report as it is now."""
        reports = FinancialReport.objects.select_related(
            "grant__organisation",
            "grant__call__grantor",
            "grant__case",
            "grant__application__call",
            "response__version",
            "response__organisation",
        )
        return reports.get(grant=self.grant, year=year)


def make_grant(signatory: User | None = None, **changes: object) -> GrantWorld:
    """A grant of half of what was applied for in 2024 and 2025, and its people."""
    signatory = signatory or make_user(Role.COUNTY_SIGNATORY)
    call = make_call(**{"budgets": BUDGETS, **changes})
    return world_of(make_submitted(call, signatory), signatory)


def world_of(application: Application, signatory: User) -> GrantWorld:
    """The same of a submitted application."""
    make_decided(application)
    officer, finance, decider = (
        make_user(role) for role in (Role.NCH_OFFICER, Role.NCH_FINANCE, Role.NCH_DECISION_MAKER)
    )
    for user in (officer, decider):
        declare_impartial(application, user, at=timezone.now())
    grant = Grant.objects.select_related("organisation", "call__grantor", "case", "application__call").get(
        application=application
    )
    return GrantWorld(grant, signatory, officer, finance, decider)


def pay(world: GrantWorld, year: int, amount: Decimal | int) -> Payment:
    """An instalment that has been paid."""
    return Payment.objects.create(
        grant=world.grant,
        number=world.grant.payments.count() + 1,
        year=year,
        amount=Decimal(amount),
        basis=PaymentBasis.PLAN,
        state=PaymentState.PAID,
        prepared_by=world.officer,
        approved_by=world.finance,
        paid_on=datetime.date(year, 6, 1),
        voucher="V1",
    )


def write_report(world: GrantWorld, year: int, costs: Costs, **answers: object) -> FinancialReport:
    """A draft with these costs, filled in so that it can be handed in; `answers` by question key in snake case."""
    report = world.report(year)
    if report.state == FinancialReportState.EXPECTED:
        start_report(report=report, by=world.signatory, at=NOW)
    report = world.report(year)
    assert report.response is not None
    values: dict[str, object] = {
        COSTS_KEY: {c.value: {COST_COLUMN: str(costs.get(c.value, ""))} for c in CostCategory},
        HOURS_KEY: "1 650",
        **{f"avvikelse-{c.value.replace('_', '-')}": "Anställningen började senare än planerat." for c in CostCategory},
    }
    fill_in_seen(report, values, world.signatory)
    left = draft_figures(report, ResponseReader(report.response, draft=True)).closing
    fill_in_seen(report, {UNSPENT_KEY: REPAY if left else NOTHING_LEFT}, world.signatory)
    fill_in_seen(report, {key.replace("_", "-"): value for key, value in answers.items()}, world.signatory)
    return report


def fill_in_seen(report: FinancialReport, answers: dict[str, object], by: User) -> None:
    """Answer questions that may have an answer already."""
    assert report.response is not None
    reader = ResponseReader(report.response, draft=True)
    questions = {question.key: question for question in reader.questions}
    seen = {question: answer.revision for question in questions.values() if (answer := reader.answers.get(question.pk))}
    save_answers(
        response=report.response, values={questions[k]: v for k, v in answers.items()}, seen=seen, by=by, at=NOW
    )


def hand_in(world: GrantWorld, year: int, costs: Costs, **answers: object) -> FinancialReport:
    """A report that is certified and handed in."""
    submit_report(report=write_report(world, year, costs, **answers), by=world.signatory, at=NOW)
    return world.report(year)


def approve(world: GrantWorld, year: int, lines: Mapping[str, LineReview] | None = None) -> FinancialReport:
    """Both reviews of a report that is handed in."""
    for part, by in ((ReviewPart.SUBSTANCE, world.officer), (ReviewPart.SUMS, world.finance)):
        review_report(report=world.report(year), part=part, lines=lines or {}, note_text="", by=by, at=NOW)
    return world.report(year)


def approved_without_costs(report: FinancialReport) -> FinancialReport:
    """The report as it would be if the county had used nothing and both reviewers agreed; for tests of what follows."""
    FinancialReport.objects.filter(pk=report.pk).update(
        state=FinancialReportState.APPROVED,
        approved_at=NOW,
        substance_reviewed_at=NOW,
        sums_reviewed_at=NOW,
        opening_balance=0,
        allotted=0,
    )
    report.refresh_from_db()
    return report
