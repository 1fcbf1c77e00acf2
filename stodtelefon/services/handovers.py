"""Handing over to the next shift. No text ever goes into the log or an exception."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.common.personal_data import RULES_VERSION
from stodtelefon.models import HandoverNote, HandoverRead, SupportLine
from stodtelefon.services.locks import lock_handovers
from stodtelefon.services.notes import refuse_identity_numbers


@transaction.atomic
def write_handover(*, line: SupportLine, text: str, by: User, at: datetime.datetime) -> HandoverNote:
    """Tell those who answer the line next something about its work; deleted the line's number of days from now.

    What only looks like personal data has been confirmed in the form; an identity number is refused here too, by
    NoteError.
    """
    require(by, Right.LOG_CALLS, line.organisation_id)
    refuse_identity_numbers(text)
    handover = HandoverNote.objects.create(
        line=line,
        text=text,
        rules_version=RULES_VERSION,
        written_by=by,
        written_at=at,
        delete_on=timezone.localdate(at) + datetime.timedelta(days=line.note_days),
    )
    record("handover_written", by=by, subject=handover, organisation_id=line.organisation_id, at=at)
    return handover


@transaction.atomic
def read_handover(*, handover: HandoverNote, by: User, at: datetime.datetime) -> None:
    """Say that one has read it; said again, or of one that has been removed meanwhile, it changes nothing."""
    organisation_id = handover.line.organisation_id
    require(by, Right.LOG_CALLS, organisation_id)
    if lock_handovers(HandoverNote.objects.filter(pk=handover.pk)).first() is None:
        return
    _, is_new = HandoverRead.objects.get_or_create(handover=handover, reader=by, defaults={"read_at": at})
    if is_new:
        record("handover_read", by=by, subject=handover, organisation_id=organisation_id, at=at)


@transaction.atomic
def remove_handover(*, handover: HandoverNote, by: User, at: datetime.datetime) -> None:
    """Delete it before its time: whoever wrote it may, and the line's lead. Raises PermissionDenied for others."""
    organisation_id = handover.line.organisation_id
    require(by, Right.LOG_CALLS, organisation_id)
    if handover.written_by_id != by.pk and not access_of(by).may_at(Right.LEAD_LINE, organisation_id):
        raise PermissionDenied
    there = HandoverNote.objects.filter(pk=handover.pk)
    # With its rows of who has read it: locked first, so that nobody adds one meanwhile.
    if lock_handovers(there).first() is not None:
        there.delete()
        record("handover_removed", by=by, subject=handover, organisation_id=organisation_id, at=at)
