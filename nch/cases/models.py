"""The case (ärende) and what every case has: number, documents, timeline, tasks."""

import uuid

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.cases.enums import DocumentDirection
from nch.common.scope import NATIONAL
from nch.common.sorting import SearchTextField
from nch.counties.models import Organisation


class RegistrationSeries(models.Model):
    """The last diary number given out in a year; its row is locked while a case is registered, so there are no gaps."""

    organisation_path = NATIONAL
    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.last_number}–{self.year}"


class Case(models.Model):
    """A matter from first to last. `organisation` is the one it concerns, and so the one that may see it."""

    organisation_path = "organisation"
    number = models.PositiveIntegerField("nummer")
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("ärende", max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases", verbose_name="organisation"
    )
    opened_at = models.DateTimeField("öppnat")
    closed_at = models.DateTimeField("avslutat", null=True, blank=True)
    search_text = SearchTextField("title", "registration_number")

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="registration_number_is_unique"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="case_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_number} {self.title}"

    @property
    def registration_number(self) -> str:
        """The diary number (dnr) as it is written: number, en dash, year."""
        return f"{self.number}–{self.year}"


def document_path(document: "Document", name: str) -> str:
    """Files lie under a name that says nothing; the readable name is in the row."""
    return f"cases/{document.case_id}/{uuid.uuid4().hex}"


class Document(models.Model):
    """A handling: a file in a case, registered once and never changed."""

    organisation_path = "case__organisation"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveSmallIntegerField("aktbilaga")
    direction = models.CharField("slag", max_length=20, choices=DocumentDirection.choices)
    title = models.CharField("titel", max_length=200)
    file_name = models.CharField("filnamn", max_length=150)
    file = models.FileField(upload_to=document_path)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("storlek i byte")
    sha256 = models.CharField(max_length=64)
    registered_at = models.DateTimeField("registrerad")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name = "handling"
        verbose_name_plural = "handlingar"
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="document_number_is_unique_in_case")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class TimelineEntry(models.Model):
    """What happened in a case, in words for people; `internal` entries are for NCH only."""

    organisation_path = "case__organisation"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField("tidpunkt")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("händelse", max_length=200)
    internal = models.BooleanField("bara för NCH", default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "tidslinje"

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """Something that waits for those who hold `right` at `organisation` (or for one of them: `assignee`).

    `key` names what it is about, so that the same task is never opened twice; `url` leads to where it is done. What
    is offered and not owed (to apply for money) stops waiting at `expires_at`.
    """

    organisation_path = "organisation"
    key = models.CharField(max_length=120, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tasks")
    right = models.CharField("behörighet", max_length=30)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField("uppgift", max_length=200)
    url = models.CharField(max_length=200)
    due_on = models.DateField("senast", null=True)
    expires_at = models.DateTimeField("upphör", null=True)
    created_at = models.DateTimeField("skapad")
    done_at = models.DateTimeField("klar", null=True)

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "created_at"]
        indexes = [
            models.Index(
                fields=["organisation", "right", "due_on"], condition=Q(done_at__isnull=True), name="open_tasks"
            )
        ]

    def __str__(self) -> str:
        return self.title
