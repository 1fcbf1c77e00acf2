"""The one free text of a call, and what every text has that is checked against personal data."""

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from stodtelefon.models.calls import SupportCall


class CheckedText(models.Model):
    """A text that has passed the rules against personal data, and goes on its day; its subclasses say which text."""

    organisation_path: str
    rules_version = models.CharField(
        "kontrollerad med", max_length=64, help_text="Version av reglerna för personuppgifter som texten har passerat."
    )
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="skriven av")
    written_at = models.DateTimeField("skriven")

    class Meta:
        abstract = True


class CallNote(CheckedText):
    """A short text about a call, without personal data, deleted after the line's set number of days.

    It stands in a table of its own so that deleting it leaves the coded record untouched. It is read on the page of the
    call by those who answer the line, and nowhere else: not in lists, exports, the API, search, PDF, log or tasks.
    A corrected note is a new row; both go on the same day.
    """

    organisation_path = "call__line__organisation"
    call = models.ForeignKey(SupportCall, on_delete=models.CASCADE, related_name="notes", db_index=False)
    number = models.PositiveSmallIntegerField("nummer")
    text = models.CharField("anteckning", max_length=500)
    delete_on = models.DateField("raderas")
    suspected_at = models.DateTimeField(
        "misstänkt", null=True, blank=True, help_text="Nyare regler har hittat något som kan vara personuppgifter."
    )

    class Meta:
        ordering = ["call", "number"]
        verbose_name = "anteckning"
        verbose_name_plural = "anteckningar"
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="note_has_its_own_number_in_the_call")]
        indexes = [
            models.Index(fields=["delete_on"], name="notes_to_delete"),
            models.Index(fields=["suspected_at"], condition=Q(suspected_at__isnull=False), name="suspected_notes"),
        ]

    def __str__(self) -> str:
        # Never the text: what is written of an object ends up in logs and on error pages.
        return f"Anteckning {self.number}"
