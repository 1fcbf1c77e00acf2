"""The running demo as a person meets it: its own folder, web server and worker, and Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from playwright.sync_api import Browser, Page, sync_playwright

from nch.celery import app as celery_app
from nch.counties.services import load_country
from tests.e2e.stage import Stage, moment

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90
# Triggers taken off after the last test, put on again before the next one.
KEPT: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey; without Chromium it is left out, or fails where CI requires it."""
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None and not os.environ.get("NCH_REQUIRE_SERVICES"):
                item.add_marker(
                    pytest.mark.skip(reason="CHROMIUM IS MISSING: the journeys in the browser were NOT tried")
                )


@pytest.fixture(scope="session", autouse=True)
def _database_beside_the_browser() -> Iterator[None]:
    """Playwright's synchronous calls run an event loop in this thread, which Django takes for an asynchronous view."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the database of journeys in this process in a file: SQLite's shared memory knows no waiting for a lock."""
    database = connections["default"]
    if database.vendor == "sqlite":
        database.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "journeys.sqlite3")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the demo as the README says, in an empty folder, and wait for it to answer."""
    port = free_port()
    folder = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"NCH_MODE": "demo", "NCH_VAR_DIR": str(folder)}
    log = (folder / "log.txt").open("w+")
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, Path(log.name))
        yield address
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/halsa/", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"The demo did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts: every journey is made both ways."""
    return bool(request.param)


@pytest.fixture
def page(browser: Browser, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=javascript, locale="sv-SE", timezone_id="Europe/Stockholm")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def _rows_can_be_cleared(transactional_db: None) -> Iterator[None]:
    """Take the triggers of final rows off after the test, so that its rows can go, and put them back."""
    final_rows = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        triggers = cursor.execute(final_rows).fetchall()
        assert triggers or KEPT
        for sql in KEPT:
            cursor.execute(sql)
        KEPT.clear()
    yield
    with connection.cursor() as cursor:
        for name, sql in cursor.execute(final_rows).fetchall():
            KEPT.append(sql)
            cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture
def stage(page: Page, live_server: Any, _rows_can_be_cleared: None) -> Iterator[Stage]:
    """The empty country, with tasks done at once."""
    celery_app.conf.task_always_eager = True
    with time_machine.travel(moment(2021, 1, 11), tick=True) as clock:
        load_country()
        yield Stage(page, live_server.url, clock)
    celery_app.conf.task_always_eager = False
