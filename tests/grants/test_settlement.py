"""What is left is settled through the services, and the ledger says the same as an independent model of the money."""

import datetime
from collections import defaultdict
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.enums import ClaimGround, DecisionKind, GrantState, Outcome, RepaymentState
from grants.financial_report_form import form_version
from grants.ledger import Ledger
from grants.models import Decision, GrantMove
from grants.selectors.decisions import standing_decision
from grants.selectors.grants import granted_by_year
from grants.selectors.ledger import ledger_of
from grants.services.assessments import propose_task_key
from grants.services.closing import close_grant, obstacles
from grants.services.decisions import return_proposal, sign_decision
from grants.services.errors import GrantError
from grants.services.financial_reports import LineReview
from grants.services.follow_up_decisions import propose_follow_up
from grants.services.payments import Instalment, approve_payment, lay_plan, mark_paid, prepare_payment
from grants.services.settlement import (
    agree_on_repayment,
    cancel_repayment,
    propose_carry_over,
    propose_claim,
    register_repayment,
)
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.common.formats import format_number
from tests.factories.financial_reports import NOW, TODAY, GrantWorld, approve, hand_in, make_grant, pay

pytestmark = pytest.mark.django_db
DUE = TODAY + datetime.timedelta(days=30)


def sign(world: GrantWorld, decision: Decision) -> None:
    sign_decision(decision=decision, by=world.decider, at=NOW)


def carry_over(world: GrantWorld, amount: Decimal | int, *, year: int = 2025) -> None:
    """Carry kronor over from 2024 by a signed decision."""
    decision = propose_carry_over(
        report=world.report(2024), amount=Decimal(amount), year=year, reasons="Behövs.", by=world.officer, at=NOW
    )
    sign(world, decision)


def claim(world: GrantWorld, year: int, amount: Decimal | int) -> None:
    decision = propose_claim(
        report=world.report(year),
        amount=Decimal(amount),
        ground=ClaimGround.WRONG_USE,
        reasons="Hör inte till uppdraget.",
        by=world.officer,
        at=NOW,
    )
    sign(world, decision)


def change(world: GrantWorld, amounts: dict[int, Decimal], *, outcome: Outcome = Outcome.GRANTED) -> None:
    """A signed decision that gives the grant these kronor per year, or that rejects a change."""
    standing = standing_decision(world.grant.application)
    assert standing is not None
    decision = propose_follow_up(
        application=world.grant.application,
        kind=DecisionKind.CHANGE,
        changes=standing,
        amounts=amounts,
        outcome=outcome,
        reasons="Planen ändrades.",
        by=world.officer,
        at=NOW,
    )
    sign(world, decision)


def give_back(world: GrantWorld, year: int) -> None:
    for repayment in world.grant.repayments.filter(report__year=year, state=RepaymentState.EXPECTED):
        register_repayment(repayment=repayment, repaid_on=TODAY, voucher="B7", by=world.finance, at=NOW)


def with_left(amount: int = 40_000) -> GrantWorld:
    """A grant whose first year is approved with this many kronor left of 100 000."""
    world = make_grant()
    pay(world, 2024, 100_000)
    hand_in(world, 2024, {"salaries": 100_000 - amount})
    approve(world, 2024)
    return world


def test_money_carried_over_by_decision_is_next_years_opening_balance() -> None:
    world = with_left()
    carry_over(world, 15_000)
    row = ledger_of(world.grant).row(2025)
    assert (row.opening, ledger_of(world.grant).row(2024).unsettled) == (15_000, 25_000)
    page = Client()
    page.force_login(world.signatory)
    text = page.get(reverse("grants:report_detail", args=[world.report(2025).pk])).content.decode()
    assert "15\u00a0000\u00a0kr" in text
    assert "40\u00a0000\u00a0kr" in text  # last year's closing balance, beside


def test_no_more_than_what_is_left_is_settled_in_any_way() -> None:
    world = with_left()
    report = world.report(2024)
    agree_on_repayment(report=report, amount=Decimal(30_000), due_on=DUE, by=world.officer, at=NOW)
    for settle in (
        lambda: carry_over(world, 10_001),
        lambda: claim(world, 2024, 10_001),
        lambda: agree_on_repayment(report=report, amount=Decimal(10_001), due_on=DUE, by=world.officer, at=NOW),
    ):
        with pytest.raises(GrantError, match="kvar att avgöra"):
            settle()


