"""Tasks as production runs them: PostgreSQL, Redis, and a Celery worker in a process of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from grants.tasks import file_application_copy
from nch.accounts.enums import Role
from nch.cases.models import Document
from nch.celery import app as celery_app
from nch.common.work import WorkState
from nch.demo.facts import load_facts
from reports.enums import ReportKind
from reports.models import Report
from reports.services.reports import request_report
from reports.tasks import render_report
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_submitted
from tests.worker.steps import PATIENCE, kill, start_worker, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where this process and the worker both keep files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def worker(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    celery_app.control.purge()
    process = start_worker(folder)
    yield process
    kill(process)


def order() -> Report:
    load_facts(at=timezone.now())
    return request_report(kind=ReportKind.ANNUAL, year=2023, by=make_user(Role.NCH_ANALYST), at=timezone.now())


@pytest.mark.usefixtures("worker")
def test_ordered_report_is_rendered_by_the_worker_and_only_once() -> None:
    report = order()
    wait_until(lambda: Report.objects.get(pk=report.pk).state == WorkState.DONE)
    done = Report.objects.get(pk=report.pk)
    render_report.delay(report.pk).get(timeout=PATIENCE)
    again = Report.objects.get(pk=report.pk)
    assert (again.sha256, again.finished_at) == (done.sha256, done.finished_at)


@pytest.mark.usefixtures("worker")
def test_submitted_application_is_filed_once_though_the_task_is_delivered_twice() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    file_application_copy.delay(application.pk)
    file_application_copy.delay(application.pk).get(timeout=PATIENCE)
    wait_until(lambda: Document.objects.filter(case=application.case).exists())
    assert Document.objects.filter(case=application.case).count() == 1


def test_order_that_no_worker_saw_is_carried_out_when_one_starts(folder: Path) -> None:
    celery_app.control.purge()
    report = order()
    assert Report.objects.get(pk=report.pk).state == WorkState.REQUESTED
    process = start_worker(folder)
    try:
        wait_until(lambda: Report.objects.get(pk=report.pk).state == WorkState.DONE)
    finally:
        kill(process)
