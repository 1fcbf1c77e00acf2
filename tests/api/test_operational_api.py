"""The closed API: what its reader may read and nothing else, in the profile's forms, for programs as well as people."""

import datetime
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grants.enums import PaymentBasis, PaymentState
from grants.models import Application, FinancialReport, FinancialReportLine, Payment
from nch.accounts.enums import Role, TokenScope
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.services import declare_interest
from nch.counties.selectors import county_boards
from nch.demo.build import declare_impartial
from nch.members.tokens import make_token, withdraw_token
from nch.questionnaires.selectors import ResponseReader
from resurscentra.models import StatisticsReturn
from resurscentra.services import load_known_centres
from tests.factories.accounts import make_user
from tests.factories.centres import ask_for_report
from tests.factories.grants import make_call, make_decided, make_draft, make_submitted
from tests.factories.statistics_returns import make_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
LISTS = ("applications", "decisions", "payments", "financial-reports")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def key_of(user: User, scope: TokenScope = TokenScope.READ) -> str:
    return make_token(name="Prov", days=30, scope=scope, by=user, at=timezone.now())[1]


def client_of(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {key_of(user)}"})


def make_matter(signatory: User) -> Application:
    """A decided application with a planned instalment and a report that is not approved yet."""
    application = make_submitted(make_call(), signatory)
    make_decided(application)
    grant = application.grant
    Payment.objects.create(
        grant=grant,
        number=1,
        year=2026,
        amount=Decimal("1000.50"),
        basis=PaymentBasis.PLAN,
        state=PaymentState.PLANNED,
        planned_on=datetime.date(2026, 5, 1),
    )
    report = FinancialReport.objects.get_or_create(
        grant=grant, year=2026, defaults={"opens_on": datetime.date(2027, 1, 1), "due_on": datetime.date(2027, 2, 1)}
    )[0]
    FinancialReportLine.objects.create(
        report=report, category="salaries", budget=10, cost=9, admitted=8, reason="Hemligt än så länge"
    )
    return application


@pytest.fixture
def skane() -> User:
    return make_user(Role.COUNTY_SIGNATORY, county_boards().get(county__name="Skåne län"))


@pytest.fixture
def matter(skane: User) -> Application:
    return make_matter(skane)


def items(client: Client, name: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{name}", query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def addresses(application: Application) -> list[str]:
    """Every single thing of the matter."""
    grant = application.grant
    return [
        f"/api/v1/applications/{application.pk}",
        f"/api/v1/decisions/{application.decisions.get().pk}",
        f"/api/v1/payments/{grant.payments.get().pk}",
        f"/api/v1/financial-reports/{grant.financial_reports.get(year=2026).pk}",
    ]


def test_reader_gets_own_matters_in_the_profiles_forms(skane: User, matter: Application) -> None:
    client = client_of(skane)
    assert matter.case is not None
    (application,) = items(client, "applications")
    assert application["registrationNumber"] == matter.case.registration_number
    assert application["organisation"] == {
        "id": matter.organisation_id,
        "name": "Länsstyrelsen Skåne",
        "countyCode": "12",
    }
    assert re.fullmatch(r"\d+\.\d\d", application["appliedTotal"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", application["submittedAt"])
    (payment,) = items(client, "payments", year=2026)
    assert (payment["amount"], payment["state"], payment["plannedOn"]) == ("1000.50", "planned", "2026-05-01")
    assert items(client, "payments", year=2025) == []
    assert [decision["outcome"] for decision in items(client, "decisions", kind="grant")] == ["granted_in_part"]
    whole = client.get(addresses(matter)[1]).json()
    assert whole["conditions"] == [{"number": 1, "text": "Redovisa medlen."}]
    assert sum(Decimal(row["amount"]) for row in whole["amounts"]) == matter.grant.granted_total


def test_another_county_and_nobody_get_nothing(matter: Application) -> None:
    other = client_of(make_user(Role.COUNTY_SIGNATORY, county_boards().get(county__name="Örebro län")))
    nobody = client_of(make_user(None))
    for name in LISTS:
        assert items(other, name) == []
        assert nobody.get(f"/api/v1/{name}").status_code == 404
    for address in addresses(matter):
        assert other.get(address).status_code == 404
        assert nobody.get(address).status_code == 404


def test_draft_is_read_by_its_county_only(skane: User) -> None:
    draft = make_draft(make_call(), skane)
    assert items(client_of(skane), "applications")[0]["registrationNumber"] is None
    handler = client_of(make_user(Role.NCH_FINANCE))
    assert items(handler, "applications") == []
    assert handler.get(f"/api/v1/applications/{draft.pk}").status_code == 404


def test_declaration_comes_first_and_whoever_is_recused_finds_nothing(matter: Application) -> None:
    officer, recused = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    client = client_of(officer)
    assert items(client, "decisions") == items(client, "financial-reports") == []
    for address in addresses(matter):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["declareAt"].endswith(f"/arenden/{matter.case_id}/jav/")
    declare_impartial(matter, officer, at=timezone.now())
    assert [client.get(address).status_code for address in addresses(matter)] == [200] * 4
    assert len(items(client, "decisions")) == 1
    assert matter.case is not None
    declare_interest(case=matter.case, recused=True, reason="Släkt", by=recused, at=timezone.now())
    shut = client_of(recused)
    assert [items(shut, name) for name in LISTS] == [[]] * 4
    assert [shut.get(address).status_code for address in addresses(matter)] == [404] * 4


def test_what_is_admitted_is_told_when_the_report_is_approved(skane: User, matter: Application) -> None:
    answer = client_of(skane).get(addresses(matter)[3])
    assert "Hemligt" not in answer.content.decode()
    assert answer.json()["lines"][0]["admitted"] is None


def test_session_opens_the_api_too(skane: User, matter: Application) -> None:
    client = Client()
    client.force_login(skane)
    assert len(items(client, "applications")) == 1


@pytest.mark.parametrize("header", [None, "Bearer nch_fel", "Bearer", "Basic eDp5", "Bearer \x00å"])
def test_without_a_valid_key_the_answer_is_401(header: str | None) -> None:
    answer = Client(headers={"Authorization": header} if header else {}).get("/api/v1/applications")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["title"] == "Anropet saknar giltig nyckel"


def test_key_that_is_withdrawn_and_user_who_has_left_open_nothing(skane: User, matter: Application) -> None:
    token, key = make_token(name="x", days=30, by=skane, at=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {key}"})
    withdraw_token(token=token, by=skane, at=timezone.now())
    assert client.get("/api/v1/applications").status_code == 401
    client = client_of(skane)
    skane.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get("/api/v1/applications").status_code == 404
    User.objects.filter(pk=skane.pk).update(is_active=False)
    assert client.get("/api/v1/applications").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(skane: User, matter: Application, method: str) -> None:
    client = client_of(skane)
    for address in ("/api/v1/applications", *addresses(matter)):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize(
    "query", ["page=0", "limit=501", "limit=x", "page=%C2%B2", "state=fel", "call=99999999999999999999", "okand=1"]
)
def test_parameters_that_cannot_be_read_are_a_problem(skane: User, query: str) -> None:
    answer = client_of(skane).get(f"/api/v1/applications?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.split("=")[0]


def test_pages_follow_each_other() -> None:
    call = make_call()
    for board in county_boards()[:3]:
        make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
    client = client_of(make_user(Role.NCH_FINANCE))
    first = client.get("/api/v1/applications?limit=2&state=submitted").json()
    assert first["page"] == {"page": 1, "limit": 2, "totalItems": 3, "totalPages": 2}
    (link,) = first["links"]
    second = client.get(link["href"]).json()
    assert link["rel"] == "next"
    assert [link["rel"] for link in second["links"]] == ["previous"]
    assert len({item["id"] for item in first["items"] + second["items"]}) == 3
    assert client.get("/api/v1/applications?page=3&limit=2").status_code == 404


def test_answer_that_is_known_already_is_304_and_nobody_else_may_keep_it(skane: User, matter: Application) -> None:
    client = client_of(skane)
    answer = client.get("/api/v1/payments")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in answer
    assert client.get("/api/v1/payments", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    matter.grant.payments.update(amount=2000)
    assert client.get("/api/v1/payments", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_too_many_calls_with_one_key_are_answered_429(skane: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nch.api.authentication.ReaderRateThrottle.rate", "2/minute", raising=False)
    client, other = client_of(skane), client_of(skane)
    assert [client.get("/api/v1/payments").status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" in client.get("/api/v1/payments")
    assert other.get("/api/v1/payments").status_code == 200
    cache.clear()


def test_too_many_wrong_keys_from_one_address_are_answered_429_and_right_ones_still_read(
    skane: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr("nch.api.authentication.WrongKeyThrottle.rate", "2/minute", raising=False)
    expired, right = key_of(skane), client_of(skane)
    skane.api_tokens.filter(hint=expired[:8]).update(expires_at=timezone.now())

    def tried(key: str, **extra: Any) -> Any:
        return Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/payments", **extra)

    assert [tried(key).status_code for key in ("nch_fel", expired, "nch_mer")] == [401, 401, 429]
    refused = tried("nch_igen")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["status"] == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert tried("nch_annan", REMOTE_ADDR="192.0.2.7").status_code == 401
    assert right.get("/api/v1/payments").status_code == 200
    cache.clear()


def test_reading_one_thing_is_logged_with_its_key(skane: User, matter: Application) -> None:
    client = client_of(skane)
    items(client, "applications")
    assert not AuditEvent.objects.filter(action="read").exists()
    client.get(addresses(matter)[0])
    event = AuditEvent.objects.get(action="read")
    assert (event.actor_id, event.subject_type, event.organisation_id) == (
        skane.pk,
        "grants.application",
        matter.organisation_id,
    )
    assert event.details == {"api": 1, "token": skane.api_tokens.get().pk}


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_number_of_queries_for_one_row_and_for_three(name: str) -> None:
    client = client_of(make_user(Role.NCH_FINANCE))
    client.get(f"/api/v1/{name}")
    counts = []
    for board in county_boards()[:3]:
        make_matter(make_user(Role.COUNTY_SIGNATORY, board))
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/v1/{name}")
        counts.append(len(captured))
    assert counts[0] == counts[-1] <= 12


def test_description_tells_of_every_address_with_examples_and_the_key() -> None:
    schema = json.loads(Client().get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).content)
    for name in LISTS:
        for path in (f"/api/v1/{name}", f"/api/v1/{name}/{{id}}"):
            told = schema["paths"][path]["get"]
            assert {"personalKey": []} in told["security"]
            assert told["responses"]["200"]["content"]["application/json"]["examples"]
            assert {"401", "404", "429"} <= set(told["responses"])


def blocks(language: str) -> list[str]:
    """The guide's examples in a language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_examples_of_the_guide_work_against_a_running_server(server: str, skane: User) -> None:
    make_matter(skane)
    board = skane.memberships.get().organisation
    asked = ask_for_report(board)
    officer = make_user(Role.NCH_OFFICER)
    load_known_centres(by=officer, at=timezone.now())
    make_round(officer=officer)
    places = {"https://nch.example.se": server, "nch_DIN_NYCKEL": key_of(skane, TokenScope.HAND_IN)}
    for language in ("sh", "python"):
        for example in blocks(language):
            for placeholder, value in places.items():
                example = example.replace(placeholder, value)
            if language == "python":
                names: dict[str, Any] = {}
                exec(compile(example, str(GUIDE), "exec"), names)
                assert names.get("total", Decimal("1000.50")) == Decimal("1000.50")
            elif shutil.which("curl"):
                answer = subprocess.run(example, shell=True, capture_output=True, text=True, check=True).stdout
                assert json.loads(answer)["items"]
    asked.refresh_from_db()
    assert asked.response is not None
    assert ResponseReader(asked.response).value_of("fas") == "drift"
    counted = StatisticsReturn.objects.get(organisation=board, response__isnull=False).response
    assert counted is not None
    meetings = {"steering": {"held": "4"}, "working": {"held": "9"}, "reference": {"held": "0"}}
    assert ResponseReader(counted).value_of("moten") == meetings
    with pytest.raises(urllib.error.HTTPError, match="401") as error:
        urllib.request.urlopen(f"{server}/api/v1/payments")
    error.value.close()
