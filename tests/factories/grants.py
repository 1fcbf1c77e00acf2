"""Calls and applications, made through the services as people would make them."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.enums import ChangeKind, DecisionKind, Outcome, PaymentBasis, PaymentState
from grants.models import Application, ChangeRequest, Decision, FundingCall, Grant, Payment
from grants.selectors.calls import criteria
from grants.selectors.decisions import standing_decision
from grants.services.applications import start_application, submit_application
from grants.services.assessments import submit_assessment
from grants.services.calls import CallInput, CriterionInput, publish_call, save_call
from grants.services.changes import (
    ChangeInput,
    assess_change_request,
    save_change_request,
    start_change_request,
    submit_change_request,
)
from grants.services.decisions import ProposalInput, propose_decision, sign_decision
from grants.services.follow_up_decisions import propose_follow_up
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation
from nch.demo.build import budget, declare_impartial, fill_in
from nch.demo.texts import APPLICATION_ANSWERS
from tests.factories.accounts import make_county, make_organisation, make_user

DAY = datetime.timedelta(days=1)


def call_input(**changes: object) -> CallInput:
    """A call that is open today, with two budget years."""
    now = timezone.now()
    fields: dict[str, object] = {
        "title": "Utvecklingsmedel",
        "purpose": "Starta resurscentrum.",
        "legal_basis": "Förordning (2022:1345)",
        "opens_at": now - DAY,
        "closes_at": now + 30 * DAY,
        "budgets": {2026: Decimal(2_000_000), 2027: Decimal(1_000_000)},
        "criteria": [CriterionInput("Behov", "", 3), CriterionInput("Genomförande", "", 1)],
    }
    return CallInput(**{**fields, **changes})  # type: ignore[arg-type]


def make_call(**changes: object) -> FundingCall:
    """A published call."""
    make_organisation("nch")
    officer = make_user(Role.NCH_OFFICER)
    call = save_call(content=call_input(**changes), by=officer, at=timezone.now())
    return publish_call(call=call, by=officer, at=timezone.now())


def make_draft(call: FundingCall, officer: User, *, complete: bool = True, salaries: int = 100_000) -> Application:
    """An application of the officer's county, filled in unless it is to be incomplete."""
    organisation: Organisation = officer.memberships.get().organisation
    now = timezone.now()
    application = start_application(call=call, organisation=organisation, by=officer, at=now)
    if complete:
        years = [row.year for row in call.budgets.all()]
        answers = {**APPLICATION_ANSWERS, "budget": budget(years, salaries)}
        fill_in(application.response, answers, by=officer, at=now)
    return application


def make_submitted(call: FundingCall, signatory: User, **changes: int) -> Application:
    """A submitted application of the signatory's county."""
    application = make_draft(call, signatory, **changes)
    return submit_application(application=application, by=signatory, at=timezone.now())


def assess(application: Application, *officers: User, score: int = 4) -> None:
    """Each officer declares no conflict of interest and hands in an assessment."""
    for officer in officers:
        now = timezone.now()
        declare_impartial(application, officer, at=now)
        submit_assessment(
            application=application,
            scores=dict.fromkeys(criteria(application.call), (score, "Väl beskrivet.")),
            comment="",
            by=officer,
            at=now,
        )


def proposal(application: Application, *, share: Decimal = Decimal("0.5"), **changes: object) -> ProposalInput:
    """A partial grant of a share of what is asked for, in whole kronor."""
    amounts = {row.year: (row.amount * share).quantize(Decimal(1)) for row in application.applied_amounts.all()}
    fields: dict[str, object] = {
        "outcome": Outcome.GRANTED_IN_PART,
        "amounts": amounts,
        "reasons": "Behovet är tydligt.",
        "conditions": ["Redovisa medlen."],
    }
    return ProposalInput(**{**fields, **changes})  # type: ignore[arg-type]


def make_decided(application: Application) -> Decision:
    """Two assessments, a proposal and a signed decision."""
    first, second = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, first, second)
    now = timezone.now()
    decision = propose_decision(application=application, content=proposal(application), by=first, at=now)
    decider = make_decider(application)
    return sign_decision(decision=decision, by=decider, at=now)


def make_decider(application: Application) -> User:
    """A decision-maker who has declared no conflict of interest in the application's case."""
    decider = make_user(Role.NCH_DECISION_MAKER)
    declare_impartial(application, decider, at=timezone.now())
    return decider


