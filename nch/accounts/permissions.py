"""What a user may see and do: every selector and service of the system asks here.

Nothing is allowed unless a membership that is valid today says so, and a right reaches only the membership's
organisation, except for the national roles (see enums.py).
"""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right, reaches_everywhere
from nch.accounts.models import Membership, User
from nch.common.scope import NATIONAL
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Access:
    """The reach of one user at one moment, worked out once per request from the valid memberships."""

    memberships: tuple[Membership, ...]

    def may(self, right: Right) -> bool:
        """Whether the user holds the right anywhere at all."""
        return any(right in RIGHTS[membership.role] for membership in self.memberships)

    def everywhere(self, right: Right) -> bool:
        """Whether the user holds the right for the whole country."""
        return any(reaches_everywhere(membership.role, right) for membership in self.memberships)

    def organisation_ids(self, right: Right) -> frozenset[int]:
        """The organisations at which the user holds the right by a local role."""
        return frozenset(m.organisation_id for m in self.memberships if right in RIGHTS[m.role])

    def organisations(self, right: Right) -> list[Organisation]:
        """The same as objects, each once."""
        return list({m.organisation_id: m.organisation for m in self.memberships if right in RIGHTS[m.role]}.values())

    @property
    def party_ids(self) -> frozenset[int]:
        """The organisations whose own matters the user sees. NCH handles cases and is the party of none."""
        return frozenset(
            m.organisation_id
            for m in self.memberships
            if Right.SEE_CASES in RIGHTS[m.role] and m.organisation.kind != OrganisationKind.NCH
        )

    def may_at(self, right: Right, organisation_id: int) -> bool:
        """Whether the right reaches this organisation."""
        return self.everywhere(right) or organisation_id in self.organisation_ids(right)

    def limit(self, queryset: QuerySet[M], right: Right) -> QuerySet[M]:
        """Keep the rows that the right reaches, by the path the model declares; none where there is no right."""
        if self.everywhere(right):
            return queryset
        path: str = queryset.model.organisation_path  # type: ignore[attr-defined]
        if path == NATIONAL:
            return queryset if self.may(right) else queryset.none()
        ids = self.organisation_ids(right)
        if not ids:
            return queryset.none()
        return queryset.filter(Q(**{f"{path}__in" if path else "pk__in": ids}))

    def limit_to_either(self, queryset: QuerySet[M], right: Right, *paths: str) -> QuerySet[M]:
        """Keep the rows of which one of the owners, at these paths, is within the right's reach."""
        if self.everywhere(right):
            return queryset
        ids = self.organisation_ids(right)
        if not ids:
            return queryset.none()
        return queryset.filter(Q(*(Q(**{f"{path}__in": ids}) for path in paths), _connector=Q.OR))

    def limit_to_matters(
        self, queryset: QuerySet[M], *, party: str, handler: str, handled: Q | None = None
    ) -> QuerySet[M]:
        """Keep the matters of one's own organisation (at the path `party`) and those it handles (at `handler`).

        `handled` is what more has to hold of the latter.
        """
        # Most work for one authority, which is either: the database then has one condition to find an index for.
        reach = []
        if own := self.party_ids:
            reach.append(Q(**{f"{party}__in": own}))
        if self.everywhere(Right.HANDLE_CASES):
            if handled is None:
                return queryset
            reach.append(handled)
        elif ids := self.organisation_ids(Right.HANDLE_CASES):
            reach.append(Q(**{f"{handler}__in": ids}) & (handled or Q()))
        return queryset.filter(reduce(or_, reach)) if reach else queryset.none()

    def limit_to_handled(self, queryset: QuerySet[M], handler: str, *, others: Q | None = None) -> QuerySet[M]:
        """Keep the rows of what one's own organisation handles (at the path `handler`), and `others` where given."""
        if self.everywhere(Right.HANDLE_CASES):
            return queryset
        handled = Q(**{f"{handler}__in": self.organisation_ids(Right.HANDLE_CASES)})
        return queryset.filter(handled if others is None else handled | others)


NOTHING = Access(memberships=())


def access_of(user: User | AnonymousUser, *, on: datetime.date | None = None) -> Access:
    """Return what the user may reach (on a day other than today: `on`), kept on the user object for the request."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if on is None and user.access_today is not None:
        return user.access_today
    memberships = user.known_memberships
    if memberships is None:
        memberships = tuple(user.memberships.select_related("organisation", "organisation__county"))
    day = on or timezone.localdate()
    access = Access(memberships=tuple(membership for membership in memberships if membership.is_valid_on(day)))
    if on is None:
        user.access_today = access
    return access


def require(user: User | AnonymousUser, right: Right, organisation_id: int | None = None) -> None:
    """Raise PermissionDenied unless the user holds the right (at the organisation, where one is given).

    Services call this as their last line of defence; pages have hidden the door already.
    """
    access = access_of(user)
    allowed = access.may(right) if organisation_id is None else access.may_at(right, organisation_id)
    if not allowed:
        raise PermissionDenied(f"Behörigheten ”{right.label}” saknas.")
