"""What is older than the system: shown first, read in whole or not at all, once, with its source, and taken back."""

import datetime
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.workbooks import SHEET, Fault
from nch.counties.models import County
from nch.counties.selectors import national_centre
from stodtelefon import importing
from stodtelefon.enums import ChangeReason, CodeKind, Cut, FigureDimension, HistoryState
from stodtelefon.imports import (
    figures,
    figures_template,
    read_figures,
    read_register,
    register_template,
    registers,
)
from stodtelefon.models import (
    CallOrigin,
    CallTally,
    CallVersion,
    Code,
    HistoryImport,
    OpeningHours,
    PublishedFigure,
    SupportCall,
    SupportLine,
)
from stodtelefon.selectors.history import history_imports_for
from stodtelefon.selectors.tallies import sums_of
from stodtelefon.services import (
    CallError,
    correct_call,
    load_published_figures,
    mend_tallies,
    restore_call,
    strike_call,
)
from stodtelefon.services.history import HistoryError, import_figures, import_register, withdraw_figures
from stodtelefon.services.history.orders import order_again, order_register
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_organisation, make_user
from tests.factories.history import (
    FIGURE,
    OLD_CALL,
    bring_in,
    checked,
    figures_of,
    filled_in,
    register_of,
    take_back,
)
from tests.factories.stodtelefon import EVENING, call_content, make_call, make_line, swedish
from tests.http import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
IDENTITY = "19640823-3234"  # a test number of the Swedish Tax Agency


@pytest.fixture
def line() -> SupportLine:
    """The line of Skåne's centre."""
    skane = County.objects.get(code="12")
    return make_line(make_organisation("resource_centre", county=skane))


@pytest.fixture
def lead(line: SupportLine) -> User:
    return make_user(Role.RC_COORDINATOR, line.organisation)


@pytest.fixture
def keeper() -> User:
    return make_user(Role.NCH_LINE_LEAD)


def faults_of(content: bytes, by: User) -> list[Fault]:
    return read_register(content, by=by, at=EVENING).faults


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, name: str, content: bytes, file_name: str = "register.xlsx") -> Any:
    data = {"file": SimpleUploadedFile(file_name, content)}
    return client.post(reverse("stodtelefon:history_upload", args=[name]), data)


# --- Registers ----------------------------------------------------------------------------------------------------


def test_old_call_is_a_call_like_any_other_with_its_source(line: SupportLine, lead: User) -> None:
    nowhere = {registers.TIME: None, registers.COUNTY: "okänt", registers.MUNICIPALITY: ""}
    imported = bring_in(register_of({}, nowhere), lead)
    assert (imported.state, imported.added, imported.failure) == (HistoryState.DONE, 2, "")
    timed, untimed = SupportCall.objects.order_by("pk")
    assert timed.started_at == swedish(2015, 3, 2, 9, 15)
    assert (timed.line, timed.municipality.name, timed.county_id) == (line, "Malmö", "12")  # type: ignore[union-attr]
    assert sorted(timed.advice.values_list("code", flat=True)) == ["orosanmalan", "polisanmalan"]
    said = [
        (one.age_group, one.gender, sorted(one.exposures.values_list("kind__code", "stage")))
        for one in timed.individuals.all()
    ]
    assert said == [
        ("13_15", "girl_woman", [("fgm", "worry"), ("other", "none")]),
        ("unknown", "girl_woman", [("marriage", "planned")]),
    ]
    assert (untimed.time_known, untimed.county_known, untimed.began) == (False, False, "2015-03-02")
    assert str(timed.origin) == "Samtalsregister 2015, löpnummer 1"
    page = sign_in(lead).get(reverse("stodtelefon:call_detail", args=[untimed.pk])).content.decode()
    assert "Samtalsregister 2015, löpnummer 2" in page
    assert "okänt klockslag" in page
    assert "12.00" not in page


@pytest.mark.parametrize("number", ["1", "17", "999999", "A17", "Å-17", "080399", "2015-17", "2014/0314", "2016:99999"])
def test_number_of_a_register_is_one_that_can_point_at_nobody(line: SupportLine, lead: User, number: str) -> None:
    assert faults_of(register_of({registers.NUMBER: number}), lead) == []


