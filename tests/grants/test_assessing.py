"""Assessing: who is to do it, saving as one goes, side by side, the common assessment, notes, and jäv in all of it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import AssessmentKind
from grants.models import Application, Assessment, AssessmentNote, Assignment, Criterion
from grants.selectors.applications import applications_for
from grants.selectors.assessments import assessments_visible_to, comparison_for, counting_assessments
from grants.selectors.calls import criteria
from grants.services.applications import withdraw_application
from grants.services.assessments import (
    StaleAssessmentError,
    add_note,
    common_start,
    revision_of,
    save_assessment,
    submit_assessment,
    take_over_common,
)
from grants.services.assignments import assign, spread_evenly
from grants.services.decisions import propose_decision
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest
from nch.demo.build import declare_impartial
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import assess, make_call, make_submitted, proposal

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 12, 1)


@pytest.fixture
def application() -> Application:
    return make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))


def officers(number: int) -> list[User]:
    return [make_user(Role.NCH_OFFICER) for _ in range(number)]


def declared(application: Application, number: int) -> list[User]:
    """Officers who have said that they have no conflict of interest."""
    made = officers(number)
    for officer in made:
        declare_impartial(application, officer, at=timezone.now())
    return made


def recuse(application: Application, officer: User) -> None:
    assert application.case is not None
    declare_interest(case=application.case, recused=True, by=officer, at=timezone.now())


def give(application: Application, *assessors: User, by: User | None = None) -> int:
    return assign(
        call=application.call,
        wanted={application: list(assessors)},
        due_on=DUE,
        by=by or make_user(Role.NCH_OFFICER),
        at=timezone.now(),
    )


def titles(user: User) -> list[str]:
    return [task.title.split(" ansökan")[0] for task in open_tasks_for(user)]


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Who is to assess ----------------------------------------------------------------------------------------------
def test_assigned_officer_gets_a_task_with_a_day_and_nobody_else_does(application: Application) -> None:
    assigned, other = officers(2)
    assert titles(other) == ["Bedöm"]
    assert give(application, assigned) == 1
    task = open_tasks_for(assigned).get()
    assert (task.assignee, task.due_on, task.case) == (assigned, DUE, application.case)
    assert not open_tasks_for(other).exists()


def test_only_the_assigned_ones_assess_once_there_are_any(application: Application) -> None:
    assigned, other = declared(application, 2)
    give(application, assigned)
    assess(application, assigned)
    assert not open_tasks_for(assigned).filter(title__startswith="Bedöm").exists()
    with pytest.raises(GrantError, match="andra bedömare"):
        assess(application, other)


def test_taking_an_assignment_back_lets_everybody_assess_again(application: Application) -> None:
    assigned, other = officers(2)
    give(application, assigned)
    give(application)
    assert not Assignment.objects.exists()
    assert titles(other) == titles(assigned) == ["Bedöm"]


def test_handed_in_assessment_keeps_its_assignment(application: Application) -> None:
    (assigned,) = declared(application, 1)
    give(application, assigned)
    assess(application, assigned)
    give(application)
    assert Assignment.objects.get().officer == assigned


def test_recused_officer_cannot_be_assigned(application: Application) -> None:
    recused, impartial = officers(2)
    recuse(application, recused)
    with pytest.raises(GrantError, match="jävig"):
        give(application, recused)
    spread = spread_evenly([application], [recused, impartial], per_application=2)
    assert spread == {application: [impartial]}


def test_whoever_may_not_assess_cannot_be_assigned(application: Application) -> None:
    for user in (make_user(Role.NCH_DECISION_MAKER), make_user(Role.GRANT_OFFICER)):
        with pytest.raises(GrantError, match="får inte bedöma"):
            give(application, user)
    with pytest.raises(PermissionDenied):
        give(application, make_user(Role.NCH_OFFICER), by=make_user(Role.GRANT_OFFICER))


def test_assignment_falls_when_jav_is_declared_and_somebody_else_is_asked_for(application: Application) -> None:
    first, second, lead = officers(3)
    give(application, first, second)
    recuse(application, first)
    assert [row.officer for row in Assignment.objects.all()] == [second]
    assert not open_tasks_for(first).exists()
    assert "Utse en ny bedömare av" in titles(lead)
    give(application, second, lead)
    assert titles(lead) == ["Bedöm"]


def test_nobody_is_asked_to_assess_what_is_withdrawn_or_proposed(application: Application) -> None:
    first, second, late = declared(application, 3)
    give(application, first, second, late)
    assess(application, first, second)
    assert titles(late) == ["Bedöm", f"Föreslå beslut för {application.organisation}"]
    propose_decision(application=application, content=proposal(application), by=first, at=timezone.now())
    assert not open_tasks_for(late).exists()
    withdrawn = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    give(withdrawn, late)
    withdraw_application(
        application=withdrawn, by=make_user(Role.COUNTY_SIGNATORY, withdrawn.organisation), at=timezone.now()
    )
    assert not open_tasks_for(late).exists()


def test_applications_are_spread_evenly() -> None:
    call = make_call()
    applications = [
        make_submitted(
            call, make_user(Role.COUNTY_SIGNATORY, make_organisation("county_board", county=make_county(c, c)))
        )
        for c in ("12", "21", "04")
    ]
    people = officers(3)
    spread = spread_evenly(applications, people, per_application=2)
    assert all(len(set(chosen)) == 2 for chosen in spread.values())
    counts = [sum(officer in chosen for chosen in spread.values()) for officer in people]
    assert counts == [2, 2, 2]


def test_table_assigns_many_at_once_and_comes_back_with_what_was_ticked(application: Application) -> None:
    lead, first, second = officers(3)
    address, client = reverse("grants:assignments", args=[application.call_id]), browse(lead)
    answer = client.post(address, {f"a{application.pk}": [first.pk, second.pk], "due_on": ""})
    assert answer.content.decode().count(" checked") == 2
    assert not Assignment.objects.exists()
    client.post(address, {f"a{application.pk}": [first.pk, second.pk], "due_on": "2026-12-01"})
    assert {row.officer for row in Assignment.objects.all()} == {first, second}
    bulk = {"action": "spread", "officers": [lead.pk], "per_application": "1", "due_on": "2026-12-02"}
    client.post(address, bulk)
    assert [(row.officer, row.due_on) for row in Assignment.objects.all()] == [(lead, datetime.date(2026, 12, 2))]


# --- One's own assessment --------------------------------------------------------------------------------------------
def test_half_an_assessment_is_saved_and_is_nobody_elses_to_see(application: Application) -> None:
    writer, other = declared(application, 2)
    first, _ = criteria(application.call)
    saved = save_assessment(
        application=application, scores={first: (None, "Halvt")}, comment="Än så länge", by=writer, at=timezone.now()
    )
    assert saved.submitted_at is None
    assess(application, other)
    assert [brief.assessment.officer for brief in assessments_visible_to(other, application)] == [other]
    page = browse(writer).get(reverse("grants:assess", args=[application.pk])).content.decode()
    assert "Halvt" in page
    assert "Än så länge" in page


def test_half_an_assessment_cannot_be_handed_in(application: Application) -> None:
    (writer,) = declared(application, 1)
    first, second = criteria(application.call)
    for scores in ({first: (4, "x"), second: (None, "x")}, {first: (4, "x"), second: (4, " ")}, {first: (4, "x")}):
        with pytest.raises(GrantError, match="varje kriterium"):
            submit_assessment(application=application, scores=scores, comment="", by=writer, at=timezone.now())
    assert not Assessment.objects.exists()


def test_page_saves_by_itself_and_refuses_to_write_over_another_window(application: Application) -> None:
    (writer,) = declared(application, 1)
    first, _ = criteria(application.call)
    client, address = browse(writer), reverse("grants:assess", args=[application.pk])
    typed = {f"score_{first.pk}": "4", f"reason_{first.pk}": "Första fönstret", "rev_saved": ""}
    answer = client.post(address, typed, headers={"Accept": "application/json"}).json()
    assert answer["revisions"]["saved"] == revision_of(Assessment.objects.get())
    other = client.post(address, {f"reason_{first.pk}": "Andra fönstret", "rev_saved": ""})
    assert other.status_code == 409
    assert "Första fönstret" in other.content.decode()
    assert "Andra fönstret" in other.content.decode()
    assert Assessment.objects.get().scores.get().reason == "Första fönstret"
    with pytest.raises(StaleAssessmentError):
        save_assessment(application=application, scores={}, comment="", by=writer, at=timezone.now(), seen="")


def test_refused_handing_in_keeps_what_was_typed(application: Application) -> None:
    (writer,) = declared(application, 1)
    first, _ = criteria(application.call)
    typed = {f"reason_{first.pk}": "Skrivet men utan poäng", "action": "submit", "rev_saved": ""}
    answer = browse(writer).post(reverse("grants:assess", args=[application.pk]), typed)
    assert answer.status_code == 422
    assert "Skrivet men utan poäng" in answer.content.decode()


def test_assigned_officer_sees_others_only_after_the_own_one_is_in(application: Application) -> None:
    first, second, late = declared(application, 3)
    give(application, first, second, late)
    assess(application, first, second)
    assert assessments_visible_to(late, application) == []
    assess(application, late)
    assert len(assessments_visible_to(late, application)) == 3
    decider = make_user(Role.NCH_DECISION_MAKER)
    assert len(assessments_visible_to(decider, application)) == 3


# --- Side by side, and together --------------------------------------------------------------------------------------
def test_great_differences_in_score_are_lit_up_in_words(application: Application) -> None:
    high, low = officers(2)
    assess(application, high, score=5)
    assess(application, low, score=3)
    comparison = comparison_for(high, application)
    assert [row.spread for row in comparison.rows] == [2, 2]
    assert comparison.mean == Decimal("4.00")
    page = browse(high).get(reverse("grants:assessment_list", args=[application.pk])).content.decode()
    assert page.count("Poängen skiljer sig</span>") == 2
    between = officers(1)
    give(application, high, low, *between)
    assess(application, *between, score=4)
    near = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    assess(near, high, score=4)
    assess(near, low, score=3)
    assert comparison_for(high, near).differing == 0


def test_common_assessment_starts_from_the_independent_ones_and_counts_instead_of_them(
    application: Application,
) -> None:
    first, second = officers(2)
    assess(application, first, score=5)
    with pytest.raises(GrantError, match="Minst två"):
        submit(application, first, {})
    assess(application, second, score=2)
    start = common_start(application, first)
    heavy, light = criteria(application.call)
    assert start[heavy][0] == 4  # 3.5 is rounded upwards
    assert str(first) in start[heavy][1]
    assert str(second) in start[heavy][1]
    submit(application, first, {heavy: (3, "Tillsammans"), light: (3, "Tillsammans")})
    common = comparison_for(second, application).common
    assert common is not None
    assert common.score == Decimal("3.00")
    with pytest.raises(GrantError, match="redan lämnad"):
        submit(application, second, {heavy: (3, "x"), light: (3, "x")})


def submit(application: Application, by: User, scores: dict[Criterion, tuple[int, str]]) -> Assessment:
    return submit_assessment(
        application=application,
        scores=scores or dict.fromkeys(criteria(application.call), (3, "x")),
        comment="",
        by=by,
        at=timezone.now(),
        kind=AssessmentKind.COMMON,
    )


def test_one_writes_the_common_assessment_and_another_can_take_over(application: Application) -> None:
    first, second, third = officers(3)
    assess(application, first, second)
    heavy, _ = criteria(application.call)
    content = {"scores": {heavy: (4, "Påbörjad")}, "comment": "", "at": timezone.now(), "kind": AssessmentKind.COMMON}
    common = save_assessment(application=application, by=first, **content)  # type: ignore[arg-type]
    with pytest.raises(GrantError, match="skrivs av"):
        save_assessment(application=application, by=second, **content)  # type: ignore[arg-type]
    page = browse(second).get(reverse("grants:assessment_list", args=[application.pk])).content.decode()
    assert "Påbörjad" in page
    address = reverse("grants:assess_together", args=[application.pk])
    assert browse(second).get(address).status_code == 302
    browse(second).post(address, {"action": "take_over"})
    common.refresh_from_db()
    assert common.officer == second
    with pytest.raises(GrantError, match="jävig"):
        take_over_common(assessment=common, by=third, at=timezone.now())


def test_officer_who_has_not_assessed_does_not_write_the_common_one_when_assigned(application: Application) -> None:
    first, second, late = declared(application, 3)
    give(application, first, second, late)
    assess(application, first, second)
    with pytest.raises(GrantError, match="egen bedömning före"):
        submit(application, late, {})


def test_who_can_read_the_others_does_not_assess_independently_unless_begun_or_assigned(
    application: Application,
) -> None:
    first, second, late, begun = declared(application, 4)
    save_assessment(application=application, scores={}, comment="Påbörjad", by=begun, at=timezone.now())
    assess(application, first, second)
    with pytest.raises(GrantError, match="fördelas ansökan"):
        assess(application, late)
    answer = browse(late).get(reverse("grants:assess", args=[application.pk]), follow=True)
    assert "oberoende bedömning" in answer.content.decode()
    assess(application, begun)
    assert counting_assessments(application) == 3
    give(application, first, second, begun, late)
    assess(application, late)
    assert counting_assessments(application) == 4


def test_note_is_for_the_handlers_only(application: Application) -> None:
    (officer,) = declared(application, 1)
    decider = make_user(Role.NCH_DECISION_MAKER)
    declare_impartial(application, decider, at=timezone.now())
    add_note(application=application, text="Fråga länet om lokalen.", by=officer, at=timezone.now())
    address = reverse("grants:assessment_list", args=[application.pk])
    assert "Fråga länet om lokalen." in browse(decider).get(address).content.decode()
    browse(decider).post(address, {"text": "Bra fråga."})
    assert AssessmentNote.objects.count() == 2
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    assert browse(signatory).get(address).status_code == 404
    page = browse(signatory).get(reverse("grants:application_detail", args=[application.pk])).content.decode()
    assert "lokalen." not in page
    for nobody in (make_user(Role.NCH_ANALYST), make_user(Role.AUDITOR)):
        assert browse(nobody).post(address, {"text": "x"}).status_code == 404


# --- Jäv ------------------------------------------------------------------------------------------------------------
def doors(application: Application) -> list[str]:
    """Every address that shows something of an application or its case."""
    pk, case = application.pk, application.case_id
    return [
        reverse("grants:application_detail", args=[pk]),
        reverse("grants:application_file", args=[pk, 1]),
        reverse("grants:assessment_list", args=[pk]),
        reverse("grants:assess", args=[pk]),
        reverse("grants:assess_together", args=[pk]),
        reverse("grants:propose", args=[pk]),
        reverse("case_detail", args=[case]),
        reverse("document_download", args=[case, 1]),
    ]


def test_nothing_is_shown_before_jav_has_been_declared(background: Any) -> None:
    with background():
        application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officer = make_user(Role.NCH_OFFICER)
    for address in doors(application):
        answer = browse(officer).get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(reverse("case_declare", args=[application.case_id])), address
    allocation = browse(officer).get(reverse("grants:allocation", args=[application.call_id]))
    assert allocation["Location"].startswith(reverse("grants:call_declare", args=[application.call_id]))


def test_recused_officer_meets_nothing_of_the_case_anywhere(application: Application) -> None:
    recused, first, second = officers(3)
    give(application, recused, first, second)
    recuse(application, recused)
    assess(application, first, second)
    name = application.organisation.name
    client = browse(recused)
    for address in doors(application):
        assert client.get(address).status_code == 404, address
    lists = (
        reverse("start"),
        reverse("case_list"),
        reverse("grants:application_list"),
        reverse("grants:assignments", args=[application.call_id]),
        reverse("grants:allocation", args=[application.call_id]),
    )
    for address in (
        *lists,
        f"{reverse('grants:application_list')}?q={name}",
        f"{reverse('case_list')}?q=Ansökan",
        f"{reverse('search')}?q={name}",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f">{name}" not in answer.content.decode(), address
    assert not applications_for(recused).exists()
    assert not open_tasks_for(recused).exists()
    assert Task.objects.filter(case=application.case).exists()
    assert f">{name}" in browse(first).get(reverse("grants:application_list")).content.decode()
