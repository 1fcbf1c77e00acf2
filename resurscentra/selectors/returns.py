"""Reading statistics returns: a county's and a centre's own in every state, NCH's once they are handed in."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.questionnaires.counts import Counts, counts_in, reason_in
from nch.questionnaires.models import Answer
from nch.questionnaires.selectors import ResponseReader
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.return_checks import Earlier, days_of, values_of
from resurscentra.selectors.centres import Anyone
from resurscentra.statistics_form import GRIDS

HANDED_IN = (ReturnState.SUBMITTED, ReturnState.RETURNED)
OWNERS = ("organisation", "centre__organisation")
"""Whose a return is: the county board that answers for it, and the centre that it is about."""


def rounds_for(user: Anyone) -> QuerySet[StatisticsRound]:
    """Rounds that NCH has not withdrawn, for whoever may see returns."""
    rounds = StatisticsRound.objects.filter(withdrawn_at__isnull=True).select_related("version")
    return access_of(user).limit(rounds, Right.SEE_RETURNS)


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
    """What the same centre handed in last before this one, and that counts: not what is sent back for correction."""
    return (
        StatisticsReturn.objects.filter(
            centre=statistics.centre_id, state=ReturnState.SUBMITTED, round__ends_on__lt=statistics.round.ends_on
        )
        .select_related("round", "response__version")
        .order_by("-round__ends_on")
        .first()
    )


def earlier_figures(statistics: StatisticsReturn) -> Earlier | None:
    """The centre's last figures that count, to be compared with."""
    before = previous_return(statistics)
    if before is None or before.response is None:
        return None
    return Earlier(values_of(ResponseReader(before.response)), days_of(before.round), before.round.title)


# --- What is counted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReturnedStatistics:
    """What was asked of a centre in a round, when it came in, and the tables that count.

    What is not handed in, or is sent back for correction, has no tables. One that is not applicable is in
    `not_applicable` with its reason instead.
    """

    pk: int
    round: int
    title: str
    starts_on: datetime.date
    ends_on: datetime.date
    due_on: datetime.date
    county: str
    centre: str
    state: str
    handed_in_on: datetime.date | None
    tables: Mapping[str, Counts]
    not_applicable: Mapping[str, str]

    @property
    def is_counted(self) -> bool:
        """Whether the figures stand: handed in, and not sent back."""
        return self.state == ReturnState.SUBMITTED


def returned_statistics(returns: QuerySet[StatisticsReturn]) -> list[ReturnedStatistics]:
    """What has been asked for, the earliest round first, with what counts of it (two queries)."""
    of_round = ("round", "round__title", "round__starts_on", "round__ends_on", "round__due_on")
    columns = ("pk", *of_round, "organisation__county", "centre__organisation__name", "state", "submitted_at")
    asked = returns.exclude(state=ReturnState.WITHDRAWN)
    rows = asked.order_by(
        "round__ends_on", "round", "organisation__sort_key", "centre__organisation__sort_key", "pk"
    ).values_list(*columns)
    counted = returns.order_by().filter(state=ReturnState.SUBMITTED).values("pk")
    answers = Answer.objects.filter(response__statistics_return__in=counted, question__key__in=GRIDS)
    tables: defaultdict[int, dict[str, Counts]] = defaultdict(dict)
    not_applicable: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for pk, grid, value in answers.values_list("response__statistics_return", "question__key", "value"):
        if reason := reason_in(value):
            not_applicable[pk][grid] = reason
        else:
            tables[pk][grid] = counts_in(value)
    return [
        ReturnedStatistics(
            pk=pk,
            round=round_,
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
            due_on=due_on,
            county=county or "",
            centre=centre,
            state=state,
            handed_in_on=timezone.localdate(submitted_at) if submitted_at else None,
            tables=tables.get(pk, {}),
            not_applicable=not_applicable.get(pk, {}),
        )
        for pk, round_, title, starts_on, ends_on, due_on, county, centre, state, submitted_at in rows
    ]
