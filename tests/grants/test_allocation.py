"""A call's allocation from the applications in the database: what it is based on, what-if, plans, adoption, jäv."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import AssessmentKind, PlanState
from grants.models import AllocationPlan, EarlierOutcome, FundingCall, OutcomeImport
from grants.selectors.allocation import Wish, adopted_amounts, basis_of
from grants.selectors.calls import criteria
from grants.services.allocation import adopt_plan, compute, save_plan
from grants.services.applications import withdraw_application
from grants.services.assessments import submit_assessment
from grants.services.assignments import assign
from grants.services.decisions import propose_decision, sign_decision
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.services import declare_interest
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.allocation import Round
from tests.factories.grants import assess, make_call, make_decider, make_submitted, proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def the_round() -> Round:
    return Round()


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_counties_without_a_centre_come_first_and_then_the_score_decides(the_round: Round) -> None:
    plan = the_round.save()
    order = [row.application for row in plan.rows.all()]
    assert order == [the_round.gavleborg, the_round.sodermanland, the_round.skane]
    assert sum(the_round.amounts(plan).values()) <= Decimal(600_000)
    assert "saknar resurscentrum" in plan.rows.get(rank=1).explanation
    assert [row.has_centre for row in plan.rows.all()] == [False, False, True]


def test_common_assessment_is_what_the_ranking_uses(the_round: Round) -> None:
    submit_assessment(
        application=the_round.sodermanland,
        scores=dict.fromkeys(criteria(the_round.call), (4, "Vi har talats vid.")),
        comment="",
        by=the_round.lead,
        at=timezone.now(),
        kind=AssessmentKind.COMMON,
    )
    plan = the_round.save()
    assert plan.rows.get(rank=1).application == the_round.sodermanland
    assert plan.rows.get(rank=1).score == Decimal("4.00")


def test_assessment_of_a_recused_officer_does_not_count(the_round: Round) -> None:
    case = the_round.sodermanland.case
    assert case is not None
    declare_interest(case=case, recused=True, by=the_round.officers[1], at=timezone.now())
    facts = {facts.application: facts for facts in basis_of(the_round.lead, the_round.call).facts}
    assert facts[the_round.sodermanland].score is None
    assert facts[the_round.skane].score == Decimal("5.00")


def test_years_before_are_counted_from_decisions_and_from_the_rounds_before_the_system(the_round: Round) -> None:
    importer = make_user(Role.NCH_FINANCE)
    source = OutcomeImport.objects.create(
        grantor=the_round.call.grantor,
        file_name="x.xlsx",
        sha256="0" * 64,
        source="x",
        imported_at=timezone.now(),
        imported_by=importer,
    )
    for row, year in enumerate((2021, 2022, 2023)):
        EarlierOutcome.objects.create(
            source=source,
            row=row,
            year=year,
            organisation=the_round.gavleborg.organisation,
            **dict.fromkeys(("opening_balance", "salaries", "overhead", "other"), Decimal(0)),
            allotted=Decimal(1),
        )
    earlier_call = make_call(is_development_money=True, budgets={2023: Decimal(10**6), 2025: Decimal(10**6)})
    earlier = make_submitted(earlier_call, make_user(Role.COUNTY_SIGNATORY, the_round.gavleborg.organisation))
    assess(earlier, *the_round.officers)
    decision = propose_decision(application=earlier, content=proposal(earlier), by=the_round.lead, at=timezone.now())
    sign_decision(decision=decision, by=make_decider(earlier), at=timezone.now())
    facts = {facts.application: facts for facts in basis_of(the_round.lead, the_round.call).facts}
    assert facts[the_round.gavleborg].earlier_years == {2021, 2022, 2023, 2025}
    assert facts[the_round.skane].earlier_years == frozenset()
    row = the_round.save().rows.get(application=the_round.gavleborg)
    assert [amount.amount for amount in row.amounts.all()] == [0, 0]
    assert "fyra år" in row.explanation


def test_special_reasons_and_settled_amounts_are_kept_in_the_plan(the_round: Round) -> None:
    plan = the_round.save(
        gavleborg=Wish(has_centre=False, special_reasons="Parterna har hoppat av."),
        sodermanland=Wish(has_centre=False, fixed={2026: Decimal(50_000)}),
    )
    assert plan.rows.get(rank=1).application == the_round.sodermanland
    assert plan.rows.get(application=the_round.gavleborg).special_reasons == "Parterna har hoppat av."
    fixed = plan.rows.get(application=the_round.sodermanland).amounts.get(year=2026)
    assert (fixed.amount, fixed.fixed) == (Decimal(50_000), True)


def test_where_the_sources_differ_a_person_chooses(the_round: Round) -> None:
    facts = {facts.application: facts for facts in basis_of(the_round.lead, the_round.call).facts}
    differing = [application for application, one in facts.items() if one.sources_differ]
    assert differing
    with pytest.raises(GrantError, match="Välj om länet har resurscentrum"):
        save_plan(call=the_round.call, wishes={}, note="", by=the_round.lead, at=timezone.now())
    page = browse(the_round.lead).get(reverse("grants:allocation", args=[the_round.call.pk])).content.decode()
    assert page.count("Uppgifterna skiljer sig") == len(differing)


def test_what_if_saves_nothing(the_round: Round) -> None:
    client, address = browse(the_round.lead), reverse("grants:allocation", args=[the_round.call.pk])
    typed = {f"fixed_{the_round.skane.pk}_2026": "12 345", "action": "preview"}
    page = client.post(address, typed).content.decode()
    assert "Inget är sparat" in page
    assert "12\xa0345" in page
    assert not AllocationPlan.objects.exists()


def test_impossible_amount_comes_back_with_the_reason_and_what_was_typed(the_round: Round) -> None:
    client, address = browse(the_round.lead), reverse("grants:allocation", args=[the_round.call.pk])
    typed = {f"fixed_{the_round.skane.pk}_2026": "99 000 000", "note": "Anmärkningen", "action": "save"}
    page = client.post(address, typed).content.decode()
    assert "99 000 000" in page
    assert "Anmärkningen" in page
    assert "Länsstyrelsen" in page or the_round.skane.organisation.name in page
    assert not AllocationPlan.objects.exists()


def test_page_saves_a_numbered_draft_and_adopts_one_at_a_time(the_round: Round) -> None:
    client, address = browse(the_round.lead), reverse("grants:allocation", args=[the_round.call.pk])
    centres = {f"centre_{facts.application.pk}": "no" for facts in basis_of(the_round.lead, the_round.call).facts}
    for number in (1, 2):
        answer = client.post(address, {**centres, "note": f"Förslag {number}", "action": "save"})
        assert answer["Location"] == reverse("grants:allocation_plan", args=[the_round.call.pk, number])
    assert adopted_amounts(the_round.skane) is None
    for number in (1, 2):
        client.post(reverse("grants:allocation_adopt", args=[the_round.call.pk, number]))
        assert [plan.number for plan in AllocationPlan.objects.filter(state=PlanState.ADOPTED)] == [number]
    amounts = adopted_amounts(the_round.skane)
    assert amounts is not None
    assert set(amounts) == {2026, 2027}
    compared = client.get(f"{reverse('grants:allocation_compare', args=[the_round.call.pk])}?plan=1&plan=2")
    assert the_round.skane.organisation.name in compared.content.decode()
    pdf = client.get(reverse("grants:allocation_pdf", args=[the_round.call.pk, 2]))
    assert pdf.content.startswith(b"%PDF-")


def test_plan_whose_basis_has_changed_is_not_adopted(the_round: Round) -> None:
    plan = the_round.save()
    signatory = make_user(Role.COUNTY_SIGNATORY, the_round.gavleborg.organisation)
    withdraw_application(application=the_round.gavleborg, by=signatory, at=timezone.now())
    with pytest.raises(GrantError, match="Underlaget har ändrats"):
        adopt_plan(plan=plan, by=the_round.lead, at=timezone.now())


def test_plan_is_not_adopted_while_somebody_is_not_assessed(the_round: Round) -> None:
    plan = the_round.save()
    board = make_organisation("county_board", county=make_county("05", "Östergötlands län"))
    late = make_submitted(the_round.call, make_user(Role.COUNTY_SIGNATORY, board))
    assert late.case is not None
    declare_interest(case=late.case, recused=False, by=the_round.lead, at=timezone.now())
    with pytest.raises(GrantError, match="bedömda först"):
        adopt_plan(plan=plan, by=the_round.lead, at=timezone.now())


def test_signed_decision_stands_fast_in_a_later_allocation(the_round: Round) -> None:
    application = the_round.skane
    decision = propose_decision(
        application=application, content=proposal(application), by=the_round.lead, at=timezone.now()
    )
    sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    decided = {row.year: row.amount for row in decision.amounts.all()}
    row = the_round.save().rows.get(application=application)
    assert {amount.year: amount.amount for amount in row.amounts.all()} == decided
    assert "redan beslutad" in row.explanation


def test_recused_officer_reads_the_rest_but_neither_that_row_nor_the_sums_and_changes_nothing(
    the_round: Round,
) -> None:
    plan = the_round.save()
    recused, other = make_user(Role.NCH_OFFICER), the_round.save()
    for application in (the_round.skane, the_round.sodermanland, the_round.gavleborg):
        assert application.case is not None
        is_recused = application == the_round.skane
        declare_interest(case=application.case, recused=is_recused, by=recused, at=timezone.now())
    client, pk = browse(recused), the_round.call.pk
    addresses = (
        reverse("grants:allocation", args=[pk]),
        reverse("grants:allocation_plan", args=[pk, plan.number]),
        f"{reverse('grants:allocation_compare', args=[pk])}?plan={plan.number}&plan={other.number}",
    )
    for address in addresses:
        page = client.get(address).content.decode()
        assert the_round.skane.organisation.name not in page, address
        assert "jävig" in page
        assert the_round.gavleborg.organisation.name in page, address
        assert "300\xa0000" not in page, address
    assert client.get(reverse("grants:allocation_pdf", args=[pk, plan.number])).status_code == 404
    assert client.post(addresses[0], {"action": "preview"}).status_code == 404
    with pytest.raises(GrantError, match="jävig"):
        adopt_plan(plan=plan, by=recused, at=timezone.now())
    with pytest.raises(GrantError, match="jävig"):
        save_plan(call=the_round.call, wishes={}, note="", by=recused, at=timezone.now())


def test_ranking_waits_for_ones_own_assessments(the_round: Round) -> None:
    late = make_user(Role.NCH_OFFICER)
    for facts in basis_of(late, the_round.call).facts:
        assert facts.application.case is not None
        declare_interest(case=facts.application.case, recused=False, by=late, at=timezone.now())
    wanted = {the_round.skane: [*the_round.officers, late]}
    assign(call=the_round.call, wanted=wanted, due_on=datetime.date(2026, 12, 1), by=the_round.lead, at=timezone.now())
    page = browse(late).get(reverse("grants:allocation", args=[the_round.call.pk])).content.decode()
    assert "Lämna dina egna bedömningar först" in page
    assert "5,00" not in page
    with pytest.raises(GrantError, match="egna bedömningar"):
        save_plan(call=the_round.call, wishes={}, note="", by=late, at=timezone.now())


def test_all_cases_of_a_call_are_declared_on_one_page(the_round: Round) -> None:
    decider = make_user(Role.NCH_DECISION_MAKER)
    client, pk = browse(decider), the_round.call.pk
    address = reverse("grants:call_declare", args=[pk])
    assert client.get(reverse("grants:allocation", args=[pk]))["Location"].startswith(address)
    keys = [application.pk for application in (the_round.skane, the_round.sodermanland, the_round.gavleborg)]
    assert client.post(address, {f"recused_{keys[0]}": "no"}).status_code == 200
    client.post(address, {f"recused_{key}": "no" for key in keys})
    page = client.get(reverse("grants:allocation", args=[pk])).content.decode()
    assert the_round.skane.organisation.name in page
    assert "Spara som utkast" not in page


def test_only_the_grantors_own_officers_share_its_money_out(the_round: Round) -> None:
    plan = the_round.save()
    for role in (Role.GRANT_OFFICER, Role.NCH_DECISION_MAKER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            adopt_plan(plan=plan, by=make_user(role), at=timezone.now())
    foreign = browse(make_user(Role.GRANT_OFFICER))
    assert foreign.get(reverse("grants:allocation_plan", args=[the_round.call.pk, plan.number])).status_code == 404


def test_call_that_is_not_development_money_goes_by_the_score() -> None:
    other = Round(is_development_money=False)
    allocation = compute(basis_of(other.lead, FundingCall.objects.get(pk=other.call.pk)), {})
    assert [row.candidate.key for row in allocation.rows] == [
        other.skane.pk,
        other.gavleborg.pk,
        other.sodermanland.pk,
    ]
