"""Reading the log: for those with the right to it, and nobody else."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.models import AuditEvent, ChainHead


def events_for(user: User | AnonymousUser) -> QuerySet[AuditEvent]:
    """The whole log for an auditor, nothing for others."""
    return access_of(user).limit(AuditEvent.objects.all(), Right.READ_LOG)


def actor_names(events: list[AuditEvent]) -> dict[int, str]:
    """Names of the users behind some events, in one query, for showing the log."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))


def actions() -> list[str]:
    """The kinds of event that the log holds, for its filter."""
    return list(AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct())


def last_sequence() -> int:
    """The number of the log's latest event; 0 where it is empty."""
    return ChainHead.objects.values_list("sequence", flat=True).first() or 0


def has_happened_between(action: str, *, after: int, before: int) -> bool:
    """Whether the log has such an event with a number between the two."""
    return AuditEvent.objects.filter(action=action, sequence__gt=after, sequence__lt=before).exists()
