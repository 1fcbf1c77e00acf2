"""Who may write in a response: the people of its organisation, and those of its partner where there is one."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.questionnaires.models import Response


def may_in(response: Response, user: User | AnonymousUser, right: Right) -> bool:
    """Whether the user holds the right at one of the response's organisations."""
    owners = (response.organisation_id, response.partner_id)
    return any(access_of(user).may_at(right, owner) for owner in owners if owner is not None)


def require_in(response: Response, by: User, right: Right) -> None:
    """Raise PermissionDenied unless the user holds the right at one of the response's organisations."""
    if not may_in(response, by, right):
        raise PermissionDenied(f"Behörigheten ”{right.label}” saknas.")
