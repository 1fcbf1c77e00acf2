"""The pages of the support line, without JavaScript."""

import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import Membership, User
from nch.audit.models import AuditEvent
from nch.counties.models import Municipality
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code, SupportCall, SupportLine
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import (
    MORNING,
    code,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    siblings,
    swedish,
)
from tests.http import body_of

pytestmark = pytest.mark.django_db

LIST, LOG = "/stodtelefon/", "/stodtelefon/logga/"
MOST_QUERIES = 12


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """What a browser sends for an ordinary call, three individuals left empty."""
    make_county("12", "Skåne län")
    values: dict[str, Any] = {
        "idempotency_key": str(uuid.uuid4()),
        "caller_category": code(CodeKind.CALLER_CATEGORY, "skola").pk,
        "county": "12",
        "municipality": "unknown",
        "topic": code(CodeKind.TOPIC, "pagaende_arende").pk,
        "advice": [code(CodeKind.ADVICE, "orosanmalan").pk, code(CodeKind.ADVICE, "samverkan").pk],
        "referral": "",
        "referred_to": "",
        "started_on": "2026-03-10",
        "started_time": "09:30",
        "duration_minutes": "15",
        "channel": "phone",
        "individuals-TOTAL_FORMS": "3",
        "individuals-INITIAL_FORMS": "0",
    }
    for number in range(3):
        blank = {"age_group": "", "gender": "", "marriage": "no", "abduction": "no", "fgm": "no"}
        values |= {f"individuals-{number}-{name}": value for name, value in blank.items()}
    return values | changes


@pytest.fixture
def line() -> SupportLine:
    return make_centre_line()


@pytest.fixture
def client(line: SupportLine) -> Client:
    return signed_in(make_answerer(line))


def test_log_page_saves_a_call_and_is_ready_for_the_next(client: Client, line: SupportLine) -> None:
    exposed = {"age_group": "13_15", "gender": "girl_woman", "abduction": "planned", "other": "on"}
    response = client.post(LOG, typed(**{f"individuals-1-{name}": value for name, value in exposed.items()}))
    call = SupportCall.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{LOG}?saved={call.pk}")
    assert (call.line, call.county_id, call.duration_minutes, call.channel) == (line, "12", 15, "phone")
    assert timezone.localtime(call.started_at).strftime("%Y-%m-%d %H:%M") == "2026-03-10 09:30"
    assert set(call.advice.values_list("code", flat=True)) == {"orosanmalan", "samverkan"}
    individual = call.individuals.get()
    assert (individual.position, individual.age_group) == (1, "13_15")
    assert {(one.kind.code, one.stage) for one in individual.exposures.all()} == {
        ("abduction", "planned"),
        ("other", "none"),
    }
    assert AuditEvent.objects.filter(action="call_logged", subject_id=str(call.pk)).count() == 1
    assert "Samtalet är sparat." in client.get(response["Location"]).content.decode()


def test_log_page_shows_the_call_where_that_is_asked_for(client: Client) -> None:
    response = client.post(LOG, typed(show="1"))
    assert response["Location"] == reverse("stodtelefon:call_detail", args=[SupportCall.objects.get().pk])


def test_log_page_sent_twice_saves_one_call(client: Client) -> None:
    values = typed()
    assert [client.post(LOG, values).status_code for _ in range(2)] == [302, 302]
    assert SupportCall.objects.count() == 1


def test_log_page_gives_every_call_a_key_of_its_own(client: Client) -> None:
    keys = {client.get(LOG).context["form"]["idempotency_key"].value() for _ in range(2)}
    assert len(keys) == 2


def test_log_page_takes_the_unknown_county_and_wants_a_choice(client: Client) -> None:
    refused = client.post(LOG, typed(county=""))
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"county": ["Välj län, eller ange att länet är okänt."]}
    assert not SupportCall.objects.exists()
    assert client.post(LOG, typed(county="unknown")).status_code == 302
    assert SupportCall.objects.get().county is None


