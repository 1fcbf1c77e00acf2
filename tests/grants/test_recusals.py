"""A conflict of interest that is declared late: nothing that waits rests on what the declarant did."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from grants.enums import ApplicationState, DecisionKind, DecisionState, PaymentState, ReviewPart
from grants.models import Application, Decision
from grants.services.assignments import assign
from grants.services.decisions import propose_decision, return_proposal, sign_decision
from grants.services.errors import GrantError
from grants.services.financial_reports import LineReview, review_report
from grants.services.payments import approve_payment, prepare_payment, return_payment
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import Case, InterestDeclaration
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest
from tests.factories import financial_reports as reports
from tests.factories.accounts import make_user
from tests.factories.grants import (
    assess,
    follow_up,
    make_call,
    make_decider,
    make_grant,
    make_presenter,
    make_submitted,
    proposal,
)
from tests.grants.test_payments import plan

pytestmark = pytest.mark.django_db


def recuse(user: User, case: Case | None) -> None:
    assert case is not None
    declare_interest(case=case, recused=True, reason="Släkt", by=user, at=timezone.now())


def recuse_silently(user: User, case: Case | None) -> None:
    """As a declaration stands that was made before anybody undid what it concerns."""
    assert InterestDeclaration.objects.filter(user=user, case=case).update(recused=True)


def proposed(officers: int = 3) -> tuple[Application, Decision, list[User]]:
    """An application with a proposal by the first of its assessors."""
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    assessors = [make_user(Role.NCH_OFFICER) for _ in range(officers)]
    wanted = {application: assessors}
    assign(call=application.call, wanted=wanted, due_on=None, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    assess(application, *assessors)
    content = proposal(application)
    decision = propose_decision(application=application, content=content, by=assessors[0], at=timezone.now())
    return application, decision, assessors


def waits_for(user: User, key: str) -> bool:
    return open_tasks_for(user).filter(key=key).exists()


def test_proposal_of_a_recused_presenter_goes_back_to_all_who_may_present() -> None:
    application, decision, (presenter, other, _) = proposed()
    recuse(presenter, application.case)
    decision.refresh_from_db()
    application.refresh_from_db()
    assert decision.state == DecisionState.RETURNED
    assert application.state == ApplicationState.SUBMITTED
    assert waits_for(other, f"propose:{application.pk}")
    decider = make_decider(application)
    assert not waits_for(decider, f"decide:{application.pk}")
    content = proposal(application)
    again = propose_decision(application=application, content=content, by=other, at=timezone.now())
    assert sign_decision(decision=again, by=decider, at=timezone.now()).state == DecisionState.SIGNED


def test_proposal_goes_back_when_too_few_assessments_are_left() -> None:
    application, decision, (presenter, *others) = proposed()
    recuse(others[0], application.case)
    decision.refresh_from_db()
    assert decision.state == DecisionState.PROPOSED
    recuse(others[1], application.case)
    decision.refresh_from_db()
    assert decision.state == DecisionState.RETURNED
    assert not waits_for(presenter, f"propose:{application.pk}")
    assert waits_for(make_presenter(application), f"reassign:{application.pk}")


@pytest.mark.parametrize("who", [0, 1])
def test_proposal_that_rests_on_the_recused_is_not_signed_but_returned(who: int) -> None:
    application, decision, assessors = proposed(officers=2)
    recuse_silently(assessors[who], application.case)
    decider = make_decider(application)
    with pytest.raises(GrantError, match="jäv"):
        sign_decision(decision=decision, by=decider, at=timezone.now())
    returned = return_proposal(decision=decision, comment="Jäv", by=decider, at=timezone.now())
    assert returned.state == DecisionState.RETURNED


def test_later_decision_goes_back_too_and_the_grant_stays() -> None:
    grant = make_grant()
    presenter = make_presenter(grant.application)
    decision = follow_up(grant, DecisionKind.CHANGE, {2026: 100_000, 2027: 100_000}, by=presenter)
    recuse(presenter, grant.case)
    decision.refresh_from_db()
    grant.application.refresh_from_db()
    assert decision.state == DecisionState.RETURNED
    assert grant.application.state == ApplicationState.DECIDED
    assert waits_for(make_presenter(grant.application), f"propose:{grant.application_id}")


def test_payment_that_the_recused_prepared_is_prepared_anew() -> None:
    grant = make_grant()
    preparer, other, approver = (
        make_presenter(grant.application),
        make_user(Role.NCH_FINANCE),
        make_user(Role.NCH_FINANCE),
    )
    (payment,) = plan(grant, 1000, by=preparer)
    payment = prepare_payment(payment=payment, by=preparer, at=timezone.now())
    recuse(preparer, grant.case)
    payment.refresh_from_db()
    assert (payment.state, payment.prepared_by) == (PaymentState.PLANNED, None)
    assert waits_for(other, f"prepare-payment:{payment.pk}")
    assert not waits_for(approver, f"approve-payment:{payment.pk}")
    payment = prepare_payment(payment=payment, by=other, at=timezone.now())
    assert approve_payment(payment=payment, by=approver, at=timezone.now()).state == PaymentState.APPROVED


def test_payment_that_the_recused_prepared_is_not_approved_but_returned() -> None:
    grant = make_grant()
    preparer, approver = make_presenter(grant.application), make_user(Role.NCH_FINANCE)
    (payment,) = plan(grant, 1000, by=preparer)
    payment = prepare_payment(payment=payment, by=preparer, at=timezone.now())
    recuse_silently(preparer, grant.case)
    with pytest.raises(GrantError, match="jäv"):
        approve_payment(payment=payment, by=approver, at=timezone.now())
    returned = return_payment(payment=payment, comment="Jäv", by=approver, at=timezone.now())
    assert returned.state == PaymentState.PLANNED


@pytest.mark.parametrize("step", [recuse, recuse_silently])
def test_report_needs_two_reviewers_without_the_recused(step: Callable[[User, Case | None], None]) -> None:
    world = reports.make_grant()
    reports.pay(world, 2024, 100_000)
    reports.hand_in(world, 2024, {"salaries": 100_000})

    def review(part: ReviewPart, by: User, admitted: int = 100_000) -> str:
        line = LineReview(Decimal(admitted), "För mycket" if admitted < 100_000 else "")
        return review_report(
            report=world.report(2024), part=part, lines={"salaries": line}, note_text="", by=by, at=reports.NOW
        ).state

    review(ReviewPart.SUBSTANCE, world.officer, 90_000)
    step(world.officer, world.grant.case)
    assert review(ReviewPart.SUMS, world.finance) == "submitted"
    other = make_presenter(world.grant.application)
    assert waits_for(other, f"review-substance:{world.report(2024).pk}")
    assert review(ReviewPart.SUBSTANCE, other) == "approved"
