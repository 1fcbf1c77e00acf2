"""Changing calls that are logged: corrections, calls struck and restored, and what a referral led to.

In one transaction each change locks the call, keeps what was there as a `CallVersion`, moves the tally, and writes the
log.
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from stodtelefon.enums import CallChange, ChangeReason, CodeKind
from stodtelefon.models import CallOrigin, CallVersion, Code, SupportCall
from stodtelefon.permissions import ChangeBasis, basis_of_change, leads_line_of
from stodtelefon.selectors.contents import Content, content_of
from stodtelefon.selectors.lines import is_outside_hours
from stodtelefon.selectors.tallies import counted_calls
from stodtelefon.services.inputs import CallError, CallInput, write_parts
from stodtelefon.services.locks import locked_call
from stodtelefon.services.matters import count_matter_once
from stodtelefon.services.notes import move_deletion
from stodtelefon.services.tallies import add_to_tally
from stodtelefon.tallying import CountedCall

CORRECTION_REASONS = (ChangeReason.WRONG_CHOICE, ChangeReason.KNOWN_LATER, ChangeReason.CODED_ALIKE)
STRIKE_REASONS = (ChangeReason.MISTAKE, ChangeReason.DUPLICATE, ChangeReason.TRIAL)


class StaleCallError(CallError):
    """Somebody has changed the call since it was read: `now` is what it says today, `version` its number."""

    def __init__(self, version: int, now: Content) -> None:
        super().__init__("", "Någon har ändrat samtalet sedan du öppnade det.")
        self.version = version
        self.now = now


def _counted(call: SupportCall) -> list[CountedCall]:
    return list(counted_calls(SupportCall.objects.filter(pk=call.pk)))


def _count_its_matter_once(call: SupportCall) -> None:
    if call.matter is not None:
        count_matter_once(call.matter)


def _keep_version(
    call: SupportCall,
    before: Content,
    change: CallChange,
    reason: str,
    *,
    by: User,
    at: datetime.datetime,
) -> None:
    """Keep what the call said, and count its version up (without saving it)."""
    CallVersion.objects.create(
        call=call, version=call.version, content=before, change=change, reason=reason, by=by, at=at
    )
    call.version += 1


def _log(call: SupportCall, change: CallChange, reason: str, *, by: User, at: datetime.datetime) -> None:
    record(
        f"call_{change}",
        by=by,
        subject=call,
        organisation_id=call.line.organisation_id,
        details={"version": call.version, "reason": str(reason)},
        at=at,
    )


@transaction.atomic
def correct_call(
    *,
    call: SupportCall,
    version: int,
    content: CallInput,
    reason: ChangeReason | None,
    by: User,
    at: datetime.datetime,
) -> SupportCall:
    """Let the call say something else; `version` is the one that was read. What was there is kept.

    Whoever logged it may do so for as many hours as the line gives, after that its lead, who says why. What a referral
    led to stays, unless the referral is another. Content that is there already changes nothing, so that a correction
    can be sent again. Raises StaleCallError where the version is an older one, CallError for values that do not fit
    together and for a struck call, PermissionDenied for whoever may not.
    """
    call = locked_call(call)
    basis = basis_of_change(by, call, at=at)
    if basis is None:
        raise PermissionDenied("Samtalet kan inte rättas av den här användaren.")
    if call.struck_at is not None:
        raise CallError("", "Samtalet är struket. Återställ det för att rätta det.")
    content.check(logged_at=call.logged_at)
    before = content_of(call)
    after = content.as_content()
    if all(before[name] == value for name, value in after.items()):
        return call
    if call.version != version:
        raise StaleCallError(call.version, before)
    if reason is None and basis is ChangeBasis.LEAD:
        raise CallError("reason", "Välj varför samtalet rättas.")
    if reason is not None and reason not in CORRECTION_REASONS:
        raise CallError("reason", f"”{reason.label}” är inget skäl till en rättelse.")
    removed = _counted(call)
    _keep_version(call, before, CallChange.CORRECTED, reason or "", by=by, at=at)
    if call.referral != content.referral or call.referred_to_id != after["referred_to"]:
        call.referral_outcome = None
    if call.started_at != content.started_at:
        days = timezone.localdate(content.started_at) - timezone.localdate(call.started_at)
        move_deletion(call, by_days=days.days)
    if (call.started_at, call.time_known) != (content.started_at, content.time_known):
        call.outside_hours = content.time_known and is_outside_hours(call.line, content.started_at)
    for name, value in content.columns().items():
        setattr(call, name, value)
    call.save()
    call.advice.clear()
    call.individuals.all().delete()
    write_parts(call, content)
    add_to_tally(_counted(call), removed)
    _count_its_matter_once(call)
    _log(call, CallChange.CORRECTED, reason or "", by=by, at=at)
    return call


@transaction.atomic
def strike_call(*, call: SupportCall, reason: ChangeReason, by: User, at: datetime.datetime) -> SupportCall:
    """Strike a call that should not be there: it is kept and no longer counted.

    Struck already, it stays as it is. Raises CallError for a reason of another kind, PermissionDenied for whoever may
    not change the call.
    """
    call = locked_call(call)
    if basis_of_change(by, call, at=at) is None:
        raise PermissionDenied("Samtalet kan inte strykas av den här användaren.")
    if call.struck_at is not None:
        return call
    if reason not in STRIKE_REASONS:
        raise CallError("reason", f"”{reason.label}” är inget skäl att stryka ett samtal.")
    removed = _counted(call)
    _keep_version(call, content_of(call), CallChange.STRUCK, reason, by=by, at=at)
    call.struck_at = at
    call.save(update_fields=["struck_at", "version"])
    add_to_tally([], removed)
    _count_its_matter_once(call)
    _log(call, CallChange.STRUCK, reason, by=by, at=at)
    return call


@transaction.atomic
def restore_call(*, call: SupportCall, by: User, at: datetime.datetime) -> SupportCall:
    """Let a struck call count again; one that is not struck stays as it is. The lead of its line may do so.

    Raises CallError where it was struck because the import that brought it was withdrawn.
    """
    call = locked_call(call)
    if not leads_line_of(by, call):
        raise PermissionDenied("Bara telefonens ansvariga återställer ett struket samtal.")
    if call.struck_at is None:
        return call
    if CallOrigin.objects.filter(call=call, withdrawn=True).exists():
        raise CallError("", "Importen som samtalet kom med är återkallad. Läs in registret igen i stället.")
    _keep_version(call, content_of(call), CallChange.RESTORED, "", by=by, at=at)
    call.struck_at = None
    call.save(update_fields=["struck_at", "version"])
    add_to_tally(_counted(call))
    _count_its_matter_once(call)
    _log(call, CallChange.RESTORED, "", by=by, at=at)
    return call


@transaction.atomic
def note_referral_outcome(*, call: SupportCall, outcome: Code | None, by: User, at: datetime.datetime) -> SupportCall:
    """Say, when it has become known, what the referral led to. Not a correction: anyone who logs at the line may.

    Raises CallError where the caller was not referred, the call is struck, or the code is of another list.
    """
    call = locked_call(call)
    require(by, Right.LOG_CALLS, call.line.organisation_id)
    if call.referral is None or call.struck_at is not None:
        raise CallError("outcome", "Samtalet har ingen hänvisning som kan följas upp.")
    if outcome is not None and outcome.kind != CodeKind.REFERRAL_OUTCOME:
        raise CallError("outcome", f"”{outcome.label}” hör inte till listan ”{CodeKind.REFERRAL_OUTCOME.label}”.")
    if call.referral_outcome == outcome:
        return call
    removed = _counted(call)
    call.referral_outcome = outcome
    call.save(update_fields=["referral_outcome"])
    add_to_tally(_counted(call), removed)
    record(
        "referral_outcome_noted",
        by=by,
        subject=call,
        organisation_id=call.line.organisation_id,
        details={"outcome": outcome.code if outcome else ""},
        at=at,
    )
    return call
