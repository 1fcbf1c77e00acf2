"""Decisions: the presenter proposes, another person decides; signed ones are final."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from grants.documents import render_decision
from grants.enums import ApplicationState, DecisionState, Outcome
from grants.models import (
    Application,
    Decision,
    DecisionAmount,
    DecisionBudgetLine,
    DecisionCondition,
    FundingCall,
)
from grants.selectors.assessments import NEEDED_ASSESSMENTS, counting_assessments
from grants.selectors.calls import balances
from grants.services.applications import detail_url, move_application
from grants.services.assessments import check_impartial, propose_task_key
from grants.services.errors import GrantError
from grants.services.grants import open_grant, scaled_budget
from grants.tasks import notify_decision
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import DocumentDirection
from nch.cases.services import add_document, close_case, close_tasks, note, open_task
from nch.common.formats import format_kronor


@dataclass(frozen=True)
class ProposalInput:
    """A proposed decision. `amounts` maps years to kronor (empty when rejected)."""

    outcome: Outcome
    amounts: Mapping[int, Decimal]
    reasons: str
    conditions: Sequence[str] = ()


def check_proposal(application: Application, content: ProposalInput) -> None:
    """Raise GrantError where outcome and amounts do not go together, or the call's money does not suffice."""
    applied = {row.year: row.amount for row in application.applied_amounts.all()}
    total = sum(content.amounts.values(), Decimal(0))
    if not content.reasons.strip():
        raise GrantError("Ett beslut ska ange skälen.")
    if any(amount < 0 for amount in content.amounts.values()):
        raise GrantError("Beloppen kan inte vara negativa.")
    if content.outcome == Outcome.REJECTED and total:
        raise GrantError("Vid avslag ska inget belopp anges.")
    if content.outcome == Outcome.GRANTED and any(content.amounts.get(y, Decimal(0)) != a for y, a in applied.items()):
        raise GrantError("Vid bifall ska beloppen vara de som söks. Välj delvis bifall för andra belopp.")
    if content.outcome == Outcome.GRANTED_IN_PART and not 0 < total < sum(applied.values(), Decimal(0)):
        raise GrantError("Vid delvis bifall ska beloppet vara större än noll och mindre än det sökta.")
    for year, amount in content.amounts.items():
        if year not in applied:
            raise GrantError(f"Ansökan gäller inte {year}.")
        if amount > applied[year]:
            raise GrantError(f"För {year} söks {format_kronor(applied[year])}. Mer än så kan inte beviljas.")
    check_money(application.call, content.amounts)


def check_money(call: FundingCall, amounts: Mapping[int, Decimal]) -> None:
    """Raise GrantError where a year's amount is more than what the call has left for that year."""
    for balance in balances(call):
        amount = amounts.get(balance.year, Decimal(0))
        if amount > balance.left:
            raise GrantError(
                f"Utlysningen har {format_kronor(balance.left)} kvar för {balance.year}, men förslaget är "
                f"{format_kronor(amount)}."
            )


