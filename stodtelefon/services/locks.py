"""The one order in which everybody locks, so that no two wait for each other for ever.

1. registers of old calls (by key)
2. matters (by key), also the one that a call is to leave or enter
3. calls (by key)
4. notes (by the key of their call, and by number)
5. handovers (by key)
6. the log, last of all: `record` holds it until the transaction ends, and everybody else who saves waits for it

Entries of the tally are only added, and locked by nobody but those who sum them up. A transaction takes what it needs
of these and leaves out the rest; rows that it has made itself are nobody else's and may come in any place. That nothing
is changed after the log has been written is watched in all tests of this app (tests/stodtelefon/conftest.py).
"""

from django.db import transaction
from django.db.models import QuerySet

from stodtelefon.models import CallNote, HandoverNote, Matter, SupportCall


def locked_call(call: SupportCall) -> SupportCall:
    """The call, read anew and locked for the rest of the transaction, with its matter where it has one.

    Whoever changes a call of a matter may have to change its other calls too, and so has the matter first.
    """
    rows = SupportCall.objects.select_related(
        "line", "caller_category", "topic", "referral", "referral_outcome", "matter"
    )
    while True:
        matter_id = SupportCall.objects.values_list("matter_id", flat=True).get(pk=call.pk)
        if matter_id is not None:
            Matter.objects.select_for_update().get(pk=matter_id)
        before = transaction.savepoint()
        found = rows.select_for_update(of=("self",)).get(pk=call.pk)
        if found.matter_id == matter_id:
            transaction.savepoint_commit(before)
            return found
        # It was given a matter meanwhile: the call is let go of again, and the matter locked first.
        transaction.savepoint_rollback(before)


def lock_matters_of(calls: QuerySet[SupportCall]) -> None:
    """Lock the matters of calls that are to be changed together, before the calls themselves are locked."""
    matters = calls.order_by().filter(matter__isnull=False).values("matter")
    lock_matters(Matter.objects.filter(pk__in=matters))


def lock_matters(matters: QuerySet[Matter]) -> None:
    """Lock matters in their order."""
    list(matters.order_by("pk").select_for_update().values_list("pk"))


def lock_notes(notes: QuerySet[CallNote]) -> QuerySet[CallNote]:
    """Lock notes as they are read, in their order. (By the calls' keys: the calls themselves are not locked.)"""
    return notes.order_by("call_id", "number").select_for_update()


def lock_handovers(handovers: QuerySet[HandoverNote]) -> QuerySet[HandoverNote]:
    """Lock handovers as they are read, in their order."""
    return handovers.order_by("pk").select_for_update()