def test_page_says_at_the_amount_how_much_is_left_and_keeps_what_was_typed() -> None:
    world = with_left()
    client = Client()
    client.force_login(world.officer)
    typed = {"action": "carry_over", "overfor-amount": "99 000", "overfor-year": "2025", "overfor-reasons": "Behövs."}
    page = client.post(reverse("grants:report_settlement", args=[world.report(2024).pk]), typed)
    assert page.status_code == 422
    (form,) = [form for key, _, form in page.context["forms"] if key == "carry_over"]
    assert "40\u00a0000\u00a0kr kvar att avgöra" in form.errors["amount"][0]
    assert 'value="99 000"' in page.content.decode()


def test_only_who_can_settle_is_asked_to() -> None:
    world = with_left()
    address = reverse("grants:report_detail", args=[world.report(2024).pk])
    for user, words in ((world.officer, "Avgör det som är kvar"), (world.finance, "Se det som är kvar")):
        client = Client()
        client.force_login(user)
        text = client.get(address).content.decode()
        assert [one in text for one in ("Avgör det som är kvar", "Se det som är kvar")].count(True) == 1
        assert words in text


def test_refused_cost_can_be_claimed_back() -> None:
    world = make_grant()
    pay(world, 2024, 60_000)
    hand_in(world, 2024, {"salaries": 60_000})
    approve(world, 2024, {"salaries": LineReview(Decimal(45_000), "En tredjedel hör till en annan verksamhet.")})
    claim(world, 2024, 15_000)
    repayment = world.grant.repayments.get()
    assert (repayment.amount, repayment.claim is not None) == (15_000, True)
    assert Task.objects.filter(
        key=f"repay:{repayment.pk}", done_at=None, organisation=world.grant.organisation
    ).exists()
    with pytest.raises(GrantError, match="återkrav gäller"):
        cancel_repayment(repayment=repayment, by=world.officer, at=NOW)
    give_back(world, 2024)
    assert (ledger_of(world.grant).repaid, ledger_of(world.grant).outstanding) == (15_000, 0)


@pytest.mark.parametrize("kind", [DecisionKind.CARRY_OVER, DecisionKind.REPAYMENT_CLAIM])
def test_returned_proposal_leads_its_presenter_back_to_the_report(kind: DecisionKind) -> None:
    world = with_left()
    report = world.report(2024)
    if kind == DecisionKind.CARRY_OVER:
        decision = propose_carry_over(
            report=report, amount=Decimal(15_000), year=2025, reasons="Behövs i år.", by=world.officer, at=NOW
        )
    else:
        decision = propose_claim(
            report=report,
            amount=Decimal(15_000),
            ground=ClaimGround.WRONG_USE,
            reasons="Behövs i år.",
            by=world.officer,
            at=NOW,
        )
    return_proposal(decision=decision, comment="Skriv mer.", by=world.decider, at=NOW)
    task = open_tasks_for(world.officer).get(key=propose_task_key(world.grant.application))
    assert task.url == reverse("grants:report_settlement", args=[report.pk])
    client = Client()
    client.force_login(world.officer)
    answer = client.get(task.url)
    page = answer.content.decode()
    assert "Skriv mer." in page
    assert "Behövs i år." in page
    assert 'value="15000"' in page
    assert page.count('<details class="nch-details" open>') == 1
    client.force_login(world.signatory)
    assert "Skriv mer." not in client.get(task.url).content.decode()


def test_agreed_repayment_is_registered_once_by_those_who_keep_the_accounts() -> None:
    world = with_left()
    repayment = agree_on_repayment(
        report=world.report(2024), amount=Decimal(40_000), due_on=DUE, by=world.officer, at=NOW
    )
    day = TODAY
    with pytest.raises(PermissionDenied):
        register_repayment(repayment=repayment, repaid_on=day, voucher="B1", by=world.officer, at=NOW)
    register_repayment(repayment=repayment, repaid_on=day, voucher="B1", by=world.finance, at=NOW)
    with pytest.raises(GrantError, match="redan bokförd"):
        register_repayment(repayment=repayment, repaid_on=day, voucher="B1", by=world.finance, at=NOW)
    assert not Task.objects.filter(key__startswith="settle:", done_at=None).exists()