@pytest.mark.parametrize(
    "number",
    [
        *("080314", "A080314", "080374", "20080314", "2008-0314", "0803142389", "080314:2389", "080314-2388"),
        *("20080314:2389", "2008/03/14:2389", "08.03.14.23.89", "0701234567", "070-1234567", "5081234"),
        *("K123456-24", "T1234-24", "SN2024/123", "Amina14", "Bo14", "2015-123456", "17 18"),
    ],
)
def test_number_that_could_point_at_somebody_is_a_fault_that_does_not_repeat_it(
    line: SupportLine, lead: User, number: str
) -> None:
    (fault,) = faults_of(register_of({registers.NUMBER: number}), lead)
    assert (fault.row, fault.column) == (2, registers.NUMBER)
    assert number not in fault.reason
    assert "2015-17" in fault.reason


def test_number_of_a_register_is_on_the_calls_page_and_in_no_file(line: SupportLine, lead: User) -> None:
    bring_in(register_of({registers.NUMBER: "731731"}), lead)
    client = sign_in(lead)
    call = SupportCall.objects.get()
    assert "löpnummer 731731" in client.get(reverse("stodtelefon:call_detail", args=[call.pk])).content.decode()
    file = body_of(client.get(reverse("stodtelefon:call_list"), {"period": "", "format": "csv"})).decode("utf-8-sig")
    assert "Samtalsregister 2015" in file
    assert "731731" not in file


def test_tally_counts_what_is_read_in_and_nothing_is_to_be_mended(line: SupportLine, lead: User) -> None:
    bring_in(register_of({}, {registers.TIME: None}), lead)
    spring = {"since": datetime.date(2015, 1, 1), "until": datetime.date(2015, 6, 30)}
    tallies = CallTally.objects.order_by()
    assert sums_of(tallies, Cut.PLACE, "first_key", **spring)[("12",)].calls == 2
    assert sums_of(tallies, Cut.HOUR, **spring)[()].calls == 1  # nobody knows when the other began
    assert sums_of(tallies, Cut.PERSON, **spring)[()].individuals == 4
    assert mend_tallies(at=EVENING) == 0


def test_same_file_again_changes_nothing(line: SupportLine, lead: User) -> None:
    content = register_of({}, {})
    bring_in(content, lead)
    call = SupportCall.objects.order_by("pk")[0]
    correct_call(call=call, version=1, content=call_content(), reason=ChangeReason.WRONG_CHOICE, by=lead, at=EVENING)
    strike_call(call=SupportCall.objects.order_by("pk")[1], reason=ChangeReason.MISTAKE, by=lead, at=EVENING)
    before = list(SupportCall.objects.order_by("pk").values())
    again = bring_in(content, lead)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert list(SupportCall.objects.order_by("pk").values()) == before
    client = sign_in(lead)
    page = send(client, "gamla-register", content).content.decode()
    assert "Det finns inget att läsa in" in page
    assert "Läs in 0" not in page


def test_row_that_says_something_else_corrects_its_call_and_the_old_stays(line: SupportLine, lead: User) -> None:
    bring_in(register_of({}, {}), lead)
    content = register_of({registers.MINUTES: 45, registers.EXPOSURES: "other", registers.TIME: None}, {}, {})
    answer = send(sign_in(lead), "gamla-register", content)
    assert [(row.number, [one.label for one in found]) for row, found in answer.context["summary"].changes] == [
        ("1", ["Började", "Längd", "Utsatta individer"])
    ]
    imported = bring_in(content, lead)
    assert (imported.added, imported.changed, imported.unchanged) == (1, 1, 1)
    call = CallOrigin.objects.get(number="1").call
    assert (call.duration_minutes, call.version, call.time_known) == (45, 2, False)
    version = CallVersion.objects.get(call=call)
    assert (version.content["duration_minutes"], version.reason) == (20, ChangeReason.SOURCE_CHANGED)
    assert tally_differences() == {}
    assert bring_in(content, lead).unchanged == 3


def test_call_that_was_corrected_here_is_not_overwritten_by_its_register(line: SupportLine, lead: User) -> None:
    bring_in(register_of({}, {}), lead)
    call = CallOrigin.objects.get(number="2").call
    correct_call(call=call, version=1, content=call_content(), reason=ChangeReason.KNOWN_LATER, by=lead, at=EVENING)
    content = register_of({registers.MINUTES: 45}, {registers.MINUTES: 45})
    answer = send(sign_in(lead), "gamla-register", content)
    assert answer.status_code == 422
    assert [(fault.row, fault.column) for fault in answer.context["faults"]] == [(3, "Löpnummer")]
    imported = order_register(
        file=checked(content), sources=[], rows=2, organisation=line.organisation, by=lead, at=EVENING
    )
    importing.read_in(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.path) == (HistoryState.FAILED, "")
    assert "Rad 3, Löpnummer" in imported.failure
    assert SupportCall.objects.filter(duration_minutes=45).count() == 0


