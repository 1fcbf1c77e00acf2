"""What every proposal of a decision shares, whatever its kind: its rows, its money, and the task to decide."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from grants.enums import DecisionKind, Outcome
from grants.models import (
    Application,
    Decision,
    DecisionAmount,
    DecisionBudgetLine,
    DecisionCondition,
    FundingCall,
)
from grants.selectors.calls import balances
from grants.services.applications import detail_url
from grants.services.errors import GrantError, YearError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.cases.services import note, open_task
from nch.common.formats import format_kronor

# Kronor per year, and within the year per category of cost.
Amounts = Mapping[int, Decimal]
Budget = Mapping[int, Mapping[str, Decimal]]

_DECIDE_TITLES = {
    DecisionKind.GRANT: "Besluta om ansökan från {}",
    DecisionKind.CHANGE: "Besluta om ändring av bidraget till {}",
    DecisionKind.CARRY_OVER: "Besluta om överföring av medel för {}",
    DecisionKind.REPAYMENT_CLAIM: "Besluta om återkrav från {}",
}


def decide_task_key(application: Application) -> str:
    """The key of the decision-maker's task: an application has one proposal at a time, of whatever kind."""
    return f"decide:{application.pk}"


def check_reasons(reasons: str) -> None:
    """Raise GrantError for a decision that does not state its reasons (förvaltningslagen 32 §)."""
    if not reasons.strip():
        raise GrantError("Ett beslut ska ange skälen.")


def check_money(call: FundingCall, amounts: Amounts, *, instead_of: Amounts | None = None) -> None:
    """Raise YearError where a year's amount is more than what the call has left for that year.

    `instead_of` is what the decision replaces: those kronor are free again.
    """
    left = {balance.year: balance.left for balance in balances(call)}
    for year, amount in amounts.items():
        free = left.get(year, Decimal(0)) + (instead_of or {}).get(year, Decimal(0))
        if amount > free:
            raise YearError(
                f"Utlysningen har {format_kronor(free)} kvar för {year}, men förslaget är {format_kronor(amount)}.",
                year,
            )


def check_budget(amounts: Amounts, budget: Budget) -> None:
    """Raise GrantError where a year's budget does not add up to the year's amount."""
    for year in sorted({*amounts, *budget}):
        amount, lines = amounts.get(year, Decimal(0)), sum(budget.get(year, {}).values(), Decimal(0))
        if amount != lines:
            raise GrantError(
                f"Budgeten för {year} summerar till {format_kronor(lines)}, men beloppet är {format_kronor(amount)}."
            )


def write_proposal(
    *,
    application: Application,
    kind: DecisionKind,
    outcome: Outcome,
    amounts: Amounts,
    budget: Budget,
    reasons: str,
    conditions: Iterable[str],
    recall_clause: str | None,
    appeal_text: str | None,
    by: User,
    at: datetime.datetime,
    **more: Any,
) -> Decision:
    """Write the proposal with its rows, and let it wait for the decision-maker; whoever calls has checked it.

    Clauses that are None are the call's. `budget` is empty for kronor without a budget of their own (carried over,
    claimed back). `more` are the columns of a later decision (what it changes, and so on).
    """
    call = application.call
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                application=application,
                kind=kind,
                outcome=outcome,
                reasons=reasons,
                recall_clause=call.recall_clause if recall_clause is None else recall_clause,
                appeal_text=call.appeal_text if appeal_text is None else appeal_text,
                presenter=by,
                proposed_at=at,
                **more,
            )
    except IntegrityError as error:
        raise GrantError("Det finns redan ett förslag till beslut i ärendet. Det ska avgöras först.") from error
    DecisionAmount.objects.bulk_create(
        DecisionAmount(decision=decision, year=year, amount=amount) for year, amount in sorted(amounts.items())
    )
    DecisionBudgetLine.objects.bulk_create(
        DecisionBudgetLine(decision=decision, year=year, category=category, amount=part)
        for year, lines in sorted(budget.items())
        for category, part in lines.items()
    )
    DecisionCondition.objects.bulk_create(
        DecisionCondition(decision=decision, number=number, text=text)
        for number, text in enumerate((t.strip() for t in conditions if t.strip()), start=1)
    )
    record(
        "decision_proposed",
        by=by,
        subject=decision,
        organisation_id=application.organisation_id,
        details={"kind": kind, "outcome": outcome},
        at=at,
    )
    if application.case is not None:
        what = f"{by} föreslog: {decision.name}"
        note(application.case, what, by=by, at=at, internal=True, url=detail_url(application))
    open_task(
        decide_task_key(application),
        organisation=call.grantor,
        right=Right.DECIDE,
        title=_DECIDE_TITLES[kind].format(application.organisation),
        url=reverse("grants:decide", args=[application.pk]),
        at=at,
        case=application.case,
    )
    return decision
