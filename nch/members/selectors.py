"""Users and their memberships, for the administrator."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import Membership, User
from nch.accounts.permissions import access_of
from nch.members.models import Invitation


def users_for(user: User | AnonymousUser) -> QuerySet[User]:
    """All users with their memberships, for those who manage users; nobody for others."""
    memberships = Prefetch("memberships", Membership.objects.select_related("organisation"))
    return access_of(user).limit(User.objects.prefetch_related(memberships), Right.MANAGE_USERS)


def memberships_for(user: User | AnonymousUser) -> QuerySet[Membership]:
    """All memberships, for those who manage users."""
    return access_of(user).limit(Membership.objects.select_related("user", "organisation"), Right.MANAGE_USERS)


def waiting_invitations_for(user: User | AnonymousUser) -> QuerySet[Invitation]:
    """Invitations without an answer, those that have expired among them, for those who manage users."""
    pending = Invitation.objects.filter(accepted_at__isnull=True).select_related("organisation")
    return access_of(user).limit(pending, Right.MANAGE_USERS)
