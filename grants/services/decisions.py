"""Decisions: the presenter proposes, another person decides; signed ones are final.

The first decision on an application is proposed here, those that follow it in follow_up_decisions.py; all of them are
signed or returned here.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from grants.documents import render_decision
from grants.enums import ApplicationState, DecisionKind, DecisionState, Outcome
from grants.models import Application, Decision, FundingCall
from grants.selectors.assessments import NEEDED_ASSESSMENTS, counting_assessments
from grants.selectors.decisions import MAIL_KEY
from grants.services.applications import detail_url, end_assessing, move_application
from grants.services.assessments import check_impartial, propose_task_key
from grants.services.errors import GrantError
from grants.services.follow_up_decisions import check_follow_up, reworking_url, take_effect
from grants.services.grants import open_grant, scaled_budget
from grants.services.proposals import (
    Amounts,
    Budget,
    check_budget,
    check_money,
    check_reasons,
    decide_task_key,
    write_proposal,
)
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import DocumentDirection
from nch.cases.mail import letter, write_mails
from nch.cases.notices import people_with
from nch.cases.selectors import is_recused
from nch.cases.services import add_document, close_case, close_tasks, note, open_task
from nch.common.formats import format_kronor

_FILE_NAMES = {
    DecisionKind.GRANT: "beslut",
    DecisionKind.CHANGE: "andringsbeslut",
    DecisionKind.CARRY_OVER: "beslut-om-overforing",
    DecisionKind.REPAYMENT_CLAIM: "beslut-om-aterkrav",
}


@dataclass(frozen=True)
class ProposalInput:
    """A proposed decision on an application. `amounts` maps years to kronor (empty when rejected).

    `budget` maps years to kronor per category of cost; for a year it leaves out, the applied budget is brought down in
    proportion. Clauses that are None are the call's.
    """

    outcome: Outcome
    amounts: Amounts
    reasons: str
    conditions: Sequence[str] = ()
    budget: Budget | None = None
    recall_clause: str | None = None
    appeal_text: str | None = None


def check_proposal(application: Application, content: ProposalInput) -> None:
    """Raise GrantError where outcome and amounts do not go together, or the call's money does not suffice."""
    applied = {row.year: row.amount for row in application.applied_amounts.all()}
    total = sum(content.amounts.values(), Decimal(0))
    check_reasons(content.reasons)
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


@transaction.atomic
def propose_decision(*, application: Application, content: ProposalInput, by: User, at: datetime.datetime) -> Decision:
    """Propose a decision as presenter (föredragande). Two assessments have to be in; a recused officer may not."""
    require(by, Right.PROPOSE_DECISIONS, application.call.grantor_id)
    check_impartial(application, by)
    if counting_assessments(application) < NEEDED_ASSESSMENTS:
        raise GrantError("Minst två bedömningar ska vara lämnade innan ett beslut kan föreslås.")
    check_proposal(application, content)
    rejected = content.outcome == Outcome.REJECTED
    amounts: Amounts = {} if rejected else content.amounts
    given = content.budget or {}
    budget = {
        year: given[year] if year in given else scaled_budget(application, year, amount)
        for year, amount in amounts.items()
    }
    check_budget(amounts, budget)
    move_application(application, ApplicationState.PROPOSED, by=by, at=at)
    decision = write_proposal(
        application=application,
        kind=DecisionKind.GRANT,
        outcome=content.outcome,
        amounts=amounts,
        budget=budget,
        reasons=content.reasons,
        conditions=content.conditions,
        recall_clause="" if rejected else content.recall_clause,
        appeal_text=content.appeal_text,
        by=by,
        at=at,
    )
    end_assessing(application, at=at)
    close_tasks(propose_task_key(application), at=at)
    return decision


def lacks_assessments(decision: Decision) -> bool:
    """Whether too few assessments are left under a first decision, since officers have turned out to be partial."""
    return decision.kind == DecisionKind.GRANT and counting_assessments(decision.application) < NEEDED_ASSESSMENTS