def test_every_fault_is_named_with_row_and_column_and_nothing_is_saved(line: SupportLine, lead: User) -> None:
    wrong = {
        registers.SOURCE: None,
        registers.NUMBER: "Anna Svensson",
        registers.LINE: "NCH:s stödtelefon",
        registers.DAY: "i fjol",
        registers.CHANNEL: "brev",
        registers.CALLER: "Kungen",
        registers.MINUTES: 0,
        registers.COUNTY: None,
    }
    coded = {
        registers.DAY: "2013-01-01",
        registers.TIME: "25.00",
        registers.CALLER: "Kungen",
        registers.TOPIC: "rutiner",
        registers.ADVICE: "orosanmalan; bön",
        registers.EXPOSURES: "fgm",
    }
    place = {registers.COUNTY: "Skåne", registers.MUNICIPALITY: "Umeå"}
    people = {registers.INDIVIDUALS: 3, registers.AGES: "okänd ålder; 7–12 år"}
    content = register_of({}, wrong, coded, place, people, {registers.NUMBER: "1"}, {registers.DAY: "2030-01-01"})
    found = faults_of(content, lead)
    assert [(fault.row, fault.column) for fault in found] == sorted(
        [
            *((3, column) for column in wrong),
            (4, "Den som ringde"),
            (4, "Frågan gällde"),
            (4, "Klockslag"),
            (4, "Råd"),
            (4, "Utsatthet"),
            (5, "Kommun"),
            (6, "Antal individer"),
            (7, "Löpnummer"),
            (8, "Datum"),
        ]
    )
    client = sign_in(lead)
    answer = send(client, "gamla-register", content)
    assert answer.status_code == 422
    assert not SupportCall.objects.exists()
    assert not HistoryImport.objects.exists()
    for suffix, opened in (("xlsx", _rows_of_xlsx), ("csv", _rows_of_csv)):
        fetched = client.post(
            reverse("stodtelefon:history_faults", args=["gamla-register"]),
            {"ticket": answer.context["ticket"], "format": suffix},
        )
        assert opened(fetched.content) == len(found)


def _rows_of_xlsx(content: bytes) -> int:
    return load_workbook(io.BytesIO(content)).worksheets[0].max_row - 1


def _rows_of_csv(content: bytes) -> int:
    return len(content.decode("utf-8-sig").splitlines()) - 1


@pytest.mark.parametrize("column", [registers.SOURCE, registers.NUMBER, registers.CALLER, registers.EXPOSURES])
def test_identity_number_is_refused_wherever_it_stands_and_never_repeated(
    line: SupportLine, lead: User, column: str
) -> None:
    cell = IDENTITY if column == registers.NUMBER else f"{OLD_CALL[column]} {IDENTITY}"
    (fault,) = faults_of(register_of({column: cell}), lead)
    assert fault.column == column
    assert IDENTITY not in fault.reason
    assert "personnummer" in fault.reason


def test_column_for_notes_is_refused(line: SupportLine, lead: User) -> None:
    content = filled_in(registers.COLUMNS, [OLD_CALL], heads=(*registers.COLUMNS, "Anteckning"))
    assert [(fault.row, fault.column) for fault in faults_of(content, lead)] == [(1, "anteckning")]


def test_code_counts_by_the_day_of_the_call(line: SupportLine, lead: User, keeper: User) -> None:
    old = Code.objects.get(kind=CodeKind.TOPIC, code="pagaende_arende")
    Code.objects.filter(pk=old.pk).update(valid_to=datetime.date(2015, 3, 2))
    Code.objects.create(
        kind=CodeKind.TOPIC, code="nytt_arende", label=old.label, label_en="x", position=9,
        valid_from=datetime.date(2015, 3, 3),
    )  # fmt: skip
    later = {registers.DAY: datetime.date(2015, 3, 3)}
    by_code = {registers.TOPIC: old.code}
    (fault,) = faults_of(register_of(by_code, {**by_code, **later}), lead)
    assert (fault.row, fault.column) == (3, "Frågan gällde")
    assert "gällde inte 2015-03-03" in fault.reason
    bring_in(register_of({registers.TOPIC: old.label}, {registers.TOPIC: old.label, **later}), lead)
    assert list(SupportCall.objects.order_by("started_at").values_list("topic__code", flat=True)) == [
        "pagaende_arende",
        "nytt_arende",
    ]