@transaction.atomic
def propose_decision(*, application: Application, content: ProposalInput, by: User, at: datetime.datetime) -> Decision:
    """Propose a decision as presenter (föredragande). Two assessments have to be in; a recused officer may not."""
    require(by, Right.PROPOSE_DECISIONS, application.call.grantor_id)
    check_impartial(application, by)
    if counting_assessments(application) < NEEDED_ASSESSMENTS:
        raise GrantError("Minst två bedömningar ska vara lämnade innan ett beslut kan föreslås.")
    check_proposal(application, content)
    move_application(application, ApplicationState.PROPOSED, by=by, at=at)
    decision = Decision.objects.create(
        application=application,
        outcome=content.outcome,
        reasons=content.reasons,
        recall_clause=application.call.recall_clause,
        appeal_text=application.call.appeal_text,
        presenter=by,
        proposed_at=at,
    )
    if content.outcome != Outcome.REJECTED:
        DecisionAmount.objects.bulk_create(
            DecisionAmount(decision=decision, year=year, amount=amount) for year, amount in content.amounts.items()
        )
        DecisionBudgetLine.objects.bulk_create(
            DecisionBudgetLine(decision=decision, year=year, category=category, amount=part)
            for year, amount in content.amounts.items()
            for category, part in scaled_budget(application, year, amount).items()
        )
    DecisionCondition.objects.bulk_create(
        DecisionCondition(decision=decision, number=number, text=text)
        for number, text in enumerate((t.strip() for t in content.conditions if t.strip()), start=1)
    )
    record("decision_proposed", by=by, subject=decision, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(application.case, f"{by} föreslog beslut: {decision.get_outcome_display()}", by=by, at=at, internal=True)
    close_tasks(propose_task_key(application), at=at)
    open_task(
        decide_task_key(application),
        organisation=application.call.grantor,
        right=Right.DECIDE,
        title=f"Besluta om ansökan från {application.organisation}",
        url=detail_url(application),
        at=at,
        case=application.case,
    )
    return decision


@transaction.atomic
def sign_decision(*, decision: Decision, by: User, at: datetime.datetime) -> Decision:
    """Decide as proposed: the document is drawn up, registered and sent; from now on nothing in it changes."""
    require(by, Right.DECIDE, decision.application.call.grantor_id)
    if decision.presenter_id == by.pk:
        raise PermissionDenied("Den som föredrar ett ärende kan inte också besluta i det.")
    application = decision.application
    check_impartial(application, by)
    # The call is locked so that two decisions in parallel cannot both use the last money.
    FundingCall.objects.select_for_update().get(pk=application.call_id)
    amounts = list(decision.amounts.all())
    check_money(application.call, {row.year: row.amount for row in amounts})
    move_application(application, ApplicationState.DECIDED, by=by, at=at)
    if application.case is None:
        raise GrantError("Ansökan saknar ärende.")
    document = add_document(
        case=application.case,
        direction=DocumentDirection.OUTGOING,
        title=f"Beslut: {decision.get_outcome_display().lower()}",
        file_name=f"beslut-{application.case.year}-{application.case.number}.pdf",
        content=render_decision(decision, decision_maker=by, at=at),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            signed = Decision.objects.filter(pk=decision.pk, state=DecisionState.PROPOSED).update(
                state=DecisionState.SIGNED, decision_maker=by, decided_at=at, document=document
            )
    except IntegrityError as error:
        raise GrantError("Ansökan har redan ett beslut.") from error
    if not signed:
        raise GrantError("Förslaget är inte längre aktuellt. Läs in sidan på nytt.")
    decision.refresh_from_db()
    record(
        "decision_signed",
        by=by,
        subject=decision,
        organisation_id=application.organisation_id,
        details={
            "outcome": decision.outcome,
            "amounts": {str(row.year): str(row.amount) for row in amounts},
            "sha256": document.sha256,
        },
        at=at,
    )
    note(application.case, f"Beslut: {decision.get_outcome_display()}", by=by, at=at)
    if decision.outcome == Outcome.REJECTED:
        close_case(application.case, by=by, at=at)
    else:
        open_grant(decision=decision, by=by, at=at)
    close_tasks(decide_task_key(application), at=at)
    transaction.on_commit(lambda: notify_decision.delay(decision.pk), robust=True)
    return decision


@transaction.atomic
def return_proposal(*, decision: Decision, comment: str, by: User, at: datetime.datetime) -> Decision:
    """Return a proposal to the presenter with a comment; it is kept, and a new one can be made."""
    require(by, Right.DECIDE, decision.application.call.grantor_id)
    if not comment.strip():
        raise GrantError("Skriv vad föredraganden behöver ändra.")
    application = decision.application
    check_impartial(application, by)
    move_application(application, ApplicationState.SUBMITTED, by=by, at=at)
    Decision.objects.filter(pk=decision.pk, state=DecisionState.PROPOSED).update(
        state=DecisionState.RETURNED, return_comment=comment
    )
    decision.refresh_from_db()
    record("decision_returned", by=by, subject=decision, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(application.case, f"{by} lämnade tillbaka förslaget", by=by, at=at, internal=True)
    close_tasks(decide_task_key(application), at=at)
    open_task(
        propose_task_key(application),
        organisation=application.call.grantor,
        right=Right.PROPOSE_DECISIONS,
        title=f"Arbeta om förslaget till beslut för {application.organisation}",
        url=detail_url(application),
        at=at,
        assignee=decision.presenter,
    )
    return decision


def decide_task_key(application: Application) -> str:
    """The key of the decision-maker's task."""
    return f"decide:{application.pk}"
