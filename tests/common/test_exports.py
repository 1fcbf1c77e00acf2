"""Lists as files: typed, safe, whole, within one's reach, and told of in the log."""

import datetime
import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.audit.services import record
from nch.common.exports import About, Column, Kind, file_name, safe_text, write_csv, write_xlsx
from nch.counties.selectors import county_boards
from resurscentra.services import load_known_centres
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_decided, make_submitted

NOW = datetime.datetime(2026, 11, 21, 8, 5, tzinfo=datetime.UTC)
ABOUT = About("Bidrag", "NCH", NOW, "Län: Skåne")
COLUMNS = (
    Column("Namn", "owner.name"),
    Column("Belopp", "amount", Kind.KRONOR),
    Column("Antal", lambda row: row.count, Kind.NUMBER),
    Column("Dag", "at", Kind.DATE),
    Column("Tid", "at", Kind.DATETIME),
)


def row(name: str | None = "Åsa", **changes: object) -> SimpleNamespace:
    owner = SimpleNamespace(name=name) if name is not None else None
    values = {"owner": owner, "amount": Decimal("1234.50"), "count": 3, "at": NOW}
    return SimpleNamespace(**{**values, **changes})


def as_csv(*rows: SimpleNamespace) -> str:
    file = io.BytesIO()
    write_csv(file, COLUMNS, rows)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    return file.getvalue().decode("utf-8-sig")


def test_csv_is_written_as_swedish_excel_reads_it() -> None:
    assert as_csv(row(), row(None, amount=None)).splitlines() == [
        "Namn;Belopp;Antal;Dag;Tid",
        "Åsa;1234,50;3;2026-11-21;2026-11-21 09:05",
        ";;3;2026-11-21;2026-11-21 09:05",
    ]


def test_xlsx_has_typed_cells_a_header_that_stays_and_says_what_it_is() -> None:
    file = io.BytesIO()
    assert write_xlsx(file, COLUMNS, iter([row(), row()]), ABOUT) == 2
    book = load_workbook(file)
    sheet = book["Lista"]
    assert [cell.value for cell in sheet[1]] == [column.label for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "Åsa",
        1234.5,
        3,
        NOW.replace(hour=0, minute=0, tzinfo=None),
        NOW.replace(hour=9, tzinfo=None),
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E3")
    facts = {line[0].value: line[1].value for line in book["Om filen"]}
    assert facts["Källa"] == "NCH"
    assert facts["Urval"] == "Län: Skåne"
    assert facts["Framtagen"] == "2026-11-21 09.05"


@given(st.text(max_size=40))
def test_no_text_can_be_taken_for_a_formula(text: str) -> None:
    assert not safe_text(text).lstrip().startswith(("=", "+", "-", "@"))
    assert not safe_text(text).startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_formula_characters_are_escaped_in_both_kinds_of_file(start: str) -> None:
    hostile = f'{start}HYPERLINK("http://ond")'
    assert f"'{start}" in as_csv(row(hostile))
    file = io.BytesIO()
    write_xlsx(file, COLUMNS, [row(hostile)], ABOUT)
    cell = load_workbook(file)["Lista"]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_file_is_named_for_its_list_and_day() -> None:
    assert file_name("Ansökningar", NOW.date(), "xlsx") == "ansokningar-2026-11-21.xlsx"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows_of(client: Client, address: str) -> list[list[object]]:
    answer = client.get(address)
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(b"".join(answer)))["Lista"]
    return [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]


@pytest.fixture
def two_counties(country: None) -> tuple[User, User]:
    """The signatories of two counties with an application each to the same call."""
    call = make_call()
    own, other = (make_user(Role.COUNTY_SIGNATORY, board) for board in county_boards()[:2])
    make_submitted(call, own)
    make_submitted(call, other, salaries=900_000)
    return own, other


@pytest.mark.parametrize("name", ["grants:application_list", "case_list"])
def test_export_never_has_a_row_of_another_county(two_counties: tuple[User, User], name: str) -> None:
    own, other = two_counties
    for suffix in ("xlsx", "csv"):
        answer = signed_in(own).get(f"{reverse(name)}?format={suffix}")
        content = b"".join(answer)
        if suffix == "csv":
            assert own.memberships.get().organisation.name in content.decode()
            assert other.memberships.get().organisation.name not in content.decode()
    assert len(rows_of(signed_in(own), f"{reverse(name)}?format=xlsx")) == 1
    assert len(rows_of(signed_in(make_user(Role.NCH_OFFICER)), f"{reverse(name)}?format=xlsx")) == 2


