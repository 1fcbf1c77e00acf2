"""Code lists: what a call can be coded with."""

import datetime

from django.db import models
from django.db.models import F, Q

from nch.common.scope import NATIONAL
from stodtelefon.enums import CodeKind, Stage


class Code(models.Model):
    """An entry of a code list. `kind` and `code` never change (a trigger refuses it); a list changes by new codes.

    A code may be used for calls that began on a day from `valid_from` to `valid_to`, both included; `successor` is the
    code that took over, so that a time series can show its break.
    """

    organisation_path = NATIONAL
    kind = models.CharField("lista", max_length=20, choices=CodeKind.choices)
    code = models.SlugField("kod", max_length=40, db_index=False)
    label = models.CharField("benämning", max_length=120)
    label_en = models.CharField("engelsk benämning", max_length=120)
    position = models.PositiveSmallIntegerField("ordning")
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="efterträdare",
    )
    stages = models.JSONField(
        "skeden", default=list, blank=True, help_text="Bara för utsatthet: de skeden som kan väljas. Tomt: inget skede."
    )

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name = "kod"
        verbose_name_plural = "koder"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="code_is_unique_in_its_list"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="code_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False), name="code_with_successor_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def is_valid_on(self, day: datetime.date) -> bool:
        """Whether calls that began that day may be coded with it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def permitted_stages(self) -> tuple[Stage, ...]:
        """The stages that an exposure of this kind may be given today; `NONE` alone where it has no stages."""
        return tuple(Stage(stage) for stage in self.stages) or (Stage.NONE,)
