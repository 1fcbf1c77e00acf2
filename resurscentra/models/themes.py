"""Themes of lägesbilder, and which of them NCH has found in each."""

from django.db import models

from nch.accounts.models import User
from nch.common.code_lists import CodeEntry, code_constraints
from nch.common.scope import NATIONAL
from resurscentra.enums import ThemeKind
from resurscentra.models.reports import SituationReport


class Theme(CodeEntry):
    """Something that counties write of under success factors or challenges, by which NCH sums up the lägesbilder.

    `kind` and `code` never change (a trigger refuses it). A theme can be ticked on the days on which it is valid, of
    whatever period the lägesbild is: themes are found while one reads. `source` says where it was first published.
    """

    organisation_path = NATIONAL
    kind = models.CharField("slag", max_length=20, choices=ThemeKind.choices)
    source = models.CharField("källa", max_length=200, blank=True)

    class Meta:
        ordering = ["-kind", "position", "code"]
        verbose_name = "tema"
        verbose_name_plural = "teman"
        constraints = code_constraints("theme")

    @property
    def key(self) -> str:
        """The theme among those of both kinds."""
        return f"{self.kind}_{self.code}"


class ReportCoding(models.Model):
    """That NCH has read a lägesbild for its themes, which may be none; the log has every change of it."""

    organisation_path = "report__organisation"
    report = models.OneToOneField(SituationReport, on_delete=models.CASCADE, primary_key=True, related_name="coding")
    themes = models.ManyToManyField(Theme, through="CodedTheme", related_name="codings")
    version = models.PositiveIntegerField("version", default=1)
    coded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="kodad av")
    coded_at = models.DateTimeField("kodad")

    class Meta:
        verbose_name = "kodning"
        verbose_name_plural = "kodningar"

    def __str__(self) -> str:
        return f"Teman: {self.report}"


class CodedTheme(models.Model):
    """A theme of a lägesbild."""

    organisation_path = "coding__report__organisation"
    coding = models.ForeignKey(ReportCoding, on_delete=models.CASCADE, related_name="coded")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="coded")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coding", "theme"], name="theme_is_ticked_once")]

    def __str__(self) -> str:
        return f"{self.coding_id} {self.theme_id}"
