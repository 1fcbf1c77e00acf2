"""Who may change a call that is logged."""

import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.models import SupportCall


class ChangeBasis(StrEnum):
    """Why somebody may change a call: as the one who logged it, for a time, or as the line's lead."""

    OWN = "own"
    LEAD = "lead"


def own_until(call: SupportCall) -> datetime.datetime:
    """Until when the one who logged the call may correct it (its line fetched)."""
    return call.logged_at + datetime.timedelta(hours=call.line.correction_hours)


def leads_line_of(user: User | AnonymousUser, call: SupportCall) -> bool:
    """Whether the user leads the line that the call came to."""
    return access_of(user).may_at(Right.LEAD_LINE, call.line.organisation_id)


def basis_of_change(user: User | AnonymousUser, call: SupportCall, *, at: datetime.datetime) -> ChangeBasis | None:
    """On what ground the user may correct or strike the call, the milder one first; None where there is none."""
    if call.logged_by_id == user.pk and at <= own_until(call):
        access = access_of(user)
        if access.may_at(Right.LOG_CALLS, call.line.organisation_id):
            return ChangeBasis.OWN
    return ChangeBasis.LEAD if leads_line_of(user, call) else None
