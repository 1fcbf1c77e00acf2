"""The bench's database, filled with the numbers that are asked for."""

import time
from typing import TYPE_CHECKING

from bench.environment import Database

if TYPE_CHECKING:  # Django has to be set up first
    from django.db.models import Model

MOST_SEEDED_CALLS = 100_000
"""More calls than these are copies of them: `bench.seed.multiply` tells what is true of copies."""


def fill(database: Database, applications: int, calls: int) -> None:
    """Seed the database, unless it holds these numbers already; other numbers are dropped first.

    More than MOST_SEEDED_CALLS calls have to be a multiple of it.
    """
    from bench.seed import note_seeded, seed, seeded_numbers, settle
    from bench.seed.multiply import multiply_calls

    if seeded_numbers() == (applications, calls):
        print(f"The database {database.name} holds these numbers already (--fresh seeds it anew).", flush=True)
    else:
        _empty(database)
        print(f"Seeding {database.name} with {applications} applications and {calls} calls …", flush=True)
        begun = time.perf_counter()
        counts = seed(applications=applications, calls=min(calls, MOST_SEEDED_CALLS))
        if calls > MOST_SEEDED_CALLS:
            multiply_calls(calls // MOST_SEEDED_CALLS)
        note_seeded(applications, calls)
        print(
            f"Seeded {database.name} in {time.perf_counter() - begun:.0f} s; copied in:\n{_listed(counts)}", flush=True
        )
    settle()


def _listed(counts: "dict[type[Model], int]") -> str:
    fullest = sorted(counts.items(), key=lambda pair: -pair[1])
    return "\n".join(f"  {number:>9}  {model._meta.label}" for model, number in fullest)


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


def leave(database: Database) -> None:
    """Drop the database."""
    from django.db import connection

    connection.close()
    database.drop()
    print(f"The database {database.name} has been dropped.")
