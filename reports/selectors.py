"""Reading statistics and reports within the user's reach."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from reports.models import Report
from reports.statistics.definitions import TableDefinition
from reports.statistics.registry import TABLES


def tables_for(user: User | AnonymousUser) -> dict[str, TableDefinition]:
    """The tables whose pages the user may see, by identity; all of them or none, since all are published facts."""
    return dict(TABLES) if access_of(user).may(Right.SEE_STATISTICS) else {}


def reports_for(user: User | AnonymousUser) -> QuerySet[Report]:
    """The reports the user may see, the latest order first."""
    reports = Report.objects.select_related("requested_by").defer("bound")
    return access_of(user).limit(reports, Right.MAKE_REPORTS)
