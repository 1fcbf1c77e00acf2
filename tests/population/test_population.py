"""The population by year from a file: whole or not at all, every fault named, with its source, and what comes of it."""

import datetime
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.files import CSV, XLSX, CheckedFile, check_upload
from nch.common.workbooks import SHEET, Fault
from nch.counties.models import County, CountyPopulation
from nch.counties.selectors import population_by_county
from nch.counties.services import load_country
from nch.population.imports import COLUMNS, COUNTRY, population_template
from nch.population.models import PopulationImport
from nch.population.services import PopulationError, PopulationFaultsError, check_population, import_population
from tests.factories.accounts import make_user
from tests.factories.history import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
AT = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
PUBLISHED = datetime.date(2026, 2, 20)
PAGE = "population:population"


def people(code: str) -> int:
    """A made-up number of inhabitants."""
    return 1000 * int(code)


def rows_of(year: int = 2025, **changes: int | None) -> list[dict[str, Any]]:
    """A row for every county with made-up numbers; `changes` by code with a c before it, None to leave one out."""
    numbers = {code: changes.get(f"c{code}", people(code)) for code in County.objects.values_list("code", flat=True)}
    return [
        {"År": year, "Länskod": code, "Folkmängd": number} for code, number in numbers.items() if number is not None
    ]


def xlsx(rows: list[dict[str, Any]], name: str = "folk.xlsx") -> CheckedFile:
    return check_upload(SimpleUploadedFile(name, filled_in(COLUMNS, rows)), kinds={XLSX, CSV})


def csv_file(text: str, encoding: str = "utf-8") -> CheckedFile:
    return check_upload(SimpleUploadedFile("folk.csv", text.encode(encoding)), kinds={XLSX, CSV})


def bring_in(file: CheckedFile, by: User, *, source: str = "SCB, prövning") -> PopulationImport:
    return import_population(file=file, source=source, source_date=PUBLISHED, by=by, at=AT)


def faults_of(file: CheckedFile) -> list[Fault]:
    return check_population(file, at=AT).faults


@pytest.fixture
def admin() -> User:
    return make_user(Role.NCH_ADMIN)


def test_year_is_read_in_with_its_source_and_a_later_file_changes_what_differs(admin: User) -> None:
    first = bring_in(xlsx(rows_of()), admin)
    assert population_by_county(2025)["12"] == 12_000
    assert (first.added, first.changed, first.unchanged, first.years) == (21, 0, 0, [2025])
    second = bring_in(xlsx([*rows_of(c12=12_500), *rows_of(2024)]), admin, source="SCB, rättad")
    assert (second.added, second.changed, second.unchanged) == (21, 1, 20)
    assert [2025, "12", 12_000, 12_500] in second.changes
    sources = dict(CountyPopulation.objects.filter(year=2025).values_list("county", "source"))
    assert (sources["12"], sources["05"]) == ("SCB, rättad", "SCB, prövning")
    event = AuditEvent.objects.get(subject_id=str(second.pk), action="population_imported")
    assert event.details["changed"] == 1
    with pytest.raises(PopulationError, match="inget annat"):
        bring_in(xlsx(rows_of(2024)), admin)
    load_country()  # the product's own facts never undo what somebody has read in
    bring_in(xlsx(rows_of(2023)), admin)
    load_country()
    assert population_by_county(2023)["12"] == 12_000
    for change in (lambda: first.delete(), lambda: PopulationImport.objects.update(source="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_every_fault_is_named_and_nothing_is_saved(admin: User) -> None:
    rows = [
        *rows_of(2024, c09=None),
        {"År": 2024, "Länskod": "99", "Folkmängd": 1},
        {"År": 2024, "Länskod": "12", "Folkmängd": 1},
        {"År": 2026, "Länskod": "05", "Folkmängd": 1},
        {"År": 2024, "Länskod": "14", "Län": "Hallands län", "Folkmängd": 12.5},
    ]
    first = next(number for number, row in enumerate(rows, start=2) if row["Länskod"] == "12")
    halland = next(number for number, row in enumerate(rows, start=2) if row["Länskod"] == "14")
    with pytest.raises(PopulationFaultsError) as error:
        bring_in(xlsx(rows), admin)
    assert error.value.faults == [
        (0, "Länskod", "Gotlands län (09) saknas för 2024."),
        (22, "Länskod", "”99” är inget län. Skriv länets kod, till exempel 05."),
        (23, "Länskod", f"Samma län och år står redan på rad {first}."),
        (24, "År", "Skriv ett helt tal mellan 1998 och 2025."),
        (25, "Folkmängd", "Skriv ett helt tal mellan 1 och 50\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000."),
        (25, "Län", "”Hallands län” stämmer inte med länskoden 14, som är Västra Götalands län."),
        (25, "Länskod", f"Samma län och år står redan på rad {halland}."),
    ]
    assert not PopulationImport.objects.exists()
    assert not CountyPopulation.objects.filter(year=2024).exists()


def test_total_is_the_sum_of_its_counties_or_the_file_is_refused(admin: User) -> None:
    whole = sum(people(code) for code in County.objects.values_list("code", flat=True))
    total = {"År": 2025, "Länskod": COUNTRY, "Län": "Hela landet"}
    [fault] = faults_of(xlsx([*rows_of(), {**total, "Folkmängd": whole + 1}]))
    assert (fault.row, fault.column) == (23, "Folkmängd")
    assert "tillsammans" in fault.reason
    assert not faults_of(xlsx([*rows_of(), {**total, "Folkmängd": whole}]))
    assert not faults_of(xlsx([*rows_of(), total]))
    assert bring_in(xlsx([{**total, "Folkmängd": whole}, *rows_of()]), admin).added == 21


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), (",", "utf-8-sig"), ("\t", "utf-8")])
def test_csv_is_read_as_spreadsheets_write_it(admin: User, delimiter: str, encoding: str) -> None:
    lines = [COLUMNS, *(("2025", row["Länskod"].lstrip("0"), "", f"{row['Folkmängd']}") for row in rows_of())]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    bring_in(csv_file(text, encoding), admin)
    assert population_by_county(2025)["05"] == 5_000


