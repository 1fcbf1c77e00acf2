"""Rounds of statistics: who is asked and told so first, and taking back what was asked by mistake."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.models import OutgoingMail, Task
from nch.cases.reminders import remind
from nch.cases.selectors import open_tasks_for
from nch.counties.selectors import county_boards
from nch.questionnaires.services import NotOpenForAnswersError
from resurscentra.enums import ReturnState
from resurscentra.models import PhasePeriod, ResourceCentre, StatisticsReturn, StatisticsRound
from resurscentra.selectors.returns import returned_statistics
from resurscentra.services import ReportingError
from resurscentra.services.returns import start_return
from resurscentra.services.rounds import open_round, withdraw_round
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import coordinator_of, fill_in, hand_in, make_round, return_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
SKANE = "Skåne"
ASKED_FOR = {"title": "Hösten 2024", "starts_on": "2024-07-01", "ends_on": "2024-12-31"}


def test_centres_that_worked_in_the_period_are_asked_and_both_their_owners_have_a_task(round_: StatisticsRound) -> None:
    working = {"drift", "genomförande"}
    phases = {one.centre_id: one.phase for one in PhasePeriod.objects.all()}
    asked = set(round_.returns.values_list("centre", flat=True))
    assert asked == {centre for centre, phase in phases.items() if phase in working}
    assert len(asked) == 9
    statistics = return_of(round_, SKANE)
    board, page = county_boards().get(county_id="12"), reverse("resurscentra:return_detail", args=[statistics.pk])
    for user in (coordinator_of(statistics), make_user(Role.COUNTY_OFFICER, board)):
        assert [task.url for task in open_tasks_for(user)] == [
            reverse("resurscentra:return_detail", args=[statistics.pk])
        ]
    assert round_.version.frozen_at is not None
    # NCH waits for one hand-in, though two can do it.
    assert Task.objects.filter(url=page, waiting__isnull=False).count() == 1


def test_centre_that_closed_before_the_period_or_began_after_it_is_not_asked(officer: User) -> None:
    closed, begun = ResourceCentre.objects.filter(phases__phase="drift")[:2]
    PhasePeriod.objects.filter(centre__in=[closed, begun]).delete()
    day = datetime.date
    PhasePeriod.objects.create(centre=closed, phase="drift", valid_from=day(2024, 1, 1), valid_to=day(2024, 6, 30))
    PhasePeriod.objects.create(centre=closed, phase="avslutad", valid_from=day(2024, 7, 1))
    PhasePeriod.objects.create(centre=begun, phase="drift", valid_from=day(2025, 1, 1))
    assert not make_round(officer=officer).returns.filter(centre__in=[closed, begun]).exists()


def test_round_that_would_count_twice_or_span_a_year_is_refused(officer: User, round_: StatisticsRound) -> None:
    for starts, ends, told in (
        ((2024, 10, 1), (2025, 3, 31), "ett kalenderår"),
        ((2024, 12, 31), (2024, 12, 31), "redan begärd"),
        ((2025, 6, 1), (2025, 1, 1), "sluta efter"),
    ):
        with pytest.raises(ReportingError, match=told):
            open_round(
                title="Fel",
                starts_on=datetime.date(*starts),
                ends_on=datetime.date(*ends),
                due_on=datetime.date(2026, 1, 1),
                by=officer,
                at=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC),
            )


@pytest.fixture
def asked_for() -> dict[str, str]:
    """What is filled in to ask for statistics."""
    return {**ASKED_FOR, "due_on": str(timezone.localdate() + datetime.timedelta(days=20))}


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)


def test_who_is_asked_and_who_is_not_is_shown_before_anybody_is(
    officer: User, asked_for: dict[str, str], client: Client
) -> None:
    client.force_login(officer)
    address = reverse("resurscentra:round_open")
    page = client.post(address, asked_for).content.decode()
    assert not StatisticsRound.objects.exists()
    asked, left_out = page.split("får ingen</h2>")
    assert "9 resurscentrum får en uppgift" in asked
    phases = dict(PhasePeriod.objects.values_list("centre__organisation__name", "phase"))
    working = {name for name, phase in phases.items() if phase in ("drift", "genomförande")}
    for name in working:
        assert f"<li>{name}," in asked
    for name in set(phases) - working:
        assert re.search(rf"<li>{name}, [^<]*\. Fas under perioden: {phases[name]}\.</li>", left_out)
    assert hidden(page, "title") == ["Hösten 2024"]
    back = client.post(address, {**asked_for, "change": "1"})
    assert back.status_code == 200
    assert 'value="Hösten 2024"' in back.content.decode()
    centres = hidden(page, "centre")
    client.post(address, {**asked_for, "centre": centres, "confirmed": "1"})
    assert StatisticsRound.objects.get().returns.count() == 9


def test_who_agreed_to_other_centres_is_shown_the_new_list_and_nobody_is_asked(
    officer: User, asked_for: dict[str, str], client: Client
) -> None:
    client.force_login(officer)
    address = reverse("resurscentra:round_open")
    centres = hidden(client.post(address, asked_for).content.decode(), "centre")
    for shown in (centres[1:], [*centres, "x"], []):
        answer = client.post(address, {**asked_for, "centre": shown, "confirmed": "1"})
        assert answer.status_code == 422
        assert "Ingen har fått någon fråga ännu" in answer.content.decode()
        assert hidden(answer.content.decode(), "centre") == centres
    assert not StatisticsRound.objects.exists()


def test_withdrawn_round_asks_nobody_and_its_days_can_be_asked_about_anew(
    officer: User, round_: StatisticsRound, client: Client
) -> None:
    statistics = return_of(round_, SKANE)
    coordinator, elsewhere = coordinator_of(statistics), coordinator_of(return_of(round_, "Gävleborg"))
    # Opened and left empty: nothing has been written.
    start_return(statistics=statistics, by=coordinator, at=timezone.now())
    client.force_login(officer)
    address = reverse("resurscentra:round_withdraw", args=[round_.pk])
    assert address in client.get(reverse("resurscentra:return_list")).content.decode()
    assert "Ingen har börjat fylla i" in client.get(address).content.decode()
    assert StatisticsRound.objects.get().withdrawn_at is None
    client.post(address)
    round_.refresh_from_db()
    assert round_.withdrawn_by == officer
    assert {one.state for one in round_.returns.all()} == {ReturnState.WITHDRAWN}
    assert not open_tasks_for(coordinator).exists()
    assert not open_tasks_for(elsewhere).exists()
    again = client.post(address, follow=True)
    assert "redan tillbakatagen" in again.content.decode()
    event = AuditEvent.objects.get(action="statistics_round_withdrawn")
    assert (event.actor_id, event.subject_id, event.details) == (officer.pk, str(round_.pk), {"returns": 9})
    assert returned_statistics(StatisticsReturn.objects.all()) == []
    with pytest.raises(ReportingError, match="redan tillbakatagen"):
        withdraw_round(round_=round_, by=officer, at=timezone.now())
    listed = reverse("resurscentra:return_list")
    assert '<th scope="row">' not in client.get(listed).content.decode()
    assert client.get(listed, {"state": "withdrawn"}).content.decode().count('<th scope="row">') == 9
    assert make_round(officer=officer).returns.count() == 9


def test_who_comes_to_a_withdrawn_round_is_told_and_can_write_nothing(officer: User, round_: StatisticsRound) -> None:
    begun, waiting = return_of(round_, SKANE), return_of(round_, "Gävleborg")
    writer, other = coordinator_of(begun), coordinator_of(waiting)
    start_return(statistics=begun, by=writer, at=timezone.now())
    withdraw_round(round_=round_, by=officer, at=timezone.now())
    with pytest.raises(NotOpenForAnswersError):
        fill_in(begun, {}, by=writer)
    with pytest.raises(ReportingError):
        start_return(statistics=waiting, by=other, at=timezone.now())
    for user, statistics in ((writer, begun), (other, waiting)):
        client = Client()
        client.force_login(user)
        page = reverse("resurscentra:return_detail", args=[statistics.pk])
        for answer in (client.get(page), client.post(page, follow=True)):
            assert "Ni behöver inte lämna in något för perioden" in answer.content.decode()
            assert "Påbörja inlämningen" not in answer.content.decode()


def test_those_who_were_reminded_are_told_and_nobody_is_reminded_any_more(
    officer: User, round_: StatisticsRound, background: Any
) -> None:
    coordinator = coordinator_of(return_of(round_, SKANE))
    left, now = coordinator_of(return_of(round_, SKANE)), timezone.now()
    remind(at=now)
    assert {one.user for one in OutgoingMail.objects.all()} == {coordinator, left, officer}
    left.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    later = coordinator_of(return_of(round_, "Gävleborg"))
    withdraw_round(round_=round_, by=officer, at=now)
    told = OutgoingMail.objects.filter(key__startswith=f"statistics-round-withdrawn:{round_.pk}:")
    # The officer was reminded as one who waits, and the later one was never reminded.
    assert [mail.user for mail in told] == [coordinator]
    assert "tagit tillbaka" in told.get().body
    before = OutgoingMail.objects.count()
    assert remind(at=now + datetime.timedelta(days=30)) == 0
    assert OutgoingMail.objects.count() == before
    assert not OutgoingMail.objects.filter(user=later).exists()


def test_round_in_which_somebody_has_written_stands_and_the_page_says_who(
    officer: User, round_: StatisticsRound, client: Client
) -> None:
    written, handed_in = return_of(round_, SKANE), return_of(round_, "Gävleborg")
    by = coordinator_of(written)
    start_return(statistics=written, by=by, at=timezone.now())
    fill_in(written, {}, by=by)
    client.force_login(officer)
    address = reverse("resurscentra:round_withdraw", args=[round_.pk])
    page = client.get(address).content.decode()
    assert f"<li>{written.centre}: påbörjad" in page
    assert '<form method="post">' not in page
    hand_in(handed_in)
    refused = client.post(address)
    assert refused.status_code == 422
    assert f"<li>{handed_in.centre}: inlämnad" in refused.content.decode()
    with pytest.raises(ReportingError, match=r"påbörjad: .*Gävleborg.*Skåne|påbörjad: .*Skåne.*Gävleborg"):
        withdraw_round(round_=round_, by=officer, at=timezone.now())
    assert StatisticsRound.objects.get().withdrawn_at is None
    assert open_tasks_for(by).exists()
    assert address not in client.get(reverse("resurscentra:return_list")).content.decode()


def test_nobody_is_asked_for_statistics_before_they_can_be_handed_in(officer: User) -> None:
    year = timezone.localdate().year + 1
    days = {"starts_on": datetime.date(year, 1, 1), "ends_on": datetime.date(year, 12, 31)}
    with pytest.raises(ReportingError, match="före periodens slut"):
        open_round(title="Året", **days, due_on=datetime.date(year, 12, 30), by=officer, at=timezone.now())
    open_round(title="Året", **days, due_on=days["ends_on"], by=officer, at=timezone.now())
