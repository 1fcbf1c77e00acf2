"""Code lists: what a call can be coded with."""

from django.db import models

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
