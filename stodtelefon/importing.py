"""Carrying out what was ordered: reading in a register, or taking one back. Claimed once, ended as done or failed."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from nch.accounts.models import User
from nch.audit.services import record
from stodtelefon.enums import HistoryState
from stodtelefon.imports import read_register
from stodtelefon.models import HistoryImport
from stodtelefon.services.history import HistoryFaultsError, import_register, withdraw_register

log = structlog.get_logger(__name__)
_BROKEN = "Något gick fel, och inget är sparat. Försök igen, och kontakta systemets förvaltning om felet återkommer."


def read_in(import_id: int) -> None:
    """Read in a register that waits for it; a second delivery finds it claimed or done and changes nothing."""
    imported = _claim(import_id, HistoryState.ORDERED, HistoryState.RUNNING, "Läser och kontrollerar filen")
    if imported is None:
        return
    by, path = imported.imported_by, imported.path

    def work() -> None:
        with default_storage.open(path) as kept:
            content = kept.read()
        found = read_register(content, by=by, at=imported.imported_at)
        if found.faults:
            raise HistoryFaultsError(found.faults)
        _tell(imported, HistoryState.RUNNING, 40, "Jämför med det som finns och skriver samtalen")
        with transaction.atomic():
            if _still(imported, HistoryState.RUNNING):
                import_register(imported=imported, rows=found.rows, by=by, at=timezone.now())

    _carry_out(imported, work, running=HistoryState.RUNNING, failed=HistoryState.FAILED, by=by)
    default_storage.delete(path)


def take_back(import_id: int) -> None:
    """Carry out a withdrawal that waits for it; a second delivery changes nothing."""
    imported = _claim(import_id, HistoryState.WITHDRAWAL_ORDERED, HistoryState.WITHDRAWING, "Stryker samtalen")
    if imported is None or imported.withdrawn_by is None:
        return
    by = imported.withdrawn_by

    def work() -> None:
        with transaction.atomic():
            if _still(imported, HistoryState.WITHDRAWING):
                withdraw_register(imported=imported, by=by, at=timezone.now())

    _carry_out(imported, work, running=HistoryState.WITHDRAWING, failed=HistoryState.DONE, by=by)


def _claim(import_id: int, waiting: HistoryState, running: HistoryState, stage: str) -> HistoryImport | None:
    now = timezone.now()
    claimed = HistoryImport.objects.filter(pk=import_id, state=waiting).update(
        state=running, progress=10, stage=stage, failure="", touched_at=now
    )
    if not claimed:
        return None
    return HistoryImport.objects.select_related("organisation", "imported_by", "withdrawn_by").get(pk=import_id)


def _tell(imported: HistoryImport, state: HistoryState, per_cent: int, stage: str) -> None:
    HistoryImport.objects.filter(pk=imported.pk, state=state).update(
        progress=per_cent, stage=stage, touched_at=timezone.now()
    )


def _still(imported: HistoryImport, state: HistoryState) -> bool:
    """Lock the import, and whether nobody else has carried it out: of two workers the second finds it done."""
    return HistoryImport.objects.select_for_update().filter(pk=imported.pk, state=state).first() is not None


def _carry_out(
    imported: HistoryImport, work: Callable[[], None], *, running: HistoryState, failed: HistoryState, by: User
) -> None:
    """Do the work, and say why where it fails."""
    try:
        work()
    except HistoryFaultsError as error:
        fault = error.faults[0]
        words = f"Något har ändrats sedan filen kontrollerades. Rad {fault.row}, {fault.column}: {fault.reason}"
        _fail(imported, running, failed, f"{words} Ladda upp filen igen."[:300], by=by)
    except ValidationError as error:
        _fail(imported, running, failed, " ".join(error.messages)[:300], by=by)
    except PermissionDenied:
        _fail(imported, running, failed, "Den som beställde importen leder inte längre stödtelefonen.", by=by)
    except Exception:
        log.exception("history_import_failed", history_import=imported.pk)
        _fail(imported, running, failed, _BROKEN, by=by)


def _fail(imported: HistoryImport, running: HistoryState, failed: HistoryState, reason: str, *, by: User) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"path": ""} if failed == HistoryState.FAILED else {}
    with transaction.atomic():
        moved = HistoryImport.objects.filter(pk=imported.pk, state=running).update(
            state=failed, failure=reason, stage="", progress=0, touched_at=now, **changes
        )
        if moved:
            record("history_failed", by=by, subject=imported, organisation_id=imported.organisation_id, at=now)