@transaction.atomic
def sign_decision(*, decision: Decision, by: User, at: datetime.datetime) -> Decision:
    """Decide as proposed: the document is drawn up, registered and sent; from now on nothing in it changes.

    What is checked when it is proposed is checked again, since money may have been granted or paid meanwhile.
    """
    application = decision.application
    require(by, Right.DECIDE, application.call.grantor_id)
    if decision.presenter_id == by.pk:
        raise PermissionDenied("Den som föredrar ett ärende kan inte också besluta i det.")
    check_impartial(application, by)
    if application.case is None:
        raise GrantError("Ansökan saknar ärende.")
    if is_recused(decision.presenter, application.case):
        raise GrantError("Föredraganden har anmält jäv. Lämna tillbaka förslaget, så att någon annan gör ett nytt.")
    if lacks_assessments(decision):
        raise GrantError("Färre än två bedömningar räknas, eftersom någon har anmält jäv. Lämna tillbaka förslaget.")
    # The call is locked so that two decisions in parallel cannot both use the last money.
    FundingCall.objects.select_for_update().get(pk=application.call_id)
    amounts = {row.year: row.amount for row in decision.amounts.all()}
    if decision.kind == DecisionKind.GRANT:
        check_money(application.call, amounts)
        move_application(application, ApplicationState.DECIDED, by=by, at=at)
    else:
        check_follow_up(decision, amounts)
    document = add_document(
        case=application.case,
        direction=DocumentDirection.OUTGOING,
        title=decision.name,
        file_name=f"{_FILE_NAMES[DecisionKind(decision.kind)]}-{application.case.year}-{application.case.number}.pdf",
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
            "kind": decision.kind,
            "outcome": decision.outcome,
            "amounts": {str(year): str(amount) for year, amount in amounts.items()},
            "sha256": document.sha256,
        },
        at=at,
    )
    note(application.case, decision.name, by=by, at=at, url=detail_url(application))
    if decision.kind != DecisionKind.GRANT:
        take_effect(decision, by=by, at=at)
    elif decision.outcome == Outcome.REJECTED:
        close_case(application.case, by=by, at=at)
    else:
        open_grant(decision=decision, by=by, at=at)
    close_tasks(decide_task_key(application), at=at)
    _tell_applicant(decision, at=at)
    return decision


def _tell_applicant(decision: Decision, *, at: datetime.datetime) -> None:
    """Write a mail to each of those who fill in for the applicant: it says where the decision is, not what it says."""
    application = decision.application
    number = application.case.registration_number if application.case else ""
    agency = application.call.grantor
    write_mails(
        key=f"{MAIL_KEY}{decision.pk}",
        users=people_with(application.organisation, Right.FILL_IN),
        subject=f"Beslut i ärende {number}",
        body=letter(
            f"{agency} har fattat ett beslut som gäller er: {application.call.title} (dnr {number}). "
            "Logga in för att läsa och ladda ner beslutet.",
            detail_url(application),
        ),
        at=at,
        case=application.case,
    )


@transaction.atomic
def return_proposal(*, decision: Decision, comment: str, by: User, at: datetime.datetime) -> Decision:
    """Return a proposal to the presenter with a comment; it is kept, and a new one can be made."""
    require(by, Right.DECIDE, decision.application.call.grantor_id)
    if not comment.strip():
        raise GrantError("Skriv vad föredraganden behöver ändra.")
    check_impartial(decision.application, by)
    return send_back(
        decision,
        comment=comment,
        told=f"{by} lämnade tillbaka förslaget",
        assignee=decision.presenter,
        by=by,
        at=at,
    )


def send_back(
    decision: Decision, *, comment: str, told: str, assignee: User | None, by: User, at: datetime.datetime
) -> Decision:
    """Take a proposal from the decision-makers and let it wait to be worked over, by `assignee` or by whoever presents.

    `told` is the line on the case's timeline. Raises GrantError where the proposal does not wait any more.
    """
    application = decision.application
    if decision.kind == DecisionKind.GRANT:
        move_application(application, ApplicationState.SUBMITTED, by=by, at=at)
    returned = Decision.objects.filter(pk=decision.pk, state=DecisionState.PROPOSED).update(
        state=DecisionState.RETURNED, return_comment=comment
    )
    if not returned:
        raise GrantError("Förslaget är inte längre aktuellt. Läs in sidan på nytt.")
    decision.refresh_from_db()
    record("decision_returned", by=by, subject=decision, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(
            application.case,
            told,
            by=by,
            at=at,
            internal=True,
            url=detail_url(application),
        )
    close_tasks(decide_task_key(application), at=at)
    open_task(
        propose_task_key(application),
        organisation=application.call.grantor,
        right=Right.PROPOSE_DECISIONS,
        title=f"Arbeta om förslaget till beslut för {application.organisation}",
        url=detail_url(application) if decision.kind == DecisionKind.GRANT else reworking_url(decision),
        at=at,
        case=application.case,
        assignee=assignee,
    )
    return decision
