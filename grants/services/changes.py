"""Requests for a change of a grant: written by the county, handed in, assessed, and decided or withdrawn."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from grants.documents import render_change_request
from grants.enums import ChangeKind, ChangeRequestState, DecisionState, GrantState, Outcome
from grants.models import ChangeRequest, ChangeRequestLine, ChangeRequestMove, Grant
from grants.selectors.changes import requested_amounts
from grants.services.assessments import check_impartial, propose_task_key
from grants.services.errors import GrantError
from grants.services.grants import check_last_day, check_schedule
from grants.services.proposals import decide_task_key
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import DocumentDirection
from nch.cases.services import add_document, close_tasks, note, open_task
from nch.common.transitions import Transition, TransitionError, move

TRANSITIONS = (
    Transition(ChangeRequestState.DRAFT, ChangeRequestState.SUBMITTED),
    Transition(ChangeRequestState.DRAFT, ChangeRequestState.WITHDRAWN),
    Transition(ChangeRequestState.SUBMITTED, ChangeRequestState.WITHDRAWN),
    Transition(ChangeRequestState.ASSESSED, ChangeRequestState.WITHDRAWN),
    Transition(ChangeRequestState.SUBMITTED, ChangeRequestState.ASSESSED),
    Transition(ChangeRequestState.ASSESSED, ChangeRequestState.DECIDED),
)


@dataclass(frozen=True)
class ChangeInput:
    """What a county asks for. `lines` maps years to kronor per category: the whole new budget, where it is changed."""

    kinds: Sequence[ChangeKind]
    reasons: str
    contents: str = ""
    new_ends_on: datetime.date | None = None
    lines: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)


class StaleChangeError(GrantError):
    """Somebody else has saved the draft since the page was opened; nothing was saved over it."""


class UnfinishedChangeError(GrantError):
    """Something is missing for handing in, or asks for what cannot be granted; `field` of ChangeInput says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def move_change_request(
    request: ChangeRequest, to: ChangeRequestState, *, by: User, at: datetime.datetime, **changes: object
) -> None:
    """Move a request as the table allows; raises GrantError with the reason where it does not."""
    try:
        move(request, to=to, transitions=TRANSITIONS, moves=ChangeRequestMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise GrantError(str(error)) from error


def change_url(request: ChangeRequest) -> str:
    """The address of the request's page."""
    return reverse("grants:change_detail", args=[request.grant_id, request.number])


def assess_change_task_key(request: ChangeRequest) -> str:
    """The key of the handlers' task to assess the request."""
    return f"assess-change:{request.pk}"


@transaction.atomic
def start_change_request(*, grant: Grant, by: User, at: datetime.datetime) -> ChangeRequest:
    """Begin the draft of a request; a grant has one open request at a time."""
    require(by, Right.FILL_IN, grant.organisation_id)
    if grant.state != GrantState.ACTIVE:
        raise GrantError("Bidraget är avslutat och kan inte ändras.")
    last = grant.change_requests.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            request = ChangeRequest.objects.create(grant=grant, number=last + 1, created_at=at, created_by=by)
    except IntegrityError as error:
        raise GrantError("Ni har redan en ansökan om ändring som inte är avgjord. Fortsätt i den.") from error
    record("change_request_started", by=by, subject=request, organisation_id=grant.organisation_id, at=at)
    return request


@transaction.atomic
def save_change_request(
    *, request: ChangeRequest, content: ChangeInput, version: int, by: User, at: datetime.datetime
) -> ChangeRequest:
    """Save the draft that was read as `version`; raises StaleChangeError where somebody has saved it since."""
    require(by, Right.FILL_IN, request.grant.organisation_id)
    saved = ChangeRequest.objects.filter(pk=request.pk, state=ChangeRequestState.DRAFT, version=version).update(
        kinds=list(content.kinds),
        reasons=content.reasons,
        contents=content.contents,
        new_ends_on=content.new_ends_on,
        version=version + 1,
    )
    request.refresh_from_db()
    if request.state != ChangeRequestState.DRAFT:
        raise GrantError("Ansökan är inlämnad eller återkallad och kan inte ändras.")
    if not saved:
        raise StaleChangeError("Någon annan har sparat ansökan sedan du öppnade sidan.")
    request.lines.all().delete()
    ChangeRequestLine.objects.bulk_create(
        ChangeRequestLine(request=request, year=year, category=category, amount=amount)
        for year, lines in sorted(content.lines.items())
        for category, amount in lines.items()
        if amount
    )
    record(
        "change_request_saved",
        by=by,
        subject=request,
        organisation_id=request.grant.organisation_id,
        details={"version": request.version},
        at=at,
    )
    return request


def check_change_request(request: ChangeRequest) -> None:
    """Raise UnfinishedChangeError where the request lacks something or asks for what cannot be granted."""
    grant, kinds = request.grant, set(request.kinds)
    if not kinds:
        raise UnfinishedChangeError("kinds", "Ange vad ni vill ändra: tid, budget eller innehåll.")
    if not request.reasons.strip():
        raise UnfinishedChangeError("reasons", "Skriv varför ni vill ändra bidraget.")
    if ChangeKind.TIME in kinds and (request.new_ends_on is None or request.new_ends_on <= grant.ends_on):
        raise UnfinishedChangeError("new_ends_on", "Ange en ny sista dag som är senare än den ni har.")
    if ChangeKind.TIME in kinds and request.new_ends_on is not None:
        try:
            check_last_day(grant, request.new_ends_on)
        except GrantError as error:
            raise UnfinishedChangeError("new_ends_on", str(error)) from error
    if ChangeKind.CONTENTS in kinds and not request.contents.strip():
        raise UnfinishedChangeError("contents", "Beskriv det nya innehållet.")
    if ChangeKind.BUDGET in kinds:
        amounts = requested_amounts(request)
        if not amounts:
            raise UnfinishedChangeError("lines", "Fyll i den nya budgeten.")
        ends_on = request.new_ends_on if ChangeKind.TIME in kinds else None
        try:
            check_schedule(grant, amounts, ends_on=ends_on or grant.ends_on)
        except GrantError as error:
            raise UnfinishedChangeError("lines", str(error)) from error


@transaction.atomic
def submit_change_request(*, request: ChangeRequest, by: User, at: datetime.datetime) -> ChangeRequest:
    """Hand in the request as signatory: it is registered in the case, and waits for an officer's assessment."""
    grant = request.grant
    require(by, Right.SUBMIT, grant.organisation_id)
    if grant.state != GrantState.ACTIVE:
        raise GrantError("Bidraget är avslutat och kan inte ändras.")
    check_change_request(request)
    move_change_request(request, ChangeRequestState.SUBMITTED, by=by, at=at, submitted_at=at, submitted_by=by)
    add_document(
        case=grant.case,
        direction=DocumentDirection.INCOMING,
        title=f"Ansökan om ändring {request.number}",
        file_name=f"ansokan-om-andring-{grant.case.year}-{grant.case.number}-{request.number}.pdf",
        content=render_change_request(request, by=by, at=at),
        by=by,
        at=at,
    )
    note(grant.case, f"Ansökan om ändring kom in från {grant.organisation}", by=by, at=at, url=change_url(request))
    record("change_request_submitted", by=by, subject=request, organisation_id=grant.organisation_id, at=at)
    open_task(
        assess_change_task_key(request),
        organisation=grant.call.grantor,
        right=Right.ASSESS,
        title=f"Bedöm ansökan om ändring från {grant.organisation}",
        url=change_url(request),
        at=at,
        case=grant.case,
    )
    return request


@transaction.atomic
def assess_change_request(
    *, request: ChangeRequest, assessment: str, recommendation: Outcome, by: User, at: datetime.datetime
) -> ChangeRequest:
    """Assess the request as officer, with a recommendation to whoever presents it for decision."""
    grant = request.grant
    require(by, Right.ASSESS, grant.call.grantor_id)
    check_impartial(grant.application, by)
    if not assessment.strip():
        raise GrantError("Skriv din bedömning.")
    move_change_request(
        request,
        ChangeRequestState.ASSESSED,
        by=by,
        at=at,
        assessment=assessment,
        recommendation=recommendation,
        assessed_by=by,
        assessed_at=at,
    )
    note(grant.case, f"{by} bedömde ansökan om ändring", by=by, at=at, internal=True, url=change_url(request))
    record("change_request_assessed", by=by, subject=request, organisation_id=grant.organisation_id, at=at)
    close_tasks(assess_change_task_key(request), at=at)
    open_task(
        propose_task_key(grant.application),
        organisation=grant.call.grantor,
        right=Right.PROPOSE_DECISIONS,
        title=f"Föreslå beslut om ändring för {grant.organisation}",
        url=change_url(request),
        at=at,
        case=grant.case,
    )
    return request


@transaction.atomic
def withdraw_change_request(*, request: ChangeRequest, by: User, at: datetime.datetime) -> ChangeRequest:
    """Withdraw a request that is not decided; a proposal for it goes back, and the grant stays as it is."""
    grant = request.grant
    require(by, Right.SUBMIT, grant.organisation_id)
    was_submitted = request.submitted_at is not None
    move_change_request(request, ChangeRequestState.WITHDRAWN, by=by, at=at)
    keys = [assess_change_task_key(request)]
    if was_submitted:
        returned = request.decisions.filter(state=DecisionState.PROPOSED).update(
            state=DecisionState.RETURNED, return_comment="Ansökan om ändring återkallades innan beslut fattades."
        )
        keys += [decide_task_key(grant.application)] if returned else []
        keys += [propose_task_key(grant.application)]
        note(grant.case, "Ansökan om ändring återkallades", by=by, at=at, url=change_url(request))
    close_tasks(*keys, at=at)
    record("change_request_withdrawn", by=by, subject=request, organisation_id=grant.organisation_id, at=at)
    return request
