"""The resource centres whose contact details the user keeps."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.models import Organisation
from stodtelefon.selectors.codes import centres_to_refer_to


def centres_to_keep_for(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """All of them for those who manage users, one's own for a centre's coordinator; county by county."""
    access, centres = access_of(user), centres_to_refer_to().order_by("county__sort_key", "sort_key")
    if access.may(Right.MANAGE_USERS):
        return access.limit(centres, Right.MANAGE_USERS)
    return access.limit(centres, Right.LEAD_LINE)
