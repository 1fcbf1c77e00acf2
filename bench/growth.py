"""The same pages on databases of several sizes.

What else a machine does changes from minute to minute by more than what is to be seen here. So all sizes stand at once,
each with its own database, process and gunicorn, and every page is asked for in turns: some times of the smallest, some
times of the next, and round again. What slows one then slows all, and their ratio is worth something.
"""

import multiprocessing
import multiprocessing.connection
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.environment import Database, set_up
from bench.filling import fill, leave
from bench.markdown import lined

ROUNDS, TIMES_A_ROUND = 10, 5
APPLICATIONS, CALLS_BESIDE = (1_000, 10_000, 100_000), 1_000
CALLS, APPLICATIONS_BESIDE = (100_000, 1_000_000), 200
MOST_GROWTH = 1.3
"""The most that the last size may take of the first (of calls: issue 4, "growth … under 1.3 times")."""


@dataclass(frozen=True)
class Growth:
    """One page: its times in milliseconds at every size, its queries at the last, and the median it has to keep."""

    label: str
    limit: float | None
    times: tuple[tuple[float, ...], ...]
    queries: tuple[int, ...]

    def medians(self) -> list[float]:
        """The median at every size."""
        return [statistics.median(times) for times in self.times]

    def ratio(self) -> float:
        """How many times the first size the last one takes, at the median."""
        medians = self.medians()
        return medians[-1] / medians[0]


def grow_applications(*, fresh: bool, drop: bool, only: str) -> str:
    """Measure lists, start pages and case pages at three numbers of applications; return the table as text."""
    return _grow([(number, CALLS_BESIDE) for number in APPLICATIONS], "reading", fresh=fresh, drop=drop, only=only)


def grow_calls(*, fresh: bool, drop: bool, only: str) -> str:
    """Measure what is read and saved of calls at two numbers of them; return the table as text."""
    return _grow([(APPLICATIONS_BESIDE, number) for number in CALLS], "line", fresh=fresh, drop=drop, only=only)


def _grow(sizes: Sequence[tuple[int, int]], group: str, *, fresh: bool, drop: bool, only: str) -> str:
    with ExitStack() as stack:
        wires = [
            stack.enter_context(_standing((applications, calls), group, redis_away=place, fresh=fresh, drop=drop))
            for place, (applications, calls) in enumerate(sizes)
        ]
        heads = [wire.recv() for wire in wires]  # when all have been filled
        found = []
        for number, (label, limit) in enumerate(heads[0]["pages"]):
            if only in label:
                found.append(_in_turns(wires, number, label, limit))
        facts = [wire.recv() for wire in _told(wires, "facts")] if group == "line" and not only else []
    asked = f"every page {ROUNDS} times {TIMES_A_ROUND} in turns; median / best in ms"
    return "\n\n".join([f"{heads[-1]['machine']}; {asked}", _table([head["name"] for head in heads], found), *facts])


def _told(wires: Sequence[multiprocessing.connection.Connection], what: Any) -> Iterator[Any]:
    for wire in wires:
        wire.send(what)
        yield wire


def _in_turns(
    wires: Sequence[multiprocessing.connection.Connection], number: int, label: str, limit: float | None
) -> Growth:
    times: list[list[float]] = [[] for _ in wires]
    for _ in range(ROUNDS):
        for place, wire in enumerate(_told(wires, (number, TIMES_A_ROUND))):
            times[place] += wire.recv()
    queries = [wire.recv() for wire in _told(wires, (number, None))]
    return Growth(label, limit, tuple(map(tuple, times)), tuple(queries))


@contextmanager
def _standing(
    size: tuple[int, int], group: str, *, redis_away: int, fresh: bool, drop: bool
) -> Iterator[multiprocessing.connection.Connection]:
    """A size in a process of its own, since Django has one default database in each; yields the wire to it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_stand, args=(there, size, group, redis_away, fresh, drop))
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.join(timeout=30)


def _stand(
    wire: multiprocessing.connection.Connection,
    size: tuple[int, int],
    group: str,
    redis_away: int,
    fresh: bool,
    drop: bool,
) -> None:
    """Fill this size's database, serve it, and answer what comes over the wire until it is closed."""
    applications, calls = size
    database = Database(f"_{applications}_{calls}")
    if fresh:
        database.drop()
    database.create()
    set_up(database, redis_away)
    fill(database, applications, calls)

    from bench.pages import line_pages, reading_pages
    from bench.seed.people import engage_people
    from bench.table import machine
    from bench.tally_against_rows import tally_against_rows
    from bench.web import WARM_UPS, server
    from nch.celery import app

    pages = {"reading": reading_pages, "line": line_pages}[group](engage_people())
    with server() as port:
        for page in pages:
            page.ask(port, WARM_UPS)
        wire.send(
            {
                "name": str(applications if group == "reading" else calls),
                "machine": machine(applications, calls),
                "pages": [(page.label, page.milliseconds) for page in pages],
            }
        )
        try:
            while True:
                match wire.recv():
                    case "facts":
                        wire.send(f"{calls} calls. {tally_against_rows()}")
                    case number, None:
                        wire.send(pages[number].statements()[0])
                    case number, times:
                        wire.send([reply.milliseconds for reply in pages[number].ask(port, times)])
        except EOFError:
            app.control.purge()  # nobody works off what the requests have left to the background
    if drop:
        leave(database)


def _table(sizes: Sequence[str], found: Sequence[Growth]) -> str:
    """One row per page with its median and, after the stroke, its best time at each size, and last to first."""
    head = ("Page", *(f"{size} ms" for size in sizes), "queries", "last/first", "")
    rows = []
    for page in found:
        medians, ratio = page.medians(), page.ratio()
        wrong = ["SLOW"] if page.limit is not None and medians[-1] >= page.limit else []
        wrong += ["GROWS"] if ratio >= MOST_GROWTH else []
        queries = "–".join(str(number) for number in sorted(set(page.queries)))
        times = [f"{median:.1f} / {min(each):.1f}" for median, each in zip(medians, page.times, strict=True)]
        rows.append((page.label, *times, queries, f"{ratio:.2f}", ", ".join(wrong) or "meets"))
    return lined(head, rows)
