"""Whom a round of statistics asks, and which rounds can still be withdrawn."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from nch.questionnaires.models import Answer
from resurscentra.enums import WORKING_PHASES
from resurscentra.models import PhasePeriod, ResourceCentre, StatisticsReturn, StatisticsRound


@dataclass(frozen=True)
class WhoIsAsked:
    """The centres that a round about a period asks, and those that it leaves out, each with why (in Swedish)."""

    asked: list[ResourceCentre]
    left_out: list[tuple[ResourceCentre, str]]


def who_is_asked(starts_on: datetime.date, ends_on: datetime.date) -> WhoIsAsked:
    """Asked is every centre that was in a working phase on some day of the period (two queries)."""
    in_period = PhasePeriod.objects.filter(valid_from__lte=ends_on).exclude(valid_to__lt=starts_on)
    centres = (
        ResourceCentre.objects.select_related("organisation__county")
        .prefetch_related(Prefetch("phases", in_period.order_by("valid_from"), to_attr="phases_in_period"))
        .order_by("organisation__county__sort_key", "organisation__sort_key")
    )
    found = WhoIsAsked([], [])
    for centre in centres:
        phases = centre.phases_in_period
        if any(one.phase in WORKING_PHASES for one in phases):
            found.asked.append(centre)
        else:
            names = ", sedan ".join(one.get_phase_display().lower() for one in phases)
            found.left_out.append((centre, f"Fas under perioden: {names}." if names else "Ingen känd fas då."))
    return found


def begun_returns(round_: StatisticsRound) -> QuerySet[StatisticsReturn]:
    """The returns in which somebody has written something, or which are handed in; a draft may be opened and empty."""
    written = Exists(Answer.objects.filter(response=OuterRef("response")))
    returns = StatisticsReturn.objects.filter(Q(submitted_at__isnull=False) | written, round=round_)
    return returns.select_related("organisation", "centre__organisation", "response")


def without_hand_ins(rounds: QuerySet[StatisticsRound]) -> QuerySet[StatisticsRound]:
    """The rounds of which nothing has been handed in."""
    handed_in = StatisticsReturn.objects.filter(round=OuterRef("pk"), submitted_at__isnull=False)
    return rounds.exclude(Exists(handed_in))
