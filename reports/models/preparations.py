"""Work on releases in the background: preparing a draft that was asked for, and attacking one before it is signed."""

from django.db import models
from django.db.models import Q

from nch.common.transitions import StateMove
from nch.common.work import UNDER_WAY, Work, WorkState
from reports.models.releases import Release


class Preparation(Work):
    """A draft that has been asked for."""

    title = models.CharField("rubrik", max_length=150)
    table_ids = models.JSONField("tabeller")
    first_year = models.PositiveSmallIntegerField("från och med år")
    last_year = models.PositiveSmallIntegerField("till och med år")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, related_name="preparation")

    class Meta(Work.Meta):
        verbose_name = "förberedelse av publicering"
        verbose_name_plural = "förberedelser av publiceringar"
        constraints = [
            *Work.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state=WorkState.DONE) | Q(release__isnull=False), name="finished_preparation_has_its_draft"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PreparationMove(StateMove):
    """A preparation's way through its states."""

    subject = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="moves")


class Signing(Work):
    """Somebody has signed a draft, which takes effect when the attack on it has found nothing.

    `requested_by` is who signed. `digest` stands for what was signed: all that the draft shows and hides. Without
    `publish_at` the release is public as soon as the signature takes effect.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="signings")
    publish_at = models.DateTimeField("publiceras", null=True)
    digest = models.CharField(max_length=64)

    class Meta(Work.Meta):
        verbose_name = "godkännande av publicering"
        verbose_name_plural = "godkännanden av publiceringar"
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(
                fields=["release"], condition=Q(state__in=UNDER_WAY), name="one_signing_under_way_per_release"
            ),
        ]

    def __str__(self) -> str:
        return f"Godkännande av {self.release}"


class SigningMove(StateMove):
    """A signing's way through its states."""

    subject = models.ForeignKey(Signing, on_delete=models.PROTECT, related_name="moves")
