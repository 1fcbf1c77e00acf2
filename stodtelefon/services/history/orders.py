"""Ordering that a register be read in or taken back; a task does it, and the page shows how far it has come."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.files import CheckedFile
from nch.common.work import LONGEST_QUEUE
from nch.counties.models import Organisation
from stodtelefon.enums import HISTORY_QUEUED, HISTORY_UNDER_WAY, HistoryKind, HistoryState
from stodtelefon.models import HistoryImport
from stodtelefon.services.history.rows import HistoryError
from stodtelefon.tasks import read_in_register, take_back_register

FOLDER: Final = "history-imports"
SILENT: Final = datetime.timedelta(minutes=15)
"""An import that was begun and has said nothing for so long can be ordered again: its worker is likely to be gone.
Longer than for other work (nch/common/work.py): all calls are written in one transaction, in which nothing is told."""


@transaction.atomic
def order_register(
    *, file: CheckedFile, sources: Sequence[str], rows: int, organisation: Organisation, by: User, at: datetime.datetime
) -> HistoryImport:
    """Order that a register that has been checked be read in; its file is kept until that is done.

    Raises HistoryError while another import of the same organisation is under way.
    """
    require(by, Right.LEAD_LINE, organisation.pk)
    under_way = HistoryImport.objects.filter(organisation=organisation, state__in=HISTORY_UNDER_WAY)
    if under_way.exists():
        raise HistoryError("En annan import pågår. Vänta tills den är klar.")
    path = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(file.content))
    imported = HistoryImport.objects.create(
        organisation=organisation,
        kind=HistoryKind.REGISTER,
        state=HistoryState.ORDERED,
        touched_at=at,
        file_name=file.name,
        sha256=file.sha256,
        path=path,
        sources=sorted(sources),
        rows=rows,
        imported_by=by,
        imported_at=at,
    )
    details = {"sha256": file.sha256, "rows": rows}
    record("register_ordered", by=by, subject=imported, organisation_id=organisation.pk, details=details, at=at)
    transaction.on_commit(lambda: read_in_register.delay(imported.pk), robust=True)
    return imported


@transaction.atomic
def order_withdrawal(*, imported: HistoryImport, by: User, at: datetime.datetime) -> None:
    """Order that the calls of an import be struck. Raises HistoryError where it brought none or is not done."""
    require(by, Right.LEAD_LINE, imported.organisation_id)
    if imported.kind != HistoryKind.REGISTER or not imported.added:
        raise HistoryError("Importen har inte lagt till några samtal som kan strykas.")
    moved = HistoryImport.objects.filter(pk=imported.pk, state=HistoryState.DONE).update(
        state=HistoryState.WITHDRAWAL_ORDERED, progress=0, touched_at=at, withdrawn_by=by
    )
    if not moved:
        raise HistoryError("Importen är redan återkallad, eller pågår.")
    record("withdrawal_ordered", by=by, subject=imported, organisation_id=imported.organisation_id, at=at)
    transaction.on_commit(lambda: take_back_register.delay(imported.pk), robust=True)


def may_be_ordered_again(imported: HistoryImport, *, at: datetime.datetime) -> bool:
    """Whether it was begun and has been silent for long, or has waited too long for a worker."""
    return imported.state in HISTORY_UNDER_WAY and imported.touched_at < at - _patience(imported)


def _patience(imported: HistoryImport) -> datetime.timedelta:
    return LONGEST_QUEUE if imported.state in HISTORY_QUEUED else SILENT


@transaction.atomic
def order_again(*, imported: HistoryImport, by: User, at: datetime.datetime) -> None:
    """Order again what nobody seems to have. Should its worker be at work after all, one of the two finds it done.

    Raises HistoryError unless `may_be_ordered_again`.
    """
    require(by, Right.LEAD_LINE, imported.organisation_id)
    coming = imported.state in (HistoryState.ORDERED, HistoryState.RUNNING)
    moved = HistoryImport.objects.filter(
        pk=imported.pk, state=imported.state, state__in=HISTORY_UNDER_WAY, touched_at__lt=at - _patience(imported)
    ).update(state=HistoryState.ORDERED if coming else HistoryState.WITHDRAWAL_ORDERED, progress=0, touched_at=at)
    if not moved:
        raise HistoryError("Importen pågår.")
    record("history_ordered_again", by=by, subject=imported, organisation_id=imported.organisation_id, at=at)
    task = read_in_register if coming else take_back_register
    transaction.on_commit(lambda: task.delay(imported.pk), robust=True)
