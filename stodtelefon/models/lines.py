"""Support lines."""

from django.db import models
from django.db.models import Q

from nch.counties.models import Organisation
from stodtelefon.enums import LineKind


class SupportLine(models.Model):
    """A support line for professionals; `organisation` answers it, and so may see its calls."""

    organisation_path = "organisation"
    name = models.CharField("namn", max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="support_lines", verbose_name="organisation"
    )
    kind = models.CharField("slag", max_length=30, choices=LineKind.choices)
    correction_hours = models.PositiveSmallIntegerField(
        "timmar för egen rättelse",
        default=24,
        help_text="Så länge får den som registrerade ett samtal rätta det. Därefter rättar telefonens ansvariga.",
    )
    note_days = models.PositiveSmallIntegerField(
        "dagar som anteckningar sparas",
        default=90,
        help_text="Efter så många dagar raderas samtalens fria text. De kodade uppgifterna finns kvar.",
    )

    class Meta:
        ordering = ["organisation__sort_key", "name"]
        verbose_name = "stödtelefon"
        verbose_name_plural = "stödtelefoner"
        constraints = [
            models.CheckConstraint(
                condition=Q(note_days__gte=1, note_days__lte=365), name="line_keeps_notes_1_to_365_days"
            ),
            models.UniqueConstraint(fields=["organisation", "name"], name="line_name_is_unique_at_its_organisation"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=LineKind.NATIONAL_PROFESSIONALS), name="one_national_line"
            ),
        ]

    def __str__(self) -> str:
        return self.name
