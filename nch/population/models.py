"""Which files of the counties' population have been read in. The numbers are in nch.counties."""

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL


class PopulationImport(models.Model):
    """A file that was read in whole: who, when, from where, and what it changed. Never changed itself (a trigger).

    `changes` are the cells that became others, each as year, county code, inhabitants before (None where there were
    none) and after. `source_date` is the day of the source, as whoever read it in has stated it.
    """

    organisation_path = NATIONAL
    file_name = models.CharField("fil", max_length=150)
    sha256 = models.CharField("kontrollsumma", max_length=64)
    source = models.CharField("källa", max_length=200)
    source_date = models.DateField("källans datum")
    unchanged = models.PositiveIntegerField("oförändrade")
    changes = models.JSONField("ändringar")
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="inläst av")
    imported_at = models.DateTimeField("inläst")

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = "import av folkmängd"
        verbose_name_plural = "importer av folkmängd"
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="population_import_has_a_source")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def years(self) -> list[int]:
        """The years in which something became another, the earliest first."""
        return sorted({year for year, *_ in self.changes})

    @property
    def added(self) -> int:
        """How many cells are new."""
        return sum(before is None for _, _, before, _ in self.changes)

    @property
    def changed(self) -> int:
        """How many cells say something else than before."""
        return len(self.changes) - self.added
