"""A county asks for a change of its grant: one shared draft, one open request, assessed, decided or withdrawn."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import ChangeKind, DecisionKind, DecisionState, GrantState, Outcome
from grants.enums import ChangeRequestState as State
from grants.models import ChangeRequest, ChangeRequestMove, Decision, Grant
from grants.selectors.allocation import basis_of
from grants.selectors.calls import balances
from grants.selectors.changes import change_requests_for, requested_amounts
from grants.selectors.decisions import standing_decision
from grants.selectors.grants import granted_by_year
from grants.selectors.ledger import ledger_of
from grants.selectors.sittings import money_of
from grants.services.changes import (
    StaleChangeError,
    assess_change_request,
    change_url,
    move_change_request,
    save_change_request,
    start_change_request,
    submit_change_request,
    withdraw_change_request,
)
from grants.services.decisions import sign_decision
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import (
    change_input,
    follow_up,
    make_assessed_change,
    make_call,
    make_change_draft,
    make_change_request,
    make_decider,
    make_grant,
    make_paid,
    make_presenter,
    make_submitted,
    sign,
)

pytestmark = pytest.mark.django_db

ALLOWED = {
    (State.DRAFT, State.SUBMITTED),
    (State.DRAFT, State.WITHDRAWN),
    (State.SUBMITTED, State.WITHDRAWN),
    (State.ASSESSED, State.WITHDRAWN),
    (State.SUBMITTED, State.ASSESSED),
    (State.ASSESSED, State.DECIDED),
}


def granted() -> tuple[Grant, User]:
    """A grant, and its county's signatory."""
    signatory = make_user(Role.COUNTY_SIGNATORY)
    return make_grant(signatory=signatory), signatory


def budget(*parts: tuple[int, str, int]) -> dict[int, dict[str, Decimal]]:
    lines: dict[int, dict[str, Decimal]] = {}
    for year, category, amount in parts:
        lines.setdefault(year, {})[category] = Decimal(amount)
    return lines


def test_request_moves_as_the_table_says_and_no_other_way() -> None:
    grant, signatory = granted()
    request = start_change_request(grant=grant, by=signatory, at=timezone.now())
    for source, target in itertools.product(State, State):
        ChangeRequest.objects.filter(pk=request.pk).update(state=source)
        request.refresh_from_db()
        moves = ChangeRequestMove.objects.count()
        if (source, target) in ALLOWED:
            move_change_request(request, target, by=signatory, at=timezone.now())
            assert ChangeRequestMove.objects.count() == moves + 1
        else:
            with pytest.raises(GrantError):
                move_change_request(request, target, by=signatory, at=timezone.now())
            assert ChangeRequestMove.objects.count() == moves


WHO = {
    "start": {Role.COUNTY_OFFICER, Role.COUNTY_SIGNATORY},
    "save": {Role.COUNTY_OFFICER, Role.COUNTY_SIGNATORY},
    "submit": {Role.COUNTY_SIGNATORY},
    "withdraw": {Role.COUNTY_SIGNATORY},
    "assess": {Role.NCH_OFFICER},
}


@pytest.mark.parametrize("step", WHO)
def test_each_step_is_for_its_roles_at_the_right_organisation(step: str) -> None:
    grant, signatory = granted()
    now = timezone.now()
    there = [make_change_draft(grant, signatory)] if step != "start" else []
    if step == "assess":
        submit_change_request(request=there[0], by=signatory, at=now)
    other = make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    people = [(role, make_user(role), role in WHO[step]) for role in Role]
    people += [(role, make_user(role, other), False) for role in (Role.COUNTY_SIGNATORY, Role.GRANT_OFFICER)]
    steps: dict[str, Any] = {
        "start": lambda by: start_change_request(grant=grant, by=by, at=now),
        "save": lambda by: save_change_request(request=there[0], content=change_input(), version=0, by=by, at=now),
        "submit": lambda by: submit_change_request(request=there[0], by=by, at=now),
        "withdraw": lambda by: withdraw_change_request(request=there[0], by=by, at=now),
        "assess": lambda by: assess_change_request(
            request=there[0],
            assessment="x",
            recommendation=Outcome.GRANTED,
            by=by,
            at=now,
        ),
    }
    for role, user, allowed in people:
        if allowed:
            continue
        with pytest.raises(PermissionDenied):
            steps[step](user)
        assert role
    by = next(user for _, user, allowed in people if allowed)
    if step == "save":
        with pytest.raises(StaleChangeError):
            steps[step](by)
    elif step == "assess":
        with pytest.raises(GrantError, match="Ange först om du är jävig"):
            steps[step](by)
    else:
        assert steps[step](by)


