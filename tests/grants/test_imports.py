"""Earlier rounds from a workbook: whole or not at all, every fault named, totals kept as given, and undone again."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from grants.imports import COLUMNS, read_outcomes, template
from grants.models import EarlierOutcome, OutcomeImport
from grants.outcomes import differences
from grants.services.earlier import OutcomeFaultsError, delete_import, import_outcomes
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.files import CheckedFile, check_upload
from nch.common.workbooks import SHEET, Fault
from nch.counties.selectors import county_boards, national_centre
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
BOARDS = {"05": 1, "12": 2, "länsstyrelsen skåne": 2}
GOOD = [2023, 1, "Länsstyrelsen Skåne", 100, 900, 1000, 500, 100, 50, 650, 350]


def workbook(*rows: list[object], heads: tuple[str, ...] = COLUMNS, title: str = SHEET) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(content: bytes, name: str = "utfall.xlsx") -> CheckedFile:
    return check_upload(SimpleUploadedFile(name, content))


def row(**changes: object) -> list[object]:
    return [changes.get(column, value) for column, value in zip(COLUMNS, GOOD, strict=True)]


@pytest.fixture
def finance() -> User:
    return make_user(Role.NCH_FINANCE)


def import_rows(by: User, *rows: list[object]) -> OutcomeImport:
    return import_outcomes(
        file=upload(workbook(*rows)), grantor=national_centre(), source="Rapport 2024:2", by=by, at=timezone.now()
    )


def test_rows_are_read_as_the_source_has_them(finance: User) -> None:
    text = row(**{"Länsstyrelse": "05", "Tilldelat belopp": "1 250 000,50", "Totalt belopp": None, "Omgång": None})
    imported = import_rows(finance, row(), text)
    skane, ostergotland = EarlierOutcome.objects.order_by("row")
    assert skane.organisation.county.name == "Skåne län"
    assert (skane.year, skane.round, skane.row, skane.source) == (2023, 1, 2, imported)
    assert (skane.opening_balance, skane.salaries, skane.given_closing_balance) == (100, 500, 350)
    assert ostergotland.organisation.county.name == "Östergötlands län"
    assert (ostergotland.allotted, ostergotland.given_total, ostergotland.round) == (Decimal("1250000.50"), None, None)


def test_every_fault_is_named_with_its_row_and_column_and_nothing_is_saved(finance: User) -> None:
    rows = [
        row(**{"År": "i fjol", "Tilldelat belopp": -1}),
        row(),
        row(Länsstyrelse="Atlantis", OH=1.005),
        row(),
        row(**{"År": None, "Omgång": 1.5, "Lönekostnader": "tolv", "Övriga verksamhetskostnader": 1e15}),
    ]
    with pytest.raises(OutcomeFaultsError) as error:
        import_rows(finance, *rows)
    assert [(fault.row, fault.column) for fault in error.value.faults] == [
        (2, "Tilldelat belopp"),
        (2, "År"),
        (4, "Länsstyrelse"),
        (4, "OH"),
        (5, "Länsstyrelse"),
        (6, "Lönekostnader"),
        (6, "Omgång"),
        (6, "År"),
        (6, "Övriga verksamhetskostnader"),
    ]
    assert "rad 3" in error.value.faults[4].reason
    assert not OutcomeImport.objects.exists()
    assert not EarlierOutcome.objects.exists()


def test_columns_that_are_missing_doubled_or_unknown_are_named() -> None:
    found = read_outcomes(workbook([2023], heads=("År", "Ar mellan", "År")), boards=BOARDS)
    assert [fault.column for fault in found.faults] == ["Länsstyrelse", "Tilldelat belopp", "År", "ar mellan"]


def test_columns_may_come_in_another_order_and_some_be_left_out() -> None:
    heads = ("tilldelat belopp", "LÄNSSTYRELSE", "år")
    found = read_outcomes(workbook([5, "12", 2021.0], [None] * 3, heads=heads), boards=BOARDS)
    assert not found.faults
    (only,) = found.rows
    assert (only.organisation_id, only.year, only.allotted, only.salaries, only.given_cost) == (2, 2021, 5, 0, None)


@given(
    st.decimals(0, 10**7, places=2),
    st.decimals(0, 10**7, places=2),
    st.lists(st.decimals(0, 10**7, places=2), min_size=3, max_size=3),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(-1)]),
)
def test_total_that_is_off_is_kept_and_told_and_none_other(
    opening: Decimal, allotted: Decimal, costs: list[Decimal], slip: Decimal
) -> None:
    total, cost = opening + allotted, sum(costs, Decimal(0))
    cells = [2023, 1, "12", *map(float, (opening, allotted, total + slip, *costs, cost, total - cost))]
    if total + slip < 0:
        return
    found = read_outcomes(workbook(cells), boards=BOARDS)
    assert not found.faults
    told = [(difference.label, difference.by) for difference in differences(found.rows[0])]
    assert told == ([("Totalt belopp", slip)] if slip else [])


def test_same_file_again_changes_nothing(finance: User) -> None:
    file = upload(workbook(row()))
    first, again = (
        import_outcomes(file=file, grantor=national_centre(), source="x", by=finance, at=timezone.now())
        for _ in range(2)
    )
    assert first == again
    assert EarlierOutcome.objects.count() == 1


def test_year_of_a_county_that_is_there_already_is_refused_with_the_file_it_came_from(finance: User) -> None:
    import_rows(finance, row(Omgång=None))
    with pytest.raises(OutcomeFaultsError) as error:
        import_rows(finance, row(**{"Omgång": None, "Tilldelat belopp": 1}), row(Länsstyrelse="05"))
    (fault,) = error.value.faults
    assert (fault.row, fault.column) == (2, "Länsstyrelse")
    assert "utfall.xlsx" in fault.reason


def test_source_and_right_are_required(finance: User) -> None:
    for user, source, expected in (
        (finance, " ", GrantError),
        (make_user(Role.NCH_OFFICER), "x", PermissionDenied),
        (make_user(Role.GRANT_FINANCE, county_boards()[0]), "x", PermissionDenied),
    ):
        with pytest.raises(expected):
            import_outcomes(
                file=upload(workbook(row())), grantor=national_centre(), source=source, by=user, at=timezone.now()
            )
    assert not EarlierOutcome.objects.exists()


def test_import_is_undone_with_its_rows_and_both_are_in_the_log(finance: User) -> None:
    imported = import_rows(finance, row())
    kept = import_rows(finance, row(År=2022))
    with pytest.raises(PermissionDenied):
        delete_import(imported=imported, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    delete_import(imported=imported, by=finance, at=timezone.now())
    assert list(EarlierOutcome.objects.values_list("year", flat=True)) == [2022]
    assert list(OutcomeImport.objects.all()) == [kept]
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", "details__rows"))
    assert actions == [("outcomes_imported", 1), ("outcomes_imported", 1), ("outcomes_deleted", 1)]
    import_rows(finance, row())


def test_template_is_filled_in_and_read_back() -> None:
    book = load_workbook(io.BytesIO(template([("05", "Länsstyrelsen Östergötland"), ("12", "Länsstyrelsen Skåne")])))
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == "'Länsstyrelser'!$B$2:$B$3"
    assert "C2" in str(choice.sqref)
    assert book["Instruktion"]["A1"].value == "Så fyller du i mallen"
    for column, value in enumerate(GOOD, start=1):
        sheet.cell(2, column).value = value  # type: ignore[assignment]
    file = io.BytesIO()
    book.save(file)
    found = read_outcomes(file.getvalue(), boards=BOARDS)
    assert (len(found.rows), found.faults) == (1, [])


def test_empty_workbook_says_so() -> None:
    assert read_outcomes(workbook(), boards=BOARDS).faults == [Fault(0, "", "Filen har inga rader under rubrikerna.")]


def tampered(old: bytes, new: bytes, *, name: str = "sheet1.xml") -> bytes:
    """A workbook whose sheet is changed by hand, and has another name."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(row()))) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            content = content.replace(old, new) if "sheet1" in part.filename else content
            target.writestr(part.filename.replace("sheet1.xml", name), content.replace(b"sheet1.xml", name.encode()))
    return file.getvalue()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="K2"', b'r="XFD1048576"'),
        (b'r="K2"', b"r = 'XFD9'"),
        (b'<row r="2"', b'<row r="1048576"'),
        (b'r="K2"', b'r="K200000"'),
        (b' r="K2"', b'\nr="XFD1048576"'),
        (b' r="K2"', b'\tr="XFD1048576"'),
        (b'r="K2"', b'r="&#88;FD9"'),
        (b'r="K2"', b"r" + b" " * 200 + b'="XFD9"'),
    ],
)
def test_cell_far_out_is_refused_before_it_takes_all_memory(old: bytes, new: bytes) -> None:
    with pytest.raises(ValidationError, match="utanför mallen"):
        read_outcomes(tampered(old, new), boards=BOARDS)


