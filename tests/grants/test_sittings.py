"""Many decisions in one sitting: what may be chosen, what it costs, and that one failure stops no other."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import DecisionKind, Outcome
from grants.models import Application, Decision, FundingCall
from grants.selectors.sittings import added_by, money_of, proposals_for
from grants.services.decisions import propose_decision
from grants.services.sittings import sign_decisions
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.services import declare_interest
from nch.demo.build import declare_impartial
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import assess, follow_up, make_call, make_grant, make_presenter, make_submitted, proposal

pytestmark = pytest.mark.django_db

COUNTIES = (("12", "Skåne län"), ("14", "Västra Götalands län"), ("21", "Gävleborgs län"))


def proposed(call: FundingCall, count: int, *, presenter: User | None = None) -> list[Decision]:
    """Proposals of 115 000 kr a year for as many counties."""
    decisions = []
    for code, name in COUNTIES[:count]:
        board = make_organisation("county_board", county=make_county(code, name))
        application = make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
        officers = presenter or make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
        assess(application, *officers)
        decisions.append(
            propose_decision(application=application, content=proposal(application), by=officers[0], at=timezone.now())
        )
    return decisions


def impartial_decider(*applications: Application) -> User:
    decider = make_user(Role.NCH_DECISION_MAKER)
    for application in applications:
        declare_impartial(application, decider, at=timezone.now())
    return decider


def test_those_that_do_not_fit_the_money_are_told_and_the_others_go_through() -> None:
    call = make_call(budgets={2026: Decimal(300_000), 2027: Decimal(300_000)})
    decisions = proposed(call, 3)
    decider = impartial_decider(*(d.application for d in decisions))
    sitting = sign_decisions(decisions=proposals_for(decider), by=decider, at=timezone.now())
    assert [d.pk for d in sitting.signed] == [d.pk for d in decisions[:2]]
    assert [(d.pk, "70\u00a0000\u00a0kr kvar" in reason) for d, reason in sitting.failed] == [(decisions[2].pk, True)]
    documents = {d.document_id for d in Decision.objects.filter(state="signed")}
    assert len(documents) == 2
    decisions[2].refresh_from_db()
    decisions[2].application.refresh_from_db()
    assert (decisions[2].state, decisions[2].application.state) == ("proposed", "proposed")


def test_recused_sees_nothing_and_the_presenter_does_not_choose(client: Client) -> None:
    call = make_call()
    both = make_user(Role.NCH_OFFICER)
    home = both.memberships.get().organisation
    both.memberships.create(organisation=home, role=Role.NCH_DECISION_MAKER, valid_from="2020-01-01")
    both = User.objects.get(pk=both.pk)
    (own,) = proposed(call, 1, presenter=both)
    client.force_login(both)
    page = client.get(reverse("grants:sitting")).content.decode()
    assert "Du har föredragit" in page
    assert f'value="{own.pk}"' not in page
    client.post(reverse("grants:sitting"), {"action": "sign", "decision": [own.pk]})
    own.refresh_from_db()
    assert own.state == "proposed"
    decider = make_user(Role.NCH_DECISION_MAKER)
    assert own.application.case is not None
    declare_interest(case=own.application.case, recused=True, by=decider, at=timezone.now())
    assert not proposals_for(decider).exists()
    assert not proposals_for(make_user(Role.GRANT_DECISION_MAKER)).exists()


def test_sitting_is_walked_from_declaration_to_decisions(client: Client) -> None:
    decisions = proposed(make_call(), 2)
    decider = make_user(Role.NCH_DECISION_MAKER)
    client.force_login(decider)
    address = reverse("grants:sitting")
    page = client.get(address).content.decode()
    assert "115\u00a0000" not in page
    assert "Behovet är tydligt" not in page
    keys = [d.pk for d in decisions]
    # Without a declaration nothing is signed, whatever is sent.
    client.post(address, {"action": "sign", "decision": keys})
    assert not Decision.objects.filter(state="signed").exists()
    client.post(address, {"action": "declare", "decision": keys})
    assert "230\u00a0000\u00a0kr" in client.get(address).content.decode()
    review = client.post(address, {"action": "review", "decision": keys}).content.decode()
    assert "Besluta enligt 2 förslag" in review
    assert review.count("Behovet är tydligt.") == 2
    page = client.post(address, {"action": "sign", "decision": keys}, follow=True).content.decode()
    assert "2 beslut är fattade" in page
    assert "Inga förslag väntar" in page
    assert Decision.objects.filter(state="signed", document__isnull=False).count() == 2


def test_money_of_a_sitting_counts_a_change_as_the_difference_to_what_stands() -> None:
    call = make_call()
    grant = make_grant(call)
    change = follow_up(grant, DecisionKind.CHANGE, {2026: 100_000, 2027: 140_000}, by=make_presenter(grant.application))
    assert added_by(change) == {2026: Decimal(-15_000), 2027: Decimal(25_000)}
    assert [(m.year, m.granted, m.proposed) for m in money_of([change])] == [
        (2026, Decimal(115_000), Decimal(-15_000)),
        (2027, Decimal(115_000), Decimal(25_000)),
    ]
    change.outcome = Outcome.REJECTED
    assert added_by(change) == {}
