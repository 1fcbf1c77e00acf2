"""What a grant's receiver reports: what the plan asks for is closed by what comes in, in the system or by hand."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import GrantState, ReportingKind
from grants.models import Grant
from grants.selectors.ledger import ledger_of
from grants.selectors.reporting import planned_of, received_by_hand
from grants.services.assessments import submit_assessment
from grants.services.calls import ReportingInput, publish_call, save_call
from grants.services.decisions import propose_decision, sign_decision
from grants.services.errors import GrantError
from grants.services.payments import Instalment, approve_payment, lay_plan, mark_paid, prepare_payment
from grants.services.reporting import receive_planned
from grants.tasks import file_missing_reports
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.counties.selectors import county_boards
from nch.demo.build import declare_impartial, fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from resurscentra.models import SituationReport
from resurscentra.services import load_known_centres, open_period, start_report, submit_report
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import GrantWorld, hand_in, pay
from tests.factories.financial_reports import make_grant as make_world
from tests.factories.grants import (
    call_input,
    make_call,
    make_grant,
    make_presenter,
    make_submitted,
    proposal,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def plan(*years: int, kinds: tuple[str, ...] = tuple(ReportingKind)) -> list[ReportingInput]:
    """A report of each kind for each year, due at the end of January after it."""
    return [
        ReportingInput(
            kind,
            datetime.date(year, 1, 1),
            datetime.date(year, 12, 31),
            datetime.date(year, 12, 1),
            datetime.date(year + 1, 1, 31),
        )
        for year in years
        for kind in kinds
    ]


def planned_grant(signatory: User | None = None) -> Grant:
    """A grant whose call asks for every kind of report for 2025 and 2026."""
    return make_grant(make_call(reporting_plan=plan(2025, 2026)), signatory)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def receive(grant: Grant, task: Task, by: User, *, day: datetime.date = TODAY, comment: str = "") -> None:
    receive_planned(grant=grant, task=task, received_on=day, comment=comment, by=by, at=timezone.now())


def test_statistics_that_come_in_outside_the_system_are_received_once_with_day_and_note() -> None:
    grant = planned_grant()
    first, second = received_by_hand(grant)
    assert {first.topic, second.topic} == {ReportingKind.STATISTICS}
    officer, day = make_presenter(grant.application), TODAY - datetime.timedelta(days=3)
    receive(grant, first, officer, day=day, comment="Kom som tabell med e-post.")
    assert list(received_by_hand(grant)) == [second]
    assert not open_tasks_for(make_user(Role.COUNTY_OFFICER, grant.organisation)).filter(pk=first.pk).exists()
    line = grant.case.timeline.get(title__startswith="Statistik till och med 2025-12-31")
    assert line.title.endswith(f"togs emot {day.isoformat()}: Kom som tabell med e-post.")
    event = AuditEvent.objects.get(action="planned_report_received")
    assert (event.actor_id, event.details["received_on"]) == (officer.pk, day.isoformat())
    with pytest.raises(GrantError, match="redan"):
        receive(grant, first, officer)


def test_what_is_received_by_hand_is_said_by_those_who_review_and_not_ahead() -> None:
    grant = planned_grant()
    task = received_by_hand(grant)[0]
    for user in (make_user(Role.COUNTY_SIGNATORY, grant.organisation), make_user(Role.NCH_FINANCE)):
        with pytest.raises(PermissionDenied):
            receive(grant, task, user)
    with pytest.raises(GrantError, match="jävig"):
        receive(grant, task, make_user(Role.NCH_OFFICER))
    officer = make_presenter(grant.application)
    with pytest.raises(GrantError, match="framtiden"):
        receive(grant, task, officer, day=TODAY + datetime.timedelta(days=1))
    lagesbild = planned_of(grant).filter(topic=ReportingKind.SITUATION_REPORT)[0]
    with pytest.raises(GrantError, match="redan"):
        receive(grant, lagesbild, officer)
    board = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    other = planned_grant(make_user(Role.COUNTY_SIGNATORY, board))
    with pytest.raises(GrantError, match="redan"):
        receive(grant, received_by_hand(other)[0], officer)
    assert received_by_hand(other).count() == 2


def test_page_shows_all_reports_and_receives_what_is_chosen() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = planned_grant(signatory)
    officer = make_presenter(grant.application)
    url = reverse("grants:grant_reporting", args=[grant.pk])
    county = signed_in(signatory)
    page = county.get(url).content.decode()
    assert "Redovisning för 2026" in page
    assert "Bidragsgivaren markerar här" in page
    assert "Markera som mottagen" not in page
    task = received_by_hand(grant)[0]
    typed = {"task": str(task.pk), "received_on": TODAY.isoformat(), "comment": "Tabell"}
    assert county.post(url, typed).status_code == 404
    client = signed_in(officer)
    refused = client.post(url, {**typed, "received_on": "2999-01-01"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["received_on"]
    assert 'value="Tabell"' in refused.content.decode()
    assert client.post(url, typed).status_code == 302
    page = county.get(url).content.decode()
    assert page.count("Mottagen") == 1
    assert received_by_hand(grant).count() == 1


def test_what_had_not_come_when_the_grant_was_closed_is_not_shown_as_received() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant, now = planned_grant(signatory), timezone.now()
    # As closing.close_grant leaves it.
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.CLOSED, closed_at=now)
    planned_of(grant).update(done_at=now)
    page = signed_in(signatory).get(reverse("grants:grant_reporting", args=[grant.pk])).content.decode()
    assert page.count("Utgår") == 4
    assert "Mottagen" not in page


@pytest.mark.usefixtures("country")
def test_lagesbild_that_is_handed_in_closes_what_grants_asked_for_until_then_and_nothing_else() -> None:
    boards = county_boards()
    officer = make_user(Role.NCH_OFFICER)
    load_known_centres(by=officer, at=timezone.now())
    signatory = make_user(Role.COUNTY_SIGNATORY, boards.get(county_id="21"))
    own = planned_grant(signatory)
    other = planned_grant(make_user(Role.COUNTY_SIGNATORY, boards.get(county_id="12")))
    period = open_period(
        title="2025",
        starts_on=datetime.date(2025, 1, 1),
        ends_on=datetime.date(2025, 12, 31),
        due_on=datetime.date(2026, 1, 31),
        by=officer,
        at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    )
    reports = SituationReport.objects.select_related("period__version", "organisation", "centre__organisation")
    report = reports.get(period=period, organisation=own.organisation)
    start_report(report=report, by=signatory, at=timezone.now())
    assert report.response is not None
    fill_in(report.response, SITUATION_REPORT_ANSWERS, by=signatory, at=timezone.now())
    submit_report(report=report, by=signatory, at=timezone.now())
    done = planned_of(own).filter(done_at__isnull=False)
    assert [(task.topic, task.period_ends_on) for task in done] == [
        (ReportingKind.SITUATION_REPORT, datetime.date(2025, 12, 31))
    ]
    assert not planned_of(other).filter(done_at__isnull=False).exists()


def with_report(**costs: int) -> GrantWorld:
    world = make_world()
    pay(world, 2024, 100_000)
    hand_in(world, 2024, costs)
    return world


def test_lost_report_is_filed_by_the_clock_once() -> None:
    world = with_report(salaries=60_000)
    filed = world.grant.case.documents.filter(title="Ekonomisk redovisning 2024")
    assert not filed.exists()
    assert file_missing_reports() == 1
    assert file_missing_reports() == 0
    assert filed.count() == 1


def town_grant() -> tuple[Grant, dict[Role, User]]:
    """A grant that Länsstyrelsen Skåne gives the municipality of Lund in a call of its own, and Skåne's people."""
    county = make_county("12", "Skåne län")
    board = make_organisation("county_board", county=county)
    lund = make_organisation("municipality", county=county, name="Lund")
    people = {role: make_user(role, board) for role in (Role.GRANT_DECISION_MAKER, Role.GRANT_FINANCE)}
    officers = [make_user(Role.GRANT_OFFICER, board) for _ in range(2)]
    people[Role.GRANT_OFFICER] = officers[0]
    content = call_input(
        applicant_kinds=["municipality"], reporting_plan=plan(2026, kinds=(ReportingKind.SITUATION_REPORT,))
    )
    now = timezone.now()
    call = publish_call(call=save_call(content=content, by=officers[0], at=now), by=officers[0], at=now)
    signatory = make_user(Role.APPLICANT_SIGNATORY, lund)
    application = make_submitted(call, signatory)
    for user in (*officers, people[Role.GRANT_DECISION_MAKER]):
        declare_impartial(application, user, at=now)
    scores = dict.fromkeys(call.criteria.all(), (4, "Väl beskrivet."))
    for officer in officers:
        submit_assessment(application=application, scores=scores, comment="", by=officer, at=now)
    decision = propose_decision(application=application, content=proposal(application), by=officers[0], at=now)
    sign_decision(decision=decision, by=people[Role.GRANT_DECISION_MAKER], at=now)
    return Grant.objects.select_related("call__grantor", "organisation", "case", "application__case").get(
        application=application
    ), {**people, Role.APPLICANT_SIGNATORY: signatory}