def test_cell_far_out_is_refused_whatever_the_sheet_is_called() -> None:
    with pytest.raises(ValidationError, match="utanför mallen"):
        read_outcomes(tampered(b'r="K2"', b'r="XFD1048576"', name="sheet1.dat"), boards=BOARDS)
    assert read_outcomes(tampered(b"", b"", name="sheet1.dat"), boards=BOARDS).rows


def test_package_of_another_kind_is_refused() -> None:
    content = io.BytesIO(workbook(row()))
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("content.xml", "<x/>")
    with pytest.raises(ValidationError, match="ingen vanlig Excelfil"):
        read_outcomes(content.getvalue(), boards=BOARDS)


def test_package_that_unpacks_to_more_than_it_says_is_refused() -> None:
    content = bytearray(workbook(row()))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        size = package.getinfo("xl/worksheets/sheet1.xml").file_size
    place = content.rfind(size.to_bytes(4, "little"))
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ValidationError):
        read_outcomes(bytes(content), boards=BOARDS)


@pytest.mark.parametrize("content", [b"PK\x03\x04trasig", b"%PDF-1.7", b"\x00" * 500])
def test_what_is_no_workbook_is_refused_by_the_page(finance: User, content: bytes) -> None:
    answer = send(finance, content)
    assert answer.status_code == 422
    assert not OutcomeImport.objects.exists()


