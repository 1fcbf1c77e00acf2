"""A worker killed in the middle of its work: one that is gone is told of, and a process that died is made good."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.celery import app as celery_app
from nch.common.work import SILENT, Work, WorkState, standing_of
from reports.enums import ReleaseState
from reports.models import Preparation, Release, Signing
from reports.services.preparations import ask_again, ask_for_release
from reports.services.releases import prepare_release
from reports.services.signings import ask_to_sign
from stodtelefon.models import SupportLine
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_call, make_line, swedish
from tests.worker.steps import kill, start_worker, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

CHOICE = {"title": "Samtal", "table_ids": ["released-calls-by-month-and-county"], "first_year": 2025, "last_year": 2025}


@pytest.fixture
def line() -> SupportLine:
    """A line with one call of 2025."""
    line = make_line()
    began = swedish(2025, 3, 3, 9, 0)
    make_call(line, make_answerer(line), started_at=began, at=began)
    celery_app.control.purge()
    return line


@pytest.fixture
def maker() -> User:
    return make_user(Role.NCH_ANALYST)


@contextmanager
def held_up() -> Iterator[None]:
    """Whoever wants to read what has been signed waits: so a worker is in the middle of its work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_releasedtable IN ACCESS EXCLUSIVE MODE")
        yield


def has_begun(model: type[Work]) -> bool:
    return model._default_manager.filter(state=WorkState.WORKING).exists()


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    return [int(one) for one in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_draft_whose_worker_was_killed_is_told_of_and_made_when_asked_for_again(
    line: SupportLine, maker: User, tmp_path: Path
) -> None:
    asked = ask_for_release(**CHOICE, by=maker, at=timezone.now())  # type: ignore[arg-type]
    first = start_worker(tmp_path)
    try:
        with held_up():
            wait_until(lambda: has_begun(Preparation))
            kill(first)
    finally:
        if first.poll() is None:
            kill(first)
    asked.refresh_from_db()
    later = timezone.now() + 2 * SILENT
    assert [standing_of(asked, at=at).may_be_asked_again for at in (timezone.now(), later)] == [False, True]
    ask_again(preparation=asked, by=maker, at=later)
    second = start_worker(tmp_path)
    try:
        wait_until(lambda: Preparation.objects.get().state == WorkState.DONE)
    finally:
        kill(second)
    assert Preparation.objects.get().release == Release.objects.get()


def test_signature_takes_effect_though_the_process_that_attacked_died(
    line: SupportLine, maker: User, tmp_path: Path
) -> None:
    release = prepare_release(**CHOICE, by=maker, at=timezone.now())  # type: ignore[arg-type]
    ask_to_sign(release=release, publish_at=None, by=make_user(Role.NCH_DECISION_MAKER), at=timezone.now())
    worker = start_worker(tmp_path)
    try:
        with held_up():
            wait_until(lambda: has_begun(Signing))
            for child in children(worker):
                os.kill(child, signal.SIGKILL)
        wait_until(lambda: Release.objects.get().state == ReleaseState.SIGNED)
    finally:
        kill(worker)
    signing = Signing.objects.get()
    assert (signing.state, signing.attempt) == (WorkState.DONE, 2)
    assert release.tables.get().version == 1
