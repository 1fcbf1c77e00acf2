"""How a live table of grants, reports or centres is asked: by whom, about which years.

The tables are `FOLLOW_UP_TABLES` in registry.py, by identity. For a page of all that a person may see:

    for table in follow_up_tables_for(user):             # those that the person's rights open
        cube = live_cube(table.id, by=user, at=now)      # what is within the person's reach, over all years
    live_cube(table.id, by=user, at=now, language="en", first_year=2025, last_year=2026)

Several tables on one page read each kind of fact once if they share a question:

    question = follow_up_question(user, at=now)
    cubes = [resolve(over_years(table, question), "sv", question) …]

Nothing is cached, and nobody has to check rights: facts come by the selectors of the siblings, which scope by user.
"""

import datetime
from dataclasses import replace

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from nch.accounts.models import User
from nch.accounts.permissions import access_of
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import DEFAULT_LANGUAGE, Language, TableDefinition
from reports.statistics.question import Period, Question, Reading
from reports.statistics.reach import Reach
from reports.statistics.registry import FOLLOW_UP_TABLES
from stodtelefon.models import CallTally


def follow_up_tables_for(user: User | AnonymousUser) -> list[TableDefinition]:
    """The live tables that the user may see, in the order of lists."""
    access = access_of(user)
    return [table for table in FOLLOW_UP_TABLES.values() if any(access.may(right) for right in table.readers)]


def follow_up_question(user: User, *, at: datetime.datetime) -> Question:
    """What a user may be told of grants, reports and centres; the period is to be set (`over_years`)."""
    asked_at = timezone.localtime(at)
    reading = Reading(CallTally.objects.none())
    return Question(period=Period.of_year(asked_at.year), asked_at=asked_at, reading=reading, reach=Reach(user))


def over_years(
    table: TableDefinition, question: Question, *, first_year: int | None = None, last_year: int | None = None
) -> Question:
    """The question over the years that the table tells of, or over those of them that are asked for.

    Where it tells of none at all, it is the year of asking.
    """
    years = table.years(question) or [question.asked_at.year]
    first = min(max(first_year or years[0], years[0]), years[-1])
    last = max(min(last_year or years[-1], years[-1]), first)
    return replace(question, period=Period(datetime.date(first, 1, 1), datetime.date(last, 12, 31)))


def live_cube(
    table_id: str,
    *,
    by: User,
    at: datetime.datetime,
    language: Language = DEFAULT_LANGUAGE,
    first_year: int | None = None,
    last_year: int | None = None,
) -> Cube:
    """One live table within the user's reach. Raises KeyError for a table that is not there or not open to the user."""
    tables = {table.id: table for table in follow_up_tables_for(by)}
    question = follow_up_question(by, at=at)
    table = tables[table_id]
    return resolve(table, language, over_years(table, question, first_year=first_year, last_year=last_year))
