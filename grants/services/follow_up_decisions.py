"""Decisions that follow the first one: changes, carry-overs and claims for repayment. Amounts are in kronor.

The application stays decided while such a decision is proposed; each links back to the decision that stands. They are
signed and returned as all decisions are (decisions.py), and take effect here.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from grants.enums import (
    ChangeRequestState,
    ClaimGround,
    DecisionKind,
    GrantState,
    Outcome,
)
from grants.models import Application, ChangeRequest, Decision, FinancialReport, Grant, Repayment
from grants.repayment_days import last_day_to_repay
from grants.selectors.decisions import standing_decision
from grants.services.applications import detail_url
from grants.services.assessments import check_impartial, propose_task_key
from grants.services.changes import change_url, move_change_request
from grants.services.errors import GrantError
from grants.services.grants import (
    change_grant,
    check_commitments,
    check_last_day,
    check_schedule,
    expect_report,
    scaled_budget,
)
from grants.services.left_over import ask_for_repayment, check_carry_over, check_left, close_when_settled
from grants.services.proposals import Amounts, Budget, check_budget, check_money, check_reasons, write_proposal
from grants.services.reporting import settlement_url
from grants.sharing import share_out
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.cases.services import close_tasks
from nch.common.formats import format_date


@transaction.atomic
def propose_follow_up(
    *,
    application: Application,
    kind: DecisionKind,
    changes: Decision,
    amounts: Amounts,
    reasons: str,
    by: User,
    at: datetime.datetime,
    outcome: Outcome = Outcome.GRANTED,
    ground: ClaimGround | None = None,
    ends_on: datetime.date | None = None,
    contents: str = "",
    budget_lines: Budget | None = None,
    financial_report: FinancialReport | None = None,
    change_request: ChangeRequest | None = None,
    conditions: Iterable[str] = (),
    recall_clause: str | None = None,
    appeal_text: str | None = None,
) -> Decision:
    """Propose, as presenter, a decision that follows `changes`, the decision that stands.

    `amounts` are, for a CHANGE, the whole new schedule (years left out get nothing); for a CARRY_OVER the kronor of
    the report's closing balance that may be used in the year; for a REPAYMENT_CLAIM the kronor to be paid back for the
    report's year. They are empty when what was applied for is rejected. Without `budget_lines` a change keeps the
    proportions of the budget that stands. Raises GrantError with the reason where it does not hold together.
    """
    require(by, Right.PROPOSE_DECISIONS, application.call.grantor_id)
    check_impartial(application, by)
    check_reasons(reasons)
    rejected = outcome == Outcome.REJECTED
    if rejected and any(amounts.values()):
        raise GrantError("Vid avslag ska inget belopp anges.")
    if any(amount < 0 for amount in amounts.values()):
        raise GrantError("Beloppen kan inte vara negativa.")
    amounts = {} if rejected else dict(amounts)
    decision = Decision(
        application=application,
        kind=kind,
        outcome=outcome,
        changes=changes,
        ground=ground or "",
        ends_on=None if rejected else ends_on,
        contents="" if rejected else contents,
        financial_report=financial_report,
        change_request=change_request,
    )
    check_follow_up(decision, amounts)
    budget: Budget = {}
    if kind == DecisionKind.CHANGE:
        budget = _budget(application, changes, amounts, budget_lines or {})
        check_budget(amounts, budget)
    proposal = write_proposal(
        application=application,
        kind=kind,
        outcome=outcome,
        amounts=amounts,
        budget=budget,
        reasons=reasons,
        conditions=conditions,
        recall_clause="" if rejected or kind == DecisionKind.REPAYMENT_CLAIM else recall_clause,
        appeal_text=appeal_text,
        by=by,
        at=at,
        changes=changes,
        ground=decision.ground,
        ends_on=decision.ends_on,
        contents=decision.contents,
        financial_report=financial_report,
        change_request=change_request,
    )
    close_tasks(propose_task_key(application), at=at)
    return proposal


def check_follow_up(decision: Decision, amounts: Amounts) -> None:
    """Raise GrantError where the decision cannot be made as things are now; asked when it is proposed and signed."""
    grant = _grant_of(decision.application)
    standing = standing_decision(decision.application)
    if standing is None or decision.changes_id != standing.pk:
        raise GrantError("Ett senare beslut har ändrat bidraget. Gör ett nytt förslag som bygger på det.")
    if grant.state != GrantState.ACTIVE:
        raise GrantError("Bidraget är avslutat.")
    for part in (decision.financial_report, decision.change_request):
        if part is not None and part.grant_id != grant.pk:
            raise GrantError("Underlaget hör till ett annat bidrag.")
    if decision.outcome == Outcome.REJECTED:
        if decision.kind == DecisionKind.REPAYMENT_CLAIM:
            raise GrantError("Ett återkrav kan inte avslås. Låt bli att föreslå det i stället.")
        _check_request(decision)
        return
    match decision.kind:
        case DecisionKind.CHANGE:
            _check_change(decision, grant, standing, amounts)
        case DecisionKind.CARRY_OVER:
            _check_carry_over(decision, grant, amounts)
        case DecisionKind.REPAYMENT_CLAIM:
            _check_claim(decision, grant, amounts)
        case _:
            raise GrantError("Ett bidrag beviljas med ett beslut om bidrag.")


def _grant_of(application: Application) -> Grant:
    grant = Grant.objects.select_for_update().filter(application=application).first()
    if grant is None:
        raise GrantError("Ansökan har inget bidrag som kan ändras.")
    return grant


def _check_request(decision: Decision) -> None:
    request = decision.change_request
    if request is not None and request.state != ChangeRequestState.ASSESSED:
        raise GrantError("Ansökan om ändring ska vara bedömd och får inte vara återkallad.")


def _check_change(decision: Decision, grant: Grant, standing: Decision, amounts: Amounts) -> None:
    _check_request(decision)
    before = {row.year: row.amount for row in standing.amounts.all()}
    if before == {y: a for y, a in amounts.items() if a or y in before} and not (
        decision.ends_on or decision.contents or decision.change_request
    ):
        raise GrantError("Förslaget ändrar ingenting.")
    check_schedule(grant, amounts, ends_on=decision.ends_on or grant.ends_on)
    check_money(grant.call, amounts, instead_of=before)
    check_commitments(grant, amounts)


def _check_carry_over(decision: Decision, grant: Grant, amounts: Amounts) -> None:
    report = decision.financial_report
    if report is None:
        raise GrantError("En överföring ska bygga på en ekonomisk redovisning.")
    if len(amounts) != 1 or sum(amounts.values()) <= 0:
        raise GrantError("Ange ett belopp att föra över, och till vilket år.")
    year = next(iter(amounts))
    check_last_day(grant, decision.ends_on or grant.ends_on)
    if year <= report.year:
        raise GrantError(f"Medel från {report.year} kan bara föras över till ett senare år.")
    if year > (decision.ends_on or grant.ends_on).year:
        raise GrantError(
            f"Bidraget slutar {format_date(grant.ends_on)}. Medel kan inte föras över till {year} utan mer tid."
        )
    check_carry_over(report, amounts[year], year)


def _check_claim(decision: Decision, grant: Grant, amounts: Amounts) -> None:
    if decision.financial_report is None:
        raise GrantError("Ett återkrav ska avse ett års ekonomiska redovisning.")
    if not decision.ground:
        raise GrantError("Ange grunden för återkravet.")
    claimed = sum(amounts.values(), Decimal(0))
    if claimed <= 0:
        raise GrantError("Ange hur mycket som ska betalas tillbaka.")
    check_left(decision.financial_report, claimed)


def _budget(application: Application, changes: Decision, amounts: Amounts, given: Budget) -> Budget:
    """The budget of a change: as given, else in the proportions of the budget that stands; no empty lines."""
    budget: dict[int, dict[str, Decimal]] = {}
    for year, amount in amounts.items():
        parts = given[year] if year in given else proportional_budget(application, changes, year, amount)
        budget[year] = {category: part for category, part in parts.items() if part}
    return budget


def proportional_budget(application: Application, changes: Decision, year: int, amount: Decimal) -> dict[str, Decimal]:
    """A year's kronor shared as the standing budget shares that year, or else all years together."""
    lines = list(changes.budget_lines.all())
    weights: dict[str, Decimal] = {}
    for line in [line for line in lines if line.year == year and line.amount] or lines:
        weights[line.category] = weights.get(line.category, Decimal(0)) + line.amount
    return share_out(amount, weights) if any(weights.values()) else scaled_budget(application, year, amount)


