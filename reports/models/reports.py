"""Reports that have been ordered, with the numbers they print and the file that came out."""

import uuid

from django.db import models
from django.db.models import Q

from nch.common.scope import NATIONAL
from nch.common.transitions import StateMove
from nch.common.work import UNDER_WAY, Work, WorkState
from reports.enums import ReportKind


def report_path(report: "Report", name: str) -> str:
    """Files lie under a name that says nothing; the readable name comes from the row."""
    return f"reports/{report.year}/{uuid.uuid4().hex}.pdf"


class Report(Work):
    """An ordered report. `bound` holds every number it prints with its source, frozen when they were fetched."""

    kind = models.CharField("rapport", max_length=20, choices=ReportKind.choices)
    year = models.PositiveSmallIntegerField("år")
    bound = models.JSONField("bundna värden", null=True)
    file = models.FileField("fil", upload_to=report_path, blank=True)
    size = models.PositiveBigIntegerField("storlek i byte", null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(Work.Meta):
        verbose_name = "rapport"
        verbose_name_plural = "rapporter"
        constraints = [
            *Work.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state=WorkState.DONE)
                | (~Q(file="") & ~Q(sha256="") & Q(bound__isnull=False, size__isnull=False, finished_at__isnull=False)),
                name="finished_report_has_its_file",
            ),
            models.UniqueConstraint(
                fields=["kind", "year"], condition=Q(state__in=UNDER_WAY), name="one_report_under_way_per_kind_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is downloaded."""
        return f"nch-arsrapport-{self.year}-{self.pk}.pdf"


class ReportMove(StateMove):
    """A report's way through its states."""

    subject = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="moves")


class SavedQuery(models.Model):
    """A question to a published table that somebody has kept an address to; nothing says who.

    `key` cannot be guessed and is what the address has. `digest` is of all that is asked, so the same question is kept
    once. `selection` has the lists `values` (pairs of variable and expressions), `stub` and `heading`.
    """

    organisation_path = NATIONAL
    key = models.CharField("identitet", max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    table_id = models.CharField("tabell", max_length=100)
    language = models.CharField("språk", max_length=2)
    output_format = models.CharField("format", max_length=20)
    output_parameters = models.JSONField("formatets val", default=list)
    selection = models.JSONField("urval")
    created_on = models.DateField("sparad")
    used_on = models.DateField("senast använd", null=True)

    class Meta:
        ordering = ["-created_on", "-pk"]
        verbose_name = "sparad fråga"
        verbose_name_plural = "sparade frågor"
        indexes = [models.Index(fields=["used_on", "created_on"], name="saved_query_by_use")]

    def __str__(self) -> str:
        return f"{self.table_id} ({self.key})"
