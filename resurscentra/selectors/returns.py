"""Reading statistics returns: a county's and a centre's own in every state, NCH's once they are handed in."""

from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.questionnaires.selectors import ResponseReader
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.return_checks import Earlier, days_of, values_of
from resurscentra.selectors.centres import Anyone

HANDED_IN = (ReturnState.SUBMITTED, ReturnState.RETURNED)
OWNERS = ("organisation", "centre__organisation")
"""Whose a return is: the county board that answers for it, and the centre that it is about."""


def rounds_for(user: Anyone) -> QuerySet[StatisticsRound]:
    """Rounds, for whoever may see returns."""
    return access_of(user).limit(StatisticsRound.objects.select_related("version"), Right.SEE_RETURNS)


def _whole() -> QuerySet[StatisticsReturn]:
    return StatisticsReturn.objects.select_related(
        "round__version",
        "organisation__county",
        "centre__organisation__county",
        "response__version",
        "response__partner",
        "response__organisation",
        "case",
    )


def returns_for(user: Anyone) -> QuerySet[StatisticsReturn]:
    """Returns the user may see: one's own county's and centre's, for NCH all that are asked for."""
    return access_of(user).limit_to_either(_whole(), Right.SEE_RETURNS, *OWNERS)


def readable_returns_for(user: Anyone) -> QuerySet[StatisticsReturn]:
    """Returns whose figures the user may read: NCH reads what is handed in, not a centre's draft."""
    returns = returns_for(user)
    return returns.filter(state__in=HANDED_IN) if access_of(user).everywhere(Right.SEE_RETURNS) else returns


def editable_returns_for(user: Anyone) -> QuerySet[StatisticsReturn]:
    """Returns the user may fill in."""
    return access_of(user).limit_to_either(_whole(), Right.FILL_IN, *OWNERS)


def may_at_return(user: Anyone, right: Right, statistics: StatisticsReturn) -> bool:
    """Whether the user holds the right at the county board or at the centre."""
    owners = (statistics.organisation_id, statistics.centre.organisation_id)
    return any(access_of(user).may_at(right, owner) for owner in owners)


def previous_return(statistics: StatisticsReturn) -> StatisticsReturn | None:
    """What the same centre handed in last before this one."""
    return (
        StatisticsReturn.objects.filter(
            centre=statistics.centre_id, state__in=HANDED_IN, round__ends_on__lt=statistics.round.ends_on
        )
        .select_related("round", "response__version")
        .order_by("-round__ends_on")
        .first()
    )


def earlier_figures(statistics: StatisticsReturn) -> Earlier | None:
    """What the centre handed in last, to be compared with."""
    before = previous_return(statistics)
    if before is None or before.response is None:
        return None
    return Earlier(values_of(ResponseReader(before.response)), days_of(before.round), before.round.title)