def take_effect(decision: Decision, *, by: User, at: datetime.datetime) -> None:
    """Do what a decision says that has just been signed; `check_follow_up` has allowed it."""
    if decision.change_request is not None:
        move_change_request(decision.change_request, ChangeRequestState.DECIDED, by=by, at=at)
    if decision.outcome == Outcome.REJECTED:
        return
    grant = decision.application.grant
    amounts = list(decision.amounts.all())
    match decision.kind:
        case DecisionKind.CHANGE:
            change_grant(grant=grant, decision=decision, by=by, at=at)
        case DecisionKind.CARRY_OVER:
            if decision.ends_on:
                Grant.objects.filter(pk=grant.pk).update(ends_on=decision.ends_on)
            for row in amounts:
                expect_report(grant, row.year, at=at)
            if decision.financial_report is not None:
                close_when_settled(decision.financial_report, at=at)
        case DecisionKind.REPAYMENT_CLAIM if decision.financial_report is not None:
            repayment = Repayment.objects.create(
                grant=grant,
                report=decision.financial_report,
                claim=decision,
                amount=sum((row.amount for row in amounts), Decimal(0)),
                due_on=last_day_to_repay(at),
                created_at=at,
            )
            ask_for_repayment(repayment, at=at)


def reworking_url(decision: Decision) -> str:
    """Where a returned proposal is worked over: on the page of what it is based on."""
    if decision.change_request is not None:
        return change_url(decision.change_request)
    if decision.financial_report is not None:
        return settlement_url(decision.financial_report)
    return detail_url(decision.application)
