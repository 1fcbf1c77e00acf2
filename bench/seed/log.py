"""The event log's rows, chained as `nch.audit` chains them, many at a time."""

import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from bench.seed.bulk import Bulk
from nch.accounts.models import User
from nch.audit.models import AuditEvent, ChainHead
from nch.audit.services import hash_of


class Log:
    """Goes on from the chain's head; between the first event and `close` nobody else may write to the log."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._head, _ = ChainHead.objects.get_or_create(pk=1)
        # A trigger moves the head on with every event; thousands of times in one transaction that takes for ever.
        self._triggers("DISABLE")

    def add(
        self,
        action: str,
        *,
        by: User,
        subject: Model,
        organisation_id: int,
        at: datetime.datetime,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Append one event, as `nch.audit.services.record` would."""
        event = AuditEvent(
            sequence=self._head.sequence + 1,
            at=at,
            actor_id=by.pk,
            action=action,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            organisation_id=organisation_id,
            details=details or {},
            previous_hash=self._head.hash,
        )
        event.hash = hash_of(event)
        self._bulk.add(event)
        self._head.sequence, self._head.hash = event.sequence, event.hash

    def close(self) -> None:
        """Write the chain's new head."""
        self._triggers("ENABLE")
        self._head.save()

    def _triggers(self, what: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {AuditEvent._meta.db_table} {what} TRIGGER USER")
