"""The yearly report: its numbers are bound and frozen, its file holds what it claims, its making survives mishaps."""

import datetime
import hashlib
import io
import json
import re
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.common.transitions import TransitionError
from nch.common.work import SILENT, Claim, WorkState
from reports import rendering
from reports.annual.bound import RULES, BoundReport, MissingNumberError
from reports.annual.compose import ReportDataError, annual_years, compose_annual
from reports.annual.render import render_annual
from reports.enums import ReportKind
from reports.models import Report
from reports.services.reports import ReportError, render_report_now, request_report, retry_report
from reports.statistics.registry import TABLES
from reports.tasks import render_report
from stodtelefon.models import PublishedFigure
from tests.factories.accounts import make_user
from tests.tools.verapdf import validate

AT = datetime.datetime(2024, 2, 15, 8, 30, tzinfo=datetime.UTC)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates/reports/annual"


@pytest.fixture
def analyst(facts):
    return make_user(Role.NCH_ANALYST)


def order(analyst, year=2023):
    return request_report(kind=ReportKind.ANNUAL, year=year, by=analyst, at=timezone.now())


# --- Numbers --------------------------------------------------------------------------------------------------------


def test_only_years_with_everything_published_are_offered(facts):
    assert annual_years() == [2023]


def test_composing_a_year_without_figures_says_what_is_missing(facts):
    with pytest.raises(ReportDataError) as caught:
        compose_annual(2021)
    assert [line for line in caught.value.missing if "samtal" in line]
    assert [line for line in caught.value.missing if "bidrag" in line]


def test_composing_twice_gives_the_same(facts):
    assert compose_annual(2023, at=AT).to_json() == compose_annual(2023, at=AT).to_json()


def test_bound_values_survive_json(facts):
    bound = compose_annual(2023, at=AT)
    assert BoundReport.from_json(json.loads(json.dumps(bound.to_json()))) == bound


def test_every_number_can_be_traced_back(facts):
    bound = compose_annual(2023, at=AT)
    for key, number in bound.numbers.items():
        source = number.source
        if "rule" in source:
            expected = RULES[source["rule"]](*(bound.numbers[one].value for one in source["of"]))
        elif "time" in source:
            assert source["time"] in bound.tables[source["table"]].time.codes
            expected = int(source["time"])
        else:
            assert source["table"] in TABLES
            expected = bound.tables[source["table"]].cell(**source["cell"]).value
        assert number.value == expected, key


@pytest.mark.one_database
def test_the_numbers_are_those_counted_by_hand(facts):
    numbers = {key: number.value for key, number in compose_annual(2023, at=AT).numbers.items()}
    assert numbers["calls"] == 395
    assert (numbers["most_year"], numbers["most_calls"]) == (2019, 1019)
    assert (numbers["fewer_year"], numbers["fewer_calls"]) == (2015, 298)
    assert (numbers["set_aside"], numbers["handed_out"], numbers["money_left"]) == (15_000_000, 13_913_620, 1_086_380)
    shares = [numbers[f"{name}_share"] for name in ("handed_out", "county_unknown", "category_first")]
    assert shares == [93, 19, 54]
    assert (numbers["centres"], numbers["counties_with_centre"]) == (16, 13)


def test_the_text_has_no_typed_numbers():
    """Digits in sentences are chapter numbers, labels, the ordinance and two dates; everything else is bound."""
    allowed = {"2022:1345", "1", "4", "5", "6", "13", "2014", "2022", "31", "2", "3"}
    for template in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", template.read_text(encoding="utf-8"))
        typed = set(re.findall(r"\d+(?::\d+)?", re.sub(r"\b[1-6]\.[1-5]\b", " ", text)))
        assert typed <= allowed, template.name


def test_a_number_that_is_not_bound_stops_the_rendering(facts):
    bound = compose_annual(2023, at=AT)
    kept = bound.to_json()
    del kept["numbers"]["calls"]
    with pytest.raises(MissingNumberError, match="calls"):
        render_annual(BoundReport.from_json(kept))


# --- The file -------------------------------------------------------------------------------------------------------


@pytest.fixture
def content(facts):
    return render_annual(compose_annual(2023, at=AT))


@pytest.mark.one_database
def test_the_pdf_is_accessible_archivable_and_holds_the_published_figures(content):
    assert validate(content, ["ua1", "3a"]) == []
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages).replace("\u00a0", " ")
    for number in ("395", "1 019", "15 000 000 kr", "13 913 620 kr", "1 086 380 kr"):
        assert number in text
    for words in ("Årsrapport 2023", "Innehåll", "5 Regionala resurscentrum", "6 Stöd till yrkesverksamma"):
        assert words in text
    assert "inte publicerat" in text
    assert "Tidsseriebrott" in text
    assert "Una Norrbotten" in text
    assert "onstruerad" not in text


@pytest.mark.one_database
def test_the_data_of_every_table_is_attached(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        names = set(pdf.attachments)
        calls = pdf.attachments["calls-per-year.csv"].get_file().read_bytes().decode("utf-8-sig")
    assert names == {f"{table_id}.csv" for table_id in TABLES}
    assert "395" in calls


@pytest.mark.one_database
def test_rendering_again_gives_the_same_file_even_when_the_facts_have_changed(facts):
    bound = compose_annual(2023, at=AT)
    first = render_annual(bound)
    PublishedFigure.objects.update(calls=1)
    assert render_annual(BoundReport.from_json(json.loads(json.dumps(bound.to_json())))) == first


# --- Ordering and making --------------------------------------------------------------------------------------------


def test_an_ordered_report_is_rendered_after_the_transaction(analyst, settings, django_capture_on_commit_callbacks):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render_report, "delay", sent.append)
        with django_capture_on_commit_callbacks(execute=True):
            report = order(analyst)
            assert sent == []
    assert sent == [report.pk]
    assert (report.state, report.progress) == (WorkState.REQUESTED, 0)
    event = AuditEvent.objects.get(action="report_requested")
    assert event.details == {"kind": "annual", "year": 2023}


