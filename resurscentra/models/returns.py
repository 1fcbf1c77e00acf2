"""Rounds in which centres hand in their statistics, and what each hands in."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.cases.models import Case
from nch.common.transitions import StateMove
from nch.counties.models import Organisation
from nch.questionnaires.models import Response
from resurscentra.enums import ReturnState
from resurscentra.models.asked import Asked
from resurscentra.models.centres import ResourceCentre


class StatisticsRound(Asked):
    """A period, within one calendar year, for which NCH asks the working centres for statistics.

    One that NCH has withdrawn is not asked about, and its days can be asked about anew.
    """

    withdrawn_at = models.DateTimeField("tillbakatagen", null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(Asked.Meta):
        abstract = False
        verbose_name = "statistikomgång"
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on"], condition=Q(withdrawn_at__isnull=True), name="statistics_are_asked_for_once"
            ),
            models.UniqueConstraint(
                fields=["ends_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="statistics_are_asked_for_once_to_a_day",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_round_says_by_whom",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="round_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="return_is_due_after_round_begins"),
        ]


class StatisticsReturn(models.Model):
    """A centre's statistics of a round (statistikinlämning).

    `organisation` is the county board that answers for it; the centre's own people write in it as well, and hand in.
    """

    organisation_path = "organisation"
    round = models.ForeignKey(StatisticsRound, on_delete=models.PROTECT, related_name="returns", verbose_name="omgång")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statistics_returns")
    centre = models.ForeignKey(ResourceCentre, on_delete=models.PROTECT, related_name="statistics_returns")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, null=True, related_name="statistics_return")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="statistics_returns")
    state = models.CharField("läge", max_length=20, choices=ReturnState.choices, default=ReturnState.EXPECTED)
    submitted_at = models.DateTimeField("inlämnad", null=True)

    class Meta:
        ordering = ["organisation__sort_key", "centre__organisation__sort_key"]
        verbose_name = "statistikinlämning"
        verbose_name_plural = "statistikinlämningar"
        constraints = [
            models.UniqueConstraint(fields=["round", "centre"], name="one_return_per_centre_and_round"),
            models.CheckConstraint(
                condition=Q(state="expected", response__isnull=True)
                | Q(state="draft", response__isnull=False)
                | Q(
                    state__in=["submitted", "returned"],
                    response__isnull=False,
                    case__isnull=False,
                    submitted_at__isnull=False,
                )
                | Q(state="withdrawn", case__isnull=True, submitted_at__isnull=True),
                name="return_state_has_what_it_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre}, {self.round}"


class StatisticsReturnMove(StateMove):
    """The moves of a statistics return."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(StatisticsReturn, on_delete=models.CASCADE, related_name="moves")


class ReturnCorrection(models.Model):
    """A return sent back to be corrected by a day, why, and in which sections; answered when it is handed in again."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(StatisticsReturn, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    sections: Any = models.JSONField("avsnitt")
    reason = models.TextField("vad som behöver rättas")
    due_on = models.DateField("senast")
    asked_at = models.DateTimeField("återsänd")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField("lämnad på nytt", null=True)

    class Meta:
        ordering = ["number"]
        verbose_name = "begäran om rättelse"
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="correction_number_is_unique_in_return"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(answered_at__isnull=True), name="one_open_correction_per_return"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}: {self.number}"
