"""Drafts of proposals for all of a call's applications at once, from its adopted plan."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import DecisionState, Outcome
from grants.models import AllocationPlan, Application, Decision, ProposalDraft
from grants.selectors.allocation import Wish
from grants.selectors.planned_proposals import planned_proposals
from grants.services.allocation import adopt_plan
from grants.services.decisions import propose_decision, return_proposal
from grants.services.errors import GrantError
from grants.services.planned_proposals import draft_proposals
from grants.services.proposal_drafts import keep_draft
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.services import declare_interest
from nch.demo.build import declare_impartial
from tests.factories.accounts import make_user
from tests.factories.allocation import Round
from tests.factories.grants import make_decider, proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def the_round() -> Round:
    """Gävleborg gets all it asks for, Södermanland a part, Skåne nothing."""
    return Round(budgets={2026: Decimal(300_000), 2027: Decimal(300_000)}, conditions="Ett villkor.\nEtt till.")


def adopted(the_round: Round) -> AllocationPlan:
    nothing = Wish(has_centre=True, fixed={2026: Decimal(0), 2027: Decimal(0)})
    return adopt_plan(plan=the_round.save(skane=nothing), by=the_round.lead, at=timezone.now())


def obstacles(user: User, plan: AllocationPlan) -> dict[Application, str]:
    return {one.application: one.obstacle for one in planned_proposals(user, plan)}


def draft_of(application: Application) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = ProposalDraft.objects.get(application=application).typed
    return typed


def test_every_application_gets_a_draft_with_the_plans_amounts_and_reasons(the_round: Round) -> None:
    plan = adopted(the_round)
    assert draft_proposals(plan=plan, by=the_round.lead, at=timezone.now()) == 3
    whole, part, nothing = (draft_of(a) for a in (the_round.gavleborg, the_round.sodermanland, the_round.skane))
    assert [typed["outcome"] for typed in (whole, part, nothing)] == [["granted"], ["granted_in_part"], ["rejected"]]
    assert (whole["amount_2026"], part["amount_2026"]) == (["230000"], ["70000"])
    assert not [name for name in nothing if name.startswith(("amount_", "budget__", "condition_", "recall"))]
    assert nothing["reasons"] == [plan.rows.get(application=the_round.skane).explanation]
    assert (whole["condition_0"], whole["condition_1"]) == (["Ett villkor."], ["Ett till."])
    assert sum(Decimal(typed[0]) for name, typed in part.items() if name.endswith("__2026")) == 70_000
    assert AuditEvent.objects.get(action="proposals_drafted").details == {"number": plan.number, "drafts": 3}


def test_draft_can_be_handed_over_as_it_is(the_round: Round) -> None:
    draft_proposals(plan=adopted(the_round), by=the_round.lead, at=timezone.now())
    client = Client()
    client.force_login(the_round.lead)
    for application in (the_round.gavleborg, the_round.sodermanland, the_round.skane):
        address = reverse("grants:propose", args=[application.pk])
        form = client.get(address).context["form"]
        assert not form.errors
        answer = client.post(address, {**_as_posted(draft_of(application)), "action": "propose"})
        assert answer.status_code == 302, answer.context["form"].errors
    proposals = {decision.application: decision for decision in Decision.objects.all()}
    assert {decision.state for decision in proposals.values()} == {DecisionState.PROPOSED}
    assert proposals[the_round.gavleborg].outcome == Outcome.GRANTED
    assert proposals[the_round.skane].outcome == Outcome.REJECTED
    assert not proposals[the_round.skane].conditions.exists()
    assert "av sökta" in proposals[the_round.sodermanland].reasons


def _as_posted(typed: dict[str, list[str]]) -> dict[str, str]:
    return {name: texts[0] for name, texts in typed.items()}


def test_drafts_that_have_been_begun_are_left_as_they_are(the_round: Round) -> None:
    plan = adopted(the_round)
    typed = {"reasons": ["Mina egna skäl."]}
    keep_draft(application=the_round.skane, subject="", typed=typed, by=the_round.lead, at=timezone.now())
    assert draft_proposals(plan=plan, by=the_round.lead, at=timezone.now()) == 2
    assert draft_proposals(plan=plan, by=the_round.lead, at=timezone.now()) == 0
    assert draft_of(the_round.skane) == typed


def test_what_stands_in_the_way_is_said(the_round: Round) -> None:
    plan, now = adopted(the_round), timezone.now()
    proposed = propose_decision(
        application=the_round.skane, content=proposal(the_round.skane), by=the_round.lead, at=now
    )
    assert "väntar redan" in obstacles(the_round.lead, plan)[the_round.skane]
    return_proposal(decision=proposed, comment="Skriv om.", by=make_decider(the_round.skane), at=now)
    late = the_round.apply("05", 5)
    found = obstacles(the_round.lead, plan)
    assert "lämnat tillbaka" in found[the_round.skane]
    assert "finns inte i fördelningen" in found[late]
    assert the_round.gavleborg.case is not None
    declare_interest(case=the_round.gavleborg.case, recused=True, by=the_round.officers[1], at=now)
    assert "bedömningar räknas" in obstacles(the_round.lead, plan)[the_round.gavleborg]
    assert draft_proposals(plan=plan, by=the_round.lead, at=now) == 1
    assert ProposalDraft.objects.get().application == the_round.sodermanland


def test_recused_presenter_drafts_the_others_and_sees_nothing_of_that_case(the_round: Round) -> None:
    plan, recused, now = adopted(the_round), make_user(Role.NCH_OFFICER), timezone.now()
    for application in (the_round.sodermanland, the_round.gavleborg):
        declare_impartial(application, recused, at=now)
    assert the_round.skane.case is not None
    declare_interest(case=the_round.skane.case, recused=True, by=recused, at=now)
    client = Client()
    client.force_login(recused)
    address = reverse("grants:allocation_proposals", args=[the_round.call.pk, plan.number])
    page = client.get(address).content.decode()
    assert the_round.skane.organisation.name not in page
    assert "Ett ärende där du är jävig" in page
    page = client.post(address, follow=True).content.decode()
    assert the_round.skane.organisation.name not in page
    drafted = set(ProposalDraft.objects.values_list("application", flat=True))
    assert drafted == {the_round.sodermanland.pk, the_round.gavleborg.pk}


def test_plan_that_is_not_adopted_makes_nothing(the_round: Round) -> None:
    plan = the_round.save()
    with pytest.raises(GrantError, match="inte fastställd"):
        draft_proposals(plan=plan, by=the_round.lead, at=timezone.now())
    client = Client()
    client.force_login(the_round.lead)
    answer = client.get(reverse("grants:allocation_proposals", args=[the_round.call.pk, plan.number]))
    assert answer["Location"] == reverse("grants:allocation_plan", args=[the_round.call.pk, plan.number])


def test_nobody_drafts_before_declaring_or_without_the_right(the_round: Round) -> None:
    plan = adopted(the_round)
    with pytest.raises(GrantError, match="jävig"):
        draft_proposals(plan=plan, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    with pytest.raises(PermissionDenied):
        draft_proposals(plan=plan, by=make_user(Role.NCH_DECISION_MAKER), at=timezone.now())
    assert not ProposalDraft.objects.exists()
