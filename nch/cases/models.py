"""The case (ärende) and what every case has: number, documents, timeline, tasks."""

import uuid

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.cases.enums import CaseKind, DocumentDirection, MailState
from nch.common.scope import NATIONAL
from nch.common.sorting import SearchTextField
from nch.counties.models import Organisation


class DiarySeries(models.Model):
    """The last diary number an authority gave out in a year; locked while a case is registered: no gaps."""

    organisation_path = "handler"
    handler = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handler", "year"], name="one_series_per_authority_and_year")]

    def __str__(self) -> str:
        return f"{self.handler_id}: {self.last_number}–{self.year}"


class Case(models.Model):
    """A matter from first to last.

    `organisation` is the party it concerns, `handler` the authority that handles it and gives it its diary number:
    these two may see it, and nobody else.
    """

    organisation_path = "organisation"
    kind = models.CharField("slag", max_length=20, choices=CaseKind.choices, default=CaseKind.GRANT)
    number = models.PositiveIntegerField("nummer")
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("ärende", max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases", verbose_name="organisation"
    )
    handler = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="handläggande myndighet"
    )
    opened_at = models.DateTimeField("öppnat")
    closed_at = models.DateTimeField("avslutat", null=True, blank=True)
    search_text = SearchTextField("title", "registration_number")

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints = [
            models.UniqueConstraint(fields=["handler", "year", "number"], name="registration_number_is_unique"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="case_closes_after_it_opens",
            ),
        ]
        # The orders of the list of cases, for those who handle them and for the party (docs/decisions/0020).
        indexes = [
            models.Index(fields=["handler", "-opened_at", "-id"], name="handled_cases_by_time"),
            models.Index(
                fields=["handler", "-opened_at", "-id"], condition=Q(closed_at__isnull=True), name="open_cases_by_time"
            ),
            models.Index(fields=["handler", "title", "id"], name="handled_cases_by_title"),
            models.Index(fields=["handler", "organisation", "id"], name="handled_cases_by_party"),
            models.Index(fields=["organisation", "-opened_at", "-id"], name="own_cases_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_number} {self.title}"

    @property
    def registration_number(self) -> str:
        """The diary number (dnr) as it is written: number, en dash, year."""
        return f"{self.number}–{self.year}"


class InterestDeclaration(models.Model):
    """What somebody who handles a case has said about a conflict of interest (jäv), before anything of it is shown.

    Whoever is `recused` no longer sees the case. A declared conflict stands; "none" may be followed by one.
    """

    organisation_path = "case__handler"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="declarations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="declarations")
    recused = models.BooleanField("jäv")
    reason = models.TextField("skäl", blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["declared_at"]
        verbose_name = "anmälan om jäv"
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_declaration_per_case_and_user")]
        # Every reading leaves out the cases in which the reader is recused; most declarations say that nobody is.
        indexes = [models.Index(fields=["user", "case"], condition=Q(recused=True), name="recusals")]

    def __str__(self) -> str:
        return f"{self.user}: {'jävig' if self.recused else 'inte jävig'}"


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
    search_text = SearchTextField("title")

    class Meta:
        ordering = ["number"]
        verbose_name = "handling"
        verbose_name_plural = "handlingar"
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="document_number_is_unique_in_case")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class TimelineEntry(models.Model):
    """What happened in a case, in words for people, and the page that tells more of it (`url`, a path of this site).

    `internal` entries are for those who handle the case only.
    """

    organisation_path = "case__organisation"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField("tidpunkt")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("händelse", max_length=200)
    url = models.CharField(max_length=200, blank=True)
    internal = models.BooleanField("bara för den som handlägger", default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "tidslinje"

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """Something that waits for those who hold `right` at `organisation` (or for one of them: `assignee`).

    `key` names what it is about, so that the same task is never opened twice; `url` leads to where it is done. What
    is offered and not owed (to apply for money) stops waiting at `expires_at`. A task with a due date is reminded of;
    `waiting` is the organisation that waits for it (those there with `waiting_right`), where it is somebody else's.
    It is not shown before `opens_on`. Whether it is late follows from the date and is never stored. `topic` and
    `period_ends_on` say what kind of report it asks for and about which period, so that whoever receives such a report
    can close it without knowing who asked (services.fulfil).
    """

    organisation_path = "organisation"
    key = models.CharField(max_length=120, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tasks")
    right = models.CharField("behörighet", max_length=30)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField("uppgift", max_length=200)
    url = models.CharField(max_length=200)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="tasks", verbose_name="ärende")
    waiting = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="den som väntar"
    )
    waiting_right = models.CharField(max_length=30, blank=True)
    topic = models.CharField(max_length=30, blank=True)
    period_ends_on = models.DateField(null=True)
    opens_on = models.DateField("öppnar", null=True)
    due_on = models.DateField("senast", null=True)
    expires_at = models.DateTimeField("upphör", null=True)
    created_at = models.DateTimeField("skapad")
    done_at = models.DateTimeField("klar", null=True)

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "created_at"]
        indexes = [
            models.Index(
                fields=["organisation", "right", "due_on"], condition=Q(done_at__isnull=True), name="open_tasks"
            ),
            models.Index(fields=["waiting", "due_on"], condition=Q(done_at__isnull=True), name="awaited_tasks"),
            # What the start page counts and in which order it shows it; all that it asks of a task is in the index.
            models.Index(
                fields=[
                    "organisation",
                    "due_on",
                    "created_at",
                    "right",
                    "assignee",
                    "expires_at",
                    "opens_on",
                    "case",
                    "key",
                ],
                condition=Q(done_at__isnull=True),
                name="open_tasks_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Conversation(models.Model):
    """A question or matter talked about in a case, by the party and the authority; `internal`: the authority only.

    `about_key` and `about_label` name the question of a form that it concerns, where it concerns one. `owner` is who
    at the authority answers. It is open until `closed_at`; its age is counted from the first unanswered message.
    """

    organisation_path = "case__organisation"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conversations")
    subject = models.CharField("ämne", max_length=200)
    about_key = models.CharField(max_length=100, blank=True)
    about_label = models.CharField("gäller frågan", max_length=300, blank=True)
    internal = models.BooleanField("bara för den som handlägger", default=False)
    opened_at = models.DateTimeField("påbörjad")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="ansvarig")
    awaits_handler_since = models.DateTimeField("väntar på svar sedan", null=True)
    closed_at = models.DateTimeField("avslutad", null=True)
    search_text = SearchTextField("subject")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = "fråga i ärendet"
        indexes = [
            models.Index(
                fields=["awaits_handler_since"],
                condition=Q(awaits_handler_since__isnull=False),
                name="unanswered_conversations",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One message; never changed."""

    organisation_path = "conversation__case__organisation"
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField("meddelande", max_length=5000)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "meddelande"

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d}"


class OutgoingMail(models.Model):
    """A mail to one user, written in the transaction that caused it and sent afterwards.

    `key` says what it is about and for whom, so that the same mail is never written, and so never sent, twice.
    The address is looked up when it is sent.
    """

    organisation_path = NATIONAL
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="mails")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField("ämne", max_length=200)
    body = models.TextField("text")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "utgående brev"
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="waiting_mail")]

    def __str__(self) -> str:
        return self.key
