"""States that only move as a table says: one mechanism for every aggregate.

An aggregate keeps a `state` column, a `TRANSITIONS` table and a concrete subclass of `StateMove`. `move` is the only
way a state changes: it checks the table and the guard, changes the row only if it still is in the expected state
(which holds on SQLite and PostgreSQL alike) and writes one append-only row.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models, transaction

from nch.common.scope import NATIONAL


class TransitionError(Exception):
    """The table has no such move, its guard refuses it, or somebody else moved the object first."""

    code = "not_in_that_state"


@dataclass(frozen=True)
class Transition:
    """A permitted move; `guard` says in Swedish why it must wait, or None.

    Who may do what is asked by the service that does it, where it is known at which organisation.
    """

    source: str
    target: str
    guard: Callable[[Any], str | None] | None = None


class StateMove(models.Model):
    """One row per move, never changed afterwards. Subclasses add `subject`, a foreign key to their aggregate."""

    organisation_path = NATIONAL
    subject: Any
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


def move(
    instance: Any,
    *,
    to: str,
    transitions: Iterable[Transition],
    moves: type[StateMove],
    by: Any,
    at: datetime.datetime,
    **changes: Any,
) -> None:
    """Move `instance` to state `to` and set `changes` in the same statement; whoever calls has checked the right.

    Raises TransitionError where the table, the guard or somebody else's earlier move forbids it.
    """
    source = instance.state
    labels = dict(instance._meta.get_field("state").flatchoices)
    transition = next((t for t in transitions if (t.source, t.target) == (source, to)), None)
    if transition is None:
        raise TransitionError(f"Det går inte att gå från ”{labels[source]}” till ”{labels[to]}”.")
    if transition.guard is not None and (reason := transition.guard(instance)):
        raise TransitionError(reason)
    with transaction.atomic():
        moved = type(instance)._default_manager.filter(pk=instance.pk, state=source).update(state=to, **changes)
        if not moved:
            raise TransitionError("Någon annan har hunnit före. Läs in sidan på nytt för att se vad som gäller.")
        row = moves(source=source, target=to, at=at, by=by)
        row.subject = instance
        row.save(force_insert=True)
    for name, value in {"state": to, **changes}.items():
        setattr(instance, name, value)
