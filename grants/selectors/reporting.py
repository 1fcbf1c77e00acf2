"""Reading what a call's reporting plan asks a grant's receiver for, besides the economic reports."""

from django.db.models import QuerySet

from grants.enums import ReportingKind
from grants.models import Grant
from nch.cases.models import Task
from nch.common.formats import format_date
from nch.counties.enums import OrganisationKind

# The keys of the tasks: this, the grant's number, a colon, the number of the row in the plan.
PLANNED_KEY = "planned-report:"


def planned_of(grant: Grant) -> QuerySet[Task]:
    """What the plan asks for, received or not, in the order of its days."""
    return Task.objects.filter(key__startswith=f"{PLANNED_KEY}{grant.pk}:").order_by("due_on", "pk")


def received_by_hand(grant: Grant) -> QuerySet[Task]:
    """What is still waited for and may come in outside the system: statistics, and lägesbilder from others than county
    boards."""
    waiting = planned_of(grant).filter(done_at__isnull=True)
    is_board = grant.organisation.kind == OrganisationKind.COUNTY_BOARD
    return waiting.exclude(topic=ReportingKind.SITUATION_REPORT) if is_board else waiting


def name_of(task: Task) -> str:
    """What is asked for: ”Statistik till och med 2026-12-31”."""
    until = f" till och med {format_date(task.period_ends_on)}" if task.period_ends_on else ""
    return f"{ReportingKind(task.topic).label}{until}"
