"""Figures that were published before single calls were kept."""

from django.db import models
from django.db.models import Q

from nch.common.scope import NATIONAL
from stodtelefon.enums import FigureDimension
from stodtelefon.models.history import HistoryImport


class PublishedFigure(models.Model):
    """A total of the national line that has been published; single calls behind it do not exist here.

    `code` is a county code, a caller category's code, `unknown` or `other` (counties that the source gives as a sum),
    and blank for the year's total. `from_date` is the first day counted where the year is not whole.
    """

    organisation_path = NATIONAL
    year = models.PositiveSmallIntegerField("år")
    dimension = models.CharField("indelning", max_length=20, choices=FigureDimension.choices)
    code = models.CharField("kod", max_length=40, blank=True)
    label = models.CharField("benämning", max_length=120)
    calls = models.PositiveIntegerField("samtal", null=True)
    individuals = models.PositiveIntegerField("utsatta individer", null=True)
    from_date = models.DateField("räknat från", null=True)
    source = models.CharField("källa", max_length=200)
    note = models.CharField("anmärkning", max_length=300, blank=True)
    imported = models.ForeignKey(
        HistoryImport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="import",
        help_text="Tomt: uppgiften följer med systemet. En inläst uppgift ersätts aldrig av den.",
    )

    class Meta:
        ordering = ["year", "dimension", "code"]
        verbose_name = "publicerad uppgift"
        verbose_name_plural = "publicerade uppgifter"
        constraints = [
            models.UniqueConstraint(fields=["year", "dimension", "code"], name="one_published_figure_per_cell"),
            models.CheckConstraint(
                condition=Q(dimension=FigureDimension.TOTAL, code="")
                | (~Q(dimension=FigureDimension.TOTAL) & ~Q(code="")),
                name="published_total_has_no_code_and_others_have_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.label}"
