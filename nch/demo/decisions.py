"""What the demo shows of decisions: a change that is asked for and decided, and proposals that wait for one sitting."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from grants.enums import ChangeKind, DecisionKind, Outcome
from grants.models import Application, Grant
from grants.selectors.decisions import standing_decision
from grants.services.changes import (
    ChangeInput,
    assess_change_request,
    save_change_request,
    start_change_request,
    submit_change_request,
)
from grants.services.decisions import ProposalInput, propose_decision, sign_decision
from grants.services.follow_up_decisions import propose_follow_up
from nch.accounts.models import User

DAY = datetime.timedelta(days=1)


def decide_change(cast: dict[str, User], key: str, *, at: datetime.datetime) -> None:
    """The county asks for half a year more of its first grant, and gets it; the money stays as it is."""
    county = cast[f"officer-{key}"].memberships.get().organisation
    grant = Grant.objects.select_related("organisation", "case", "application__call", "call__grantor").filter(
        organisation=county
    )[0]
    first = standing_decision(grant.application)
    if first is None:
        return
    ends_on = datetime.date(grant.ends_on.year + 1, 6, 30)
    request = start_change_request(grant=grant, by=cast[f"officer-{key}"], at=at)
    save_change_request(
        request=request,
        content=ChangeInput(
            kinds=[ChangeKind.TIME],
            reasons="Samordnaren tillträdde först i maj. Utbildningarna hinner därför inte hållas före årsskiftet.",
            new_ends_on=ends_on,
        ),
        version=request.version,
        by=cast[f"officer-{key}"],
        at=at,
    )
    request.refresh_from_db()
    submit_change_request(request=request, by=cast[f"signatory-{key}"], at=at + DAY)
    assess_change_request(
        request=request,
        assessment="Förseningen är förklarad, och innehållet är detsamma. Inga nya medel behövs.",
        recommendation=Outcome.GRANTED,
        by=cast["officer2"],
        at=at + 7 * DAY,
    )
    proposal = propose_follow_up(
        application=grant.application,
        kind=DecisionKind.CHANGE,
        changes=first,
        amounts={row.year: row.amount for row in first.amounts.all()},
        ends_on=ends_on,
        change_request=request,
        reasons="Rekryteringen drog ut på tiden av skäl som länsstyrelsen inte råder över. Arbetet är i övrigt i gång.",
        conditions=[condition.text for condition in first.conditions.all()],
        by=cast["officer1"],
        at=at + 10 * DAY,
    )
    sign_decision(decision=proposal, by=cast["decision-maker"], at=at + 14 * DAY)


def propose_half(applications: Iterable[Application], by: User, *, at: datetime.datetime) -> None:
    """Propose half of what each applies for, so that the decision-maker can decide on all of them in one sitting."""
    for application in applications:
        amounts = {row.year: row.amount // Decimal(2) for row in application.applied_amounts.all()}
        content = ProposalInput(
            outcome=Outcome.GRANTED_IN_PART,
            amounts=amounts,
            reasons="Behovet är väl beskrivet. Medlen räcker inte till hela det sökta beloppet.",
            conditions=["Medlen får användas för de kostnader som anges i beslutets budget."],
        )
        propose_decision(application=application, content=content, by=by, at=at)
