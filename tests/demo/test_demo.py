"""The demo is built through the services and holds the published facts."""

import datetime
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pdfplumber
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.utils import timezone

from grants.models import Application, PublishedMoney
from nch.accounts.models import User
from nch.celery import app as celery_app
from nch.counties.models import County, Municipality
from nch.demo.build import build, is_begun, is_built
from nch.demo.cast import CAST
from nch.demo.management.commands import demo as demo_command
from resurscentra.models import ResourceCentre, SituationReport
from stodtelefon.models import CallVersion, SupportCall
from stodtelefon.services.tallies import tally_differences
from tests.tools.verapdf import validate

pytestmark = pytest.mark.one_database  # the demo keeps to SQLite
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def _standing_demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo, built once for the tests that only read it."""
    celery_app.conf.task_always_eager = True
    with django_db_blocker.unblock(), transaction.atomic():
        # As `manage.py demo` runs: where all is demonstration, what is made up is counted and released.
        as_demo = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("demo"), DEMO=True)
        with as_demo, TestCase.captureOnCommitCallbacks(execute=True):
            build(say=lambda step: None)
        celery_app.conf.task_always_eager = False
        with mock.patch.object(connection, "close"):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_standing_demo: None, db: None) -> None:
    """The same, for a test with a transaction of its own."""


@pytest.mark.usefixtures("demo")
def test_demo_holds_the_published_facts() -> None:
    assert is_begun()
    assert is_built()
    assert (County.objects.count(), Municipality.objects.count()) == (21, 290)
    assert ResourceCentre.objects.count() == 16
    assert [(row.year, row.set_aside, row.handed_out) for row in PublishedMoney.objects.all()] == [
        (2018, None, None),
        (2021, 10_000_000, None),
        (2023, 15_000_000, 13_913_620),
    ]
    of_2023 = SupportCall.objects.filter(started_at__year=2023)
    assert of_2023.count() == 395
    per_county = {code: of_2023.filter(county_id=code).count() for code in ("14", "12", "05")}
    assert per_county == {"14": 51, "12": 27, "05": 27}
    assert of_2023.filter(county_known=False).count() == 77


@pytest.mark.usefixtures("demo")
def test_demo_has_calls_of_the_last_weeks_at_three_lines_one_of_them_corrected() -> None:
    assert not SupportCall.objects.filter(constructed=False).exists()
    recent = SupportCall.objects.filter(started_at__gte=timezone.now() - datetime.timedelta(weeks=7))
    assert recent.values("line").distinct().count() == 3
    assert set(CallVersion.objects.values_list("change", flat=True)) == {"corrected", "struck"}
    assert recent.filter(referral_outcome__isnull=False).count() == 1
    assert tally_differences() == {}


@pytest.mark.usefixtures("demo")
def test_demo_marks_what_is_constructed_and_names_nobody() -> None:
    for application in Application.objects.select_related("call"):
        assert "konstruerat exempel" in application.call.title
    for report in SituationReport.objects.select_related("period"):
        assert "konstruerat exempel" in report.period.title
    assert {user.display_name for user in User.objects.all()} == {part.name for part in CAST}
    assert all(user.is_demo_cast and not user.has_usable_password() for user in User.objects.all())


@pytest.mark.usefixtures("demo")
def test_demo_leaves_a_whole_log() -> None:
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert "Kedjan håller" in out.getvalue()


def test_commands_of_the_readme_build_the_demo_and_write_the_report(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"NCH_MODE": "demo", "NCH_VAR_DIR": str(tmp_path / "var")}
    report = tmp_path / "report.pdf"
    # The limit is there so that nothing hangs for ever; how long it takes depends on what else the machine does.
    for command in (["demo", "--no-serve"], ["render_report", "annual", "2023", "--output", str(report)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, timeout=900)
    with pdfplumber.open(report) as document:
        text = " ".join((page.extract_text() or "").replace("\u00a0", " ") for page in document.pages)
    for figure in ("395", "1 019", "15 000 000", "13 913 620"):
        assert figure in text
    assert validate(report) == []


class _Stopping:
    """A process that has stopped with a code, or runs for some looks at it first."""

    def __init__(self, code: int, looks: int = 0) -> None:
        self.code, self.looks = code, looks

    def poll(self) -> int | None:
        self.looks -= 1
        return None if self.looks >= 0 else self.code


def test_worker_that_stops_is_started_again_with_a_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_command.time, "sleep", lambda _: None)
    told, workers = io.StringIO(), iter([_Stopping(1), _Stopping(1, looks=99)])
    with pytest.raises(CommandError, match="Webbservern stannade"):
        demo_command.Command(stderr=told)._watch(_Stopping(0, looks=9), lambda: next(workers))
    assert told.getvalue().count("startas om") == 1
    assert next(workers, None) is None


def test_worker_that_stops_at_once_each_time_ends_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_command.time, "sleep", lambda _: None)
    with pytest.raises(CommandError, match="så snart den startas"):
        demo_command.Command(stderr=io.StringIO())._watch(_Stopping(0, looks=99), lambda: _Stopping(1))


def test_demo_is_refused_outside_demo_mode() -> None:
    environment = os.environ | {"NCH_MODE": "test"}
    result = subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "NCH_MODE=demo" in result.stderr
