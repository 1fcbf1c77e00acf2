"""What happens with money that is left: carried over by decision, paid back, or claimed back by decision.

Never more than what is left of the year and not settled in another way (grants/ledger.py). A cost that is refused
makes more be left, and is claimed back in the same way.
"""

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from grants.enums import ClaimGround, DecisionKind, FinancialReportState, GrantState, RepaymentState
from grants.models import Decision, FinancialReport, Grant, Repayment
from grants.selectors.decisions import standing_decision
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError
from grants.services.follow_up_decisions import propose_follow_up
from grants.services.left_over import ask_for_repayment, check_left, repayment_task_keys
from grants.services.reporting import report_url
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.services import close_tasks, note
from nch.common.formats import format_date, format_kronor


def propose_carry_over(
    *, report: FinancialReport, amount: Decimal, year: int, reasons: str, by: User, at: datetime.datetime
) -> Decision:
    """Propose that kronor left in an approved report may be used in a later year; somebody else decides.

    A year after the grant's last one prolongs the grant to the end of it.
    """
    return propose_follow_up(
        application=report.grant.application,
        kind=DecisionKind.CARRY_OVER,
        changes=_standing(report),
        amounts={year: amount},
        reasons=reasons,
        ends_on=datetime.date(year, 12, 31) if year > report.grant.ends_on.year else None,
        by=by,
        at=at,
        financial_report=report,
    )


def propose_claim(
    *, report: FinancialReport, amount: Decimal, ground: ClaimGround, reasons: str, by: User, at: datetime.datetime
) -> Decision:
    """Propose that kronor of a year are claimed back, on a ground; somebody else decides, and then they are owed."""
    return propose_follow_up(
        application=report.grant.application,
        kind=DecisionKind.REPAYMENT_CLAIM,
        changes=_standing(report),
        amounts={report.year: amount},
        reasons=reasons,
        ground=ground,
        by=by,
        at=at,
        financial_report=report,
    )


def _standing(report: FinancialReport) -> Decision:
    decision = standing_decision(report.grant.application)
    if decision is None:
        raise GrantError("Bidraget saknar beslut.")
    return decision


@transaction.atomic
def agree_on_repayment(
    *, report: FinancialReport, amount: Decimal, due_on: datetime.date, by: User, at: datetime.datetime
) -> Repayment:
    """Note that the receiver pays back kronor left in an approved report by a day; raises GrantError otherwise."""
    grant = report.grant
    require(by, Right.REVIEW_SUBSTANCE, grant.call.grantor_id)
    check_impartial(grant.application, by)
    Grant.objects.select_for_update().get(pk=grant.pk)
    if report.state != FinancialReportState.APPROVED:
        raise GrantError("Redovisningen ska vara godkänd innan det avgörs vad som betalas tillbaka.")
    if grant.state != GrantState.ACTIVE:
        raise GrantError("Bidraget är avslutat.")
    if due_on < timezone.localdate(at):
        raise GrantError("Sista dagen att betala har redan passerat.")
    check_left(report, amount)
    repayment = Repayment.objects.create(grant=grant, report=report, amount=amount, due_on=due_on, created_at=at)
    note(
        grant.case,
        f"{format_kronor(amount)} ska betalas tillbaka senast {format_date(due_on)}",
        by=by,
        at=at,
        url=report_url(report),
    )
    record("repayment_expected", by=by, subject=repayment, organisation_id=grant.organisation_id, at=at)
    ask_for_repayment(repayment, at=at)
    return repayment


@transaction.atomic
def register_repayment(
    *, repayment: Repayment, repaid_on: datetime.date, voucher: str, by: User, at: datetime.datetime
) -> Repayment:
    """Enter that the money has come, with day and voucher; final. Raises GrantError where it is entered already."""
    grant = repayment.grant
    require(by, Right.KEEP_ACCOUNTS, grant.call.grantor_id)
    check_impartial(grant.application, by)
    if not voucher.strip():
        raise GrantError("Ange verifikationen.")
    if repaid_on > timezone.localdate(at):
        raise GrantError("Dagen för betalningen ligger i framtiden.")
    changes = {"state": RepaymentState.REPAID, "repaid_on": repaid_on, "voucher": voucher.strip(), "registered_by": by}
    waiting = Repayment.objects.filter(pk=repayment.pk, state=RepaymentState.EXPECTED)
    if not waiting.update(**changes):
        raise GrantError("Återbetalningen är redan bokförd eller har utgått.")
    repayment.refresh_from_db()
    note(
        grant.case,
        f"{format_kronor(repayment.amount)} betalades tillbaka",
        by=by,
        at=at,
        url=report_url(repayment.report),
    )
    record(
        "repayment_registered",
        by=by,
        subject=repayment,
        organisation_id=grant.organisation_id,
        details={"amount": str(repayment.amount), "voucher": repayment.voucher},
        at=at,
    )
    close_tasks(*repayment_task_keys(repayment), at=at)
    return repayment


@transaction.atomic
def cancel_repayment(*, repayment: Repayment, by: User, at: datetime.datetime) -> Repayment:
    """Drop an agreed repayment that has not come, so that the money can be settled in another way.

    What a decision claims back stands until another decision. Raises GrantError for that, and where money has come.
    """
    grant = repayment.grant
    require(by, Right.REVIEW_SUBSTANCE, grant.call.grantor_id)
    check_impartial(grant.application, by)
    if repayment.claim_id is not None:
        raise GrantError("Ett återkrav gäller som det är beslutat.")
    waiting = Repayment.objects.filter(pk=repayment.pk, state=RepaymentState.EXPECTED)
    if not waiting.update(state=RepaymentState.CANCELLED):
        raise GrantError("Återbetalningen är redan bokförd eller har utgått.")
    repayment.refresh_from_db()
    note(
        grant.case,
        f"Återbetalningen av {format_kronor(repayment.amount)} utgår",
        by=by,
        at=at,
        url=report_url(repayment.report),
    )
    record("repayment_cancelled", by=by, subject=repayment, organisation_id=grant.organisation_id, at=at)
    close_tasks(*repayment_task_keys(repayment), at=at)
    return repayment