CHOSEN = ["county", "municipality", "referred_to", "caller_category", "topic", "advice", "referral"]


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize("key", ["9999", "x", "²", "\x00", "9" * 30])
def test_choice_that_is_not_offered_is_refused_at_its_field(client: Client, name: str, key: str) -> None:
    assert list(client.post(LOG, typed(**{name: key})).context["form"].errors) == [name]


@pytest.mark.parametrize("name", ["caller_category", "topic", "advice", "referral"])
def test_code_of_another_list_is_refused_at_its_field(client: Client, name: str) -> None:
    other = code(CodeKind.EXPOSURE, "marriage").pk
    assert list(client.post(LOG, typed(**{name: other})).context["form"].errors) == [name]


def test_code_that_has_ended_is_refused_and_no_longer_offered(client: Client) -> None:
    topic = code(CodeKind.TOPIC, "pagaende_arende")
    Code.objects.filter(pk=topic.pk).update(valid_to="2026-03-01")
    form = client.post(LOG, typed()).context["form"]
    assert list(form.errors) == ["topic"]
    assert str(topic.pk) not in dict(form.fields["topic"].choices)


def test_log_page_wants_the_municipality_or_that_it_is_unknown(client: Client) -> None:
    refused = client.post(LOG, typed(municipality=""))
    assert refused.context["form"].errors == {"municipality": ["Välj kommun, eller ange att kommunen är okänd."]}
    assert client.post(LOG, typed(county="unknown", municipality="")).status_code == 302
    assert SupportCall.objects.get().municipality is None


def test_log_page_points_at_every_error_and_loses_nothing(client: Client) -> None:
    values = typed(duration_minutes="många", topic="", **{"individuals-2-fgm": "worry"})
    response = client.post(LOG, values)
    page = response.content.decode()
    assert response.status_code == 422
    for text in (
        "Välj vad frågan gäller.",
        "Skriv längden i hela minuter, till exempel 15.",
        "Välj ålder för individ 3",
    ):
        assert page.count(text) == 2, f"”{text}” stands in the summary and beside its field"
    assert 'href="#id_duration_minutes"' in page
    form = response.context["form"]
    assert (form["duration_minutes"].value(), form["county"].value()) == ("många", "12")
    assert str(form["idempotency_key"].value()) == values["idempotency_key"]
    assert response.context["individuals"].forms[2]["fgm"].value() == "worry"
    assert not SupportCall.objects.exists()


def test_log_page_refuses_a_municipality_of_another_county(client: Client) -> None:
    Municipality.objects.create(code="0580", name="Linköping", county=make_county("05", "Östergötlands län"))
    response = client.post(LOG, typed(municipality="0580"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["municipality"]


def test_log_page_refuses_a_call_of_the_future(client: Client) -> None:
    response = client.post(LOG, typed(started_on=str(timezone.localdate().replace(year=timezone.localdate().year + 1))))
    assert list(response.context["form"].errors) == ["started_on"]


def test_log_page_refuses_a_stage_that_does_not_exist(client: Client) -> None:
    wrong = {
        "individuals-0-age_group": "7_12",
        "individuals-0-gender": "unknown",
        "individuals-0-marriage": "confirmed",
    }
    response = client.post(LOG, typed(**wrong))
    assert response.status_code == 422
    assert list(response.context["individuals"].forms[0].errors) == ["marriage"]


def test_log_page_asks_for_the_line_where_there_are_two(line: SupportLine) -> None:
    user, other = make_answerer(line), make_centre_line("05", "Östergötlands län")
    Membership.objects.create(
        user=user, organisation=other.organisation, role=Role.RC_COORDINATOR, valid_from=MORNING.date()
    )
    client = signed_in(user)
    assert list(client.post(LOG, typed()).context["form"].errors) == ["line"]
    assert client.post(LOG, typed(line=other.pk)).status_code == 302
    assert SupportCall.objects.get().line == other


def test_log_page_does_not_take_the_line_of_others(line: SupportLine) -> None:
    user, second = make_answerer(line), make_centre_line("05", "Östergötlands län")
    Membership.objects.create(
        user=user, organisation=second.organisation, role=Role.RC_COORDINATOR, valid_from=MORNING.date()
    )
    foreign = make_line()
    assert list(signed_in(user).post(LOG, typed(line=foreign.pk)).context["form"].errors) == ["line"]
    assert not SupportCall.objects.exists()


def test_log_page_tells_those_without_a_line_whom_to_ask() -> None:
    client = signed_in(make_user(Role.RC_COORDINATOR))
    assert "Ingen stödtelefon är upplagd" in client.get(LOG).content.decode()
    make_line()
    assert client.post(LOG, typed()).status_code == 422
    assert not SupportCall.objects.exists()


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.NCH_OFFICER, Role.NCH_ANALYST, None])
def test_pages_are_closed_to_roles_without_the_line(line: SupportLine, role: Role | None) -> None:
    call = make_call(line, make_answerer(line))
    client = signed_in(make_user(role))
    addresses = (LIST, LOG, reverse("stodtelefon:call_detail", args=[call.pk]))
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_pages_send_strangers_to_the_sign_in(line: SupportLine) -> None:
    call = make_call(line, make_answerer(line))
    for address in (LIST, LOG, reverse("stodtelefon:call_detail", args=[call.pk])):
        assert "/konto/" in Client().get(address)["Location"]


