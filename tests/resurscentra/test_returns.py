"""Statistics returns: asked of working centres, filled in together, checked, handed in, sent back, handed in again."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import Task
from nch.cases.selectors import open_tasks_for
from nch.questionnaires.counts import NOT_APPLICABLE
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Answer
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.services.returns import start_return, submit_return
from resurscentra.statistics_form import (
    CONTACTS,
    EXPOSURE_KINDS,
    EXPOSURES,
    PROFESSIONALS,
    SUPPORT,
    TRAININGS,
)
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.services.reference import CODE_LISTS, STAGES
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import AGREEING, TEN, coordinator_of, fill_in, hand_in, make_round, return_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
SKANE = "Skåne"
NO_TRAININGS = {NOT_APPLICABLE: {"reason": "no_such_support"}}


def url(page: str, statistics: StatisticsReturn, *more: Any) -> str:
    return reverse(f"resurscentra:{page}", args=[statistics.pk, *more])


@pytest.mark.one_database
def test_codes_are_those_of_the_calls() -> None:
    of_calls = {code: label for code, label, _ in CODE_LISTS[CodeKind.CALLER_CATEGORY] if code != "utsatta_narstaende"}
    assert dict(PROFESSIONALS) == of_calls
    assert [code for code, _, _ in CODE_LISTS[CodeKind.EXPOSURE]] == list(EXPOSURE_KINDS)
    assert {code: stages for code, (_, stages) in EXPOSURE_KINDS.items()} == {**STAGES, "other": (Stage.NONE,)}


def test_centre_and_county_write_in_the_same_draft_and_nobody_else_does(round_: StatisticsRound) -> None:
    statistics, other = return_of(round_, SKANE), return_of(round_, "Gävleborg")
    coordinator, elsewhere = coordinator_of(statistics), coordinator_of(other)
    with pytest.raises(PermissionDenied):
        start_return(statistics=statistics, by=elsewhere, at=timezone.now())
    start_return(statistics=statistics, by=coordinator, at=timezone.now())
    officer = make_user(Role.COUNTY_OFFICER, statistics.organisation)
    fill_in(statistics, AGREEING, by=officer)
    with pytest.raises(PermissionDenied):
        fill_in(statistics, AGREEING, by=elsewhere)
    with pytest.raises(PermissionDenied):
        submit_return(statistics=statistics, by=officer, at=timezone.now())
    submit_return(statistics=statistics, by=coordinator, at=timezone.now())
    assert statistics.case is not None
    assert statistics.case.organisation == statistics.organisation


def test_handed_in_return_is_registered_and_closes_what_asked_for_it(round_: StatisticsRound, background: Any) -> None:
    statistics = return_of(round_, SKANE)
    planned = Task.objects.create(
        key="planned-report:1:1",
        organisation=statistics.organisation,
        right="fill_in",
        title="Lämna statistik",
        url="/",
        topic="statistics",
        period_ends_on=round_.ends_on,
        created_at=timezone.now(),
    )
    with background():
        by = hand_in(statistics, AGREEING)
    assert statistics.case is not None
    assert [document.title for document in statistics.case.documents.all()] == ["Statistik"]
    assert not open_tasks_for(by).exists()
    planned.refresh_from_db()
    assert planned.done_at is not None


def problems(statistics: StatisticsReturn, given: dict[str, Any]) -> dict[str, str]:
    by = coordinator_of(statistics)
    if statistics.response is None:
        start_return(statistics=statistics, by=by, at=timezone.now())
    fill_in(statistics, given, by=by)
    try:
        submit_return(statistics=statistics, by=by, at=timezone.now())
    except IncompleteResponseError as error:
        return {problem.question.key: problem.message for problem in error.problems}
    return {}


def test_tables_that_contradict_each_other_are_mended_and_what_is_unlikely_is_explained(
    round_: StatisticsRound,
) -> None:
    statistics = return_of(round_, SKANE)
    found = problems(
        statistics,
        {
            **TEN,
            EXPOSURES: {("fgm-worry", "under_18"): 7},
            SUPPORT: {("counselling", "unknown"): 1},
            TRAININGS: {("course", "participants"): 20},
        },
    )
    assert set(found) == {EXPOSURES, SUPPORT, TRAININGS}
    assert found[EXPOSURES] == "Könsstympning: oro, under 18 år: 7, men tabell A1 har 6 individer i den åldern."
    assert found[TRAININGS] == "Utbildning: deltagare men inga tillfällen."
    trainings = {("course", "participants"): 20, ("course", "occasions"): 2}
    found = problems(statistics, {**TEN, EXPOSURES: {}, SUPPORT: {("guided", "under_18"): 1}, TRAININGS: trainings})
    assert set(found) == {"utsatthet_kommentar"}
    assert "ingen rad om utsatthet" in found["utsatthet_kommentar"]
    explained = {**TEN, EXPOSURES: {}, SUPPORT: {("guided", "under_18"): 1}, TRAININGS: trainings}
    assert problems(statistics, {**explained, "utsatthet_kommentar": "Vi frågar inte."}) == {}


def test_large_change_is_explained_counted_per_day(officer: User, round_: StatisticsRound) -> None:
    hand_in(return_of(round_, SKANE), {CONTACTS: {("skola", "phone"): 40}})
    year = make_round(2025, months=(1, 12), officer=officer)
    statistics = return_of(year, SKANE)
    # Twice the days: 80 is what to expect, and 120 half as much again.
    found = problems(statistics, {CONTACTS: {("skola", "phone"): 121}})
    assert found == {
        "kontakter_kommentar": "121 kontakter nu mot 40 för 2024-07 till 2024-12: en ändring med mer än hälften "
        "räknat per dag. Rätta, eller förklara i kommentaren."
    }
    gone = {CONTACTS: {NOT_APPLICABLE: {"reason": "no_such_support"}}}
    assert "nu är tabellen ej tillämplig" in problems(statistics, gone)["kontakter_kommentar"]
    assert problems(statistics, {CONTACTS: {("skola", "phone"): 119}}) == {}


def test_page_takes_a_table_without_script_and_shows_last_time_beside(
    officer: User, round_: StatisticsRound, client: Client
) -> None:
    by = hand_in(return_of(round_, SKANE), {CONTACTS: {("polis", "consultation"): 3}})
    statistics = return_of(make_round(2025, officer=officer), SKANE)
    client.force_login(by)
    client.post(url("return_detail", statistics))
    section = url("return_section", statistics, CONTACTS)
    page = client.get(section).content.decode()
    assert 'aria-label="Polis, samråd, förra gången 3"' in page
    answer = client.post(section, {"kontakter__skola__phone": "12", "zeros": CONTACTS})
    assert answer.url == f"{section}#id_kontakter"
    value = Answer.objects.get(response__statistics_return=statistics, question__key=CONTACTS).value
    assert value["skola"] == {"phone": "12", "consultation": "0", "routines": "0"}


def test_stale_save_is_refused_with_both_tables(round_: StatisticsRound, client: Client) -> None:
    statistics = return_of(round_, SKANE)
    by = coordinator_of(statistics)
    start_return(statistics=statistics, by=by, at=timezone.now())
    client.force_login(by)
    section = url("return_section", statistics, CONTACTS)
    client.post(section, {"kontakter__skola__phone": "77", "rev_kontakter": "0"})
    answer = client.post(section, {"kontakter__skola__phone": "66", "rev_kontakter": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Inget har sparats ännu" in page
    assert 'value="66"' in page
    assert '<td class="num">77</td>' in page


def test_comment_with_an_identity_number_is_not_kept_and_a_name_is_confirmed_away(
    round_: StatisticsRound, client: Client
) -> None:
    statistics = return_of(round_, SKANE)
    by = coordinator_of(statistics)
    start_return(statistics=statistics, by=by, at=timezone.now())
    client.force_login(by)
    section = url("return_section", statistics, CONTACTS)
    comments = Answer.objects.filter(response__statistics_return=statistics, question__key="kontakter_kommentar")
    for text in ("Gäller 19811218-9876.", "Anna Svensson ringde ofta."):
        page = client.post(section, {"kontakter_kommentar": text}).content.decode()
        assert "nch-field--error" in page
        saved = client.post(section, {"kontakter_kommentar": text}, headers={"accept": "application/json"}).json()
        assert "inte sparad" in saved["refused"]
        assert not comments.exists()
    with pytest.raises(ValidationError, match="personnummer"):
        fill_in(statistics, {"kontakter_kommentar": "Gäller 19811218-9876."}, by=by)
    client.post(section, {"kontakter_kommentar": "Fler skolor än förra året."})
    assert comments.get().value == "Fler skolor än förra året."


def test_list_is_within_reach_and_filters(
    officer: User, round_: StatisticsRound, client: Client, django_assert_max_num_queries: Any
) -> None:
    statistics = return_of(round_, SKANE)
    hand_in(statistics, AGREEING)
    address = reverse("resurscentra:return_list")
    client.force_login(officer)
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert page.count('<th scope="row">') == 9
    late = client.get(address, {"state": "late"}).content.decode()
    assert late.count('<th scope="row">') == 8
    submitted = client.get(address, {"state": ReturnState.SUBMITTED, "county": "12"}).content.decode()
    assert submitted.count('<th scope="row">') == 1
    client.force_login(coordinator_of(return_of(round_, "Gävleborg")))
    own = client.get(address).content.decode()
    assert "Gävleborg" in own
    assert "Heder Skåne" not in own


def test_list_asks_no_more_of_the_database_with_many_rows_than_with_one(
    officer: User, round_: StatisticsRound, client: Client
) -> None:
    for name in (SKANE, "Gävleborg", "Kronoberg"):
        hand_in(return_of(round_, name))
    make_round(2025, officer=officer)
    address = reverse("resurscentra:return_list")
    client.force_login(officer)
    client.get(address)
    queries = {}
    for rows, wanted in ((1, {"county": "12", "round": round_.pk}), (18, {"round": ""})):
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address, wanted).content.decode()
        assert page.count('<th scope="row">') == rows
        queries[rows] = len(captured)
    assert queries[18] == queries[1]


def test_nch_reads_no_draft(officer: User, round_: StatisticsRound, client: Client) -> None:
    statistics = return_of(round_, SKANE)
    start_return(statistics=statistics, by=coordinator_of(statistics), at=timezone.now())
    client.force_login(officer)
    assert client.get(url("return_detail", statistics)).status_code == 404


def test_comparison_has_the_numbers_and_the_rounds_of_those_within_reach(
    officer: User, round_: StatisticsRound, client: Client, django_assert_max_num_queries: Any
) -> None:
    hand_in(
        return_of(round_, SKANE),
        {**AGREEING, CONTACTS: {("skola", "phone"): 40, ("polis", "routines"): 2}, TRAININGS: NO_TRAININGS},
    )
    by = hand_in(return_of(round_, "Gävleborg"))
    make_round(2025, officer=officer)
    address = reverse("resurscentra:return_comparison")
    client.force_login(officer)
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert "2 av 9 har lämnat in" in page
    numbers = "".join(f'<td class="num">{number}</td>' for number in (10, 42, "e.t.", "e.t.", 0))
    assert f"Heder Skåne</th>{numbers}" in page
    assert "1 ej tillämplig<" in page
    assert page.count("Saknas</") == 7 + 9
    client.force_login(by)
    own = client.get(address).content.decode()
    assert "1 av 1 har lämnat in" in own
    assert "Heder Skåne" not in own