def test_coordinator_reads_in_to_no_other_line(line: SupportLine, lead: User) -> None:
    other = make_line(make_organisation("resource_centre", county=County.objects.get(code="05")))
    (fault,) = faults_of(register_of({registers.LINE: other.name}), lead)
    (made_up,) = faults_of(register_of({registers.LINE: "Påhittad telefon"}), lead)
    assert fault.reason == made_up.reason.replace("Påhittad telefon", other.name)
    coordinator = make_user(Role.RC_COORDINATOR, other.organisation)
    rows = read_register(register_of({}), by=lead, at=EVENING).rows
    imported = bring_in(register_of({}), coordinator)
    for by, of in ((coordinator, imported), (make_user(Role.NCH_LINE_LEAD), imported), (lead, imported)):
        with pytest.raises((PermissionDenied, HistoryError)):
            import_register(imported=of, rows=rows, by=by, at=EVENING)
    assert set(SupportCall.objects.values_list("line", flat=True)) == {other.pk}
    assert not history_imports_for(lead).exists()
    assert sign_in(lead).get(reverse("stodtelefon:history_detail", args=[imported.pk])).status_code == 404


def test_file_is_for_one_organisation() -> None:
    lines = [
        make_line(make_organisation("resource_centre", county=County.objects.get(code=code))) for code in ("12", "05")
    ]
    both = make_user(Role.RC_COORDINATOR, lines[0].organisation)
    both.memberships.create(
        role=Role.RC_COORDINATOR, organisation=lines[1].organisation, valid_from=datetime.date(2020, 1, 1)
    )
    found = faults_of(register_of(*({registers.LINE: one.name} for one in lines)), User.objects.get(pk=both.pk))
    assert [(fault.row, fault.column) for fault in found] == [(0, "Stödtelefon")]


def test_withdrawn_import_counts_no_more_and_can_be_read_in_again(line: SupportLine, lead: User) -> None:
    content = register_of({}, {})
    logged = make_call(line, lead, started_at=swedish(2015, 3, 2, 10))
    imported = bring_in(content, lead)
    struck_by_hand = CallOrigin.objects.get(number="2").call
    strike_call(call=struck_by_hand, reason=ChangeReason.DUPLICATE, by=lead, at=EVENING)
    take_back(imported, lead)
    assert imported.state == HistoryState.WITHDRAWN
    assert list(SupportCall.objects.filter(struck_at__isnull=True)) == [logged]
    assert sorted(CallVersion.objects.values_list("reason", flat=True)) == ["duplicate", "import_withdrawn"]
    assert tally_differences() == {}
    with pytest.raises(CallError, match="återkallad"):
        restore_call(call=struck_by_hand, by=lead, at=EVENING)
    assert bring_in(content, lead).added == 2
    assert SupportCall.objects.filter(struck_at__isnull=True).count() == 3
    assert tally_differences() == {}
    actions = AuditEvent.objects.filter(action__contains="register").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "register_ordered", "register_imported", "register_withdrawn", "register_ordered", "register_imported",
    ]  # fmt: skip


