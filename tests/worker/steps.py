"""Starting a worker in a process group of its own, and waiting for what it does."""

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


def start_worker(folder: Path, **variables: str) -> "subprocess.Popen[bytes]":
    """A worker on the database of this test, with further environment variables."""
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
    command = [sys.executable, "-m", "celery", "-A", "nch", "worker", "--concurrency", "1", "--without-mingle"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the worker and its children at once, as a machine that loses its power would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the worker did not get there"
        time.sleep(0.3)
