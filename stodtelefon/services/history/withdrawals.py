"""Taking back a register that was read in: its calls are struck, kept, and no longer counted."""

import datetime
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import F

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from stodtelefon.enums import CallChange, ChangeReason, HistoryState
from stodtelefon.models import CallOrigin, HistoryImport, Matter, SupportCall
from stodtelefon.selectors.contents import content_of
from stodtelefon.selectors.tallies import counted_whole
from stodtelefon.services.history.writing import chunks, keep_versions, whole_calls
from stodtelefon.services.locks import lock_matters_of
from stodtelefon.services.matters import count_matter_once
from stodtelefon.services.tallies import add_to_tally
from stodtelefon.tallying import CountedCall


@transaction.atomic
def withdraw_register(*, imported: HistoryImport, by: User, at: datetime.datetime) -> int:
    """Strike the calls that an import brought and return how many; the register can then be read in again.

    Calls that were struck before stay as they are. Corrections that the import made to calls of an earlier one stay
    too: those calls are the earlier import's. Raises PermissionDenied for whoever does not lead the lines.
    """
    require(by, Right.LEAD_LINE, imported.organisation_id)
    origins = CallOrigin.objects.filter(brought_by=imported, withdrawn=False)
    counting = SupportCall.objects.filter(origin__in=origins, struck_at__isnull=True)
    lock_matters_of(counting)
    keys = list(counting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    # All calls in one sum: many of them count in the same entries.
    add_to_tally([], _strike(keys, by=by, at=at))
    for chunk in chunks(keys):
        for matter in Matter.objects.filter(calls__in=chunk).distinct():
            count_matter_once(matter)
    origins.update(withdrawn=True)
    HistoryImport.objects.filter(pk=imported.pk).update(
        state=HistoryState.WITHDRAWN, progress=100, stage="", touched_at=at, withdrawn_by=by, withdrawn_at=at
    )
    details = {"sha256": imported.sha256, "struck": len(keys)}
    record(
        "register_withdrawn",
        by=by,
        subject=imported,
        organisation_id=imported.organisation_id,
        details=details,
        at=at,
    )
    return len(keys)


def _strike(keys: Sequence[int], *, by: User, at: datetime.datetime) -> Iterator[CountedCall]:
    """Strike calls, some at a time, each with a version of what it said, and yield what counted of them."""
    for chunk in chunks(keys):
        calls = list(whole_calls(chunk))
        counted = [counted_whole(call) for call in calls]
        said = [(call, content_of(call)) for call in calls]
        keep_versions(said, change=CallChange.STRUCK, reason=ChangeReason.IMPORT_WITHDRAWN, by=by, at=at)
        SupportCall.objects.filter(pk__in=chunk).update(struck_at=at, version=F("version") + 1)
        yield from counted
