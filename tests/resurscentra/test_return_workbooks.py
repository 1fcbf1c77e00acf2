"""A return as an Excel file: what is written is read back unchanged, and a faulty or stale file changes nothing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.common.files import XLSX
from nch.common.workbooks import SHEET
from nch.questionnaires.models import Answer
from resurscentra.models import StatisticsReturn
from resurscentra.services import load_known_centres
from resurscentra.services.corrections import send_back
from resurscentra.services.returns import start_return, submit_return
from resurscentra.statistics_form import CONTACTS, INDIVIDUALS
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import cells as all_cells
from tests.factories.statistics_returns import coordinator_of, fill_in, make_round, return_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
CODE, NUMBER, REASON, COMMENT, STATE = 0, 4, 6, 7, 8


@pytest.fixture
def statistics() -> StatisticsReturn:
    officer = make_user(Role.NCH_OFFICER)
    load_known_centres(by=officer, at=timezone.now())
    return return_of(make_round(officer=officer), "Skåne")


@pytest.fixture
def by(statistics: StatisticsReturn, client: Client) -> User:
    user = coordinator_of(statistics)
    start_return(statistics=statistics, by=user, at=timezone.now())
    client.force_login(user)
    return user


def fetched(client: Client, statistics: StatisticsReturn) -> Any:
    answer = client.get(reverse("resurscentra:return_workbook", args=[statistics.pk]))
    return load_workbook(io.BytesIO(answer.content))


def row(book: Any, code: str) -> Any:
    return next(cells for cells in book[SHEET].iter_rows() if cells[CODE].value == code)


def sent(client: Client, statistics: StatisticsReturn, book: Any) -> Any:
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("statistik.xlsx", file.getvalue(), content_type=XLSX)
    return client.post(reverse("resurscentra:return_read_in", args=[statistics.pk]), {"file": upload})


def confirmed(client: Client, statistics: StatisticsReturn, shown: Any) -> Any:
    data = {"ticket": shown.context["ticket"]}
    return client.post(reverse("resurscentra:return_read_in", args=[statistics.pk]), data)


def values(statistics: StatisticsReturn) -> dict[str, Any]:
    answers = Answer.objects.filter(response__statistics_return=statistics)
    return dict(answers.values_list("question__key", "value"))


def test_file_is_shown_first_and_read_in_when_confirmed(statistics: StatisticsReturn, by: User, client: Client) -> None:
    fill_in(statistics, {CONTACTS: {("skola", "phone"): 4}}, by=by)
    before = values(statistics)
    book = fetched(client, statistics)
    assert [cell.value for cell in row(book, "kontakter/skola/phone")[1:5]] == [
        "Hur många kontakter har ni haft med yrkesverksamma?",
        "Skola eller förskola",
        "Rådgivning per telefon",
        4,
    ]
    assert "Filen ändrar inget" in sent(client, statistics, book).content.decode()
    row(book, "kontakter/skola/phone")[NUMBER].value = 1200
    row(book, "kontakter")[COMMENT].value = "Fler skolor."
    for cells in book[SHEET].iter_rows():
        if str(cells[CODE].value).startswith("moten/"):
            cells[NUMBER].value = None
    row(book, "moten")[REASON].value = "Arbetet hade inte börjat under perioden"
    shown = sent(client, statistics, book)
    page = shown.content.decode()
    assert "Skola eller förskola, rådgivning per telefon" in page
    assert values(statistics) == before
    assert confirmed(client, statistics, shown).status_code == 302
    after = values(statistics)
    assert after["kontakter"]["skola"]["phone"] == "1200"
    assert after["kontakter_kommentar"] == "Fler skolor."
    assert after["moten"]["_not_applicable"] == {"reason": "not_started"}
    assert after["individer"] == before["individer"]


def test_faulty_file_is_refused_whole_with_every_place(statistics: StatisticsReturn, by: User, client: Client) -> None:
    book = fetched(client, statistics)
    row(book, "kontakter/skola/phone")[NUMBER].value = "många"
    row(book, "kontakter/polis/phone")[NUMBER].value = 1.5
    row(book, "kontakter/polis/routines")[CODE].value = "kontakter/polis/annat"
    row(book, "individer")[COMMENT].value = "Gäller 19811218-9876"
    row(book, "moten")[REASON].value = "Hann inte"
    row(book, "stod")[STATE].value = "999:0:0"
    row(book, "utsatthet")[STATE].value = f"{statistics.pk}:{'9' * 5_000}:0"
    answer = sent(client, statistics, book)
    faults = {(fault.column, fault.reason[:24]) for fault in answer.context["faults"]}
    assert answer.status_code == 422
    assert faults == {
        ("Antal", "”många” är inte ett tal."),
        ("Antal", "Skriv ett helt tal."),
        ("Kod", "Koden finns inte i malle"),
        ("Kod", "Raden för ”Polis, hjälp "),
        ("Kommentar", "Texten får inte innehåll"),
        ("Ej tillämpligt", "”Hann inte” är inget av "),
        ("Läge (ändra inte)", "Filen gäller en annan in"),
    }
    assert values(statistics) == {}


def test_file_from_before_somebody_elses_change_is_refused_with_both(
    statistics: StatisticsReturn, by: User, client: Client
) -> None:
    book = fetched(client, statistics)
    fill_in(statistics, {CONTACTS: {("skola", "phone"): 77}}, by=by)
    for cells in book[SHEET].iter_rows(min_row=2):
        if str(cells[CODE].value).startswith("kontakter/"):
            cells[NUMBER].value = 66
    answer = confirmed(client, statistics, sent(client, statistics, book))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert '<td class="num">77</td>' in page
    assert '<td class="num">66</td>' in page
    assert values(statistics)["kontakter"]["skola"]["phone"] == "77"
    # Tables that the file leaves as they were when it was written are no quarrel.
    assert values(statistics)[INDIVIDUALS]["7_12"]["boy_man"] == "0"


def test_what_is_handed_in_may_stand_in_the_file_however_it_was_typed(
    statistics: StatisticsReturn, by: User, client: Client
) -> None:
    typed = all_cells(statistics, CONTACTS, {})
    typed["skola"]["phone"] = "1 200"
    fill_in(statistics, {CONTACTS: typed, "kontakter_kommentar": "Fler skolor.\n\n"}, by=by)
    submit_return(statistics=statistics, by=by, at=timezone.now())
    send_back(
        submission=1,
        statistics=statistics,
        sections=["moten"],
        reason="Räkna igen.",
        due_on=timezone.localdate(),
        by=make_user(Role.NCH_OFFICER),
        at=timezone.now(),
    )
    book = fetched(client, statistics)
    assert "Filen ändrar inget" in sent(client, statistics, book).content.decode()
    row(book, "kontakter/skola/phone")[NUMBER].value = 1201
    [fault] = sent(client, statistics, book).context["faults"]
    assert "inte öppen för rättelse" in fault.reason
