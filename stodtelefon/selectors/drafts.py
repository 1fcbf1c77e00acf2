"""Calls on their way."""

from django.db.models import Exists, OuterRef

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.models import CallDraft, SupportCall


def draft_for(user: User, *, line_id: int | None = None) -> CallDraft | None:
    """The call that the user was logging last (at a line, where one is given), unless it has been saved since."""
    saved = SupportCall.objects.filter(idempotency_key=OuterRef("idempotency_key"))
    drafts = access_of(user).limit(CallDraft.objects.filter(~Exists(saved), user=user), Right.LOG_CALLS)
    if line_id is not None:
        drafts = drafts.filter(line=line_id)
    return drafts.order_by("-saved_at").first()
