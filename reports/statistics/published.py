"""What everybody may see: the published tables, as the public pages, the statistics API and the catalogue read them.

All public reading goes through here. A table that is not in the mapping does not exist for anybody outside, and
nothing else tells that it will or did. Facts that have been printed in public reports are there as they are; what is
counted from records only as it was frozen in a release (reports/services/releases.py).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from reports.enums import ReleaseState
from reports.models import ReleasedTable
from reports.statistics.cube import Cube, resolve, thaw
from reports.statistics.definitions import Disclosure, Language, TableDefinition
from reports.statistics.registry import RELEASABLE, TABLES


@dataclass(frozen=True)
class PublishedTable:
    """One published version of a table; `published_at` is in UTC. The same version always gives the same cube.

    `frozen` is the key of the released table, None for facts that have been printed before.
    """

    id: str
    version: int
    published_at: datetime.datetime
    definition: TableDefinition
    frozen: int | None = None

    def cube(self, language: Language) -> Cube:
        """The numbers as they were published, protected already."""
        if self.frozen is None:
            return resolve(self.definition, language)
        kept = ReleasedTable.objects.values_list(f"frozen__{language}", flat=True).get(pk=self.frozen)
        return thaw(kept)


def published_tables() -> Mapping[str, PublishedTable]:
    """What everybody may see at this moment, by identity in the order of lists (one query)."""
    facts = {
        table_id: PublishedTable(table_id, 1, definition.updated, definition)
        for table_id, definition in TABLES.items()
        if definition.disclosure == Disclosure.PUBLISHED
    }
    released = _released()
    return facts | {table_id: released[table_id] for table_id in RELEASABLE if table_id in released}


def published_table(table_id: str) -> PublishedTable | None:
    """The table that everybody may see under this identity at this moment, if there is one."""
    return published_tables().get(table_id)


def _released() -> dict[str, PublishedTable]:
    """The latest version of each table whose day has come, unless that very version has been withdrawn.

    An older version does not come back in its place: whoever withdraws says that the table is wrong as it stands.
    """
    out = ReleasedTable.objects.filter(version__isnull=False, release__publish_at__lte=timezone.now())
    out = out.exclude(release__withdrawn_at__lt=F("release__publish_at"))
    rows = out.order_by("version").values_list("table_id", "version", "release__publish_at", "pk", "release__state")
    latest = {table_id: (version, day, pk, state) for table_id, version, day, pk, state in rows}
    return {
        table_id: PublishedTable(table_id, version, day, RELEASABLE[table_id], pk)
        for table_id, (version, day, pk, state) in latest.items()
        if version and day and state == ReleaseState.SIGNED and table_id in RELEASABLE
    }
