"""Logging calls."""

import datetime
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from stodtelefon.models import CallDraft, CallNote, CallVersion, Matter, SupportCall, SupportLine
from stodtelefon.selectors.contents import Content, content_of
from stodtelefon.selectors.lines import is_outside_hours
from stodtelefon.selectors.tallies import counted, counted_individual
from stodtelefon.services.inputs import CallError, CallInput, write_parts
from stodtelefon.services.matters import tie_to_matter
from stodtelefon.services.notes import write_note
from stodtelefon.services.tallies import add_to_tally


class AlreadyLoggedError(CallError):
    """A call has been logged under the same key with other content; `call` is it where the same person logged it."""

    def __init__(self, call: SupportCall | None) -> None:
        super().__init__("", "Samtalet är redan sparat med andra uppgifter. Det som står här är inte sparat.")
        self.call = call


def _already_logged(
    key: uuid.UUID,
    *,
    by: User,
    line: SupportLine,
    content: CallInput,
    constructed: bool,
    note: str,
    matter: Matter | None,
) -> SupportCall | None:
    """The call that was logged under the key, where that was what is sent now, whatever has been done to it since."""
    whole = SupportCall.objects.select_related(
        "line", "caller_category", "topic", "referral", "referral_outcome", "matter"
    )
    call = whole.filter(idempotency_key=key).first()
    if call is None:
        return None
    of_mine = (call.logged_by_id, call.line_id, call.constructed) == (by.pk, line.pk, constructed)
    written = CallNote.objects.filter(call=call, number=1).values_list("text", flat=True).first() or ""
    # A matter that was opened after the call was logged is one that the caller got a code for at its end.
    tied_to = call.matter if call.matter is not None and call.matter.opened_at <= call.logged_at else None
    first = _said_first(call)
    is_same = all(first[name] == value for name, value in content.as_content().items())
    if not of_mine or not is_same or (written, tied_to) != (note, matter):
        raise AlreadyLoggedError(call if call.logged_by_id == by.pk else None)
    return call


def _said_first(call: SupportCall) -> Content:
    """What the call said when it was logged."""
    first = CallVersion.objects.filter(call=call, version=1).first() if call.version > 1 else None
    return content_of(call) if first is None else {"time_known": True, **first.content}


def log_call(
    *,
    by: User,
    line: SupportLine,
    content: CallInput,
    idempotency_key: uuid.UUID,
    note: str = "",
    matter: Matter | None = None,
    constructed: bool = False,
    at: datetime.datetime,
) -> SupportCall:
    """Log one call with its exposed individuals; the draft that it was written in goes.

    `note` is free text that the form has checked, `matter` what earlier calls with the caller's code were about.
    The same key with the same content returns the call that is there, so that a save can be tried again; with other
    content it raises AlreadyLoggedError. Raises CallError for values that do not fit together, and PermissionDenied
    for a line whose calls `by` may not log.
    """
    require(by, Right.LOG_CALLS, line.organisation_id)
    sent: dict[str, Any] = {
        "by": by,
        "line": line,
        "content": content,
        "constructed": constructed,
        "note": note,
        "matter": matter,
    }
    try:
        if line.has_ended(timezone.localdate(at)):
            raise CallError("line", f"{line.name} är avslutad, och inga fler samtal registreras.")
        content.check(logged_at=at)
        # A call is nearly always new: to write it and be refused costs less than to ask first, every time.
        with transaction.atomic():
            return _write_call(**sent, idempotency_key=idempotency_key, at=at)
    except (CallError, IntegrityError):
        # It was saved before, perhaps by another request at this very moment; what is sent again may even have grown
        # too old to be logged, and is there all the same.
        call = _already_logged(idempotency_key, **sent)
        if call is None:
            raise
        return call


def _write_call(
    *,
    by: User,
    line: SupportLine,
    content: CallInput,
    idempotency_key: uuid.UUID,
    note: str,
    matter: Matter | None,
    constructed: bool,
    at: datetime.datetime,
) -> SupportCall:
    """Write a call and all that belongs to it. Raises IntegrityError where its key is there."""
    call = SupportCall.objects.create(
        **content.columns(),
        line=line,
        outside_hours=is_outside_hours(line, content.started_at),
        logged_by=by,
        logged_at=at,
        idempotency_key=idempotency_key,
        constructed=constructed,
    )
    write_parts(call, content)
    CallDraft.objects.filter(user=by, idempotency_key=idempotency_key).delete()
    individuals = [
        counted_individual(one.age_group, one.gender, [(kind.code, stage) for kind, stage in one.exposures])
        for one in content.individuals
    ]
    add_to_tally([counted(call, (code.code for code in content.advice), individuals)])
    if matter is not None:
        tie_to_matter(call=call, matter=matter, by=by, at=at)
    if note:
        write_note(call=call, text=note, by=by, at=at)
    record(
        "call_logged",
        by=by,
        subject=call,
        organisation_id=line.organisation_id,
        details={"individuals": len(individuals), "constructed": constructed},
        at=at,
    )
    return call
