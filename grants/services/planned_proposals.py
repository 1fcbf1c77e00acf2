"""Drafts of proposals for all of a call's applications at once, from its adopted plan."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from grants.enums import Outcome, PlanState
from grants.models import AllocationPlan, FundingCall, ProposalDraft
from grants.selectors.allocation import waiting_before
from grants.selectors.planned_proposals import PlannedProposal, planned_proposals
from grants.services.errors import GrantError
from grants.services.grants import scaled_budget
from grants.services.proposal_drafts import plain
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record


@transaction.atomic
def draft_proposals(*, plan: AllocationPlan, by: User, at: datetime.datetime) -> int:
    """Begin a proposal for every application of the adopted plan that nothing stands in the way of; returns how many.

    They are the presenter's own drafts, to be read and handed over one by one. What has been begun is left as it is.
    Raises GrantError where the plan is not the adopted one, or something has to be done before its ranking is shown.
    """
    call = FundingCall.objects.select_for_update().get(pk=plan.call_id)
    require(by, Right.PROPOSE_DECISIONS, call.grantor_id)
    if not AllocationPlan.objects.filter(pk=plan.pk, state=PlanState.ADOPTED).exists():
        raise GrantError("Förslag görs från den fastställda fördelningen. Den här är inte fastställd.")
    waiting = waiting_before(by, call)
    if waiting.undeclared or waiting.owed:
        raise GrantError("Ange först om du är jävig och lämna dina egna bedömningar.")
    made = [
        ProposalDraft.objects.get_or_create(
            application=planned.application,
            subject="",
            by=by,
            defaults={"typed": _typed(planned, call), "saved_at": at},
        )[1]
        for planned in planned_proposals(by, plan)
        if not planned.obstacle
    ]
    record(
        "proposals_drafted",
        by=by,
        subject=plan,
        organisation_id=call.grantor_id,
        details={"number": plan.number, "drafts": sum(made)},
        at=at,
    )
    return sum(made)


def _typed(planned: PlannedProposal, call: FundingCall) -> dict[str, list[str]]:
    """The proposal as somebody would have typed it, by the names of the form's fields (grants.forms.decisions).

    A rejection has neither amounts nor conditions nor a clause on recall.
    """
    typed = {"outcome": str(planned.outcome), "reasons": planned.explanation, "appeal_text": call.appeal_text}
    if planned.outcome != Outcome.REJECTED:
        typed["recall_clause"] = call.recall_clause
        typed |= {f"amount_{year}": plain(amount) for year, amount in planned.amounts.items()}
        for year, amount in planned.amounts.items():
            budget: Mapping[str, Decimal] = scaled_budget(planned.application, year, amount) if amount else {}
            typed |= {f"budget__{category}__{year}": plain(part) for category, part in budget.items() if part}
        typed |= {f"condition_{number}": text for number, text in enumerate(call.condition_list())}
    return {name: [text] for name, text in typed.items()}
