"""From call to decision through the services: what each step refuses, and what it leaves behind."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import ApplicationState, CallPhase, Outcome
from grants.models import Application, FundingCall
from grants.selectors.applications import applications_for, number_of_applications
from grants.selectors.assessments import assessments_visible_to
from grants.selectors.calls import balances
from grants.selectors.decisions import decisions_visible_to, delivery_of
from grants.services.applications import start_application, submit_application, withdraw_application
from grants.services.assessments import submit_assessment
from grants.services.calls import publish_call, save_call
from grants.services.decisions import ProposalInput, propose_decision, return_proposal, sign_decision
from grants.services.errors import GrantError
from grants.tasks import file_missing_copies
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.selectors import cases_for, open_tasks_for
from nch.cases.services import DeclarationError, declare_interest
from nch.common import lists
from nch.demo.build import declare_impartial
from nch.questionnaires.handing_in import IncompleteResponseError
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import (
    DAY,
    assess,
    call_input,
    make_call,
    make_decided,
    make_decider,
    make_draft,
    make_submitted,
    proposal,
)

pytestmark = pytest.mark.django_db


def submitted(**changes: Any) -> Application:
    return make_submitted(make_call(**changes), make_user(Role.COUNTY_SIGNATORY))


@given(offset=st.integers(min_value=-5, max_value=5))
def test_phase_follows_from_the_clock(offset: int) -> None:
    now = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    call = FundingCall(published_at=now - 10 * DAY, opens_at=now - 2 * DAY, closes_at=now + 2 * DAY)
    expected = CallPhase.PLANNED if offset < -2 else CallPhase.OPEN if offset < 2 else CallPhase.CLOSED
    assert call.phase(now + offset * DAY) == expected
    call.published_at = None
    assert call.phase(now + offset * DAY) == CallPhase.DRAFT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"closes_at": timezone.now() - 30 * DAY}, "stänga efter"),
        ({"budgets": {2026: Decimal(-1)}}, "större än noll"),
    ],
)
def test_impossible_call_is_refused(changes: dict[str, Any], reason: str) -> None:
    make_organisation("nch")
    with pytest.raises(GrantError, match=reason):
        save_call(content=call_input(**changes), by=make_user(Role.NCH_OFFICER), at=timezone.now())


def test_published_call_stands_as_it_is() -> None:
    call = make_call()
    officer = make_user(Role.NCH_OFFICER)
    with pytest.raises(GrantError, match="publicerad"):
        save_call(content=call_input(title="Ny"), by=officer, at=timezone.now(), call=call)
    with pytest.raises(GrantError, match="redan publicerad"):
        publish_call(call=call, by=officer, at=timezone.now())


def test_published_call_gives_each_county_board_a_task_until_it_applies() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call = make_call()
    assert [task.title for task in open_tasks_for(signatory)] == ["Sök bidrag: Utvecklingsmedel"]
    make_submitted(call, signatory)
    assert not open_tasks_for(signatory).exists()


def test_application_is_one_per_call_and_organisation() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call = make_call()
    first = make_draft(call, signatory)
    with pytest.raises(GrantError, match="redan en ansökan"):
        start_application(call=call, organisation=first.organisation, by=signatory, at=timezone.now())
    withdraw_application(application=first, by=signatory, at=timezone.now())
    assert start_application(call=call, organisation=first.organisation, by=signatory, at=timezone.now()).pk != first.pk


def test_application_cannot_be_started_or_submitted_after_closing() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call = make_call()
    application = make_draft(call, signatory)
    late = call.closes_at
    with pytest.raises(GrantError, match="stängt"):
        submit_application(application=application, by=signatory, at=late)
    other = make_user(Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("14", "VG län")))
    with pytest.raises(GrantError, match="inte öppen"):
        start_application(call=call, organisation=other.memberships.get().organisation, by=other, at=late)


def test_application_without_budget_is_refused_and_stays_a_draft() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(make_call(), signatory, complete=False)
    with pytest.raises(IncompleteResponseError):
        submit_application(application=application, by=signatory, at=timezone.now())
    application.refresh_from_db()
    assert (application.state, application.case) == (ApplicationState.DRAFT, None)


def test_officer_fills_in_but_only_the_signatory_submits() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    application = make_draft(make_call(), officer)
    with pytest.raises(PermissionDenied):
        submit_application(application=application, by=officer, at=timezone.now())


def test_submission_keeps_the_sums_and_registers_a_case() -> None:
    application = submitted()
    expected = Decimal(100_000 + 10_000 + 45_000 + 30_000 + 20_000 + 25_000)
    assert [(row.year, row.amount) for row in application.applied_amounts.all()] == [(2026, expected), (2027, expected)]
    assert application.applied_total == 2 * expected
    assert application.case is not None
    assert application.case.organisation == application.organisation
    assert application.grantor == application.call.grantor == application.case.handler


def test_submitted_application_is_filed_once_as_a_pdf(background: Any) -> None:
    with background():
        application = submitted()
    assert application.case is not None
    document = application.case.documents.get()
    assert document.title == "Ansökan"
    with document.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"


def recuse(application: Application, officer: User) -> None:
    """Declare a conflict of interest."""
    assert application.case is not None
    declare_interest(case=application.case, recused=True, by=officer, at=timezone.now())


def test_assessments_are_independent_until_ones_own_is_in() -> None:
    application = submitted()
    first, second = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, first)
    assert assessments_visible_to(second, application) == []
    declare_impartial(application, second, at=timezone.now())
    assert assessments_visible_to(second, application) == []
    assert [a.assessment.officer for a in assessments_visible_to(first, application)] == [first]
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    assert assessments_visible_to(signatory, application) == []


def test_recused_officer_sees_nothing_and_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    application = submitted()
    first, second, recused = (make_user(Role.NCH_OFFICER) for _ in range(3))
    assess(application, recused)
    recuse(application, recused)
    assess(application, first)
    with pytest.raises(GrantError, match="Minst två"):
        propose_decision(application=application, content=proposal(application), by=first, at=timezone.now())
    assess(application, second)
    assert recused not in [a.assessment.officer for a in assessments_visible_to(first, application)]
    assert not applications_for(recused).exists()
    assert applications_for(first).get() == application
    for counted_anew in (5_000, 0):
        cache.clear()
        monkeypatch.setattr(lists, "COUNTED_ANEW", counted_anew)
        numbers = [number_of_applications(user, applications_for(user), lambda all: all) for user in (recused, first)]
        assert numbers == [0, 1]
    assert application.case is not None
    assert application.case not in cases_for(recused)
    assert application.case in cases_for(first)
    with pytest.raises(GrantError, match="jäv"):
        propose_decision(application=application, content=proposal(application), by=recused, at=timezone.now())
    with pytest.raises(DeclarationError, match="jäv"):
        declare_impartial(application, recused, at=timezone.now())


def test_assessment_wants_a_score_and_reason_for_every_criterion_once() -> None:
    application, officer = submitted(), make_user(Role.NCH_OFFICER)
    declare_impartial(application, officer, at=timezone.now())
    with pytest.raises(GrantError, match="varje kriterium"):
        submit_assessment(application=application, scores={}, comment="", by=officer, at=timezone.now())
    assess(application, officer)
    with pytest.raises(GrantError, match="redan lämnad"):
        assess(application, officer)


def test_weighted_score_counts_the_weights() -> None:
    application, officer = submitted(), make_user(Role.NCH_OFFICER)
    declare_impartial(application, officer, at=timezone.now())
    heavy, light = application.call.criteria.all()
    scores = {heavy: (5, "x"), light: (2, "x")}
    submit_assessment(application=application, scores=scores, comment="", by=officer, at=timezone.now())
    assert [brief.score for brief in assessments_visible_to(officer, application)] == [Decimal("4.25")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outcome": Outcome.REJECTED}, "avslag"),
        ({"outcome": Outcome.GRANTED}, "de som söks"),
        ({"amounts": {2026: Decimal(0)}}, "större än noll"),
        ({"amounts": {2026: Decimal(-5)}}, "negativa"),
        ({"amounts": {2031: Decimal(5)}}, "gäller inte 2031"),
        ({"amounts": {2026: Decimal(240_000), 2027: Decimal(1)}}, "Mer än så kan inte beviljas"),
        ({"reasons": " "}, "ange skälen"),
    ],
)
def test_proposal_that_does_not_hold_together_is_refused(changes: dict[str, Any], reason: str) -> None:
    application = submitted()
    first, second = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, first, second)
    with pytest.raises(GrantError, match=reason):
        propose_decision(application=application, content=proposal(application, **changes), by=first, at=timezone.now())
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED


def test_proposal_cannot_pass_what_the_call_has_left() -> None:
    call = make_call(budgets={2026: Decimal(150_000), 2027: Decimal(1_000_000)})
    make_decided(make_submitted(call, make_user(Role.COUNTY_SIGNATORY)))
    left = {balance.year: balance.left for balance in balances(call)}
    assert left == {2026: Decimal(35_000), 2027: Decimal(885_000)}
    board = make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    second = make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(second, *officers)
    with pytest.raises(GrantError, match="35\u00a0000\u00a0kr kvar för 2026"):
        propose_decision(application=second, content=proposal(second), by=officers[0], at=timezone.now())


def test_presenter_never_decides_even_with_both_roles() -> None:
    application = submitted()
    presenter, second = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    home = presenter.memberships.get().organisation
    presenter.memberships.create(organisation=home, role=Role.NCH_DECISION_MAKER, valid_from=datetime.date(2020, 1, 1))
    assess(application, presenter, second)
    decision = propose_decision(application=application, content=proposal(application), by=presenter, at=timezone.now())
    with pytest.raises(PermissionDenied):
        sign_decision(decision=decision, by=presenter, at=timezone.now())


def test_signed_decision_has_document_log_and_mail(background: Any) -> None:
    with background():
        application = submitted()
        officer = make_user(Role.COUNTY_OFFICER, application.organisation)
        elsewhere = make_user(
            Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("14", "VG län"))
        )
        decision = make_decided(application)
    application.refresh_from_db()
    assert application.state == ApplicationState.DECIDED
    assert decision.document is not None
    event = AuditEvent.objects.get(action="decision_signed")
    assert event.details["sha256"] == decision.document.sha256
    letters = {letter.to[0]: letter for letter in mail.outbox if "har fattat ett beslut" in letter.body}
    assert officer.email in letters
    assert elsewhere.email not in letters
    assert all(letter.to and not letter.bcc and "delvis" not in letter.body.lower() for letter in letters.values())
    delivery = delivery_of([decision])[decision.pk]
    assert (delivery.addressees, delivery.sent, delivery.fetched_at) == (len(letters), len(letters), None)


def test_applicant_sees_the_decision_only_when_it_is_signed() -> None:
    application = submitted()
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    decision = propose_decision(
        application=application, content=proposal(application), by=officers[0], at=timezone.now()
    )
    assert not decisions_visible_to(signatory, application).exists()
    sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    assert decisions_visible_to(signatory, application).get() == decision


def test_returned_proposal_is_kept_and_a_new_one_can_be_made() -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    decider = make_decider(application)
    assess(application, *officers)
    first = propose_decision(application=application, content=proposal(application), by=officers[0], at=timezone.now())
    with pytest.raises(GrantError, match="Skriv vad"):
        return_proposal(decision=first, comment=" ", by=decider, at=timezone.now())
    return_proposal(decision=first, comment="Motivera beloppet", by=decider, at=timezone.now())
    assert [task.assignee for task in open_tasks_for(officers[0])] == [officers[0]]
    assert not open_tasks_for(officers[1]).exists()
    second = propose_decision(application=application, content=proposal(application), by=officers[1], at=timezone.now())
    with pytest.raises(GrantError):
        sign_decision(decision=first, by=decider, at=timezone.now())
    assert sign_decision(decision=second, by=decider, at=timezone.now()).state == "signed"


def test_rejection_has_no_amounts() -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    content = ProposalInput(outcome=Outcome.REJECTED, amounts={2026: Decimal(0)}, reasons="Behovet är inte visat.")
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    assert not decision.amounts.exists()
    assert all(balance.granted == 0 for balance in balances(application.call))


def test_conflict_of_interest_reaches_the_decision() -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    decision = propose_decision(
        application=application, content=proposal(application), by=officers[0], at=timezone.now()
    )
    recused = make_user(Role.NCH_DECISION_MAKER)
    recuse(application, recused)
    with pytest.raises(GrantError, match="jäv"):
        sign_decision(decision=decision, by=recused, at=timezone.now())
    with pytest.raises(GrantError, match="jäv"):
        return_proposal(decision=decision, comment="x", by=recused, at=timezone.now())


def test_nobody_decides_for_an_applicant_that_they_act_for() -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    decision = propose_decision(
        application=application, content=proposal(application), by=officers[0], at=timezone.now()
    )
    decider = make_decider(application)
    decider.memberships.create(
        organisation=application.organisation, role=Role.COUNTY_OFFICER, valid_from=datetime.date(2020, 1, 1)
    )
    decider = User.objects.get(pk=decider.pk)
    with pytest.raises(GrantError, match="behörighet hos sökanden"):
        sign_decision(decision=decision, by=decider, at=timezone.now())


def test_what_is_signed_is_the_proposal_that_was_read(client: Client) -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    decider = make_decider(application)
    assess(application, *officers)
    read = propose_decision(application=application, content=proposal(application), by=officers[0], at=timezone.now())
    return_proposal(decision=read, comment="Ändra", by=decider, at=timezone.now())
    current = propose_decision(
        application=application, content=proposal(application), by=officers[0], at=timezone.now()
    )
    client.force_login(decider)
    address = reverse("grants:decide", args=[application.pk])
    page = client.post(address, {"action": "sign", "decision": read.pk}, follow=True)
    assert "Förslaget har ändrats" in page.content.decode()
    assert not application.decisions.filter(state="signed").exists()
    client.post(address, {"action": "sign", "decision": current.pk})
    assert application.decisions.get(state="signed") == current


def test_applicant_may_withdraw_until_the_decision_and_the_case_is_closed() -> None:
    application = submitted()
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    decision = propose_decision(
        application=application, content=proposal(application), by=officers[0], at=timezone.now()
    )
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    withdraw_application(application=application, by=signatory, at=timezone.now())
    with pytest.raises(GrantError):
        sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    assert application.case is not None
    application.case.refresh_from_db()
    assert application.case.closed_at is not None
    assert not open_tasks_for(make_user(Role.NCH_DECISION_MAKER)).exists()


def test_lost_task_is_made_good_by_the_clock() -> None:
    application = submitted()
    assert application.case is not None
    assert not application.case.documents.exists()
    assert file_missing_copies() == 1
    assert file_missing_copies() == 0
    assert application.case.documents.count() == 1
