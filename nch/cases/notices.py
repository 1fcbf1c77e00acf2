"""Who is told by mail when something happens in a case."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right
from nch.accounts.models import Membership, User
from nch.counties.models import Organisation


def people_with(organisation: Organisation, right: Right) -> QuerySet[User]:
    """Those who hold the right at that very organisation today, each once."""
    today = timezone.localdate()
    memberships = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        organisation=organisation,
        role__in=[role for role, rights in RIGHTS.items() if right in rights],
        valid_from__lte=today,
    )
    return User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("email")


def addresses_of(organisation: Organisation, right: Right) -> list[str]:
    """E-mail addresses of those who hold the right at the organisation today."""
    return list(people_with(organisation, right).values_list("email", flat=True))
