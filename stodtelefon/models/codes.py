"""Code lists: what a call can be coded with."""

from django.db import models

from nch.accounts.models import User
from nch.common.code_lists import CodeEntry, code_constraints
from nch.common.scope import NATIONAL
from stodtelefon.enums import CodeKind, Stage


class Code(CodeEntry):
    """What a call can be coded with, on the day that it began."""

    organisation_path = NATIONAL
    kind = models.CharField("lista", max_length=20, choices=CodeKind.choices)
    stages = models.JSONField(
        "skeden", default=list, blank=True, help_text="Bara för utsatthet: de skeden som kan väljas. Tomt: inget skede."
    )

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name = "kod"
        verbose_name_plural = "koder"
        constraints = code_constraints("code")

    @property
    def permitted_stages(self) -> tuple[Stage, ...]:
        """The stages that an exposure of this kind may be given today; `NONE` alone where it has no stages."""
        return tuple(Stage(stage) for stage in self.stages) or (Stage.NONE,)


class CodeWording(models.Model):
    """How a code was worded until somebody changed it, final in the database: older tables and reports say it so."""

    organisation_path = NATIONAL
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="earlier_wordings", verbose_name="kod")
    label = models.CharField("benämning", max_length=120)
    label_en = models.CharField("engelsk benämning", max_length=120)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="ändrad av")
    changed_at = models.DateTimeField("ändrad")

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = "tidigare benämning"
        verbose_name_plural = "tidigare benämningar"

    def __str__(self) -> str:
        return self.label