def test_export_has_what_is_shown_in_the_order_shown(two_counties: tuple[User, User]) -> None:
    own, _ = two_counties
    reader = signed_in(make_user(Role.NCH_OFFICER))
    address = reverse("grants:application_list")
    amounts = [line[4] for line in rows_of(reader, f"{address}?sort=amount&format=xlsx")]
    assert amounts == sorted(amounts)  # type: ignore[type-var]
    wanted = own.memberships.get().organisation
    filtered = rows_of(reader, f"{address}?q={wanted.name}&format=xlsx")
    assert [line[1] for line in filtered] == [wanted.name]


@pytest.mark.parametrize(
    "name", ["grants:call_list", "grants:grant_list", "grants:payment_list", "grants:report_list", "grants:ledger_list"]
)
def test_every_list_of_the_chain_is_a_file_of_ones_own_reach(country: None, name: str) -> None:
    call = make_call()
    decided = make_submitted(call, make_user(Role.COUNTY_SIGNATORY, county_boards()[0]))
    make_decided(decided)
    finance = make_user(Role.NCH_FINANCE)
    assert "list_tools" in signed_in(finance).get(reverse(name)).context
    own = b"".join(signed_in(finance).get(f"{reverse(name)}?format=csv")).decode()
    assert len(own.splitlines()) >= (1 if name == "grants:payment_list" else 2)
    elsewhere = signed_in(make_user(Role.GRANT_FINANCE, county_boards()[1]))
    other = b"".join(elsewhere.get(f"{reverse(name)}?format=csv")).decode()
    assert other.splitlines()[0] == own.splitlines()[0]
    assert decided.organisation.name not in other


def test_export_has_all_rows_and_not_only_the_page(country: None) -> None:
    call = make_call()
    boards = list(county_boards())
    for board in boards[:3]:
        make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
    address = f"{reverse('grants:application_list')}?format=xlsx&page=2"
    assert len(rows_of(signed_in(make_user(Role.NCH_OFFICER)), address)) == 3


def test_export_leaves_a_row_in_the_log_without_what_was_searched_for(two_counties: tuple[User, User]) -> None:
    own, _ = two_counties
    b"".join(signed_in(own).get(f"{reverse('grants:application_list')}?q=hemligt&format=csv"))
    event = AuditEvent.objects.get(action="exported")
    assert event.actor_id == own.pk
    assert event.details == {"list": "grants:application_list", "rows": 0, "as": "csv"}


def test_export_costs_the_same_number_of_queries_for_one_row_and_for_many(country: None) -> None:
    call = make_call()
    client = signed_in(make_user(Role.NCH_OFFICER))
    boards = list(county_boards())
    b"".join(client.get(f"{reverse('grants:application_list')}?format=xlsx"))
    counts = []
    for batch in (boards[:1], boards[1:3]):
        for board in batch:
            make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
        with CaptureQueriesContext(connection) as captured:
            b"".join(client.get(f"{reverse('grants:application_list')}?format=xlsx"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("name", "role", "header"),
    [
        ("members:user_list", Role.NCH_ADMIN, "Namn;E-postadress;Roller;Skapad"),
        ("audit:event_list", Role.AUDITOR, "Nummer;Tidpunkt;Användare;Händelse;Slag av objekt;Objekt;Uppgifter;"),
        ("resurscentra:centre_list", Role.NCH_OFFICER, "Län;Resurscentrum;Omgång;Fas;Huvudman;"),
    ],
)
def test_lists_of_users_events_and_centres_are_files_for_those_who_may_read_them(
    country: None, name: str, role: Role, header: str
) -> None:
    reader, stranger = make_user(role), make_user(Role.NCH_LINE)
    load_known_centres(by=reader, at=NOW)
    client, address = signed_in(reader), reverse(name)
    assert "list_tools" in client.get(address).context
    lines = b"".join(client.get(f"{address}?format=csv")).decode("utf-8-sig").splitlines()
    assert lines[0].startswith(header)
    assert len(lines) > 1
    assert len(rows_of(client, f"{address}?format=xlsx")) >= 1
    assert AuditEvent.objects.filter(action="exported", actor_id=reader.pk, details__list=name).count() == 2
    assert signed_in(stranger).get(f"{address}?format=csv").status_code == 404
    saved = client.post(f"{address}?sort=-name", {"vy-name": "Min", "vy-organisation": 0})
    assert saved.status_code == 302
    assert "Min" in client.get(f"{address}?vy=alla").content.decode()


def test_file_of_the_log_names_who_did_it_and_costs_the_same_for_many_events(country: None) -> None:
    auditor = make_user(Role.AUDITOR)
    client, address = signed_in(auditor), f"{reverse('audit:event_list')}?format=csv"
    assert auditor.display_name in b"".join(client.get(address)).decode()
    counts = []
    for number in (1, 20):
        for _ in range(number):
            record("read", by=auditor)
        with CaptureQueriesContext(connection) as captured:
            b"".join(client.get(address))
        counts.append(len(captured))
    assert counts[0] == counts[1]