def test_the_task_makes_the_report_and_tells_how_far_it_has_come(analyst, monkeypatch):
    report = order(analyst)
    told = []
    tell = Claim.tell
    monkeypatch.setattr(Claim, "tell", lambda *args: (told.append(args[1:]), tell(*args)))
    render_report(report.pk)
    report.refresh_from_db()
    assert report.state == WorkState.DONE
    assert report.progress == 100
    assert [per_cent for per_cent, _ in told] == sorted({per_cent for per_cent, _ in told})
    assert all(stage for _, stage in told)
    with report.file.open("rb") as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == report.sha256
    assert len(content) == report.size
    assert [(one.source, one.target) for one in report.moves.all()] == [
        ("requested", "working"),
        ("working", "done"),
    ]
    assert AuditEvent.objects.filter(action="report_rendered").count() == 1


def test_a_second_delivery_changes_nothing(analyst, monkeypatch):
    report = order(analyst)
    render_report(report.pk)
    report.refresh_from_db()
    monkeypatch.setattr(rendering, "render_annual", lambda *args, **kwargs: pytest.fail("rendered twice"))
    render_report(report.pk)
    again = Report.objects.get(pk=report.pk)
    assert (again.sha256, again.finished_at, again.file.name) == (report.sha256, report.finished_at, report.file.name)


def test_a_failure_leaves_a_clear_state_and_can_be_tried_again(analyst, monkeypatch):
    report = order(analyst)

    def breaks(*args, **kwargs):
        raise RuntimeError("secret details")

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "render_annual", breaks)
        render_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.failure) == (WorkState.FAILED, rendering.WENT_WRONG)
    assert "secret" not in str(vars(report))
    frozen = report.bound
    PublishedFigure.objects.filter(year=2023).update(calls=1)
    retry_report(report=report, by=analyst, at=timezone.now())
    render_report(report.pk)
    report.refresh_from_db()
    assert report.state == WorkState.DONE
    assert report.failure == ""
    assert report.bound == frozen


def test_lost_facts_are_told_as_such(analyst):
    report = order(analyst)
    PublishedFigure.objects.all().delete()
    render_report(report.pk)
    report.refresh_from_db()
    assert report.failure == rendering.DATA_MISSING
    assert AuditEvent.objects.get(action="report_failed").details == {"failure": "data_missing"}


def test_a_silent_worker_can_be_replaced_but_a_working_one_cannot(analyst):
    report = order(analyst)
    now = timezone.now()
    with pytest.raises(TransitionError):
        retry_report(report=report, by=analyst, at=now)
    Report.objects.filter(pk=report.pk).update(state=WorkState.WORKING, progress=40)
    report.refresh_from_db()
    with pytest.raises(TransitionError):
        retry_report(report=report, by=analyst, at=now)
    retry_report(report=report, by=analyst, at=now + SILENT + datetime.timedelta(seconds=5))
    report.refresh_from_db()
    assert (report.state, report.progress) == (WorkState.REQUESTED, 0)


def test_the_same_report_is_not_made_twice_at_a_time(analyst):
    order(analyst)
    with pytest.raises(ReportError, match="tas redan fram"):
        order(analyst)
    assert Report.objects.count() == 1


def test_a_year_without_figures_is_refused_with_the_years_there_are(analyst):
    with pytest.raises(ReportError, match="2023"):
        order(analyst, year=2021)
    assert not Report.objects.exists()
    assert not AuditEvent.objects.filter(action="report_requested").exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.NCH_ANALYST])
def test_nobody_else_may_order(facts, role):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        order(make_user(role))


def test_a_finished_report_cannot_be_changed(analyst):
    report = render_report_now(kind=ReportKind.ANNUAL, year=2023, by=analyst, at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(sha256="0")
    with pytest.raises(DatabaseError), transaction.atomic():
        report.moves.all().delete()


def test_the_database_refuses_states_that_cannot_be(analyst):
    report = order(analyst)
    for wrong in ({"progress": 101}, {"state": WorkState.DONE}, {"state": WorkState.FAILED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**wrong)


def test_the_command_writes_the_file(analyst, tmp_path, capsys):
    target = tmp_path / "report.pdf"
    call_command("render_report", "annual", "2023", "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF")
    assert hashlib.sha256(target.read_bytes()).hexdigest() in capsys.readouterr().out


def test_the_command_says_what_is_wrong(analyst, tmp_path):
    with pytest.raises(CommandError, match="2023"):
        call_command("render_report", "annual", "1999", "--output", str(tmp_path / "r.pdf"))
    with pytest.raises(CommandError, match="finns inte"):
        call_command("render_report", "annual", "2023", "--output", str(tmp_path / "no" / "r.pdf"))
    with pytest.raises(CommandError, match="Ingen användare"):
        call_command("render_report", "annual", "2023", "--output", str(tmp_path / "r.pdf"), "--by", "x@example.se")
