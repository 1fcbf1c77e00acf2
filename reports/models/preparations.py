"""Preparing a release in the background: what was asked for, how far it has come, and the draft that came out."""

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.common.transitions import StateMove
from reports.enums import PreparationState
from reports.models.releases import Release


class Preparation(models.Model):
    """A draft that has been asked for. `progress`, `stage` and `touched_at` are as a report's.

    `failure` says in Swedish why there is no draft.
    """

    organisation_path = NATIONAL
    title = models.CharField("rubrik", max_length=150)
    table_ids = models.JSONField("tabeller")
    first_year = models.PositiveSmallIntegerField("från och med år")
    last_year = models.PositiveSmallIntegerField("till och med år")
    state = models.CharField(
        "läge", max_length=20, choices=PreparationState.choices, default=PreparationState.REQUESTED
    )
    progress = models.PositiveSmallIntegerField("procent klart", default=0)
    stage = models.CharField("pågår", max_length=100, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="begärd av")
    requested_at = models.DateTimeField("begärd")
    touched_at = models.DateTimeField("senaste livstecken")
    failure = models.CharField("fel", max_length=500, blank=True)
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, related_name="preparation")

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = "förberedelse av publicering"
        verbose_name_plural = "förberedelser av publiceringar"
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="preparation_progress_is_per_cent"),
            models.CheckConstraint(
                condition=~Q(state=PreparationState.DONE) | Q(release__isnull=False),
                name="finished_preparation_has_its_draft",
            ),
            models.CheckConstraint(
                condition=Q(state=PreparationState.FAILED, failure__gt="")
                | (~Q(state=PreparationState.FAILED) & Q(failure="")),
                name="failed_preparation_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PreparationMove(StateMove):
    """A preparation's way through its states."""

    subject = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="moves")
