"""Which tables a person may explore, and their cubes within the person's reach. No other module here asks for rights.

Tables are published (the same for all), live tables of calls (asked by filters, reports/views/line_question.py), or
live tables of grants, reports and centres (reports/statistics/asking.py).
"""

import datetime
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser

from nch.accounts.models import User
from nch.accounts.permissions import access_of
from reports.statistics.asking import follow_up_question, follow_up_tables_for, over_years
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Disclosure, TableDefinition
from reports.statistics.published import PublishedTable, published_table, published_tables
from reports.statistics.question import Question
from reports.statistics.registry import EXPLORED_SECTIONS


@dataclass(frozen=True)
class Explorable:
    """A table that somebody may explore. It is live where nothing of it is `published`; one of calls `asks` for a
    question, which the filters of the page make."""

    definition: TableDefinition
    group: str
    published: PublishedTable | None = None
    asks: bool = False

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def is_live(self) -> bool:
        return self.published is None


PUBLISHED_GROUP: Final = "Publicerade tabeller"
FOLLOW_UP_GROUP: Final = "Bidrag, lägesbilder och resurscentrum"


def explorable_for(user: User | AnonymousUser) -> dict[str, Explorable]:
    """The tables that the user may explore, by identity in the order of lists; at most one query."""
    published = {
        table.id: Explorable(table.definition, PUBLISHED_GROUP, table) for table in published_tables().values()
    }
    return _live_for(user) | (published if isinstance(user, User) else {})


def explorable(user: User | AnonymousUser, table_id: str) -> Explorable | None:
    """The table, if the user may explore it."""
    if live := _live_for(user).get(table_id):
        return live
    table = published_table(table_id) if isinstance(user, User) else None
    return Explorable(table.definition, PUBLISHED_GROUP, table) if table else None


def cube_of(table: Explorable, *, by: User, at: datetime.datetime, question: Question | None = None) -> Cube:
    """The table in Swedish: as it was published, or as it is just now within the person's reach.

    `question` is what a table of calls is asked; a live table of anything else tells of all its years.
    """
    if table.published is not None:
        return table.published.cube("sv")
    if question is None:
        question = over_years(table.definition, follow_up_question(by, at=at))
    question.reading.plan(table.definition.needs(question))
    return resolve(table.definition, "sv", question)


def _live_for(user: User | AnonymousUser) -> dict[str, Explorable]:
    access = access_of(user)
    of_calls = {
        table.id: Explorable(table, section.label, asks=True)
        for section in EXPLORED_SECTIONS
        for table in section.tables
        if table.disclosure == Disclosure.STAFF and any(access.may(right) for right in table.readers)
    }
    return of_calls | {table.id: Explorable(table, FOLLOW_UP_GROUP) for table in follow_up_tables_for(user)}
