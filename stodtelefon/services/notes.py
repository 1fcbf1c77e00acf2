"""Writing, reviewing and deleting the free text of calls. No text ever goes into the log or an exception."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.personal_data import RULES_VERSION, find, holds_refused
from stodtelefon.models import CallNote, HandoverNote, SupportCall
from stodtelefon.services.locks import lock_handovers, lock_notes, locked_call

RESCANNED_AT_A_TIME = 2000


class NoteError(Exception):
    """The note cannot be kept; the message says why in Swedish, without repeating it."""


def refuse_identity_numbers(text: str) -> None:
    """Raise NoteError where a text holds what may never be confirmed away."""
    if holds_refused(text):
        raise NoteError("Anteckningen får inte innehålla personnummer.")


@transaction.atomic
def write_note(*, call: SupportCall, text: str, by: User, at: datetime.datetime) -> CallNote:
    """Keep a note about a call, or a new wording of it; it is deleted the line's number of days after the call.

    What only looks like personal data has been confirmed in the form (nch/common/personal_data/fields.py); an identity
    number is refused here too, by NoteError, and so is a note about a struck call.
    """
    require(by, Right.LOG_CALLS, call.line.organisation_id)
    refuse_identity_numbers(text)
    call = locked_call(call)
    if call.struck_at is not None:
        raise NoteError("Samtalet är struket. Återställ det för att skriva en anteckning.")
    latest = CallNote.objects.filter(call=call).aggregate(latest=Max("number"))["latest"] or 0
    note = CallNote.objects.create(
        call=call,
        number=latest + 1,
        text=text,
        rules_version=RULES_VERSION,
        written_by=by,
        written_at=at,
        delete_on=timezone.localdate(call.started_at) + datetime.timedelta(days=call.line.note_days),
    )
    record("note_written", by=by, subject=call, organisation_id=call.line.organisation_id, at=at)
    return note


def move_deletion(call: SupportCall, *, by_days: int) -> None:
    """Let the notes of a call that turns out to have come on another day go as much earlier or later."""
    for note in lock_notes(CallNote.objects.filter(call=call)) if by_days else ():
        note.delete_on += datetime.timedelta(days=by_days)
        note.save(update_fields=["delete_on"])


@transaction.atomic
def delete_notes(*, call: SupportCall, by: User, at: datetime.datetime) -> int:
    """Delete what is written about a call, before its time; return how many wordings there were."""
    require(by, Right.LOG_CALLS, call.line.organisation_id)
    call = locked_call(call)
    deleted = CallNote.objects.filter(call=call).delete()[0]
    if deleted:
        organisation_id, details = call.line.organisation_id, {"notes": deleted}
        record("notes_deleted", by=by, subject=call, organisation_id=organisation_id, details=details, at=at)
    return deleted


@transaction.atomic
def delete_due_notes(*, at: datetime.datetime) -> int:
    """Delete the notes and handovers whose day has come; the log says how many, and never what they said."""
    due = {"delete_on__lte": timezone.localdate(at)}
    list(lock_notes(CallNote.objects.filter(**due)).values_list("pk"))
    notes = CallNote.objects.filter(**due).delete()[0]
    handovers = _delete_handovers(lock_handovers(HandoverNote.objects.filter(**due)))
    if notes or handovers:
        record("due_notes_deleted", by=None, details={"notes": notes, "handovers": handovers}, at=at)
    return notes + handovers


def _delete_handovers(handovers: Iterable[HandoverNote]) -> int:
    """Delete them with what is known of who has read them; how many handovers there were."""
    keys = [handover.pk for handover in handovers]
    return HandoverNote.objects.filter(pk__in=keys).delete()[1].get(HandoverNote._meta.label, 0)


@transaction.atomic
def rescan_notes(*, at: datetime.datetime) -> int:
    """Read the notes that older rules let through, and mark those in which today's find something; return how many.

    What a writer confirmed at the time is marked too where the rules have changed since: a person looks at it again.
    A handover in which something is found is deleted at once: it was for the next shift, and nobody need look again.
    """
    suspected = 0
    for note in lock_notes(CallNote.objects.exclude(rules_version=RULES_VERSION))[:RESCANNED_AT_A_TIME]:
        found = bool(find(note.text))
        suspected += found
        note.rules_version = RULES_VERSION
        note.suspected_at = at if found else None
        note.save(update_fields=["rules_version", "suspected_at"])
    older = list(lock_handovers(HandoverNote.objects.exclude(rules_version=RULES_VERSION)))
    HandoverNote.objects.filter(pk__in=[handover.pk for handover in older]).update(rules_version=RULES_VERSION)
    deleted = _delete_handovers(handover for handover in older if find(handover.text))
    if suspected or deleted:
        details = {"notes": suspected, "handovers_deleted": deleted}
        record("notes_suspected", by=None, details=details, at=at)
    return suspected + deleted


@transaction.atomic
def clear_note(*, note: CallNote, by: User, at: datetime.datetime) -> None:
    """Say that a suspected note holds no personal data after all."""
    line = note.call.line
    require(by, Right.LEAD_LINE, line.organisation_id)
    if holds_refused(note.text):
        raise NoteError("Anteckningen innehåller ett personnummer och måste raderas.")
    # It may have been deleted meanwhile: then there is nothing to say.
    if CallNote.objects.filter(pk=note.pk).update(suspected_at=None):
        record("note_cleared", by=by, subject=note.call, organisation_id=line.organisation_id, at=at)
