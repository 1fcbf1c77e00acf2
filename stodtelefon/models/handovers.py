"""What those who have answered a line tell the next ones."""

from django.db import models

from nch.accounts.models import User
from stodtelefon.models.lines import SupportLine
from stodtelefon.models.notes import CheckedText


class HandoverNote(CheckedText):
    """A short text to the next shift about the line's work, without personal data; deleted as the notes of calls are.

    Read by those who answer the line, on its page and where calls are logged, and nowhere else: not in exports, the
    API, search, log or tasks.
    """

    organisation_path = "line__organisation"
    line = models.ForeignKey(SupportLine, on_delete=models.CASCADE, related_name="handovers", db_index=False)
    text = models.CharField("överlämning", max_length=500)
    delete_on = models.DateField("raderas", db_index=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = "överlämning"
        verbose_name_plural = "överlämningar"
        indexes = [models.Index(fields=["line", "-written_at"], name="handovers_of_a_line")]

    def __str__(self) -> str:
        # Never the text: what is written of an object ends up in logs and on error pages.
        return f"Överlämning {self.pk}"


class HandoverRead(models.Model):
    """That somebody has read a handover note."""

    organisation_path = "handover__line__organisation"
    handover = models.ForeignKey(HandoverNote, on_delete=models.CASCADE, related_name="reads", db_index=False)
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name="läst av")
    read_at = models.DateTimeField("läst")

    class Meta:
        ordering = ["handover", "read_at"]
        verbose_name = "läst överlämning"
        verbose_name_plural = "lästa överlämningar"
        constraints = [models.UniqueConstraint(fields=["handover", "reader"], name="handover_read_once_by_each")]

    def __str__(self) -> str:
        return f"{self.handover_id} läst av {self.reader_id}"