def make_grant(call: FundingCall | None = None, signatory: User | None = None) -> Grant:
    """A grant of half of what was applied for: 115 000 kr in each of 2026 and 2027."""
    application = make_submitted(call or make_call(), signatory or make_user(Role.COUNTY_SIGNATORY))
    return make_decided(application).application.grant


def make_board_grant(code: str = "05", **changes: object) -> Grant:
    """A grant that the board of a county gives to a municipality there, by its own call."""
    board = make_organisation("county_board", county=make_county(code, f"Län {code}"))
    town = make_organisation("municipality", county=board.county)
    officers = [make_user(Role.GRANT_OFFICER, board) for _ in range(2)]
    call = save_call(content=call_input(grantor=board, **changes), by=officers[0], at=timezone.now())
    call = publish_call(call=call, by=officers[0], at=timezone.now())
    application = make_submitted(call, make_user(Role.APPLICANT_SIGNATORY, town))
    assess(application, *officers)
    content = proposal(application)
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    decider = make_user(Role.GRANT_DECISION_MAKER, board)
    declare_impartial(application, decider, at=timezone.now())
    sign_decision(decision=decision, by=decider, at=timezone.now())
    return Grant.objects.select_related("call__grantor", "organisation", "case", "application__case").get(
        application=application
    )


def make_presenter(application: Application) -> User:
    """An officer who has declared no conflict of interest in the application's case."""
    officer = make_user(Role.NCH_OFFICER)
    declare_impartial(application, officer, at=timezone.now())
    return officer


def follow_up(grant: Grant, kind: DecisionKind, amounts: dict[int, int], **more: Any) -> Decision:
    """A proposal that follows the grant's standing decision."""
    standing = standing_decision(grant.application)
    assert standing is not None
    return propose_follow_up(
        application=grant.application,
        kind=kind,
        changes=more.pop("changes", standing),
        amounts={year: Decimal(amount) for year, amount in amounts.items()},
        reasons=more.pop("reasons", "Rekryteringen drog ut på tiden."),
        by=more.pop("by", None) or make_presenter(grant.application),
        at=timezone.now(),
        **more,
    )


def sign(decision: Decision) -> Decision:
    """The decision, signed by somebody else than its presenter."""
    return sign_decision(decision=decision, by=make_decider(decision.application), at=timezone.now())


def make_paid(grant: Grant, year: int, amount: int, *, state: PaymentState = PaymentState.PAID) -> Payment:
    """An instalment as it stands once it is paid (or in another state), written straight into the table."""
    return Payment.objects.create(
        grant=grant,
        number=grant.payments.count() + 1,
        year=year,
        amount=Decimal(amount),
        basis=PaymentBasis.PLAN,
        state=state,
        prepared_by=make_user(Role.NCH_FINANCE),
        approved_by=make_user(Role.NCH_FINANCE),
        paid_on=timezone.localdate(),
        voucher="V1",
    )


def change_input(**changes: Any) -> ChangeInput:
    """A request for more time."""
    fields: dict[str, Any] = {
        "kinds": [ChangeKind.TIME],
        "reasons": "Rekryteringen drog ut på tiden.",
        "new_ends_on": datetime.date(2028, 6, 30),
    }
    return ChangeInput(**{**fields, **changes})


def make_change_draft(grant: Grant, writer: User, **changes: Any) -> ChangeRequest:
    """A draft of a request for a change, with something in it."""
    request = start_change_request(grant=grant, by=writer, at=timezone.now())
    return save_change_request(
        request=request, content=change_input(**changes), version=1, by=writer, at=timezone.now()
    )


def make_change_request(grant: Grant, signatory: User, **changes: Any) -> ChangeRequest:
    """A request for a change that is handed in."""
    request = make_change_draft(grant, signatory, **changes)
    return submit_change_request(request=request, by=signatory, at=timezone.now())


def make_assessed_change(grant: Grant, signatory: User, **changes: Any) -> ChangeRequest:
    """A request for a change that an officer has assessed."""
    return assess_change_request(
        request=make_change_request(grant, signatory, **changes),
        assessment="Skälen håller.",
        recommendation=Outcome.GRANTED,
        by=make_presenter(grant.application),
        at=timezone.now(),
    )
