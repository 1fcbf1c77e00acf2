"""Filling the database: the country and its people through the services, the many rows in bulk."""

import datetime

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bench.seed.applications import seed_applications
from bench.seed.bulk import Bulk
from bench.seed.log import Log
from bench.seed.people import People, engage_people
from bench.seed.support_calls import open_lines, seed_calls
from grants.services.calls import load_published_money
from nch.audit.models import AuditEvent
from nch.audit.services import record
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.counties.services import load_country
from resurscentra.services import load_known_centres
from stodtelefon.services import load_code_lists, load_published_figures

SEEDED = "bench_seeded"
REGIONAL_LINES = 2


def seeded_numbers() -> tuple[int, int] | None:
    """How many applications and calls the database was seeded with, or None."""
    event = AuditEvent.objects.filter(action=SEEDED).order_by("-sequence").first()
    return (event.details["applications"], event.details["calls"]) if event else None


def seed(*, applications: int, calls: int, now: datetime.datetime | None = None) -> dict[type[Model], int]:
    """Fill an empty, migrated database; return how many rows of each model were copied in."""
    now = now or timezone.now()
    load_country()
    load_published_money()
    load_code_lists()
    load_published_figures()
    people: People = engage_people()
    load_known_centres(by=people.officers[0], at=now)
    centres = list(Organisation.objects.filter(kind=OrganisationKind.RESOURCE_CENTRE)[:REGIONAL_LINES])
    lines = open_lines(centres, at=now)
    bulk = Bulk()
    log = Log(bulk)
    seed_applications(applications, people=people, now=now, bulk=bulk, log=log)
    seed_calls(calls, lines=lines, by=people.line_staff, now=now, bulk=bulk, log=log)
    bulk.close()
    log.close()
    return dict(bulk.counts)


def note_seeded(applications: int, calls: int) -> None:
    """Note in the database what it holds, so that the next run need not seed it again."""
    record(SEEDED, by=None, details={"applications": applications, "calls": calls})


def settle() -> None:
    """Leave the database as autovacuum leaves it in time, so that it does not set in while we measure."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
