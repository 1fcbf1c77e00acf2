"""Who is told by mail when something happens in a case."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right
from nch.accounts.models import Membership, User
from nch.counties.models import Organisation


def people_with(organisation: Organisation, right: Right) -> QuerySet[User]:
    """Those who hold the right at that very organisation today, each once."""
    return people_at([organisation], right)


def people_at(organisations: Iterable[Organisation], right: Right) -> QuerySet[User]:
    """Those who hold the right at one or more of the organisations today, each once."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    memberships = valid_today().filter(organisation__in=list(organisations), role__in=roles)
    return User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("email")


def valid_today() -> QuerySet[Membership]:
    """The memberships that are valid today."""
    today = timezone.localdate()
    return Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)


def one_of_them(user: User | None, *, organisation: Organisation, right: Right, otherwise: Right) -> list[User]:
    """The user who was to be told, while that person holds `right` at the organisation; those with `otherwise` else.

    So that what waits for somebody who has left is told to those who are there.
    """
    there = [] if user is None else list(people_with(organisation, right).filter(pk=user.pk))
    return there or list(people_with(organisation, otherwise))
