"""Reading cases, documents and tasks, each within the user's reach."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.models import Case, Document, Task, TimelineEntry


def cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases that the user may open, with their organisation."""
    return access_of(user).limit(Case.objects.select_related("organisation"), Right.SEE_CASES)


def documents_for(user: User | AnonymousUser) -> QuerySet[Document]:
    """Documents in the cases that the user may open."""
    return access_of(user).limit(Document.objects.select_related("case"), Right.SEE_CASES)


def timeline_for(user: User | AnonymousUser, case: Case) -> QuerySet[TimelineEntry]:
    """The case's timeline; internal lines only for those who see cases everywhere."""
    access = access_of(user)
    entries = access.limit(TimelineEntry.objects.filter(case=case).select_related("by"), Right.SEE_CASES)
    return entries if access.everywhere(Right.SEE_CASES) else entries.filter(internal=False)


def open_tasks_for(user: User | AnonymousUser) -> QuerySet[Task]:
    """What waits for the user: tasks for a right held at that very organisation, unless given to somebody else.

    A national role reads all counties' cases but does not get all counties' tasks.
    """
    mine = Q(pk__in=[])
    for membership in access_of(user).memberships:
        mine |= Q(organisation_id=membership.organisation_id, right__in=RIGHTS[membership.role])
    unassigned_or_own = Q(assignee__isnull=True) | Q(assignee_id=user.pk)
    not_expired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return Task.objects.filter(mine, unassigned_or_own, not_expired, done_at__isnull=True)
