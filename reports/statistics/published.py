"""What everybody may see: the published tables, as the statistics API and the catalogue read them.

All public reading goes through here. A table that is not in the mapping does not exist for anybody outside, and
nothing else tells that it will or did.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Disclosure, Language, TableDefinition
from reports.statistics.registry import TABLES


@dataclass(frozen=True)
class PublishedTable:
    """One published version of a table; `published_at` is in UTC. The same version always gives the same cube."""

    id: str
    version: int
    published_at: datetime.datetime
    definition: TableDefinition

    def cube(self, language: Language) -> Cube:
        """The numbers as they were published, protected already."""
        return resolve(self.definition, language)


def published_tables() -> Mapping[str, PublishedTable]:
    """What everybody may see at this moment, by identity in the order of lists."""
    return {
        table_id: PublishedTable(table_id, 1, definition.updated, definition)
        for table_id, definition in TABLES.items()
        if definition.disclosure == Disclosure.PUBLISHED
    }


def published_table(table_id: str) -> PublishedTable | None:
    """The table that everybody may see under this identity at this moment, if there is one."""
    return published_tables().get(table_id)