def test_page_shows_first_saves_nothing_and_reads_in_when_confirmed(
    lead: User, line: SupportLine, background: Any
) -> None:
    make_call(line, lead, started_at=swedish(2015, 3, 2, 10))
    client = sign_in(lead)
    answer = send(client, "gamla-register", register_of({}, {registers.TIME: None}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Läs in 2 nya" in page
    assert "1 rad saknar klockslag" in page
    assert "har redan 1 samtal som har registrerats här" in page
    assert not HistoryImport.objects.exists()
    assert SupportCall.objects.count() == 1
    confirm = reverse("stodtelefon:history_confirm", args=["gamla-register"])
    ticket = {"ticket": answer.context["ticket"]}
    assert sign_in(make_user(Role.RC_COORDINATOR, line.organisation)).post(confirm, ticket).status_code == 404
    client.post(confirm, {"ticket": f"{ticket['ticket']}x"})
    assert not HistoryImport.objects.exists()
    with background():
        client.post(confirm, ticket)
    imported = HistoryImport.objects.get()
    assert (imported.state, imported.added) == (HistoryState.DONE, 2)
    assert [default_storage.listdir(folder)[1] for folder in ("history-uploads", "history-imports")] == [[], []]
    status = client.get(reverse("stodtelefon:history_status", args=[imported.pk])).json()
    assert (status["progress"], status["underWay"]) == (100, False)
    with background():
        client.post(reverse("stodtelefon:history_withdraw", args=[imported.pk]))
    assert SupportCall.objects.filter(struck_at__isnull=True).count() == 1
    assert "Återkallad" in client.get(reverse("stodtelefon:history_list")).content.decode()


def test_import_that_fell_silent_is_ordered_again_and_done_once(line: SupportLine, lead: User) -> None:
    content = register_of({})
    imported = order_register(
        file=checked(content), sources=[], rows=1, organisation=line.organisation, by=lead, at=EVENING
    )
    later = EVENING + datetime.timedelta(minutes=20)
    with pytest.raises(HistoryError, match="pågår"):
        order_again(imported=imported, by=lead, at=later)  # it waits in the queue, and nothing is wrong
    HistoryImport.objects.filter(pk=imported.pk).update(state=HistoryState.RUNNING)
    importing.read_in(imported.pk)  # a second delivery
    assert not SupportCall.objects.exists()
    with pytest.raises(HistoryError, match="pågår"):
        order_again(imported=imported, by=lead, at=EVENING)
    with pytest.raises(HistoryError, match="pågår"):
        bring_in(content, lead)
    imported.refresh_from_db()
    order_again(imported=imported, by=lead, at=later)
    importing.read_in(imported.pk)
    importing.read_in(imported.pk)
    assert SupportCall.objects.count() == 1


def test_day_without_known_hours_is_not_outside_them(line: SupportLine, lead: User) -> None:
    OpeningHours.objects.create(
        line=line, weekday=1, opens=datetime.time(9), closes=datetime.time(16), valid_from=datetime.date(2015, 6, 1)
    )
    june = {registers.DAY: "2015-06-01", registers.TIME: "17.00"}
    bring_in(register_of({registers.TIME: "23.00"}, june, {**june, registers.TIME: "10.00"}), lead)
    assert list(SupportCall.objects.order_by("pk").values_list("outside_hours", flat=True)) == [False, True, False]


def test_register_template_is_filled_in_and_read_back(line: SupportLine, lead: User) -> None:
    book = load_workbook(io.BytesIO(register_template(lead)))
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[1]] == list(registers.COLUMNS)
    assert len(sheet.data_validations.dataValidation) == 6
    codes = [row[1].value for row in book["Utsatthet"].iter_rows(min_row=2)]
    assert "Könsstympning: misstanke" in codes
    for place, column in enumerate(registers.COLUMNS, start=1):
        sheet.cell(2, place).value = OLD_CALL.get(column)
    sheet.cell(2, registers.COLUMNS.index(registers.DAY) + 1).value = datetime.date(2015, 3, 2)
    sheet.cell(2, registers.COLUMNS.index(registers.TIME) + 1).value = datetime.time(9, 15)
    sheet.cell(2, registers.COLUMNS.index(registers.EXPOSURES) + 1).value = "; ".join(codes[:2])
    file = io.BytesIO()
    book.save(file)
    bring_in(file.getvalue(), lead)
    call = SupportCall.objects.get()
    assert call.started_at == swedish(2015, 3, 2, 9, 15)
    assert [one.exposures.get().stage for one in call.individuals.all()] == ["worry", "planned"]


@pytest.mark.parametrize("content", [b"PK\x03\x04trasig", b"%PDF-1.7", b"\x00" * 500])
def test_what_is_no_workbook_is_refused_by_the_page(line: SupportLine, lead: User, content: bytes) -> None:
    assert send(sign_in(lead), "gamla-register", content).status_code == 422


def test_cell_far_out_is_refused(line: SupportLine, lead: User) -> None:
    content = filled_in(tuple(map(str, range(27))), [dict.fromkeys(map(str, range(27)), 1)])
    with pytest.raises(ValidationError, match="utanför mallen"):
        read_register(content, by=lead, at=EVENING)


# --- Published totals ---------------------------------------------------------------------------------------------


def bring_figures(keeper: User, *changes: dict[str, Any]) -> HistoryImport:
    content = figures_of(*changes)
    found = read_figures(content, this_year=2026)
    assert not found.faults
    return import_figures(file=checked(content), rows=found.rows, organisation=national_centre(), by=keeper, at=EVENING)


def test_published_total_is_read_in_goes_before_the_shipped_and_is_put_back(keeper: User) -> None:
    load_published_figures()
    shipped = PublishedFigure.objects.get(year=2018, dimension="total")
    new, changed = {figures.YEAR: 2021}, {figures.YEAR: 2018, figures.CALLS: 960, figures.NOTE: "Rättad av NCH."}
    first = bring_figures(keeper, new, changed)
    assert (first.added, first.changed) == (1, 1)
    assert load_published_figures() == 0
    stands = PublishedFigure.objects.get(year=2018, dimension="total")
    assert (stands.calls, stands.source, stands.individuals) == (960, "Årsrapport 2021, tabell 2", None)
    second = bring_figures(keeper, {**new, figures.CALLS: 613})
    with pytest.raises(HistoryError, match="senare import"):
        withdraw_figures(imported=first, by=keeper, at=EVENING)
    withdraw_figures(imported=second, by=keeper, at=EVENING)
    assert PublishedFigure.objects.get(year=2021).calls == 612
    withdraw_figures(imported=first, by=keeper, at=EVENING)
    back = PublishedFigure.objects.get(year=2018, dimension="total")
    assert (back.calls, back.individuals, back.source, back.imported) == (959, 1081, shipped.source, None)
    assert not PublishedFigure.objects.filter(year=2021).exists()
    with pytest.raises(PermissionDenied):
        import_figures(
            file=checked(figures_of({})), rows=read_figures(figures_of({}), this_year=2026).rows,
            organisation=national_centre(), by=make_user(Role.NCH_ANALYST), at=EVENING,
        )  # fmt: skip


def test_page_of_totals_says_where_parts_do_not_add_up_and_mends_nothing(keeper: User) -> None:
    part = {figures.DIMENSION: "Län", figures.CODE: "05", figures.CALLS: 12}
    rest = {figures.DIMENSION: "county", figures.CODE: "övriga", figures.CALLS: 601}
    client = sign_in(keeper)
    answer = send(client, "arstal", figures_of({}, part, rest))
    assert [(one.dimension, one.total, one.parts, one.by) for one in answer.context["plan"].mismatches] == [
        (FigureDimension.COUNTY, 612, 613, 1)
    ]
    assert not PublishedFigure.objects.exists()
    client.post(reverse("stodtelefon:history_confirm", args=["arstal"]), {"ticket": answer.context["ticket"]})
    assert sorted(PublishedFigure.objects.values_list("code", "label", "calls")) == [
        ("", "Hela landet", 612),
        ("05", "Östergötlands län", 12),
        ("other", "Övriga län", 601),
    ]
    again = send(client, "arstal", figures_of({}, part, rest))
    assert "Det finns inget att läsa in" in again.content.decode()


def test_faults_of_totals_are_named(keeper: User) -> None:
    found = read_figures(
        figures_of(
            {figures.YEAR: 1999, figures.DIMENSION: "stad", figures.SOURCE: None},
            {figures.CODE: "05"},
            {figures.DIMENSION: "Län", figures.CODE: "99", figures.CALLS: -1},
            {figures.CALLS: None},
            {figures.FROM: "2020-01-01", figures.NOTE: f"Om {IDENTITY}"},
            {},
            {},
        ),
        this_year=2026,
    ).faults
    assert [(fault.row, fault.column) for fault in found] == [
        (2, "Indelning"), (2, "Källa"), (2, "År"), (3, "Kod"), (4, "Kod"), (4, "Samtal"), (5, "Samtal"),
        (6, "Anmärkning"), (6, "Räknat från"), (8, "Kod"),
    ]  # fmt: skip


def test_totals_template_is_filled_in_and_read_back() -> None:
    book = load_workbook(io.BytesIO(figures_template()))
    for place, column in enumerate(figures.COLUMNS, start=1):
        book[SHEET].cell(2, place).value = FIGURE.get(column)
    file = io.BytesIO()
    book.save(file)
    (row,) = read_figures(file.getvalue(), this_year=2026).rows
    assert (row.year, row.dimension, row.calls, row.label) == (2021, FigureDimension.TOTAL, 612, "Hela landet")


def test_public_table_goes_on_to_the_year_that_is_read_in_and_names_its_source(keeper: User) -> None:
    load_published_figures()
    bring_figures(keeper, {figures.YEAR: 2025, figures.CALLS: 512})
    answer = sign_in(keeper).get(reverse("reports:table_detail", args=["calls-per-year"]))
    page = answer.content.decode()
    assert "512" in page
    assert "Källa: Årsrapport 2021, tabell 2." in page
    assert "2024" in page  # a year between that nobody has told of is a gap
    assert "2026" not in [*answer.context["cube"].dimensions[0].codes]
