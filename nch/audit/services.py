"""Writing the log, in the same transaction as what it tells of, and proving that nobody has changed it."""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from nch.accounts.models import User
from nch.audit.models import AuditEvent, ChainHead

_HASHED = (
    "sequence",
    "actor_id",
    "action",
    "subject_type",
    "subject_id",
    "organisation_id",
    "details",
    "previous_hash",
)


def hash_of(event: AuditEvent) -> str:
    """Return the SHA-256 of the event's columns in a fixed order; the time counts in UTC to the microsecond."""
    content: dict[str, Any] = {name: getattr(event, name) for name in _HASHED}
    content["at"] = event.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def record(
    action: str,
    *,
    by: User | None,
    subject: Model | None = None,
    organisation_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> AuditEvent:
    """Append one event. `details` holds codes and numbers only, never free text or names."""
    # A change that cannot be logged does not happen, so that there is nothing to go back to in the middle.
    with transaction.atomic(savepoint=False):
        head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1)
        event = AuditEvent(
            sequence=head.sequence + 1,
            at=at or timezone.now(),
            actor_id=by.pk if by else None,
            action=action,
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
            organisation_id=organisation_id,
            details=dict(details or {}),
            previous_hash=head.hash,
        )
        event.hash = hash_of(event)
        # The database moves the head on by itself (migration 0003): one statement less, and no event without it.
        event.save(force_insert=True)
    return event


def record_read(
    subject: Model, *, by: User, organisation_id: int | None, details: Mapping[str, Any] | None = None
) -> None:
    """Append that somebody opened a case file or call record."""
    record("read", by=by, subject=subject, organisation_id=organisation_id, details=details)


def broken_links(events: Iterator[AuditEvent] | None = None) -> Iterator[str]:
    """Yield, in Swedish, every place where the chain does not hold; nothing where the log is whole."""
    number, previous = 0, "0" * 64
    for event in events if events is not None else AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000):
        number += 1
        if event.sequence != number:
            yield f"Händelse {number} saknas (nästa är {event.sequence})."
            number = event.sequence
        if event.previous_hash != previous:
            yield f"Händelse {event.sequence} bygger inte på den före."
        if event.hash != hash_of(event):
            yield f"Händelse {event.sequence} har ändrats."
        previous = event.hash
    head = ChainHead.objects.filter(pk=1).first()
    if (head.sequence if head else 0) != number or (head is not None and head.hash != previous):
        yield f"Loggen slutar vid händelse {number}, men huvudet säger {head.sequence if head else 0}."


def log_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    """Receiver of Django's sign-in signal: whoever signs in leaves a row."""
    record("signed_in", by=user, subject=user)


def log_failed_sign_in(sender: Any, credentials: Mapping[str, Any], **kwargs: Any) -> None:
    """Receiver of Django's failed sign-in signal; the address that was tried is not kept."""
    record("sign_in_failed", by=None)
