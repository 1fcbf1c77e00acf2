"""What an entry of a code list has, whichever list it is."""

import datetime

from django.db import models
from django.db.models import F, Q


class CodeEntry(models.Model):
    """An entry of a code list; `code` never changes (a trigger refuses it), and a list changes by new codes.

    A code may be used on days from `valid_from` to `valid_to`, both included; `successor` is the code that took over,
    so that a time series can show its break.
    """

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
    successor_id: int | None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    def is_valid_on(self, day: datetime.date) -> bool:
        """Whether what belongs to that day may be coded with it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def code_constraints(name: str) -> list[models.BaseConstraint]:
    """What holds for every list in the database; `name` begins the constraints' names. Lists have a `kind`."""
    return [
        models.UniqueConstraint(fields=["kind", "code"], name=f"{name}_is_unique_in_its_list"),
        models.CheckConstraint(
            condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=f"{name}_ends_after_it_begins"
        ),
        models.CheckConstraint(
            condition=Q(successor__isnull=True) | Q(valid_to__isnull=False), name=f"{name}_with_successor_has_ended"
        ),
    ]
