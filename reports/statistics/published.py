"""What everybody may see: the published tables, as the public pages, the statistics API and the catalogue read them.

All public reading goes through here. A table that is not in the mapping does not exist for anybody outside, and
nothing else tells that it will be. Facts that have been printed in public reports are there as they are; what is
counted from records only as it was frozen in a release (reports/services/releases.py). What has been public and was
withdrawn is told with its reason and without its numbers; what was withdrawn before its day was never there.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

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


@dataclass(frozen=True)
class WithdrawnTable:
    """A table that was public and has been taken back; `reason` is in Swedish, as whoever withdrew it wrote it."""

    id: str
    version: int
    withdrawn_at: datetime.datetime
    reason: str
    definition: TableDefinition


def published_tables() -> Mapping[str, PublishedTable]:
    """What everybody may see at this moment, by identity in the order of lists (one query)."""
    facts = {
        table_id: PublishedTable(table_id, 1, definition.updated, definition)
        for table_id, definition in TABLES.items()
        if definition.disclosure == Disclosure.PUBLISHED
    }
    released = {
        row.table_id: PublishedTable(row.table_id, row.version, row.publish_at, RELEASABLE[row.table_id], row.pk)
        for row in _latest()
        if row.state == ReleaseState.SIGNED
    }
    return facts | {table_id: released[table_id] for table_id in RELEASABLE if table_id in released}


def withdrawn_tables() -> Mapping[str, WithdrawnTable]:
    """What everybody could see and was taken back, until a new version is out; by identity (one query)."""
    gone = {
        row.table_id: WithdrawnTable(row.table_id, row.version, row.withdrawn_at, row.reason, RELEASABLE[row.table_id])
        for row in _latest()
        if row.state == ReleaseState.WITHDRAWN and row.withdrawn_at
    }
    return {table_id: gone[table_id] for table_id in RELEASABLE if table_id in gone}


def published_table(table_id: str) -> PublishedTable | None:
    """The table that everybody may see under this identity at this moment, if there is one."""
    return published_tables().get(table_id)


def withdrawn_table(table_id: str) -> WithdrawnTable | None:
    """The table under this identity, if it was public and has been taken back."""
    return withdrawn_tables().get(table_id)


class _Row(NamedTuple):
    table_id: str
    version: int
    publish_at: datetime.datetime
    pk: int
    state: str
    withdrawn_at: datetime.datetime | None
    reason: str


def _latest() -> Iterable[_Row]:
    """The latest version of each table whose day has come; whether it still stands is its state.

    An older version does not come back in place of one that is withdrawn: whoever withdraws says that the table is
    wrong as it stands.
    """
    out = ReleasedTable.objects.filter(version__isnull=False, release__publish_at__lte=timezone.now())
    out = out.exclude(release__withdrawn_at__lt=F("release__publish_at")).filter(table_id__in=RELEASABLE)
    release = [f"release__{name}" for name in ("state", "withdrawn_at", "withdrawal_reason")]
    rows = out.order_by("version").values_list("table_id", "version", "release__publish_at", "pk", *release)
    return {row.table_id: row for row in map(_Row._make, rows)}.values()
