"""Search finds what one may see, in Swedish, by kind; nothing that is others', a draft or a conflict of interest."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grants.models import Application, Grant
from grants.services.calls import save_call
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.matching import diary_number
from nch.cases.services import declare_interest
from nch.counties.selectors import county_boards
from nch.demo.build import declare_impartial
from nch.search import SHOWN, search
from tests.factories.accounts import make_user
from tests.factories.grants import call_input, make_call, make_decided, make_draft, make_submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def signatory(name: str) -> User:
    return make_user(Role.COUNTY_SIGNATORY, county_boards().get(county__name=name))


@pytest.fixture
def skane() -> User:
    return signatory("Skåne län")


@pytest.fixture
def application(skane: User) -> Application:
    """Decided, so that there are a grant and a document too."""
    application = make_submitted(make_call(title="Utvecklingsmedel för Ängelholm"), skane)
    make_decided(application)
    return application


def kinds(user: User, text: str) -> dict[str, int]:
    return {group.label: group.total for group in search(user, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", (12, None)),
        ("12-2026", (12, 2026)),
        ("12–2026", (12, 2026)),
        (" dnr 12 / 2026", (12, 2026)),
        ("Dnr. 12−2026", (12, 2026)),
        ("Skåne", None),
        ("12-26", None),
    ],
)
def test_diary_number_is_read_in_whichever_way_it_is_written(
    text: str, expected: tuple[int, int | None] | None
) -> None:
    assert diary_number(text) == expected


def test_diary_number_finds_the_case_with_hyphen_dash_or_without_year(skane: User, application: Application) -> None:
    assert application.case is not None
    number, year = application.case.number, application.case.year
    for text in (f"{number}-{year}", f"{number}–{year}", f"{number}"):
        assert {"Ärenden": 1, "Ansökningar": 1, "Bidrag": 1}.items() <= kinds(skane, text).items()
    assert "Ärenden" not in kinds(skane, f"{number}-{year - 1}")


def test_everything_of_a_matter_is_found_by_what_people_remember(skane: User, application: Application) -> None:
    grant = Grant.objects.get(application=application)
    assert {"Ansökningar", "Bidrag", "Ärenden"} <= set(kinds(skane, "SKÅNE"))
    assert {"Utlysningar", "Ansökningar"} <= set(kinds(skane, "ängelholm"))
    assert kinds(skane, grant.project_code.lower())["Bidrag"] == 1
    assert kinds(skane, "beslut")["Handlingar"] == 1


@pytest.mark.parametrize("text", ["skåne", "ängelholm", "beslut", "1"])
def test_another_county_finds_nothing_but_the_open_call(application: Application, text: str) -> None:
    assert set(kinds(signatory("Örebro län"), text)) <= {"Utlysningar"}
    assert kinds(make_user(None), text) == {}


def test_draft_is_found_by_its_owners_only(skane: User) -> None:
    make_draft(make_call(), skane)
    assert kinds(skane, "skåne")["Ansökningar"] == 1
    assert "Ansökningar" not in kinds(make_user(Role.NCH_OFFICER), "skåne")


def test_whoever_is_recused_no_longer_finds_the_matter(application: Application) -> None:
    officer = make_user(Role.NCH_OFFICER)
    assert kinds(officer, "skåne")["Ärenden"] == 1
    assert application.case is not None
    declare_interest(case=application.case, recused=True, reason="Släkt", by=officer, at=timezone.now())
    assert kinds(officer, "skåne") == {}
    assert "Handlingar" not in kinds(officer, "beslut")


def test_documents_are_found_after_the_declaration_that_opens_the_case(application: Application) -> None:
    officer = make_user(Role.NCH_OFFICER)
    assert "Handlingar" not in kinds(officer, "beslut")
    declare_impartial(application, officer, at=timezone.now())
    assert kinds(officer, "beslut")["Handlingar"] == 1


def test_many_hits_are_counted_and_lead_to_the_list_with_the_same_rows() -> None:
    call = make_call()
    for board in county_boards()[: SHOWN + 2]:
        make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
    client = Client()
    client.force_login(make_user(Role.NCH_OFFICER))
    page = client.get("/sok/", {"q": "länsstyrelsen"}).content.decode()
    assert f"Ansökningar ({SHOWN + 2})" in page
    assert "/bidrag/ansokningar/?q=l%C3%A4nsstyrelsen" in page
    listed = client.get("/bidrag/ansokningar/", {"q": "länsstyrelsen"})
    assert len(listed.context["applications"]) == SHOWN + 2


def test_page_says_what_to_do_where_nothing_fits_and_shows_no_markup_of_ours() -> None:
    client = Client()
    client.force_login(make_user(Role.COUNTY_OFFICER))
    page = client.get("/sok/", {"q": "<script>finnsinte"}).content.decode()
    assert "Inget stämmer" in page
    assert "<script>finnsinte" not in page
    assert client.get("/sok/").status_code == 200
    assert "nch-error" in client.get("/sok/", {"q": " "}).content.decode()


def test_search_costs_the_same_number_of_queries_for_one_hit_and_for_many() -> None:
    call = make_call()
    officer = make_user(Role.NCH_OFFICER)
    client = Client()
    client.force_login(officer)
    counts = []
    for board in county_boards()[:3]:
        make_decided(make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)))
        client.get("/sok/", {"q": "länsstyrelsen"})
        with CaptureQueriesContext(connection) as captured:
            client.get("/sok/", {"q": "länsstyrelsen"})
        counts.append(len(captured))
    assert counts[0] == counts[-1] <= 12


def test_call_that_is_not_published_is_found_only_by_those_who_write_it() -> None:
    writer = make_user(Role.NCH_OFFICER)
    save_call(content=call_input(title="Hemlig satsning"), by=writer, at=timezone.now())
    assert kinds(writer, "hemlig") == {"Utlysningar": 1}
    for role in (Role.NCH_FINANCE, Role.AUDITOR, Role.COUNTY_OFFICER):
        assert kinds(make_user(role), "hemlig") == {}
