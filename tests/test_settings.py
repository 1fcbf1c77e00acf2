"""Settings say what is missing, and what must not reach production is an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "NCH_MODE": "production",
    "SECRET_KEY": "".join(chr(97 + number % 26) for number in range(60)),
    "ALLOWED_HOSTS": "nch.example.se",
    "SITE_URL": "https://nch.example.se",
    "DATABASE_URL": "postgres://nch@db/nch",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail:25",
}


def check(tmp_path: Path, *arguments: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    keep = {name: value for name, value in os.environ.items() if name not in (*PRODUCTION, "NCH_VAR_DIR")}
    given = {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    environment = keep | given | {"NCH_VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_production_settings_pass_the_deploy_check(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_missing_variable_is_named(tmp_path: Path, name: str) -> None:
    result = check(tmp_path, **{name: None})
    assert result.returncode != 0
    assert f"{name} has to be set" in result.stderr


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3"}, "nch.E001"),
        ({"CELERY_TASK_ALWAYS_EAGER": "1"}, "nch.E002"),
        ({"NCH_MODE": "demo", "DATABASE_URL": None, "ALLOWED_HOSTS": None}, "nch.E003"),
        ({"NCH_MODE": "demo", "ALLOWED_HOSTS": None}, "keeps to its own SQLite file"),
        ({"NCH_MODE": "demo", "DATABASE_URL": None}, "loopback names only"),
        ({"NCH_MODE": "prod"}, "has to be one of demo, test, production"),
    ],
)
def test_what_must_not_reach_production_is_an_error(tmp_path: Path, changes: dict[str, str | None], fault: str) -> None:
    result = check(tmp_path, **changes)
    assert result.returncode != 0
    assert fault in result.stderr
