"""Reading statistics and reports within the user's reach."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from reports.models import Preparation, Release, ReleasedTable, Report, Signing
from reports.statistics.definitions import TableDefinition
from reports.statistics.registry import TABLES


def tables_for(user: User | AnonymousUser) -> dict[str, TableDefinition]:
    """The tables whose pages the user may see, by identity; all of them or none, since all are published facts."""
    return dict(TABLES) if access_of(user).may(Right.SEE_STATISTICS) else {}


def reports_for(user: User | AnonymousUser) -> QuerySet[Report]:
    """The reports the user may see, the latest order first."""
    reports = Report.objects.select_related("requested_by").defer("bound")
    return access_of(user).limit(reports, Right.MAKE_REPORTS)


def releases_for(user: User | AnonymousUser) -> QuerySet[Release]:
    """Releases in every state, for those who prepare or sign them; drafts and their audit are nobody else's."""
    releases = Release.objects.select_related("prepared_by", "signed_by").defer("audit")
    access = access_of(user)
    right = Right.PREPARE_RELEASES if access.may(Right.PREPARE_RELEASES) else Right.SIGN_RELEASES
    return access.limit(releases, right)


def preparations_for(user: User | AnonymousUser) -> QuerySet[Preparation]:
    """Drafts that have been asked for, for those who prepare releases."""
    return access_of(user).limit(Preparation.objects.select_related("requested_by"), Right.PREPARE_RELEASES)


def latest_signing(release: Release) -> Signing | None:
    """The latest time that somebody signed a release that the user has been found to see."""
    return release.signings.select_related("requested_by").first()


def version_before(table: ReleasedTable) -> ReleasedTable | None:
    """The latest signed version of a table before this one; before a draft, the latest there is."""
    signed = ReleasedTable.objects.filter(table_id=table.table_id, version__isnull=False).order_by("-version")
    return (signed if table.version is None else signed.filter(version__lt=table.version)).first()
