"""Reading requests for a change of a grant."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery

from grants.enums import DecisionState
from grants.models import ChangeRequest, Decision
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import matters_for

Anyone = User | AnonymousUser


def change_requests_for(user: Anyone) -> QuerySet[ChangeRequest]:
    """Requests in the cases that the user may see: one's organisation's own in every state, others' once handed in.

    Each has `return_comment`: why a proposal on it came back to the presenter, if one did.
    """
    returned = Decision.objects.filter(change_request=OuterRef("pk"), state=DecisionState.RETURNED)
    requests = ChangeRequest.objects.select_related(
        "grant__organisation", "grant__call__grantor", "grant__case", "grant__application__call", "submitted_by"
    ).prefetch_related("lines")
    own = access_of(user).organisation_ids(Right.SEE_CASES)
    requests = requests.annotate(return_comment=Subquery(returned.values("return_comment")[:1]))
    reach = matters_for(user, requests, "grant__case")
    return reach.filter(Q(grant__organisation__in=own) | Q(submitted_at__isnull=False))


def requested_budget(request: ChangeRequest) -> dict[int, dict[str, Decimal]]:
    """Kronor per year and category of cost that the request asks for; empty where it leaves the budget alone."""
    budget: dict[int, dict[str, Decimal]] = {}
    for line in request.lines.all():
        budget.setdefault(line.year, {})[line.category] = line.amount
    return budget


def requested_amounts(request: ChangeRequest) -> dict[int, Decimal]:
    """Kronor per year that the request asks for."""
    return {year: sum(lines.values(), Decimal(0)) for year, lines in requested_budget(request).items()}
