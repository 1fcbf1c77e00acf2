"""Statistics that are made public: an occasion, the tables of it frozen, and the moves between its states."""

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.common.transitions import StateMove
from reports.enums import ReleaseState


class Release(models.Model):
    """Tables that are published together: prepared by one person, signed off by another.

    Public from `publish_at` (the embargo), which is set at sign-off; before that nothing tells that it will be.
    `since` and `until` are the first and last day of the months it counts. `audit` is the report of the attack on all
    that is public together (reports/statistics/disclosure), for staff: it names hidden cells.
    """

    organisation_path = NATIONAL
    title = models.CharField("rubrik", max_length=150)
    state = models.CharField("läge", max_length=20, choices=ReleaseState.choices, default=ReleaseState.DRAFT)
    since = models.DateField("från och med")
    until = models.DateField("till och med")
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="förberedd av")
    prepared_at = models.DateTimeField("förberedd")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("godkänd", null=True)
    publish_at = models.DateTimeField("publiceras", null=True)
    withdrawn_at = models.DateTimeField("återkallad", null=True)
    withdrawal_reason = models.CharField("skäl för återkallelsen", max_length=300, blank=True)
    audit = models.JSONField("granskning")

    class Meta:
        ordering = ["-prepared_at", "-pk"]
        verbose_name = "publicering"
        verbose_name_plural = "publiceringar"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[ReleaseState.SIGNED, ReleaseState.WITHDRAWN])
                | Q(signed_by__isnull=False, signed_at__isnull=False, publish_at__isnull=False),
                name="signed_release_has_signature_and_day",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("prepared_by")),
                name="release_signed_by_another_than_its_maker",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.WITHDRAWN) | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="withdrawn_release_says_why",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="release_counts_whole_months"),
        ]

    def __str__(self) -> str:
        return self.title


class ReleaseMove(StateMove):
    """A release's way through its states."""

    subject = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="moves")


class ReleasedTable(models.Model):
    """A table as it was, or will be, published. Final from sign-off, when it gets its `version`.

    `frozen` has the protected cube in each language and is all that the public ever sees. `ground` is the cube with
    nothing hidden, its context, and why each hidden cell is (`hidden`, by flat index): read only to compare and to
    attack later releases, never shown outside. `sha256` is of `frozen`.
    """

    organisation_path = NATIONAL
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="tables")
    table_id = models.CharField("tabell", max_length=100)
    version = models.PositiveIntegerField("version", null=True)
    frozen = models.JSONField("det som publiceras")
    ground = models.JSONField("underlaget")
    hidden = models.JSONField("skyddade celler")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["release", "pk"]
        verbose_name = "publicerad tabell"
        verbose_name_plural = "publicerade tabeller"
        constraints = [
            models.UniqueConstraint(fields=["release", "table_id"], name="table_once_in_a_release"),
            models.UniqueConstraint(fields=["table_id", "version"], name="one_version_of_a_released_table"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} {self.version or ''}".strip()