def test_ledger_of_a_county_boards_own_grant_is_for_the_board_and_the_town_and_not_for_nch() -> None:
    grant, people = town_grant()
    officer, finance = people[Role.GRANT_OFFICER], people[Role.GRANT_FINANCE]
    now = timezone.now()
    (payment,) = lay_plan(grant=grant, rows=[Instalment(2026, Decimal(40_000), TODAY)], by=officer, at=now)
    prepare_payment(payment=payment, by=officer, at=now)
    approve_payment(payment=payment, by=finance, at=now)
    mark_paid(payment=payment, paid_on=TODAY, voucher="S 1", by=finance, at=now)
    ledger = ledger_of(grant)
    assert (ledger.granted, ledger.paid, ledger.outstanding) == (230_000, 40_000, 40_000)
    pages = [reverse("grants:grant_ledger", args=[grant.pk]), reverse("grants:ledger_list")]
    for page in pages:
        assert "40\u00a0000" in signed_in(finance).get(page).content.decode()
    assert "40\u00a0000" in signed_in(people[Role.APPLICANT_SIGNATORY]).get(pages[0]).content.decode()
    elsewhere = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    for outsider in (make_user(Role.NCH_FINANCE), make_user(Role.GRANT_FINANCE, elsewhere)):
        client = signed_in(outsider)
        assert client.get(pages[0]).status_code == 404
        assert "Lund" not in client.get(pages[1]).content.decode()


def test_lagesbild_of_a_town_is_received_by_hand_since_it_has_no_door_of_its_own() -> None:
    grant, people = town_grant()
    (task,) = received_by_hand(grant)
    assert task.topic == ReportingKind.SITUATION_REPORT
    assert task.url == reverse("grants:grant_reporting", args=[grant.pk])
    receive(grant, task, people[Role.GRANT_OFFICER])
    assert not received_by_hand(grant).exists()