def test_grant_has_one_open_request_and_another_after_it() -> None:
    grant, signatory = granted()
    first = start_change_request(grant=grant, by=signatory, at=timezone.now())
    with pytest.raises(GrantError, match="redan en ansökan om ändring"):
        start_change_request(grant=grant, by=signatory, at=timezone.now())
    withdraw_change_request(request=first, by=signatory, at=timezone.now())
    assert start_change_request(grant=grant, by=signatory, at=timezone.now()).number == 2


def test_stale_save_is_refused_and_leaves_what_was_saved() -> None:
    grant, signatory = granted()
    officer = make_user(Role.COUNTY_OFFICER)
    request = start_change_request(grant=grant, by=signatory, at=timezone.now())
    save_change_request(request=request, content=change_input(reasons="A"), version=1, by=signatory, at=timezone.now())
    with pytest.raises(StaleChangeError):
        save_change_request(
            request=request, content=change_input(reasons="B"), version=1, by=officer, at=timezone.now()
        )
    request.refresh_from_db()
    assert (request.reasons, request.version) == ("A", 2)


def test_page_of_a_stale_save_shows_both_texts_and_saves_the_second_time(client: Client) -> None:
    grant, signatory = granted()
    request = make_change_draft(grant, signatory, reasons="Den andras text.")
    client.force_login(make_user(Role.COUNTY_OFFICER))
    address = reverse("grants:change_detail", args=[grant.pk, request.number])
    typed = {"kinds": ["time"], "reasons": "Min egen text.", "rev_version": "1", "budget__travel__2026": "1 000"}
    page = client.post(address, typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Den andras text." in text
    assert text.count("Min egen text.") == 2
    assert 'value="1 000"' in text
    assert ChangeRequest.objects.get(pk=request.pk).reasons == "Den andras text."
    assert f'name="rev_version" value="{request.version}"' in text
    assert client.post(address, {**typed, "rev_version": str(request.version)}).status_code == 302
    saved = ChangeRequest.objects.get(pk=request.pk)
    assert saved.reasons == "Min egen text."
    assert requested_amounts(saved) == {2026: Decimal(1_000)}


def test_autosave_answers_with_the_new_version_and_says_when_it_cannot_save(client: Client) -> None:
    grant, signatory = granted()
    request = make_change_draft(grant, signatory)
    client.force_login(signatory)
    address = reverse("grants:change_detail", args=[grant.pk, request.number])
    data = {"reasons": "Ny text", "rev_version": str(request.version)}
    answer = client.post(address, data, headers={"Accept": "application/json"})
    assert answer.json()["revisions"] == {"rev_version": request.version + 1}
    assert client.post(address, data, headers={"Accept": "application/json"}).status_code == 409
    bad = {**data, "budget__travel__2026": "tusen"}
    assert client.post(address, bad, headers={"Accept": "application/json"}).status_code == 422
    page = client.post(address, bad)
    assert "”tusen” är inte ett tal" in page.content.decode()
    assert 'value="tusen"' in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kinds": []}, "Ange vad ni vill ändra"),
        ({"reasons": " "}, "Skriv varför"),
        ({"new_ends_on": None}, "ny sista dag"),
        ({"new_ends_on": datetime.date(2027, 12, 31)}, "ny sista dag"),
        ({"kinds": [ChangeKind.CONTENTS]}, "Beskriv det nya"),
        ({"kinds": [ChangeKind.BUDGET]}, "Fyll i den nya budgeten"),
        ({"new_ends_on": datetime.date(2207, 12, 31)}, "högst 10 år"),
        ({"kinds": [ChangeKind.BUDGET], "lines": budget((2028, "travel", 1))}, "slutar 2027-12-31"),
    ],
)
def test_request_that_lacks_something_is_not_handed_in(changes: dict[str, Any], reason: str) -> None:
    grant, signatory = granted()
    request = make_change_draft(grant, signatory, **changes)
    with pytest.raises(GrantError, match=reason):
        submit_change_request(request=request, by=signatory, at=timezone.now())
    request.refresh_from_db()
    assert request.state == State.DRAFT
    assert not grant.case.documents.filter(title__startswith="Ansökan om ändring").exists()


def test_form_calls_nothing_optional_and_says_at_the_field_what_is_missing_at_hand_in(client: Client) -> None:
    grant, signatory = granted()
    request = make_change_draft(grant, signatory)
    client.force_login(signatory)
    address = change_url(request)
    assert "(frivilligt)" not in client.get(address).content.decode()
    data = {"kinds": ["contents"], "reasons": "Skälen.", "rev_version": str(request.version), "action": "submit"}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"contents": ["Beskriv det nya innehållet."]}
    assert "Skälen." in answer.content.decode()


