"""Starting a worker or a web server in a process group of its own, and waiting for what it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def _start(folder: Path, log: str, module: list[str], **variables: str) -> "subprocess.Popen[bytes]":
    """A process group of its own on the database of this test, with further environment variables."""
    database = connection.settings_dict
    address = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    credentials = f"{database['USER']}:{database['PASSWORD']}@" if database["PASSWORD"] else f"{database['USER']}@"
    environment = os.environ | {
        "NCH_MODE": "test",
        "DATABASE_URL": f"postgres://{credentials}{address}",
        "REDIS_URL": settings.REDIS_URL,
        "NCH_VAR_DIR": str(folder),
        **variables,
    }
    with (folder / log).open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", *module], cwd=ROOT, env=environment, stdout=file, stderr=file, start_new_session=True
        )


def start_worker(folder: Path, **variables: str) -> "subprocess.Popen[bytes]":
    """A worker on the database of this test, with further environment variables."""
    return _start(
        folder, "worker.log", ["celery", "-A", "nch", "worker", "--concurrency", "1", "--without-mingle"], **variables
    )


def start_web(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """A web server as production has it, on the database of this test."""
    return _start(folder, "web.log", ["gunicorn", "nch.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"])


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process and its children at once, as a machine that loses its power would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not get there"
        time.sleep(0.3)