def test_call_page_is_404_for_another_line_and_leaves_no_row(line: SupportLine) -> None:
    other = make_centre_line("05", "Östergötlands län")
    call = make_call(other, make_answerer(other))
    response = signed_in(make_answerer(line)).get(reverse("stodtelefon:call_detail", args=[call.pk]))
    assert response.status_code == 404
    assert not AuditEvent.objects.filter(action="read").exists()


@pytest.mark.parametrize("role", [Role.RC_COORDINATOR, Role.RC_LINE, Role.NCH_LINE, Role.NCH_LINE_LEAD])
def test_nothing_of_another_line_is_seen_changed_or_fetched(role: Role) -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    call = make_call(other, make_answerer(other), referral=code(CodeKind.REFERRAL, "polis"))
    national = role in (Role.NCH_LINE, Role.NCH_LINE_LEAD)
    client = signed_in(make_user(role, make_line().organisation if national else line.organisation))
    page = reverse("stodtelefon:call_detail", args=[call.pk])
    assert [client.get(f"{page}{part}").status_code for part in ("", "ratta/")] == [404, 404]
    for part in ("ratta/", "stryk/", "aterstall/", "uppfoljning/"):
        assert client.post(f"{page}{part}", typed(reason="trial")).status_code == 404, part
    shown = client.get(LIST, {"period": "", "line": other.pk})
    assert shown.context["calls"] == []
    assert other.name not in shown.content.decode()
    for suffix in ("csv", "xlsx"):
        answer = client.get(LIST, {"period": "", "format": suffix})
        file = body_of(answer)
        assert other.name.encode() not in file
        if suffix == "csv":
            assert file.count(b"\n") == 1, "the head alone"
    assert SupportCall.objects.get().version == 1


def test_files_of_the_list_hold_what_is_shown_and_leave_a_row(line: SupportLine) -> None:
    user = make_answerer(line)
    make_call(line, user, individuals=siblings(), referral=code(CodeKind.REFERRAL, "polis"))
    make_call(line, user, county=None, county_known=False)
    client = signed_in(user)
    answer = client.get(LIST, {"period": "2026", "county": "12", "format": "csv"})
    head, row = body_of(answer).decode("utf-8-sig").splitlines()
    values = dict(zip(head.split(";"), row.split(";"), strict=False))
    assert (values["Län"], values["Kommun"], values["Hänvisning"]) == ("Skåne län", "", "Polis")
    assert values["Utsatta individer"] == "2"
    event = AuditEvent.objects.get(action="exported")
    assert event.details == {"list": "stodtelefon:call_list", "rows": 1, "as": "csv"}


