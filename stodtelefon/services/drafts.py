"""Drafts of calls: kept while a call is being logged, gone when it is saved."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from stodtelefon.models import CallDraft, SupportCall, SupportLine

KEPT_FOR = datetime.timedelta(days=1)


def save_draft(
    *,
    by: User,
    line: SupportLine,
    idempotency_key: uuid.UUID,
    content: Mapping[str, Any],
    started_at: datetime.datetime,
    at: datetime.datetime,
) -> CallDraft | None:
    """Keep what has been chosen so far in the user's draft at the line; the one before is written over.

    `content` holds coded fields only, never free text. A call that has been saved gets no draft (None): a late autosave
    must not bring it back. No row in the log: a draft is nobody's record yet. Raises PermissionDenied as `log_call`.
    """
    require(by, Right.LOG_CALLS, line.organisation_id)
    if SupportCall.objects.filter(idempotency_key=idempotency_key).exists():
        return None
    CallDraft.objects.filter(user=by, idempotency_key=idempotency_key).exclude(line=line).delete()
    draft, _ = CallDraft.objects.update_or_create(
        user=by,
        line=line,
        defaults={
            "idempotency_key": idempotency_key,
            "content": dict(content),
            "started_at": started_at,
            "saved_at": at,
        },
    )
    return draft


def discard_drafts(*, by: User) -> None:
    """Take away the user's drafts, to begin with an empty page."""
    CallDraft.objects.filter(user=by).delete()


def remove_old_drafts(*, at: datetime.datetime) -> int:
    """Take away drafts that nobody has touched for a day, and return how many."""
    return CallDraft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()[0]
