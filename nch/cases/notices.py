"""Who is told by mail when something happens in a case."""

from django.db.models import Q
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right
from nch.accounts.models import User
from nch.counties.models import Organisation


def addresses_of(organisation: Organisation, right: Right) -> list[str]:
    """E-mail addresses of those who hold the right at the organisation today."""
    today = timezone.localdate()
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    members = User.objects.filter(
        Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=today),
        is_active=True,
        memberships__organisation=organisation,
        memberships__role__in=roles,
        memberships__valid_from__lte=today,
    )
    return list(members.order_by("email").values_list("email", flat=True).distinct())
