"""Handover notes: only for those who answer the line."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.models import HandoverNote, HandoverRead

SHOWN_FOR = datetime.timedelta(days=7)
"""A handover is for the next shifts. It is kept as long as the notes of calls, but shown for a week."""


def handovers_for(user: User | AnonymousUser, *, at: datetime.datetime) -> QuerySet[HandoverNote]:
    """What has been handed over in the last week at the lines the user answers, each with `is_read` by the user."""
    read = HandoverRead.objects.filter(handover=OuterRef("pk"), reader=user.pk)
    notes = HandoverNote.objects.filter(written_at__gt=at - SHOWN_FOR).annotate(is_read=Exists(read))
    return access_of(user).limit(notes.select_related("line", "written_by"), Right.LOG_CALLS)


def unread_handovers_for(user: User | AnonymousUser, *, at: datetime.datetime) -> QuerySet[HandoverNote]:
    """Those by others that the user has not said to have read."""
    return handovers_for(user, at=at).exclude(reads__reader=user.pk).exclude(written_by=user.pk)