def test_what_a_county_asks_for_tells_it_nothing_of_the_calls_money() -> None:
    grant, signatory = granted()
    lines = budget((2026, "travel", 3_000_000))
    request = make_change_request(grant, signatory, kinds=[ChangeKind.BUDGET], lines=lines)
    assert request.state == State.SUBMITTED
    with pytest.raises(GrantError, match="kr kvar för 2026"):
        follow_up(grant, DecisionKind.CHANGE, {2026: 3_000_000})


def test_decision_gives_no_grant_more_than_ten_years() -> None:
    grant, _ = granted()
    amounts = {2026: 115_000, 2027: 115_000}
    with pytest.raises(GrantError, match="högst 10 år"):
        follow_up(grant, DecisionKind.CHANGE, amounts, ends_on=datetime.date(2036, 1, 1))
    sign(follow_up(grant, DecisionKind.CHANGE, amounts, ends_on=datetime.date(2035, 12, 31)))
    assert grant.financial_reports.count() == 10


def test_handed_in_request_is_registered_and_waits_for_an_officer() -> None:
    grant, signatory = granted()
    request = make_change_request(grant, signatory)
    document = grant.case.documents.get(title="Ansökan om ändring 1")
    assert document.direction == "incoming"
    officer = make_presenter(grant.application)
    assert "Bedöm ansökan om ändring från LS Skåne län" in [task.title for task in open_tasks_for(officer)]
    with pytest.raises(GrantError, match="kan inte ändras"):
        save_change_request(
            request=request, content=change_input(), version=request.version, by=signatory, at=timezone.now()
        )


def test_draft_is_seen_by_its_own_county_only_until_it_is_handed_in() -> None:
    grant, signatory = granted()
    request = make_change_draft(grant, signatory)
    handler = make_user(Role.NCH_OFFICER)
    elsewhere = make_user(Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("14", "VG")))
    assert change_requests_for(make_user(Role.COUNTY_OFFICER)).get() == request
    for reader in (handler, elsewhere, make_user(Role.AUDITOR)):
        assert not change_requests_for(reader).exists()
    submit_change_request(request=request, by=signatory, at=timezone.now())
    assert change_requests_for(handler).get() == request
    assert not change_requests_for(elsewhere).exists()
    declare_interest(case=grant.case, recused=True, by=handler, at=timezone.now())
    assert not change_requests_for(handler).exists()


def test_granted_request_changes_the_grant_and_is_decided() -> None:
    grant, signatory = granted()
    lines = budget((2026, "salaries", 115_000), (2027, "salaries", 100_000), (2027, "travel", 40_000))
    request = make_assessed_change(grant, signatory, kinds=[ChangeKind.TIME, ChangeKind.BUDGET], lines=lines)
    decision = follow_up(
        grant,
        DecisionKind.CHANGE,
        {2026: 115_000, 2027: 140_000},
        budget_lines=lines,
        ends_on=datetime.date(2028, 6, 30),
        change_request=request,
    )
    sign(decision)
    request.refresh_from_db()
    grant.refresh_from_db()
    assert request.state == State.DECIDED
    assert grant.ends_on == datetime.date(2028, 6, 30)
    assert granted_by_year(grant) == {2026: Decimal(115_000), 2027: Decimal(140_000)}
    assert not open_tasks_for(make_user(Role.NCH_OFFICER)).filter(case=grant.case).exists()


def test_rejected_request_is_decided_and_the_grant_stays() -> None:
    grant, signatory = granted()
    request = make_assessed_change(grant, signatory)
    before = standing_decision(grant.application)
    sign(follow_up(grant, DecisionKind.CHANGE, {}, outcome=Outcome.REJECTED, change_request=request))
    request.refresh_from_db()
    grant.refresh_from_db()
    assert request.state == State.DECIDED
    assert grant.ends_on == datetime.date(2027, 12, 31)
    assert standing_decision(grant.application) == before