def test_cancelled_repayment_can_be_settled_in_another_way() -> None:
    world = with_left()
    repayment = agree_on_repayment(
        report=world.report(2024), amount=Decimal(40_000), due_on=DUE, by=world.officer, at=NOW
    )
    cancel_repayment(repayment=repayment, by=world.officer, at=NOW)
    carry_over(world, 40_000)
    assert ledger_of(world.grant).carried_over == 40_000


def test_report_that_is_not_approved_cannot_carry_over_or_agree() -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    report = hand_in(world, 2024, {})
    with pytest.raises(GrantError, match="godkänd"):
        carry_over(world, 1)
    with pytest.raises(GrantError, match="godkänd"):
        agree_on_repayment(report=report, amount=Decimal(1), due_on=DUE, by=world.officer, at=NOW)


def test_grant_is_closed_when_the_sums_meet_and_says_what_stands_in_the_way() -> None:
    world = with_left()
    stands = obstacles(world.grant, ledger_of(world.grant))
    assert any("2025 är inte godkänd" in text for text in stands)
    assert any("40\u00a0000\u00a0kr inte avgjort" in text for text in stands)
    with pytest.raises(GrantError, match="2025"):
        close_grant(grant=world.grant, by=world.officer, at=NOW)
    carry_over(world, 40_000)
    hand_in(world, 2025, {"salaries": 30_000})
    approve(world, 2025)
    agree_on_repayment(report=world.report(2025), amount=Decimal(10_000), due_on=DUE, by=world.officer, at=NOW)
    assert obstacles(world.grant, ledger_of(world.grant))
    give_back(world, 2025)
    close_grant(grant=world.grant, by=world.officer, at=NOW)
    world.grant.refresh_from_db()
    assert (world.grant.state, world.grant.case.closed_at) == (GrantState.CLOSED, NOW)
    assert GrantMove.objects.filter(subject=world.grant, target=GrantState.CLOSED).count() == 1
    assert not Task.objects.filter(case=world.grant.case, done_at=None).exists()
    with pytest.raises(GrantError):
        close_grant(grant=world.grant, by=world.officer, at=NOW)


def test_rejected_change_leaves_the_granted_amount_in_the_ledger() -> None:
    world = make_grant()
    before = ledger_of(world.grant).granted
    assert before
    change(world, {}, outcome=Outcome.REJECTED)
    assert ledger_of(world.grant).granted == before


class Model:
    """The same money kept in another way: a purse for each year, and heaps for what has left it."""

    def __init__(self) -> None:
        self.purse: dict[int, Decimal] = defaultdict(Decimal)
        self.brought: dict[int, Decimal] = defaultdict(Decimal)
        self.paid_in: dict[int, Decimal] = defaultdict(Decimal)
        self.planned: dict[int, Decimal] = {}
        self.granted: dict[int, Decimal] = {}
        self.cost = self.repaid = Decimal(0)
        self.reported: set[int] = set()

    def agrees_with(self, ledger: Ledger) -> None:
        in_use = sum((min(self.brought[y], self.purse[y]) for y in (2024, 2025) if y not in self.reported), Decimal(0))
        assert ledger.paid == sum(self.paid_in.values())
        assert ledger.granted == sum(self.granted.values())
        assert ledger.cost == self.cost
        assert ledger.repaid == self.repaid
        assert ledger.carried_over == in_use
        assert ledger.outstanding == sum(self.purse.values()) - in_use
        assert ledger.granted >= ledger.paid
        assert ledger.paid == ledger.cost + ledger.carried_over + ledger.repaid + ledger.outstanding
        for row in ledger.rows:
            assert row.granted >= row.paid
            assert row.opening + row.paid == row.cost + row.carried_over + row.repaid + row.outstanding


