"""The closed API's facts and counts: who gets which, and that they are the ones the pages count with."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.members.tokens import make_token
from resurscentra.models import ResourceCentre
from stodtelefon.models import SupportCall
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import MORNING, make_answerer, make_call, make_centre_line, make_line
from tests.reports.facts import load_facts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _facts() -> None:
    load_facts()


def client_of(user: User) -> Client:
    key = make_token(name="Prov", days=30, by=user, at=timezone.now())[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def items(user: User, name: str, **query: Any) -> list[dict[str, Any]]:
    answer = client_of(user).get(f"/api/v1/{name}", query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def counts(user: User, **query: Any) -> dict[tuple[str, str, str | None], tuple[int, int]]:
    return {
        (row["month"], row["line"], row["countyCode"]): (row["calls"], row["individuals"])
        for row in items(user, "call-counts", **query)
    }


def test_counties_are_in_swedish_order_with_their_codes() -> None:
    found = items(make_user(Role.NCH_LINE), "counties")
    assert len(found) == 21
    assert [county["name"] for county in found[-2:]] == ["Örebro län", "Östergötlands län"]
    assert {"code": "12", "name": "Skåne län", "iso": "SE-M"} in found


def test_centres_are_those_that_are_published_with_the_phase_they_are_in() -> None:
    reader = make_user(Role.NCH_ANALYST)
    found = items(reader, "resource-centres")
    assert len(found) == ResourceCentre.objects.count() > 10
    skane = items(reader, "resource-centres", county="12")
    assert [centre["countyCode"] for centre in skane] == ["12"]
    phase = skane[0]["phase"]
    in_phase = items(reader, "resource-centres", phase=phase)
    assert [one for one in found if one["phase"] == phase] == in_phase
    assert 0 < len(in_phase) < len(found)


def test_calls_are_counted_for_those_who_may_and_one_by_one_for_nobody() -> None:
    national, skane, uppsala = make_line(), make_centre_line(), make_centre_line("03", "Uppsala län")
    for line, number in ((national, 2), (skane, 1), (uppsala, 1)):
        for _ in range(number):
            make_call(line, make_answerer(line))
    make_call(skane, make_answerer(skane))
    everything = counts(make_user(Role.NCH_ANALYST))
    assert sum(calls for calls, _ in everything.values()) == SupportCall.objects.count() == 5
    coordinator = make_user(Role.RC_COORDINATOR, skane.organisation)
    own = counts(coordinator)
    assert {line for _, line, _ in own} == {skane.name}
    assert sum(calls for calls, _ in own.values()) == 2
    (county,) = {county for _, _, county in own}
    assert counts(coordinator, county=county, year=MORNING.year) == own
    assert counts(coordinator, year="2019") == counts(coordinator, line=uppsala.pk) == {}
    text = client_of(coordinator).get("/api/v1/call-counts").content.decode()
    assert uppsala.name not in text
    assert "started" not in text


def test_unknown_county_is_null() -> None:
    line = make_line()
    make_call(line, make_answerer(line), county=None, county_known=False)
    assert [county for _, _, county in counts(make_user(Role.NCH_ANALYST))] == [None]


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (None, "counties"),
        (Role.NCH_ADMIN, "counties"),
        (Role.NCH_FINANCE, "resource-centres"),
        (Role.NCH_LINE, "resource-centres"),
        (Role.COUNTY_OFFICER, "call-counts"),
        (Role.NCH_ADMIN, "call-counts"),
    ],
)
def test_who_may_not_see_finds_nothing(role: Role | None, name: str) -> None:
    assert client_of(make_user(role)).get(f"/api/v1/{name}").status_code == 404


@pytest.mark.parametrize("query", ["county=1", "county=ab", "phase=x", "okand=1"])
def test_parameters_that_cannot_be_read_are_a_problem(query: str) -> None:
    answer = client_of(make_user(Role.NCH_ANALYST)).get(f"/api/v1/resource-centres?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, query.split("=")[0])


@pytest.mark.parametrize("name", ["counties", "resource-centres", "call-counts"])
def test_list_costs_the_same_number_of_queries_for_one_row_and_for_three(name: str) -> None:
    client, line, costs = client_of(make_user(Role.NCH_ANALYST)), make_line(), []
    for day in (5, 40, 75):
        make_call(line, make_answerer(line), started_at=MORNING - datetime.timedelta(days=day))
        limit = {5: 1, 40: 2, 75: 3}[day]
        client.get(f"/api/v1/{name}?limit={limit}")
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(f"/api/v1/{name}?limit={limit}").json()["items"]) == limit
        costs.append(len(captured))
    assert costs[0] == costs[-1] <= 12
