"""Returns sent back: corrected, read by NCH, and never sent back for what nobody has read."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.kinds import kind_of
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.questionnaires.selectors import ResponseReader
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.selectors.returns import previous_return
from resurscentra.services import ReportingError
from resurscentra.services.corrections import UnreadHandInError, mark_correction_read, send_back
from resurscentra.services.returns import submit_return
from resurscentra.statistics_form import CONTACTS, EXPOSURES, INDIVIDUALS, SUPPORT
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import AGREEING, fill_in, hand_in, make_round, return_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
SKANE = "Skåne"


def url(page: str, statistics: StatisticsReturn) -> str:
    return reverse(f"resurscentra:{page}", args=[statistics.pk])


def send(statistics: StatisticsReturn, submission: int, *, by: User, reason: str = "Se över.") -> None:
    """Send a hand-in back for its contacts."""
    send_back(
        statistics=statistics,
        submission=submission,
        sections=[CONTACTS],
        reason=reason,
        due_on=timezone.localdate(),
        by=by,
        at=timezone.now(),
    )


@pytest.fixture
def corrected(officer: User, round_: StatisticsRound) -> StatisticsReturn:
    """A return that was sent back and has come in again."""
    statistics = return_of(round_, SKANE)
    by = hand_in(statistics)
    send(statistics, 1, by=officer)
    fill_in(statistics, {CONTACTS: {("skola", "phone"): 12}}, by=by)
    submit_return(statistics=statistics, by=by, at=timezone.now())
    return return_of(round_, SKANE)


def test_return_sent_back_is_handed_in_again_and_both_are_kept(
    officer: User, round_: StatisticsRound, client: Client, background: Any
) -> None:
    statistics = return_of(round_, SKANE)
    with background():
        by = hand_in(statistics, AGREEING)
    due_on = timezone.localdate() + datetime.timedelta(days=7)
    send_back(
        submission=1,
        statistics=statistics,
        sections=[EXPOSURES],
        reason="Se över.",
        due_on=due_on,
        by=officer,
        at=timezone.now(),
    )
    statistics = return_of(round_, SKANE)
    assert statistics.response is not None
    # The tables of individuals are opened together; the others stand.
    assert statistics.response.open_sections == [INDIVIDUALS, EXPOSURES, SUPPORT]
    assert open_tasks_for(by).count() == 1
    client.force_login(by)
    assert "Se över." in client.get(url("return_detail", statistics)).content.decode()
    changed = {("13_15", "girl_woman"): 7, ("26_plus", "boy_man"): 4}
    fill_in_open = {**AGREEING, INDIVIDUALS: changed}
    reader = ResponseReader(statistics.response, draft=True)
    other = {question.key: reader.value(question) for question in reader.questions if question.key not in AGREEING}
    fill_in(statistics, {**other, **fill_in_open}, by=by)
    with background():
        submit_return(statistics=statistics, by=by, at=timezone.now())
    assert statistics.case is not None
    assert [document.title for document in statistics.case.documents.all()] == ["Statistik", "Statistik, rättad 1"]
    client.force_login(officer)
    now, first = (
        client.get(url("return_detail", statistics), {"inlamning": number}).content.decode() for number in (2, 1)
    )
    assert '<td class="num">11</td>' in now
    assert '<td class="num">11</td>' not in first
    assert "Se över." in now
    with pytest.raises(ReportingError, match="redan passerat"):
        send_back(
            submission=1,
            statistics=statistics,
            sections=[EXPOSURES],
            reason="?",
            due_on=datetime.date(2024, 1, 1),
            by=officer,
            at=timezone.now(),
        )


def test_corrected_return_waits_at_nch_until_somebody_has_read_it(
    officer: User, round_: StatisticsRound, corrected: StatisticsReturn, client: Client
) -> None:
    colleague, decider = make_user(Role.NCH_OFFICER), make_user(Role.NCH_DECISION_MAKER)
    for user in (officer, colleague):
        task = open_tasks_for(user).get()
        assert (task.url, kind_of(task.key).label) == (url("return_detail", corrected), "Läsa rättad statistik")
    assert not open_tasks_for(decider).exists()
    client.force_login(colleague)
    mark = url("return_mark_read", corrected)
    # Reading is no answer yet, and neither is having read the first hand-in.
    assert mark in client.get(url("return_detail", corrected)).content.decode()
    assert mark not in client.get(url("return_detail", corrected), {"inlamning": "1"}).content.decode()
    for unread in ("1", "x", ""):
        client.post(mark, {"submission": unread})
        assert open_tasks_for(officer).exists()
    client.post(mark, {"submission": "2"})
    assert not open_tasks_for(officer).exists()
    assert mark not in client.get(url("return_detail", corrected)).content.decode()
    # A second press, or a colleague's, is no second event.
    assert client.post(mark, {"submission": "2"}).status_code == 302
    event = AuditEvent.objects.get(action="statistics_correction_read")
    assert (event.actor_id, event.details) == (colleague.pk, {"submission": 2})


def test_first_hand_in_waits_for_nobody_and_one_sent_back_again_no_longer(
    officer: User, round_: StatisticsRound, corrected: StatisticsReturn
) -> None:
    hand_in(return_of(round_, "Gävleborg"))
    assert open_tasks_for(officer).count() == 1
    send(corrected, 2, by=officer)
    assert not open_tasks_for(officer).exists()
    assert Task.objects.get(key=f"read-statistics:{corrected.pk}").done_at is not None


def test_hand_in_that_nobody_has_read_is_not_sent_back(
    officer: User, corrected: StatisticsReturn, client: Client
) -> None:
    client.force_login(officer)
    address = url("return_send_back", corrected)
    typed = {"sections": [CONTACTS], "reason": "Skolorna saknas.", "due_on": str(timezone.localdate())}
    refused = client.post(address, {**typed, "submission": "1"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "inlämning 2 är inte den du läste" in page
    assert "Skolorna saknas." in page
    # What came in is shown beside, and may now be sent back.
    assert '<td class="num">12</td>' in page
    assert '<input type="hidden" name="submission" value="2"' in page
    corrected.refresh_from_db()
    assert corrected.state == ReturnState.SUBMITTED
    with pytest.raises(UnreadHandInError):
        send(corrected, 1, by=officer)
    assert client.post(address, {**typed, "submission": "2"}).status_code == 302
    corrected.refresh_from_db()
    assert corrected.state == ReturnState.RETURNED
    assert AuditEvent.objects.filter(action="statistics_sent_back").latest("sequence").details == {"submission": 2}


@pytest.mark.parametrize("said", [None, "", "x", "0", "²", "9" * 40])
def test_form_that_does_not_say_what_was_read_shows_it_and_can_then_be_sent(
    officer: User, corrected: StatisticsReturn, client: Client, said: str | None
) -> None:
    client.force_login(officer)
    address = url("return_send_back", corrected)
    typed = {"sections": [CONTACTS], "reason": "Skolorna saknas.", "due_on": str(timezone.localdate())}
    refused = client.post(address, typed if said is None else {**typed, "submission": said})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "inlämning 2 är inte den du läste" in page
    assert "Skolorna saknas." in page
    assert '<td class="num">12</td>' in page
    assert '<input type="hidden" name="submission" value="2"' in page


def test_who_comes_from_reading_an_earlier_hand_in_is_shown_the_last_one(
    officer: User, corrected: StatisticsReturn, client: Client
) -> None:
    client.force_login(officer)
    address = url("return_send_back", corrected)
    assert f'href="{address}?submission=2"' in client.get(url("return_detail", corrected)).content.decode()
    shown = {read: client.get(address, {"submission": read}).content.decode() for read in ("1", "2", "")}
    assert ['<td class="num">12</td>' in page for page in shown.values()] == [True, False, True]
    assert all('<input type="hidden" name="submission" value="2"' in page for page in shown.values())


def test_who_sends_back_what_a_colleague_has_sent_back_is_told_and_loses_nothing(
    officer: User, corrected: StatisticsReturn, client: Client
) -> None:
    send(corrected, 2, by=make_user(Role.NCH_OFFICER))
    client.force_login(officer)
    typed = {"sections": [CONTACTS], "reason": "Skolorna.", "due_on": str(timezone.localdate()), "submission": "2"}
    refused = client.post(url("return_send_back", corrected), typed)
    assert refused.status_code == 422
    assert "redan återsänd" in refused.content.decode()
    assert "Skolorna." in refused.content.decode()
    with pytest.raises(ReportingError, match="redan återsänd"):
        mark_correction_read(statistics=corrected, submission=2, by=officer, at=timezone.now())


def test_comparison_is_with_the_last_figures_that_count(officer: User, round_: StatisticsRound) -> None:
    before = [return_of(round_, SKANE), return_of(make_round(2025, months=(1, 6), officer=officer), SKANE)]
    now = return_of(make_round(2025, months=(7, 12), officer=officer), SKANE)
    for statistics in before:
        hand_in(statistics)
    assert previous_return(now) == before[1]
    send(before[1], 1, by=officer)
    assert previous_return(now) == before[0]