def test_what_is_no_table_is_refused_in_words() -> None:
    client = Client()
    client.force_login(make_user(Role.NCH_ADMIN))
    for name, content, words in (
        ("folk.pdf", b"%PDF-1.4", "Lämna uppgifterna som en Excelfil (.xlsx) eller en CSV-fil."),
        ("folk.csv", b"\0\0", "Filen är ingen textfil."),
        ("folk.csv", b'\xc3\x85r;L\xc3\xa4nskod;Folkm\xc3\xa4ngd\n"2025', "citattecken som inte går ihop"),
        ("folk.csv", b"a;" * 40, "fler än 26 kolumner"),
        ("folk.csv", "År;Länskod\n2025;12".encode(), "Kolumnen saknas."),
        ("folk.csv", "År;Länskod;Folkmängd".encode(), "Filen har inga rader"),
    ):
        sent = {"source": "SCB", "source_date": "2026-02-20", "file": SimpleUploadedFile(name, content)}
        answer = client.post(reverse(PAGE), sent)
        assert answer.status_code == 422
        assert words in answer.content.decode(), name


def test_template_is_for_the_first_missing_year_and_passes_when_filled_in(admin: User) -> None:
    book = load_workbook(io.BytesIO(population_template(2024, County.objects.all())))
    sheet = book[SHEET]
    assert [sheet.cell(2, column).value for column in (1, 2, 3)] == [2024, "01", "Stockholms län"]
    for row in range(2, 23):
        sheet.cell(row, 4).value = 1000
    file = io.BytesIO()
    book.save(file)
    filled = check_upload(SimpleUploadedFile("mall.xlsx", file.getvalue()))
    assert bring_in(filled, admin).added == 21


def test_page_shows_what_would_change_and_reads_it_in_when_that_is_confirmed(admin: User) -> None:
    client = Client()
    client.force_login(admin)
    page = client.get(reverse(PAGE)).content.decode()
    assert "Folkmängden är inte inläst för 2024" in page
    upload = SimpleUploadedFile("folk.xlsx", filled_in(COLUMNS, rows_of(2024, c12=123_456)))
    sent = {"source": "SCB, prövning", "source_date": "2025-02-21", "file": upload}
    seen = client.post(reverse(PAGE), sent)
    assert "21 nya uppgifter" in seen.content.decode()
    assert "123\N{NO-BREAK SPACE}456" in seen.content.decode()
    assert not PopulationImport.objects.exists()
    ticket = seen.context["ticket"]
    other = Client()
    other.force_login(make_user(Role.NCH_ADMIN))
    confirm = reverse("population:population_confirm")
    assert other.post(confirm, {"ticket": ticket}).status_code == 404
    done = client.post(confirm, {"ticket": ticket}, follow=True).content.decode()
    for words in ("SCB, prövning", "2025-02-21", admin.display_name):
        assert words in done, words
    assert "väntar inte längre" in client.post(confirm, {"ticket": ticket}, follow=True).content.decode()


def test_list_of_imports_asks_the_same_however_many_there_are(
    admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(admin)
    for year in (2020, 2021, 2022):
        bring_in(xlsx(rows_of(year)), admin)
        with django_assert_max_num_queries(9):
            client.get(reverse(PAGE))


def test_source_and_right_are_needed(admin: User) -> None:
    file, tomorrow = xlsx(rows_of()), AT.date() + datetime.timedelta(days=1)
    with pytest.raises(PopulationError, match="källa"):
        import_population(file=file, source=" ", source_date=PUBLISHED, by=admin, at=AT)
    with pytest.raises(PopulationError, match="inte varit"):
        import_population(file=file, source="SCB", source_date=tomorrow, by=admin, at=AT)
    with pytest.raises(PermissionDenied):
        bring_in(file, make_user(Role.NCH_ANALYST))
    sent = {"source": "", "source_date": f"{timezone.localdate().year + 1}-01-01"}
    client = Client()
    client.force_login(admin)
    form = client.post(reverse(PAGE), sent).context["form"]
    assert set(form.errors) == {"source", "source_date", "file"}
