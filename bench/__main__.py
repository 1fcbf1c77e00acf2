"""`python -m bench [--applications N] [--calls N] [--growth | --calls-growth]`: seed, measure, print the table."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.environment import Database, set_up

if TYPE_CHECKING:  # Django has to be set up first
    from bench.pages import Page
    from bench.web import Measurement

GROWTH, CALLS_BESIDE = (1_000, 10_000, 100_000), 1_000


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the main pages on PostgreSQL.")
    parser.add_argument("--applications", type=int, default=10_000, metavar="N")
    parser.add_argument("--calls", type=int, default=100_000, metavar="N", help="support calls")
    parser.add_argument("--only", default="", metavar="TEXT", help="measure only pages with TEXT in their label")
    parser.add_argument("--fresh", action="store_true", help="seed anew even where the same numbers are there")
    parser.add_argument("--drop", action="store_true", help="drop the database when done")
    parser.add_argument(
        "--growth", action="store_true", help="measure lists, start page and case page at 1 000, 10 000 and 100 000"
    )
    parser.add_argument(
        "--calls-growth", action="store_true", help="measure what is read and saved of calls at 100 000 and 1 000 000"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the table as Markdown too")
    wanted = parser.parse_args()
    if wanted.applications < 200 or wanted.calls < 1:
        parser.error("at least 200 applications (to about ten calls) and one support call are needed")
    return wanted


def main() -> None:
    """Do what was asked for."""
    wanted = arguments()
    database = Database()
    if wanted.fresh:
        database.drop()
    database.create()
    set_up(database)
    try:
        if wanted.growth:
            text = _grow(database)
        elif wanted.calls_growth:
            text = _grow_calls(database)
        else:
            _fill(database, wanted.applications, wanted.calls)
            text = _measure(wanted)
    finally:
        if wanted.drop:
            _leave(database)
    if wanted.output:
        wanted.output.write_text(f"{text}\n", encoding="utf-8")


def _fill(database: Database, applications: int, calls: int) -> None:
    """Seed the database, unless it holds these numbers already; other numbers are dropped first."""
    from bench.seed import seed, seeded_numbers, settle

    before = seeded_numbers()
    if before == (applications, calls):
        print(f"The database {database.name} holds these numbers already (--fresh seeds it anew).", flush=True)
    else:
        _empty(database)
        print(f"Seeding {database.name} with {applications} applications and {calls} calls …", flush=True)
        begun = time.perf_counter()
        counts = seed(applications=applications, calls=calls)
        print(f"Seeded in {time.perf_counter() - begun:.0f} s:", flush=True)
        for model, number in sorted(counts.items(), key=lambda pair: -pair[1]):
            print(f"  {number:>9}  {model._meta.label}")
    settle()


def _empty(database: Database) -> None:
    """Make the database anew if anything is in it, left from other numbers or from a seeding that was stopped."""
    from django.core.management import call_command
    from django.db import connection

    from nch.counties.models import County

    if County.objects.exists():
        connection.close()
        database.drop()
        database.create()
        call_command("migrate", verbosity=0)


def _grow(database: Database) -> str:
    """Measure what is read every day on three sizes of database, print the table and return it."""
    from bench.pages import reading_pages
    from bench.seed.people import engage_people
    from bench.table import growth_table, machine
    from bench.web import server

    found: dict[int, list[tuple[Page, Measurement]]] = {}
    for applications in GROWTH:
        _fill(database, applications, CALLS_BESIDE)
        with server() as port:
            found[applications] = [(page, page.run(port)) for page in reading_pages(engage_people())]
    text = f"{machine(GROWTH[-1], CALLS_BESIDE)}\n\n{growth_table(found)}"
    print(f"\n{text}", flush=True)
    return text


def _grow_calls(database: Database) -> str:
    """Measure calls on two sizes of database, print the tables and return them."""
    from bench.calls_growth import APPLICATIONS_BESIDE, CALLS, grow_calls
    from bench.seed import settle

    _empty(database)  # what was multiplied before cannot be told from what was seeded
    _fill(database, APPLICATIONS_BESIDE, CALLS)
    text = grow_calls(settle)
    print(f"\n{text}", flush=True)
    return text


def _measure(wanted: argparse.Namespace) -> str:
    """Measure every page, print the table and return it."""
    from bench.allocation import allocation_line, measure_allocation
    from bench.pages import pages
    from bench.personal_data import measure_personal_data, personal_data_line
    from bench.seed.people import engage_people
    from bench.table import NOTES, machine, report_line, table
    from bench.web import server
    from bench.yearly_report import measure_report
    from nch.celery import app

    found = []
    with server() as port:
        for page in pages(engage_people()):
            if wanted.only in page.label:
                print(f"{page.label} …", file=sys.stderr, flush=True)
                found.append((page, page.run(port)))
    # Nobody works off what the measured requests have left to the background.
    app.control.purge()
    parts = [machine(wanted.applications, wanted.calls), table(found), NOTES]
    if not wanted.only:
        parts[2:2] = [
            report_line(measure_report()),
            allocation_line(measure_allocation()),
            personal_data_line(measure_personal_data()),
        ]
    text = "\n\n".join(parts)
    print(f"\n{text}", flush=True)
    return text


def _leave(database: Database) -> None:
    from django.db import connection

    connection.close()
    database.drop()
    print(f"The database {database.name} has been dropped.")


if __name__ == "__main__":
    main()