def test_list_is_saved_as_a_view(line: SupportLine) -> None:
    client = signed_in(make_answerer(line))
    address = f"{LIST}?period=30&county=unknown"
    assert client.post(address, {"vy-name": "Okänt län", "vy-organisation": "0"}).status_code == 302
    assert "Okänt län" in client.get(LIST).content.decode()


def test_correction_page_shows_both_sides_where_somebody_was_first(line: SupportLine) -> None:
    lead = make_answerer(line)
    call = make_call(line, lead)
    client, address = signed_in(lead), reverse("stodtelefon:call_correct", args=[call.pk])
    values = {**typed(), "version": "1", "reason": "wrong_choice"}
    assert client.get(address).context["form"]["duration_minutes"].value() == 20
    assert client.post(address, {**values, "reason": ""}).context["form"].errors == {
        "reason": ["Välj varför samtalet rättas."]
    }
    assert client.post(address, values).status_code == 302
    answer = client.post(address, {**values, "duration_minutes": "44", "municipality": "unknown"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "15 minuter" in page.replace("\xa0", " ")
    assert "44 minuter" in page.replace("\xa0", " ")
    assert answer.context["form"]["version"].value() == "2"
    assert client.post(address, {**values, "duration_minutes": "44", "version": "2"}).status_code == 302
    assert SupportCall.objects.get().duration_minutes == 44


def test_call_is_struck_restored_and_followed_up_on_its_page(line: SupportLine) -> None:
    lead = make_answerer(line)
    call = make_call(line, lead, referral=code(CodeKind.REFERRAL, "polis"))
    client, page = signed_in(lead), reverse("stodtelefon:call_detail", args=[call.pk])
    outcome = code(CodeKind.REFERRAL_OUTCOME, "vidare")
    assert client.post(f"{page}uppfoljning/", {"outcome": outcome.code}).status_code == 302
    assert client.post(f"{page}stryk/", {}).status_code == 422
    assert client.post(f"{page}stryk/", {"reason": "duplicate"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Samtalet var redan registrerat" in shown
    assert outcome.label in shown
    assert client.post(f"{page}uppfoljning/", {"outcome": outcome.code}).status_code == 422
    assert client.get(f"{page}ratta/")["Location"] == page
    assert client.post(f"{page}aterstall/").status_code == 302
    assert "Återställt" in client.get(page).content.decode()


def test_call_page_shows_the_call_and_logs_the_read(line: SupportLine) -> None:
    user = make_answerer(line)
    call = make_call(line, user, county=None, county_known=False, constructed=True)
    page = signed_in(user).get(reverse("stodtelefon:call_detail", args=[call.pk])).content.decode()
    for text in ("Okänt län", "Konstruerad", "Socialtjänst", "Ingen individ är angiven."):
        assert text in page
    event = AuditEvent.objects.get(action="read")
    assert (event.actor_id, event.subject_type, event.subject_id) == (user.pk, "stodtelefon.supportcall", str(call.pk))
    assert event.organisation_id == line.organisation_id


def test_list_shows_own_calls_only_marks_constructed_ones_and_logs_the_read(line: SupportLine) -> None:
    user, other = make_answerer(line), make_centre_line("05", "Östergötlands län")
    own = make_call(line, user, constructed=True)
    foreign = make_call(other, make_answerer(other))
    response = signed_in(user).get(LIST)
    page = response.content.decode()
    assert response.context["calls"] == [own]
    assert reverse("stodtelefon:call_detail", args=[foreign.pk]) not in page
    assert "Konstruerad</span>" in page
    event = AuditEvent.objects.get(action="calls_listed")
    assert (event.actor_id, event.details) == (user.pk, {"page": 1, "rows": 1})


def test_list_is_filtered_and_says_so_where_nothing_fits(line: SupportLine) -> None:
    user = make_answerer(line)
    call = make_call(line, user, county=None, county_known=False)
    make_call(line, user)
    client = signed_in(user)
    assert client.get(LIST, {"period": "2026", "county": "unknown"}).context["calls"] == [call]
    assert "Inga samtal stämmer med filtret" in client.get(LIST, {"period": "2015"}).content.decode()
    assert len(client.get(LIST, {"period": "abc"}).context["calls"]) == 2


@time_machine.travel("2026-03-20 12:00+01:00", tick=False)
def test_list_begins_with_the_last_twelve_months(line: SupportLine) -> None:
    user, other = make_answerer(line), make_centre_line("05", "Östergötlands län")
    old = make_call(line, user, started_at=swedish(2025, 3, 20, 23, 30))
    latest = make_call(line, user, started_at=swedish(2025, 3, 21, 0, 30))
    make_call(other, make_answerer(other))
    client = signed_in(user)
    first = client.get(LIST)
    assert first.context["calls"] == [latest]
    assert '<option value="365" selected>' in first.content.decode()
    assert client.get(LIST, {"sort": "county"}).context["calls"] == [latest]
    assert client.get(LIST, {"period": ""}).context["calls"] == [latest, old]
    assert client.get(LIST, {"period": "", "until": "2025-03-20"}).context["calls"] == [old]


def test_list_is_sorted_with_the_unknown_county_last_both_ways(line: SupportLine) -> None:
    user = make_answerer(line)
    orebro = make_call(line, user, county=make_county("18", "Örebro län"))
    unknown = make_call(line, user, county=None, county_known=False)
    dalarna = make_call(line, user, county=make_county("20", "Dalarnas län"))
    client = signed_in(user)

    def sorted_by(sort: str) -> list[SupportCall]:
        calls: list[SupportCall] = client.get(LIST, {"sort": sort}).context["calls"]
        return calls

    assert sorted_by("county") == [dalarna, orebro, unknown]
    assert sorted_by("-county") == [orebro, dalarna, unknown]
    assert sorted_by("nonsense") == [dalarna, unknown, orebro]


def test_log_page_keeps_the_municipality_chosen(client: Client) -> None:
    Municipality.objects.create(code="1280", name="<Malmö>", county=make_county("12", "Skåne län"))
    page = client.post(LOG, typed(municipality="1280", topic="")).content.decode()
    assert '<optgroup label="Skåne län"><option value="1280" selected>&lt;Malmö&gt;</option></optgroup>' in page
    assert 'name="municipality"' in page
    assert '<option value="">Välj kommun</option>' in page


def test_list_is_paged_by_25(line: SupportLine) -> None:
    user = make_answerer(line)
    for _ in range(26):
        make_call(line, user)
    client = signed_in(user)
    assert [len(client.get(LIST, {"page": page}).context["calls"]) for page in (1, 2)] == [25, 1]
    assert client.get(LIST).context["summary"].calls == 26


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return sum(1 for query in queries.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))


def test_list_takes_as_many_queries_for_three_calls_as_for_one(line: SupportLine) -> None:
    user = make_answerer(line)
    client = signed_in(user)
    make_call(line, user)
    client.get(LIST)
    with_one = _queries(client, LIST)
    make_call(line, user, county=None, county_known=False)
    make_call(line, user, caller_category=code(CodeKind.CALLER_CATEGORY, "polis"))
    assert _queries(client, LIST) == with_one <= MOST_QUERIES


def test_call_page_takes_as_many_queries_for_three_individuals_as_for_one(line: SupportLine) -> None:
    user = make_answerer(line)
    client = signed_in(user)
    one, three = (
        make_call(line, user, individuals=people) for people in (siblings()[:1], (*siblings(), siblings()[0]))
    )
    addresses = [reverse("stodtelefon:call_detail", args=[call.pk]) for call in (one, three)]
    client.get(addresses[0])
    with_one, with_three = (_queries(client, address) for address in addresses)
    assert with_three == with_one <= MOST_QUERIES
