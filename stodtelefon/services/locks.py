"""Locking a call, in the one order in which everybody does: its matter, the call, and last the log."""

from django.db import transaction
from django.db.models import QuerySet

from stodtelefon.models import Matter, SupportCall


def locked_call(call: SupportCall) -> SupportCall:
    """The call, read anew and locked for the rest of the transaction, with its matter where it has one.

    Whoever changes a call of a matter may have to change its other calls too. Two who had locked a call each, or had
    written to the log, would then wait for each other for ever; those who have the matter first do not.
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
    list(Matter.objects.select_for_update().filter(pk__in=matters).order_by("pk"))
