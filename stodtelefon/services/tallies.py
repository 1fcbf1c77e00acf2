"""Keeping the tally of calls: what changes a call adds entries, and a task sums them up. See docs/decisions/0019."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Sum

from nch.audit.selectors import has_happened_between, last_sequence
from nch.audit.services import record
from nch.common.bulk import insert_rows
from nch.common.snapshots import one_moment
from stodtelefon.models import CallTally, SupportCall
from stodtelefon.selectors.tallies import counted_calls
from stodtelefon.tallying import Amounts, CountedCall, TallyKey, tally

KEY = TallyKey._fields
COLUMNS = (*KEY, *Amounts._fields, "summed")
MENDED = "tallies_mended"


def add_to_tally(added: Iterable[CountedCall], removed: Iterable[CountedCall] = ()) -> None:
    """Enter calls in the tally and take others out, in the transaction that changes the calls themselves.

    Entries are only added, so that twenty people who log at once never wait for one another's rows.
    """
    _enter(tally(added, removed))


def _enter(entries: Mapping[TallyKey, Amounts]) -> None:
    insert_rows(CallTally, COLUMNS, ((*key, *amounts, False) for key, amounts in entries.items()))


def sum_up_tallies() -> int:
    """Replace entries that belong together by their sums; return how many entries that saved.

    One month of a line and a cut at a time, each in a transaction of its own. Entries that arrive meanwhile wait for
    the next time; of two that run at once the second finds the entries gone that the first has locked.
    """
    waiting = CallTally.objects.filter(summed=False).order_by().values_list("line_id", "month", "cut").distinct()
    return sum(_sum_up(line_id, month, cut) for line_id, month, cut in list(waiting))


@transaction.atomic
def _sum_up(line_id: int, month: datetime.date, cut: str) -> int:
    entries = list(CallTally.objects.select_for_update().filter(line_id=line_id, month=month, cut=cut).order_by("pk"))
    sums: dict[TallyKey, Amounts] = {}
    for entry in entries:
        key = TallyKey(*(getattr(entry, name) for name in KEY))
        sums[key] = sums.get(key, Amounts()).plus(Amounts(*(getattr(entry, name) for name in Amounts._fields)))
    kept = {key: amounts for key, amounts in sums.items() if any(amounts)}
    CallTally.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    CallTally.objects.bulk_create(
        CallTally(**key._asdict(), **amounts._asdict(), summed=True) for key, amounts in kept.items()
    )
    return len(entries) - len(kept)


def tally_differences() -> dict[TallyKey, Amounts]:
    """Compare the tally with the calls themselves: what each key that differs lacks (below zero: has too much).

    The calls are read some at a time, the tally before them: where others save meanwhile, ask within `one_moment`.
    """
    entered = {
        TallyKey(*row[: len(KEY)]): Amounts(*row[len(KEY) :])
        for row in CallTally.objects.order_by().values_list(*KEY).annotate(*(Sum(name) for name in Amounts._fields))
    }
    counted = tally(counted_calls(SupportCall.objects.order_by("pk")))
    lacking = {key: counted.get(key, Amounts()).plus(entered.get(key, Amounts()), -1) for key in {*entered, *counted}}
    return {key: amounts for key, amounts in lacking.items() if any(amounts)}


def mend_tallies(*, at: datetime.datetime) -> int:
    """Make the tally agree with the calls, and return how many keys differed; the log says so where any did.

    It finds nothing where every change has gone through the services; calls from before there was a tally are entered.
    People may log meanwhile: what differed at one moment is entered, and what is saved after it has entries of its
    own. Of two that mend at once one enters what differed, for both have seen the same.
    """
    with one_moment():
        seen = last_sequence()
        lacking = tally_differences()
    if not lacking:
        return 0
    with transaction.atomic():
        _enter(lacking)
        # Whoever has written to the log has it alone until the end: no other mending can come in between unseen.
        event = record(MENDED, by=None, details={"keys": len(lacking)}, at=at)
        if has_happened_between(MENDED, after=seen, before=event.sequence):
            transaction.set_rollback(True)
            return 0
    return len(lacking)
