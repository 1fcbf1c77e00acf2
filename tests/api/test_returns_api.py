"""Lägesbilder through the closed API: the rights and checks of the pages, and keys that only read do only that."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nch.accounts.enums import Role, TokenScope
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.models import Case
from nch.counties.selectors import county_boards
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from nch.members.tokens import make_token
from nch.questionnaires.models import Answer
from nch.questionnaires.services import save_answers
from resurscentra.enums import ReportState
from resurscentra.models import SituationReport
from tests.factories.accounts import make_user
from tests.factories.centres import ask_for_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def client_of(user: User, scope: TokenScope = TokenScope.HAND_IN) -> Client:
    key = make_token(name="Prov", days=30, scope=scope, by=user, at=timezone.now())[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def asked() -> SituationReport:
    """A lägesbild that is asked for of Skåne."""
    return ask_for_report(county_boards().get(county__name="Skåne län"))


def person(role: Role, county: str = "Skåne län") -> User:
    return make_user(role, county_boards().get(county__name=county))


def patch(client: Client, report: SituationReport, answers: Any, revisions: Any = None) -> Any:
    body = {"answers": answers, "revisions": revisions or {}}
    return client.patch(f"/api/v1/returns/{report.pk}", body, content_type="application/json")


def test_system_fills_in_what_is_asked_for_and_the_signatory_hands_it_in(asked: SituationReport) -> None:
    client = client_of(person(Role.COUNTY_OFFICER))
    [listed] = client.get("/api/v1/returns?state=expected").json()["items"]
    assert (listed["id"], listed["period"]["title"]) == (asked.pk, "2026")
    questions = {one["key"]: one for one in client.get(f"/api/v1/returns/{asked.pk}").json()["questions"]}
    assert questions["fas"]["choices"]
    assert questions["fas"]["revision"] == 0

    begun = patch(client, asked, {"fas": "drift"}).json()
    assert begun["state"] == ReportState.DRAFT
    told = {one["key"]: (one["value"], one["revision"], bool(one["problem"])) for one in begun["questions"]}
    assert told["fas"] == ("drift", 1, False)
    assert told["huvudman"] == (None, 0, True)

    address = f"/api/v1/returns/{asked.pk}/submission"
    assert client.post(address).status_code == 403  # an officer fills in, the signatory hands in
    signatory = client_of(person(Role.COUNTY_SIGNATORY))
    incomplete = signatory.post(address)
    assert incomplete.status_code == 422
    assert "huvudman" in {one["question"] for one in incomplete.json()["errors"]}
    assert not Case.objects.exists()

    assert patch(client, asked, SITUATION_REPORT_ANSWERS, {"fas": 1}).status_code == 200
    assert signatory.post(address).json()["state"] == ReportState.SUBMITTED
    asked.refresh_from_db()
    assert asked.state == ReportState.SUBMITTED
    assert asked.case is not None
    assert signatory.post(address).status_code == 409
    assert patch(client, asked, {"fas": "utveckling"}, {"fas": 1}).status_code == 409
    sent = AuditEvent.objects.filter(action__in=["return_filled_in_by_program", "return_handed_in_by_program"])
    assert sent.count() == 3
    assert all(event.details["token"] for event in sent)


def test_answer_that_a_colleague_has_changed_is_not_overwritten(asked: SituationReport) -> None:
    colleague, client = person(Role.COUNTY_OFFICER), client_of(person(Role.COUNTY_OFFICER))
    patch(client, asked, {"huvudman": "Regionen"})
    asked.refresh_from_db()
    answer = Answer.objects.get(question__key="huvudman")
    assert asked.response is not None
    save_answers(
        response=asked.response,
        values={answer.question: "Kommunen"},
        seen={answer.question: 1},
        by=colleague,
        at=timezone.now(),
    )
    refused = patch(client, asked, {"huvudman": "Länet", "fas": "drift"}, {"huvudman": 1})
    assert refused.status_code == 409
    assert refused.json()["conflicts"] == [{"question": "huvudman", "theirs": "Kommunen", "revision": 2}]
    assert not Answer.objects.filter(question__key="fas").exists()
    # Without a revision nobody knows what the sender had read, and what one takes back is meant as well.
    assert patch(client, asked, {"huvudman": "Länet"}).status_code == 409
    assert patch(client, asked, {"huvudman": "Regionen"}, {"huvudman": 1}).status_code == 409
    assert patch(client, asked, {"huvudman": ""}).status_code == 409
    assert patch(client, asked, {"huvudman": ""}, {"huvudman": 2}).status_code == 200


@pytest.mark.parametrize(
    ("answers", "status", "where"),
    [
        ({"saknas": "x"}, 422, "saknas"),
        ({"huvudman": "x", "saknas": "y"}, 422, "saknas"),
        ({"planer": "x" * 100_001}, 422, "planer"),
        ({"fas": 3}, 400, ""),
        ({"fas": {"a": "b"}}, 400, ""),
        ("fas", 400, ""),
        ({}, 400, ""),
        ({"huvudman": "\ud800"}, 400, ""),
        ({"huvudman": ["A", "B"]}, 422, "huvudman"),
    ],
)
def test_what_cannot_be_saved_is_refused_whole(asked: SituationReport, answers: Any, status: int, where: str) -> None:
    refused = patch(client_of(person(Role.COUNTY_OFFICER)), asked, answers)
    assert refused.status_code == status
    assert refused["Content-Type"] == "application/problem+json"
    if where:
        assert [one["question"] for one in refused.json()["errors"]] == [where]
    asked.refresh_from_db()
    assert asked.state == ReportState.EXPECTED
    assert not Answer.objects.exists()


def test_key_that_reads_others_and_another_county_change_nothing(asked: SituationReport) -> None:
    reader = client_of(person(Role.COUNTY_SIGNATORY), TokenScope.READ)
    assert reader.get(f"/api/v1/returns/{asked.pk}").status_code == 200
    refused = patch(reader, asked, {"fas": "drift"})
    assert refused.status_code == 403
    assert reader.post(f"/api/v1/returns/{asked.pk}/submission").status_code == 403
    for other in (person(Role.COUNTY_SIGNATORY, "Uppsala län"), make_user(Role.NCH_OFFICER), make_user(Role.AUDITOR)):
        client = client_of(other)
        assert patch(client, asked, {"fas": "drift"}).status_code == 404
        assert client.post(f"/api/v1/returns/{asked.pk}/submission").status_code == 404
    assert client_of(person(Role.COUNTY_OFFICER, "Uppsala län")).get(f"/api/v1/returns/{asked.pk}").status_code == 404
    # NCH knows what it has asked for, and reads it once it is handed in.
    officer = client_of(make_user(Role.NCH_OFFICER))
    assert asked.pk in {one["id"] for one in officer.get("/api/v1/returns?limit=50").json()["items"]}
    assert officer.get(f"/api/v1/returns/{asked.pk}").status_code == 404
    asked.refresh_from_db()
    assert asked.state == ReportState.EXPECTED
