"""Statistics returns through the closed API: cells are filled in, and handed in with the checks of the page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nch.accounts.enums import Role, TokenScope
from nch.accounts.models import User
from nch.members.tokens import make_token
from nch.questionnaires.counts import NOT_APPLICABLE
from nch.questionnaires.models import Answer
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn
from resurscentra.services import load_known_centres
from resurscentra.services.corrections import send_back
from resurscentra.statistics_form import CONTACTS, EXPOSURES, GRIDS, INDIVIDUALS, SUPPORT
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import cells, coordinator_of, make_round, return_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
NO_SUPPORT = {NOT_APPLICABLE: {"reason": "no_such_support"}}


@pytest.fixture
def officer() -> User:
    user = make_user(Role.NCH_OFFICER)
    load_known_centres(by=user, at=timezone.now())
    return user


@pytest.fixture
def asked(officer: User) -> StatisticsReturn:
    return return_of(make_round(officer=officer), "Skåne")


def client_of(user: User, scope: TokenScope = TokenScope.HAND_IN) -> Client:
    key = make_token(name="Prov", days=30, scope=scope, by=user, at=timezone.now())[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def address(statistics: StatisticsReturn, more: str = "") -> str:
    return f"/api/v1/statistics-returns/{statistics.pk}{more}"


def patch(client: Client, statistics: StatisticsReturn, answers: Any, revisions: Any = None) -> Any:
    body = {"answers": answers, "revisions": revisions or {}}
    return client.patch(address(statistics), body, content_type="application/json")


def test_system_fills_in_cells_and_hands_in_with_the_checks_of_the_page(asked: StatisticsReturn, officer: User) -> None:
    coordinator = coordinator_of(asked)
    client = client_of(coordinator)
    [listed] = client.get("/api/v1/statistics-returns?state=expected").json()["items"]
    assert (listed["id"], listed["centre"]) == (asked.pk, "Resurscentrum Heder Skåne")
    questions = {one["key"]: one for one in client.get(address(asked)).json()["questions"]}
    assert questions["moten"]["grid"]["rows"] == ["steering", "working", "reference"]
    assert questions["moten_kommentar"]["grid"] is None

    patch(client, asked, {"moten": {"steering": {"held": 4}}})
    told = patch(client, asked, {"moten": {"working": {"held": "9"}, "steering": {"held": None}}}, {"moten": 1}).json()
    [moten] = [one for one in told["questions"] if one["key"] == "moten"]
    assert moten["value"]["working"] == {"held": "9"}
    assert moten["value"]["steering"] == {"held": ""}
    assert "en tom ruta är ingen nolla" in moten["problem"]
    stale = patch(client, asked, {"moten": {"working": {"held": 8}}}, {"moten": 1})
    assert stale.status_code == 409
    assert stale.json()["conflicts"][0]["theirs"]["working"] == {"held": "9"}

    ten = {INDIVIDUALS: {("13_15", "girl_woman"): 10}, EXPOSURES: {("fgm-worry", "under_18"): 11}}
    whole: dict[str, Any] = {grid: cells(asked, grid, ten.get(grid, {})) for grid in GRIDS}
    assert patch(client, asked, {**whole, SUPPORT: NO_SUPPORT}, {"moten": 2}).status_code == 200
    refused = client.post(address(asked, "/submission"))
    assert refused.status_code == 422
    assert [one["question"] for one in refused.json()["errors"]] == [EXPOSURES]
    patch(client, asked, {EXPOSURES: {"fgm-worry": {"under_18": 10}}}, {EXPOSURES: 1})
    assert client.post(address(asked, "/submission")).json()["state"] == ReturnState.SUBMITTED

    asked.refresh_from_db()
    due_on = timezone.localdate()
    send_back(
        submission=1, statistics=asked, sections=[CONTACTS], reason="?", due_on=due_on, by=officer, at=timezone.now()
    )
    patch(client, asked, {CONTACTS: {"polis": {"phone": 7}}}, {CONTACTS: 1})

    def phone(user: User) -> str:
        answers = {one["key"]: one["value"] for one in client_of(user).get(address(asked)).json()["questions"]}
        return str(answers[CONTACTS]["polis"]["phone"])

    # Until it is handed in again, NCH reads what was handed in.
    assert (phone(coordinator), phone(officer)) == ("7", "0")


def test_what_is_refused_is_told_once(asked: StatisticsReturn) -> None:
    client = client_of(coordinator_of(asked))
    for answers in (
        {"moten_kommentar": "Ring 19811218-9876."},
        {"moten": {NOT_APPLICABLE: {"reason": "no such reason"}}},
    ):
        refused = patch(client, asked, answers)
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        sentences = [one for one in error["detail"].split(". ") if one]
        assert len(sentences) == len(set(sentences)), error["detail"]


def test_what_cannot_be_saved_is_refused_whole(asked: StatisticsReturn) -> None:
    client = client_of(coordinator_of(asked))
    for status, answers in (
        (422, {CONTACTS: {"polis": {"pigeon": 1}}}),
        (422, {CONTACTS: "12"}),
        (422, {"kontakter_kommentar": {"polis": {"phone": "1"}}}),
        (422, {"kontakter_kommentar": "Anna Svensson, 19811218-9876"}),
        (400, {CONTACTS: {"polis": {"phone": 1.5}}}),
        (400, {CONTACTS: {"polis": "1"}}),
    ):
        assert patch(client, asked, {"moten": {"working": {"held": 1}}, **answers}).status_code == status, answers
        assert not Answer.objects.exists()


def test_others_and_reading_keys_change_nothing(asked: StatisticsReturn, officer: User) -> None:
    one = {"moten": {"working": {"held": 1}}}
    reader = client_of(coordinator_of(asked), TokenScope.READ)
    assert reader.get(address(asked)).status_code == 200
    assert patch(reader, asked, one).status_code == 403
    for user in (officer, coordinator_of(return_of(asked.round, "Gävleborg"))):
        assert patch(client_of(user), asked, one).status_code == 404
        assert client_of(user).get(address(asked)).status_code == 404
    board = client_of(make_user(Role.COUNTY_OFFICER, asked.organisation))
    assert patch(board, asked, one).status_code == 200
    assert board.post(address(asked, "/submission")).status_code == 403