def send(user: User, content: bytes, name: str = "utfall.xlsx", source: str = "Rapport 2024:2"):  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(user)
    data = {"source": source, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("grants:earlier_imports"), data)


def test_page_shows_sums_and_differences_first_and_reads_in_when_confirmed(finance: User) -> None:
    answer = send(finance, workbook(row(**{"Totalt belopp": 1001}), row(Länsstyrelse="<b>05")))
    assert answer.status_code == 422
    assert "&lt;b&gt;05" in answer.content.decode()
    assert 'value="Rapport 2024:2"' in answer.content.decode()
    answer = send(finance, workbook(row(**{"Totalt belopp": 1001})))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Enligt källan" in page
    assert not OutcomeImport.objects.exists()
    ticket = answer.context["ticket"]
    other = Client()
    other.force_login(make_user(Role.NCH_FINANCE))
    assert other.post(reverse("grants:earlier_confirm"), {"ticket": ticket}).status_code == 404
    client = Client()
    client.force_login(finance)
    client.post(reverse("grants:earlier_confirm"), {"ticket": f"{ticket}x"})
    assert not OutcomeImport.objects.exists()
    client.post(reverse("grants:earlier_confirm"), {"ticket": ticket})
    outcome = EarlierOutcome.objects.get()
    assert (outcome.given_total, outcome.source.source) == (1001, "Rapport 2024:2")
    assert default_storage.listdir("outcome-imports")[1] == []
    client.post(reverse("grants:earlier_delete", args=[outcome.source_id]))
    assert not EarlierOutcome.objects.exists()


def test_page_says_that_the_same_file_is_there_already(finance: User) -> None:
    content = workbook(row())
    import_outcomes(file=upload(content), grantor=national_centre(), source="x", by=finance, at=timezone.now())
    answer = send(finance, content)
    assert answer.status_code == 422
    assert "Samma fil är redan inläst" in answer.content.decode()


def test_page_of_earlier_outcomes_has_the_newest_year_first_and_marks_totals_that_differ(finance: User) -> None:
    import_rows(finance, row(År=2022), row(**{"År": 2021, "Totalt belopp": "999"}))
    client = Client()
    client.force_login(finance)
    page = client.get(reverse("grants:earlier_outcomes"))
    text = page.content.decode()
    assert text.index("<h2>2022</h2>") < text.index("<h2>2021</h2>")
    assert text.count("Källa: Rapport 2024:2") == 2
    differing = [one["total"][1] for _, outcomes in page.context["years"] for one in outcomes]
    assert [difference and difference.given for difference in differing] == [None, 999]
    assert text.count("Källan anger") == 1


def test_county_reads_its_own_earlier_outcomes_and_no_others(finance: User) -> None:
    boards = county_boards()
    import_rows(finance, row())
    address = reverse("grants:earlier_outcomes")
    for code, shown in (("12", True), ("21", False)):
        client = Client()
        client.force_login(make_user(Role.COUNTY_OFFICER, boards.get(county_id=code)))
        text = client.get(address).content.decode()
        assert ("Källa: Rapport 2024:2" in text) is shown
        assert ("Inga tidigare utfall" in text) is not shown


def test_file_that_nobody_confirmed_is_cleared_in_time(finance: User, monkeypatch: pytest.MonkeyPatch) -> None:
    send(finance, workbook(row()))
    monkeypatch.setattr("grants.views.earlier._WAITS", datetime.timedelta(0))
    send(finance, workbook(row(År=2020)))
    assert len(default_storage.listdir("outcome-imports")[1]) == 1
