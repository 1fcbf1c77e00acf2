"""Reading saved views and keys to the API: one's own, and the views that colleagues share."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from nch.accounts.models import ApiToken, DefaultView, SavedView, User
from nch.accounts.permissions import access_of

Anyone = User | AnonymousUser


def views_for(user: Anyone) -> QuerySet[SavedView]:
    """The user's saved views and those shared at the user's organisations; `is_default` marks where a list begins."""
    # Most have no views: then nothing more is read, nor is there a longer query to put together.
    views = SavedView.objects.prefetch_related("owner", "organisation")
    if not isinstance(user, User):
        return views.none()
    organisations = {membership.organisation_id for membership in access_of(user).memberships}
    mine = DefaultView.objects.filter(user=user, view=OuterRef("pk"))
    return views.filter(Q(owner=user) | Q(organisation__in=organisations)).annotate(is_default=Exists(mine))


def views_of_page(user: Anyone, page: str) -> list[SavedView]:
    """The same for one list (one query)."""
    return list(views_for(user).filter(page=page))


def tokens_of(user: Anyone) -> QuerySet[ApiToken]:
    """The user's own keys, the newest first."""
    return ApiToken.objects.filter(owner=user) if isinstance(user, User) else ApiToken.objects.none()
