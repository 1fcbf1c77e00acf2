"""Asking the system as a browser does: gunicorn as in production, sessions as after sign-in, times, query counts."""

import http.client
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nch.accounts.models import User

HOST = "127.0.0.1"
WORKERS = 2
WARM_UPS, MEASURED = 5, 40
SECONDS_TO_START = 60
FORM = "application/x-www-form-urlencoded"
TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Visitor:
    """Somebody with a browser: signed in where there is a user. Both doors, HTTP and in-process, share the session."""

    def __init__(self, user: User | None = None) -> None:
        self.inside = Client()
        self.cookies = {"csrftoken": secrets.token_hex(16)}
        if user is not None:
            self.inside.force_login(user)
            self.cookies["sessionid"] = self.inside.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass(frozen=True)
class Question:
    """One request. `form` makes it a POST."""

    visitor: Visitor
    path: str
    form: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def body(self) -> bytes:
        return urlencode(self.form, doseq=True).encode() if self.form is not None else b""


@dataclass(frozen=True)
class Reply:
    """What came back, and after how many milliseconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float


@dataclass(frozen=True)
class Measurement:
    """Times over HTTP in milliseconds; `queries` of one request, and beside them the statements that begin and end
    transactions; `kilobytes` of the page."""

    best: float
    median: float
    p90: float
    queries: int
    control: int
    kilobytes: float


class UnexpectedReplyError(Exception):
    """A page answered with another status than it should: what is measured is not what is meant."""


def ask(port: int, question: Question) -> Reply:
    """Ask over HTTP, on a connection of its own, as the proxy in front of gunicorn does."""
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in question.visitor.cookies.items()),
        **question.headers,
    }
    if question.form is not None:
        headers |= {"Content-Type": FORM, "X-CSRFToken": question.visitor.cookies["csrftoken"]}
    begun = time.perf_counter()
    link = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        link.request(question.method, question.path, question.body, headers)
        answer = link.getresponse()
        body = answer.read()
        milliseconds = (time.perf_counter() - begun) * 1000
    finally:
        link.close()
    for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
        if name == settings.SESSION_COOKIE_NAME:
            question.visitor.cookies[name] = morsel.value
    return Reply(answer.status, dict(answer.headers), body, milliseconds)


def ask_inside(question: Question) -> tuple[Reply, list[str]]:
    """Ask in this process, and return the SQL that it took."""
    with CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        answer = question.visitor.inside.generic(
            question.method, question.path, question.body, FORM, headers=question.headers
        )
        milliseconds = (time.perf_counter() - begun) * 1000
    statements = [query["sql"] for query in captured.captured_queries]
    return Reply(answer.status_code, dict(answer.items()), answer.content, milliseconds), statements


def is_control(statement: str) -> bool:
    """Whether a statement only begins or ends a transaction."""
    return statement.lstrip().upper().startswith(TRANSACTION_CONTROL)


def ask_in_turn(
    port: int, make: Callable[[], Question], *, expected: int, after: Callable[[Reply], None], times: int
) -> list[Reply]:
    """Ask over HTTP one after another: `make` gives each request, `after` is told each reply.

    Raises UnexpectedReplyError.
    """
    replies = []
    for _ in range(times):
        question = make()
        replies.append(_checked(ask(port, question), question, expected, after))
    return replies


def statements_of(make: Callable[[], Question], *, expected: int, after: Callable[[Reply], None]) -> tuple[int, int]:
    """How many queries a request takes in this process, and how many statements begin and end transactions."""
    # The second time, when what a process keeps is there; what was posted cannot be posted again.
    first = make()
    _checked(ask_inside(first)[0], first, expected, after)
    counted = make() if first.form is not None else first
    reply, statements = ask_inside(counted)
    _checked(reply, counted, expected, after)
    control = sum(map(is_control, statements))
    return len(statements) - control, control


def _checked(reply: Reply, question: Question, expected: int, after: Callable[[Reply], None]) -> Reply:
    if reply.status != expected:
        raise UnexpectedReplyError(f"{question.method} {question.path}: {reply.status}, not {expected}")
    after(reply)
    return reply


def summed_up(replies: Sequence[Reply], queries: int, control: int) -> Measurement:
    """The figures of these replies."""
    times = [reply.milliseconds for reply in replies]
    return Measurement(
        best=min(times),
        median=statistics.median(times),
        p90=statistics.quantiles(times, n=10)[-1],
        queries=queries,
        control=control,
        kilobytes=len(replies[-1].body) / 1024,
    )


@contextmanager
def server() -> Iterator[int]:
    """Gunicorn with two workers, until the block ends; yields its port. It logs to a file in the bench's folder."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "nch.wsgi", "--bind", f"{HOST}:{port}", "--workers", str(WORKERS)]
    if os.path.isdir("/dev/shm"):
        command += ["--worker-tmp-dir", "/dev/shm"]
    with _log_file().open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _log_file() -> Path:
    return Path(settings.VAR_DIR) / "gunicorn.log"


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ask(port, Question(Visitor(), "/halsa/"))
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"gunicorn did not start; see {_log_file()}")
