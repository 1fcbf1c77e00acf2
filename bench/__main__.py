"""`python -m bench [--applications N] [--calls N] [--growth | --calls-growth]`: seed, measure, print the table."""

import argparse
import sys
from pathlib import Path

from bench.environment import Database, set_up
from bench.filling import fill, leave
from bench.growth import grow_applications, grow_calls


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the main pages on PostgreSQL.")
    parser.add_argument("--applications", type=int, default=10_000, metavar="N")
    parser.add_argument("--calls", type=int, default=100_000, metavar="N", help="support calls")
    parser.add_argument("--only", default="", metavar="TEXT", help="measure only pages with TEXT in their label")
    parser.add_argument("--fresh", action="store_true", help="seed anew even where the same numbers are there")
    parser.add_argument("--drop", action="store_true", help="drop the databases when done")
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
    if wanted.growth or wanted.calls_growth:
        grow = grow_applications if wanted.growth else grow_calls
        text = grow(fresh=wanted.fresh, drop=wanted.drop, only=wanted.only)
    else:
        text = _measure(wanted)
    print(f"\n{text}", flush=True)
    if wanted.output:
        wanted.output.write_text(f"{text}\n", encoding="utf-8")


def _measure(wanted: argparse.Namespace) -> str:
    """Measure every page on a database of these numbers; return the table."""
    database = Database()
    if wanted.fresh:
        database.drop()
    database.create()
    set_up(database)
    fill(database, wanted.applications, wanted.calls)

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
    if wanted.drop:
        leave(database)
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