def test_every_count_of_what_is_granted_goes_by_the_decision_that_holds() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = make_grant(make_call(is_development_money=True), signatory)
    officer, later = make_user(Role.NCH_OFFICER), make_call(is_development_money=True, budgets={2029: Decimal(10**6)})
    make_submitted(later, signatory)

    def counted() -> list[dict[int, Decimal]]:
        (facts,) = basis_of(officer, grant.call).facts
        (later_facts,) = basis_of(officer, later).facts
        assert later_facts.earlier_years == {2026, 2027}
        sitting = money_of([Decision(application=grant.application, outcome=Outcome.REJECTED)])
        decision = standing_decision(grant.application)
        assert decision is not None
        return [
            {row.year: row.amount for row in decision.amounts.all()},
            granted_by_year(grant),
            {row.year: row.granted for row in ledger_of(grant).rows},
            {row.year: row.granted for row in balances(grant.call)},
            {row.year: row.granted for row in sitting},
            facts.decided or {},
        ]

    first = {2026: Decimal(115_000), 2027: Decimal(115_000)}
    assert counted() == [first] * 6
    request = make_assessed_change(grant, signatory)
    sign(follow_up(grant, DecisionKind.CHANGE, {}, outcome=Outcome.REJECTED, change_request=request))
    assert counted() == [first] * 6
    sign(follow_up(grant, DecisionKind.CHANGE, {2026: 100_000, 2027: 90_000}))
    changed = {2026: Decimal(100_000), 2027: Decimal(90_000)}
    assert counted() == [changed] * 6
    request = make_assessed_change(grant, signatory)
    sign(follow_up(grant, DecisionKind.CHANGE, {}, outcome=Outcome.REJECTED, change_request=request))
    assert counted() == [changed] * 6


def test_request_is_not_decided_before_it_is_assessed() -> None:
    grant, signatory = granted()
    request = make_change_request(grant, signatory)
    with pytest.raises(GrantError, match="ska vara bedömd"):
        follow_up(grant, DecisionKind.CHANGE, {2026: 1, 2027: 1}, change_request=request)


def test_withdrawal_takes_the_proposal_back() -> None:
    grant, signatory = granted()
    request = make_assessed_change(grant, signatory)
    decision = follow_up(
        grant,
        DecisionKind.CHANGE,
        {2026: 115_000, 2027: 115_000},
        ends_on=datetime.date(2028, 6, 30),
        change_request=request,
    )
    decider = make_decider(grant.application)
    withdraw_change_request(request=request, by=signatory, at=timezone.now())
    decision.refresh_from_db()
    assert decision.state == DecisionState.RETURNED
    with pytest.raises(GrantError):
        sign_decision(decision=decision, by=decider, at=timezone.now())
    assert not open_tasks_for(decider).filter(case=grant.case).exists()
    grant.refresh_from_db()
    assert grant.ends_on == datetime.date(2027, 12, 31)


def test_closed_grant_is_not_asked_to_be_changed() -> None:
    grant, signatory = granted()
    draft = make_change_draft(grant, signatory)
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.CLOSED, closed_at=timezone.now())
    draft = ChangeRequest.objects.get(pk=draft.pk)
    with pytest.raises(GrantError, match="avslutat"):
        submit_change_request(request=draft, by=signatory, at=timezone.now())


def test_change_is_walked_from_draft_to_decision_on_its_pages(client: Client) -> None:
    grant, signatory = granted()
    officer, decider = make_presenter(grant.application), make_decider(grant.application)
    client.force_login(signatory)
    client.post(reverse("grants:change_list", args=[grant.pk]))
    here = reverse("grants:change_detail", args=[grant.pk, 1])
    page = client.get(here).content.decode()
    assert "Spara och lämna in" in page
    data = {"kinds": ["time"], "reasons": "Skäl", "new_ends_on": "2028-06-30", "rev_version": "1", "action": "submit"}
    assert client.post(here, data).status_code == 302
    client.force_login(officer)
    assert "Bedöm ansökan" in client.get(here).content.decode()
    client.post(
        reverse("grants:change_assess", args=[grant.pk, 1]), {"assessment": "Rimligt.", "recommendation": "granted"}
    )
    propose = reverse("grants:change_propose", args=[grant.pk, 1])
    page = client.get(propose).content.decode()
    assert 'value="2028-06-30"' in page
    assert 'name="amount_2026" value="115000"' in page
    kept = {"outcome": "granted", "ends_on": "2028-06-30", "amount_2026": "115000", "amount_2027": "115 000"}
    assert client.post(propose, {**kept, "action": "add"}).content.decode().count('name="condition_') == 1
    assert 'value="115 000"' in client.get(propose).content.decode()
    make_paid(grant, 2026, 60_000)
    lower = {**kept, "amount_2026": "59 999", "reasons": "Skälen håller.", "action": "propose"}
    assert "60\u00a0000\u00a0kr redan utbetalat" in client.post(propose, lower).context["form"].errors["amount_2026"][0]
    answer = client.post(propose, {**kept, "reasons": "Skälen håller.", "action": "propose"})
    assert answer["Location"] == here
    decision = grant.application.decisions.get(state="proposed")
    client.force_login(decider)
    client.post(reverse("grants:decide", args=[grant.application_id]), {"action": "sign", "decision": decision.pk})
    client.force_login(signatory)
    assert "Beslutad" in client.get(here).content.decode()
    grant.refresh_from_db()
    assert grant.ends_on == datetime.date(2028, 6, 30)
