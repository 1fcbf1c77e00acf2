"""Who is behind a session: the user and the memberships in one query, since every page needs both."""

import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from nch.accounts.models import Membership, User


class MembershipBackend(AuthenticationBackend):
    """allauth's sign-in; the user of a session comes with all memberships (see permissions.access_of)."""

    def get_user(self, user_id: Any) -> User | None:
        found = Membership.objects.filter(user_id=user_id, user__is_active=True).order_by()
        memberships = sorted(found.select_related("user", "organisation", "organisation__county"), key=_in_order)
        if not memberships:
            user: User | None = super().get_user(user_id)
            return user
        user = memberships[0].user
        user.known_memberships = tuple(memberships)
        return user


def _in_order(membership: Membership) -> tuple[str, str, datetime.date]:
    """The model's own order: of so few rows it is quicker found here than asked for."""
    return membership.organisation.sort_key, membership.role, membership.valid_from
