"""Decisions that follow the first one: what each refuses, what each changes, and what stands when it is rejected."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import (
    ApplicationState,
    ClaimGround,
    DecisionKind,
    DecisionState,
    FinancialReportState,
    GrantState,
    Outcome,
    PaymentState,
    RepaymentState,
)
from grants.models import DecisionAmount, DecisionBudgetLine, Grant
from grants.selectors.calls import balances
from grants.selectors.decisions import decisions_for, decisions_visible_to, standing_decision
from grants.selectors.grants import budget_of, granted_by_year
from grants.services.decisions import propose_decision, return_proposal, sign_decision
from grants.services.errors import GrantError, YearError
from grants.services.proposals import check_budget
from nch.accounts.enums import Role
from nch.cases.selectors import open_tasks_for
from nch.demo.build import declare_impartial
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import approved_without_costs
from tests.factories.grants import (
    assess,
    follow_up,
    make_call,
    make_decided,
    make_decider,
    make_grant,
    make_paid,
    make_presenter,
    make_submitted,
    proposal,
    sign,
)

CHANGE, CARRY_OVER, CLAIM = DecisionKind.CHANGE, DecisionKind.CARRY_OVER, DecisionKind.REPAYMENT_CLAIM


@pytest.mark.django_db
def test_change_gives_the_grant_its_new_schedule_and_keeps_the_old_decision() -> None:
    grant = make_grant()
    first = standing_decision(grant.application)
    assert first is not None
    decision = sign(follow_up(grant, CHANGE, {2026: 100_000, 2027: 130_000}))
    grant.refresh_from_db()
    assert granted_by_year(grant) == {2026: Decimal(100_000), 2027: Decimal(130_000)}
    assert grant.granted_total == Decimal(230_000)
    assert sum(budget_of(grant, 2027).values()) == Decimal(130_000)
    assert decision.changes == first
    grant.application.refresh_from_db()
    assert grant.application.state == ApplicationState.DECIDED
    assert [(row.year, row.amount) for row in first.amounts.all()] == [
        (2026, Decimal(115_000)),
        (2027, Decimal(115_000)),
    ]
    assert [balance.granted for balance in balances(grant.call)] == [Decimal(100_000), Decimal(130_000)]


@pytest.mark.django_db
def test_application_stays_decided_while_a_later_decision_is_proposed_and_returned() -> None:
    grant = make_grant()
    officer = make_presenter(grant.application)
    decision = follow_up(grant, CHANGE, {2026: 100_000, 2027: 100_000}, by=officer)
    grant.application.refresh_from_db()
    assert grant.application.state == ApplicationState.DECIDED
    decider = make_decider(grant.application)
    assert [task.title for task in open_tasks_for(decider)][-1].startswith("Besluta om ändring av bidraget till")
    return_proposal(decision=decision, comment="Motivera", by=decider, at=timezone.now())
    grant.application.refresh_from_db()
    assert grant.application.state == ApplicationState.DECIDED
    assert not open_tasks_for(decider).filter(key__startswith="decide:").exists()
    assert granted_by_year(grant)[2026] == Decimal(115_000)


@pytest.mark.django_db
def test_more_time_is_reported_in_every_year_and_less_time_is_not_asked_for() -> None:
    grant = make_grant()
    sign(follow_up(grant, CHANGE, {2026: 115_000, 2027: 115_000}, ends_on=datetime.date(2028, 6, 30)))
    grant.refresh_from_db()
    assert grant.ends_on == datetime.date(2028, 6, 30)
    assert [report.year for report in grant.financial_reports.all()] == [2026, 2027, 2028]
    sign(follow_up(grant, CHANGE, {2026: 115_000}, ends_on=datetime.date(2026, 12, 31)))
    grant.refresh_from_db()
    assert [report.year for report in grant.financial_reports.all()] == [2026]
    assert grant.granted_total == Decimal(115_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amounts", "more", "reason"),
    [
        ({2026: 115_000, 2027: 115_000}, {}, "ändrar ingenting"),
        ({2026: 115_000, 2028: 50_000}, {}, "slutar 2027-12-31 men har pengar för 2028"),
        ({2026: 1, 2028: 50_000}, {"ends_on": datetime.date(2028, 5, 1)}, "0\u00a0kr kvar för 2028"),
        ({2025: 1, 2026: 115_000}, {}, "börjar 2026"),
        ({2026: 2_000_001}, {}, "2\u00a0000\u00a0000\u00a0kr kvar för 2026"),
        ({2026: 115_000}, {"ends_on": datetime.date(2025, 1, 1)}, "kan inte sluta före"),
        ({2026: -1}, {}, "negativa"),
        ({2026: 1}, {"reasons": "  "}, "ange skälen"),
        ({2026: 1}, {"outcome": Outcome.REJECTED}, "avslag"),
        ({2026: 10}, {"budget_lines": {2026: {"salaries": Decimal(9)}}}, "Budgeten för 2026 summerar till 9"),
    ],
)
def test_change_that_does_not_hold_together_is_refused(
    amounts: dict[int, int], more: dict[str, Any], reason: str
) -> None:
    grant = make_grant()
    with pytest.raises(GrantError, match=reason):
        follow_up(grant, CHANGE, amounts, **more)
    assert grant.application.decisions.count() == 1


@pytest.mark.django_db
def test_change_never_goes_below_what_is_paid_or_committed() -> None:
    grant = make_grant()
    make_paid(grant, 2026, 60_000)
    make_paid(grant, 2026, 20_000, state=PaymentState.APPROVED)
    for state in (PaymentState.PREPARED, PaymentState.REQUESTED, PaymentState.PLANNED):
        make_paid(grant, 2026, 5_000, state=state)
    make_paid(grant, 2027, 10_000, state=PaymentState.PLANNED)
    for stopped in (PaymentState.CANCELLED, PaymentState.WITHDRAWN):
        make_paid(grant, 2026, 9_000, state=stopped)
    with pytest.raises(GrantError, match="80\u00a0000\u00a0kr redan utbetalat"):
        follow_up(grant, CHANGE, {2026: 79_999, 2027: 115_000})
    with pytest.raises(YearError, match="inte bli lägre än 95\u00a0000\u00a0kr") as refused:
        follow_up(grant, CHANGE, {2026: 94_999, 2027: 115_000})
    assert refused.value.year == 2026
    with pytest.raises(YearError, match="inte bli lägre än 10\u00a0000\u00a0kr"):
        follow_up(grant, CHANGE, {2026: 95_000})
    decision = follow_up(grant, CHANGE, {2026: 95_000, 2027: 10_000})
    make_paid(grant, 2026, 1)
    with pytest.raises(YearError, match="inte bli lägre än 95\u00a0001\u00a0kr"):
        sign(decision)
    assert granted_by_year(grant)[2026] == Decimal(115_000)


@pytest.mark.django_db
def test_money_that_a_change_gives_back_can_be_granted_to_another() -> None:
    call = make_call(budgets={2026: Decimal(115_000), 2027: Decimal(115_000)})
    grant = make_grant(call)
    board = make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    second = make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
    with pytest.raises(GrantError, match="0\u00a0kr kvar"):
        make_decided(second)
    sign(follow_up(grant, CHANGE, {2026: 0, 2027: 115_000}))
    assert [balance.left for balance in balances(call)] == [Decimal(115_000), Decimal(0)]
    presenter = make_user(Role.NCH_OFFICER)
    declare_impartial(second, presenter, at=timezone.now())
    content = proposal(second, amounts={2026: Decimal(115_000), 2027: Decimal(0)})
    sign(propose_decision(application=second, content=content, by=presenter, at=timezone.now()))
    with pytest.raises(GrantError, match="0\u00a0kr kvar för 2026"):
        follow_up(grant, CHANGE, {2026: 1, 2027: 115_000})


@pytest.mark.django_db
def test_rejected_change_leaves_everything_as_it_stood() -> None:
    grant = make_grant()
    before = standing_decision(grant.application)
    rejected = sign(follow_up(grant, CHANGE, {}, outcome=Outcome.REJECTED))
    assert rejected.state == DecisionState.SIGNED
    assert standing_decision(grant.application) == before
    assert granted_by_year(grant) == {2026: Decimal(115_000), 2027: Decimal(115_000)}
    assert [balance.granted for balance in balances(grant.call)] == [Decimal(115_000)] * 2
    later = sign(follow_up(grant, CHANGE, {2026: 100_000, 2027: 100_000}))
    assert later.changes == before


@pytest.mark.django_db
def test_proposal_on_a_decision_that_no_longer_stands_is_refused() -> None:
    grant = make_grant()
    first = standing_decision(grant.application)
    sign(follow_up(grant, CHANGE, {2026: 100_000, 2027: 100_000}))
    with pytest.raises(GrantError, match="senare beslut har ändrat"):
        follow_up(grant, CHANGE, {2026: 90_000, 2027: 90_000}, changes=first)


@pytest.mark.django_db
def test_application_has_one_proposal_at_a_time() -> None:
    grant = make_grant()
    follow_up(grant, CHANGE, {2026: 100_000, 2027: 100_000})
    with pytest.raises(GrantError, match="redan ett förslag"):
        follow_up(grant, CHANGE, {2026: 90_000, 2027: 90_000})


@pytest.mark.django_db
def test_closed_grant_is_not_changed() -> None:
    grant = make_grant()
    decision = follow_up(grant, CHANGE, {2026: 100_000, 2027: 100_000})
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.CLOSED, closed_at=timezone.now())
    with pytest.raises(GrantError, match="avslutat"):
        sign(decision)


@pytest.mark.django_db
def test_carry_over_says_how_much_may_be_used_in_a_later_year() -> None:
    grant = make_grant()
    make_paid(grant, 2026, 20_000)
    report = approved_without_costs(grant.financial_reports.get(year=2026))
    decision = sign(follow_up(grant, CARRY_OVER, {2027: 15_000}, financial_report=report))
    assert decision.financial_report == report
    assert [(row.year, row.amount) for row in decision.amounts.all()] == [(2027, Decimal(15_000))]
    # Carried money was granted before: neither the schedule nor the call's balance moves.
    assert granted_by_year(grant) == {2026: Decimal(115_000), 2027: Decimal(115_000)}
    assert [balance.granted for balance in balances(grant.call)] == [Decimal(115_000)] * 2
    for amounts, reason in (
        ({2026: 1}, "senare år"),
        ({2028: 1}, "utan mer tid"),
        ({2027: 0}, "Ange ett belopp"),
        ({2027: 1, 2028: 1}, "Ange ett belopp"),
    ):
        with pytest.raises(GrantError, match=reason):
            follow_up(grant, CARRY_OVER, amounts, financial_report=report)
    with pytest.raises(GrantError, match="bygga på en ekonomisk redovisning"):
        follow_up(grant, CARRY_OVER, {2027: 1})


@pytest.mark.django_db
def test_carry_over_into_an_added_year_makes_its_report_expected() -> None:
    grant = make_grant()
    make_paid(grant, 2027, 20_000)
    report = approved_without_costs(grant.financial_reports.get(year=2027))
    sign(follow_up(grant, CARRY_OVER, {2028: 15_000}, financial_report=report, ends_on=datetime.date(2028, 12, 31)))
    grant.refresh_from_db()
    assert grant.ends_on == datetime.date(2028, 12, 31)
    added = grant.financial_reports.get(year=2028)
    assert added.state == FinancialReportState.EXPECTED
    assert added.due_on == datetime.date(2029, 1, 31)


@pytest.mark.django_db
def test_claim_makes_a_repayment_that_is_expected() -> None:
    grant = make_grant()
    make_paid(grant, 2026, 100_000)
    report = grant.financial_reports.get(year=2026)
    claim = {"ground": ClaimGround.WRONG_USE, "financial_report": report}
    decision = sign(follow_up(grant, CLAIM, {2026: 40_000}, **claim))
    repayment = grant.repayments.get()
    assert (repayment.claim, repayment.report, repayment.amount) == (decision, report, Decimal(40_000))
    assert repayment.state == RepaymentState.EXPECTED
    assert repayment.due_on == timezone.localdate() + datetime.timedelta(days=30)
    for amounts, more, reason in (
        ({2026: 60_001}, claim, "60\u00a0000\u00a0kr kvar att avgöra"),
        ({2026: 0}, claim, "hur mycket"),
        ({2026: 1}, {"financial_report": report}, "grunden"),
        ({2026: 1}, {"ground": ClaimGround.UNUSED}, "redovisning"),
        ({}, {**claim, "outcome": Outcome.REJECTED}, "kan inte avslås"),
    ):
        with pytest.raises(GrantError, match=reason):
            follow_up(grant, CLAIM, amounts, **more)


@pytest.mark.django_db
def test_presenter_of_a_later_decision_never_decides_it() -> None:
    grant = make_grant()
    officer = make_presenter(grant.application)
    decision = follow_up(grant, CHANGE, {2026: 1, 2027: 1}, by=officer)
    with pytest.raises(PermissionDenied):
        sign_decision(decision=decision, by=officer, at=timezone.now())


@pytest.mark.django_db
def test_whoever_has_not_declared_or_has_a_conflict_proposes_nothing() -> None:
    grant = make_grant()
    with pytest.raises(GrantError, match="Ange först om du är jävig"):
        follow_up(grant, CHANGE, {2026: 1, 2027: 1}, by=make_user(Role.NCH_OFFICER))


@pytest.mark.django_db
def test_applicant_sees_a_later_decision_only_when_it_is_signed() -> None:
    grant = make_grant()
    county = make_user(Role.COUNTY_OFFICER, grant.organisation)
    elsewhere = make_user(Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("14", "VG")))
    decision = follow_up(grant, CHANGE, {2026: 1, 2027: 1})
    assert decision not in decisions_visible_to(county, grant.application)
    sign(decision)
    assert decision in decisions_visible_to(county, grant.application)
    assert decision in decisions_for(county)
    assert not decisions_for(elsewhere).exists()


@pytest.mark.django_db
def test_rows_of_a_later_decision_are_final() -> None:
    grant = make_grant()
    decision = sign(follow_up(grant, CHANGE, {2026: 100, 2027: 100}))
    for rows in (
        DecisionAmount.objects.filter(decision=decision),
        DecisionBudgetLine.objects.filter(decision=decision),
    ):
        assert rows.exists()
        with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
            rows.update(amount=1)
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        type(decision).objects.filter(pk=decision.pk).update(ground="unused")


@pytest.mark.django_db
def test_budget_of_a_change_is_shared_in_the_proportions_that_stood() -> None:
    grant = make_grant()
    before = budget_of(grant, 2026)
    sign(follow_up(grant, CHANGE, {2026: 230_000, 2027: 0}))
    after = budget_of(grant, 2026)
    assert {category: amount * 2 for category, amount in before.items()} == after
    assert budget_of(grant, 2027) == {}


@given(parts=st.lists(st.integers(min_value=0, max_value=10**9), max_size=6), off=st.sampled_from([-1, 0, 1]))
def test_budget_holds_only_where_it_adds_up_to_the_krona(parts: list[int], off: int) -> None:
    lines = {str(number): Decimal(part) for number, part in enumerate(parts)}
    amount = Decimal(sum(parts) + off)
    if off:
        with pytest.raises(GrantError, match="summerar till"):
            check_budget({2026: amount}, {2026: lines})
    else:
        check_budget({2026: amount}, {2026: lines})


@pytest.mark.django_db
def test_proposal_may_have_a_budget_and_clauses_of_its_own() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    wrong = {2026: {"salaries": Decimal(114_999)}}
    with pytest.raises(GrantError, match="Budgeten för 2026"):
        propose_decision(
            application=application,
            content=proposal(application, budget=wrong),
            by=officers[0],
            at=timezone.now(),
        )
    content = proposal(
        application,
        budget={2026: {"salaries": Decimal(115_000)}},
        recall_clause="Om villkoren bryts.",
        appeal_text="Beslutet kan inte överklagas.",
    )
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    assert [(r.category, r.amount) for r in decision.budget_lines.filter(year=2026)] == [("salaries", Decimal(115_000))]
    assert decision.budget_lines.filter(year=2027).count() > 1
    assert (decision.recall_clause, decision.appeal_text) == ("Om villkoren bryts.", "Beslutet kan inte överklagas.")