def pay_as_people_do(world: GrantWorld, year: int, amount: Decimal) -> None:
    """Plan, prepare, approve and pay an instalment."""
    rows = [Instalment(year, amount, TODAY)]
    planned = lay_plan(grant=world.grant, rows=rows, by=world.officer, at=NOW)
    payment = prepare_payment(payment=planned[-1], by=world.officer, at=NOW)
    payment = approve_payment(payment=payment, by=world.finance, at=NOW)
    mark_paid(payment=payment, paid_on=TODAY, voucher="U1", by=world.finance, at=NOW)


def test_ledger_agrees_with_the_model_after_any_sequence_through_the_services() -> None:
    world = make_grant()
    form_version(at=NOW)
    client = Client()
    client.force_login(world.signatory)
    address = reverse("grants:grant_ledger", args=[world.grant.pk])

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def walk(data: st.DataObject) -> None:
        with transaction.atomic():
            model = Model()
            model.granted = granted_by_year(world.grant)
            for _ in range(data.draw(st.integers(2, 6))):
                step(world, model, data)
                model.agrees_with(ledger_of(world.grant))
            ledger = ledger_of(world.grant)
            text = client.get(address).content.decode()
            for amount in (
                ledger.granted,
                ledger.paid,
                ledger.cost,
                ledger.carried_over,
                ledger.repaid,
                ledger.outstanding,
            ):
                assert format_number(amount) in text
            transaction.set_rollback(True)

    walk()


def step(world: GrantWorld, model: Model, data: st.DataObject) -> None:
    """One thing that may happen to the money; what the system forbids is left out or refused, and changes nothing."""
    year = data.draw(st.sampled_from([2024, 2025]))
    amount = Decimal(data.draw(st.integers(1, 60_000)))
    match data.draw(st.sampled_from(["pay", "pay", "plan", "change", "reject", "report", "carry", "repay", "claim"])):
        case "pay" if year not in model.reported:
            row = ledger_of(world.grant).row(year)
            amount = min(amount, row.granted - row.paid)
            if amount:
                pay_as_people_do(world, year, amount)
                model.paid_in[year] += amount
                model.purse[year] += amount
                model.planned.clear()
        case "plan":
            row = ledger_of(world.grant).row(year)
            amount = min(amount, row.granted - row.paid)
            if amount:
                rows = [Instalment(year, amount, TODAY)]
                lay_plan(grant=world.grant, rows=rows, by=world.officer, at=NOW)
                model.planned = {year: amount}
        case "change":
            amounts = {y: Decimal(data.draw(st.integers(0, 150_000))) for y in (2024, 2025)}
            taken = {y: model.paid_in[y] + model.planned.get(y, 0) for y in amounts}
            try:
                with transaction.atomic():
                    change(world, amounts)
            except GrantError:
                assert any(amounts[y] < taken[y] for y in amounts) or amounts == model.granted
            else:
                assert all(amounts[y] >= taken[y] for y in amounts)
                model.granted = amounts
        case "reject":
            change(world, {}, outcome=Outcome.REJECTED)
        case "report" if year not in model.reported:
            hand_in(world, year, {"salaries": amount})
            approve(world, year)
            used = min(amount, model.purse[year])
            model.cost += used
            model.purse[year] -= used
            model.reported.add(year)
        case "carry":
            try:
                with transaction.atomic():
                    carry_over(world, amount)
            except GrantError:
                assert 2024 not in model.reported or 2025 in model.reported or amount > model.purse[2024]
            else:
                model.purse[2024] -= amount
                model.purse[2025] += amount
                model.brought[2025] += amount
        case "repay" if year in model.reported and model.purse[year]:
            amount = min(amount, model.purse[year])
            agree_on_repayment(report=world.report(year), amount=amount, due_on=DUE, by=world.officer, at=NOW)
            model.agrees_with(ledger_of(world.grant))  # agreed is not yet paid
            give_back(world, year)
            model.purse[year] -= amount
            model.repaid += amount
        case "claim" if model.purse[year]:
            amount = min(amount, model.purse[year])
            claim(world, year, amount)
            give_back(world, year)
            model.purse[year] -= amount
            model.repaid += amount
    assert not Decision.objects.filter(kind=DecisionKind.GRANT, state="proposed").exists()
