"""Reading notes: only for those who answer the line, on the page of the call and where suspected ones are reviewed."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.models import CallNote, SupportCall


def note_of(call: SupportCall, user: User | AnonymousUser) -> CallNote | None:
    """The latest wording of the call's note; None for everybody who does not answer its line."""
    notes = access_of(user).limit(CallNote.objects.select_related("written_by"), Right.LOG_CALLS)
    return notes.filter(call=call).order_by("-number").first()


def suspected_notes_for(user: User | AnonymousUser) -> QuerySet[CallNote]:
    """Notes of the lines one leads in which newer rules have found something."""
    notes = CallNote.objects.filter(suspected_at__isnull=False).select_related("call__line")
    return access_of(user).limit(notes, Right.LEAD_LINE).order_by("suspected_at", "pk")
