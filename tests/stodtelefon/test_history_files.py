"""Old registers and published totals as people's programs write them: nothing is lost or misread without a word."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.common.workbooks import SHEET
from nch.counties.models import County
from nch.counties.selectors import national_centre
from stodtelefon.enums import FigureDimension
from stodtelefon.imports import RegisterFile, figures, read_figures, read_register, registers
from stodtelefon.models import PublishedFigure, SupportCall
from stodtelefon.services import load_published_figures
from stodtelefon.services.history import import_figures
from tests.factories.accounts import make_organisation, make_user
from tests.factories.history import bring_in, checked, figures_of, register_of
from tests.factories.stodtelefon import EVENING, make_line
from tests.factories.workbooks import changed, with_shared_texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime.datetime:
    """A moment as Excel has it, which knows no zones."""
    return datetime.datetime.combine(datetime.date(year, month, day), datetime.time(hour, minute))


@pytest.fixture
def lead() -> User:
    skane = County.objects.get(code="12")
    line = make_line(make_organisation("resource_centre", county=skane))
    return make_user(Role.RC_COORDINATOR, line.organisation)


@pytest.fixture
def keeper() -> User:
    return make_user(Role.NCH_LINE_LEAD)


def read(content: bytes, lead: User) -> RegisterFile:
    return read_register(content, by=lead, at=EVENING)


def with_cells(**cells: Any) -> bytes:
    """A register with one call, and its cells as a spreadsheet has them."""

    def change(sheet: Any) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return changed(register_of({}), change)


def of(found: RegisterFile) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in found.faults]


def test_time_in_the_cell_of_the_day_is_a_fault_unless_the_time_is_told(lead: User) -> None:
    afternoon = moment(2015, 3, 2, 14, 30)
    found = read(with_cells(D2=afternoon, E2=None), lead)
    assert of(found) == [(2, registers.DAY)]
    assert "14.30" in found.faults[0].reason
    assert of(read(with_cells(D2=afternoon, E2="9.15"), lead)) == [(2, registers.DAY)]
    (row,) = read(with_cells(D2=afternoon, E2=datetime.time(14, 30)), lead).rows
    assert row.content.time_known
    (day,) = read(with_cells(D2=moment(2015, 3, 2), E2=None), lead).rows
    assert not day.content.time_known


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        (datetime.time(9, 15), 555),
        (datetime.timedelta(hours=9, minutes=15), 555),
        (moment(2015, 3, 2, 9, 15), 555),
        ("kl 9.15", 555),
        (9.15, 555),
        (0.3, None),  # 0,30 typed: half past midnight to whoever typed it, 07.12 to Excel
        (0.5, None),
        (datetime.timedelta(hours=33), None),
        (moment(1900, 1, 9, 3, 36), None),  # 9,15 in a cell made for times: nine days and some hours
        (moment(2015, 3, 3, 9, 15), None),
    ],
)
def test_clock_is_what_was_typed_or_a_fault(lead: User, value: Any, minutes: int | None) -> None:
    found = read(with_cells(E2=value), lead)
    if minutes is None:
        assert of(found) == [(2, registers.TIME)]
    else:
        (row,) = found.rows
        assert (row.content.started_at.astimezone(EVENING.tzinfo).minute, found.faults) == (minutes % 60, [])
        assert row.content.time_known


def test_row_of_blanks_is_no_row(lead: User) -> None:
    blanks = dict.fromkeys(registers.COLUMNS, "  ")
    found = read(register_of({}, blanks), lead)
    assert (len(found.rows), found.faults) == (1, [])


def test_source_is_written_in_one_way_in_the_file_and_from_file_to_file(lead: User) -> None:
    one, other = {registers.SOURCE: "Register A"}, {registers.SOURCE: "register a", registers.NUMBER: "1"}
    assert of(read(register_of(one, other), lead)) == [(3, registers.SOURCE)]
    bring_in(register_of(one), lead)
    found = read(register_of(other), lead)
    assert of(found) == [(2, registers.SOURCE)]
    assert "Register A" in found.faults[0].reason
    blanks = read(register_of({registers.SOURCE: "Register  A "}), lead)
    assert [row.source for row in blanks.rows] == ["Register A"]
    assert SupportCall.objects.count() == 1


def test_cell_with_an_error_or_beside_the_columns_refuses_the_register(lead: User) -> None:
    def change(sheet: Any) -> None:
        sheet["M2"], sheet["R3"] = "#REF!", "Ring mamma 19640823-3234"
        sheet["M2"].data_type = "e"
        sheet.merge_cells("K2:K3")

    found = read(changed(register_of({}, {}), change), lead)
    assert of(found) == [(2, registers.TOPIC), (2, registers.REFERRAL), (3, registers.TOPIC), (3, "R")]
    assert not any("1964" in fault.reason for fault in found.faults)


def test_register_as_excel_saves_it_is_read(lead: User) -> None:
    assert len(read(with_shared_texts(register_of({}, {})), lead).rows) == 2


@pytest.mark.parametrize("name", ["gamla-register", "arstal"])
def test_preview_says_which_sheets_are_hidden(keeper: User, name: str) -> None:
    def change(sheet: Any) -> None:
        hidden = sheet.parent.create_sheet("Utkast 2014")
        hidden.append(["Läs", "mig"])
        hidden.sheet_state = "hidden"

    if name == "gamla-register":
        make_line()
    content = changed(register_of({}) if name == "gamla-register" else figures_of({}), change)
    client = Client()
    client.force_login(keeper)
    data = {"file": SimpleUploadedFile("fil.xlsx", content)}
    answer = client.post(reverse("stodtelefon:history_upload", args=[name]), data)
    assert answer.status_code == 200
    assert "”Utkast 2014” är dolt i filen och läses inte" in answer.content.decode()


def test_year_that_is_not_over_has_no_total(keeper: User) -> None:
    found = read_figures(figures_of({figures.YEAR: 2026}, {figures.YEAR: 2025}), this_year=2026)
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, figures.YEAR)]
    assert "2025" in found.faults[0].reason


def test_moment_is_no_day_to_count_from() -> None:
    def change(sheet: Any) -> None:
        sheet["G2"] = moment(2021, 3, 13, 8, 30)

    found = read_figures(changed(figures_of({}), change, sheet=SHEET), this_year=2026)
    assert [fault.column for fault in found.faults] == [figures.FROM]


@pytest.mark.parametrize("table", ["calls-per-year", "line-per-year"])
def test_series_says_of_each_year_where_it_is_from_and_from_which_day_it_counts(keeper: User, table: str) -> None:
    make_line()
    load_published_figures()
    content = figures_of({figures.YEAR: 2021, figures.FROM: "2021-02-01", figures.NOTE: "Utan lördagar."})
    rows = read_figures(content, this_year=2026).rows
    import_figures(file=checked(content), rows=rows, organisation=national_centre(), by=keeper, at=EVENING)
    notes = _notes(keeper, table)
    assert {"Utan lördagar.", "Räknat från den 1 februari 2021.", "Källa: Årsrapport 2021, tabell 2."} <= notes["2021"]
    assert {"Stödtelefonen öppnade den 13 mars.", "Räknat från den 13 mars 2014."} <= notes["2014"]
    assert not any("Räknat från" in note for note in notes["2015"])


def test_total_of_the_running_year_that_stands_from_before_says_that_it_goes_on(keeper: User) -> None:
    make_line()
    this_year = datetime.datetime.now(EVENING.tzinfo).year
    PublishedFigure.objects.create(
        year=this_year, dimension=FigureDimension.TOTAL, label="Hela landet", calls=4, source="Rapport"
    )
    assert "Året pågår." in _notes(keeper, "line-per-year")[str(this_year)]


def _notes(user: User, table: str) -> dict[str, set[str]]:
    client = Client()
    client.force_login(user)
    page = "reports:line_table" if table.startswith("line-") else "reports:table_detail"
    cube = client.get(reverse(page, args=[table])).context["cube"]
    return {category.code: set(category.notes) for category in cube.time.categories}
