"""Versioned forms, and what organisations answer in them.

A draft keeps exactly what people typed, right or wrong; whether it is right is asked of the form's fields
(see fields.py), while one writes and again before it can be submitted.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.counties.models import Organisation
from nch.questionnaires.enums import QuestionKind, ResponseState


class Questionnaire(models.Model):
    """A form through its versions, such as the application for development money."""

    organisation_path = NATIONAL
    key = models.SlugField(unique=True)
    title = models.CharField("formulär", max_length=200)

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(models.Model):
    """One version of a form; from `frozen_at` on nothing in it changes, since somebody may be answering it."""

    organisation_path = NATIONAL
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    frozen_at = models.DateTimeField("låst", null=True)

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.questionnaire}, version {self.number}"


class Section(models.Model):
    """A page of the form, savable on its own."""

    organisation_path = NATIONAL
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField()
    title = models.CharField("avsnitt", max_length=200)
    introduction = models.TextField("inledning", blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="section_key_is_unique_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="section_position_is_unique_in_version"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question. `options` holds what its kind needs: `choices`, or `rows` and `columns` of a grid, as pairs;
    `columns` of a table as (code, label, type); `sums` and `reasons` of a table of numbers (see counts.py); `many`
    where a question for a file takes several.

    It is asked only where `shown_when_key` names no question, or that question has the answer `shown_when_value`.
    """

    organisation_path = NATIONAL
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField()
    kind = models.CharField("slag", max_length=20, choices=QuestionKind.choices)
    label = models.CharField("fråga", max_length=300)
    hint = models.CharField("hjälptext", max_length=500, blank=True)
    required = models.BooleanField("måste besvaras", default=True)
    max_length = models.PositiveIntegerField("högsta antal tecken", null=True)
    options = models.JSONField(default=dict)
    shown_when_key = models.SlugField(blank=True)
    shown_when_value = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="question_key_is_unique_in_section")]

    def __str__(self) -> str:
        return self.label

    @property
    def takes_many_files(self) -> bool:
        """Whether the answer is a list of files and not one."""
        return self.kind == QuestionKind.FILE and bool(self.options.get("many"))


class Response(models.Model):
    """One organisation's shared answer to a form: a draft for all its people until it is submitted.

    The people of `partner` write in it too, where there is one: a centre in what its county board answers for.
    A submitted response is final, except that some of its sections (`open_sections`, by key) can be opened again for
    completion; it then says when it was last handed in, and goes back to submitted.
    """

    organisation_path = "organisation"
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="responses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="responses")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=ResponseState.choices, default=ResponseState.DRAFT)
    open_sections: Any = models.JSONField("öppna avsnitt", default=list)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "closed"], submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(state__in=["submitted", "reopened"], submitted_at__isnull=False, submitted_by__isnull=False),
                name="submitted_response_says_when_and_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.organisation}"


class Answer(models.Model):
    """What the draft says to one question now, as typed. `revision` grows by one with each change.

    `carried_from` is the earlier response that the answer was taken from, until somebody changes it.
    """

    organisation_path = "response__organisation"
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value: Any = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    carried_from = models.ForeignKey(Response, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.question_id}: revision {self.revision}"


class Presence(models.Model):
    """Who has a draft open, and which section of it, as the pages told last. Shown for a minute or so, kept no longer
    than until the same person opens something else in it."""

    organisation_path = "response__organisation"
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    section_key = models.SlugField(blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "user"], name="one_presence_per_user_and_response")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.section_key}"


class AnswerVersion(models.Model):
    """Every text that an answer ever had; rows are never changed, so nothing that was written is lost."""

    organisation_path = "answer__response__organisation"
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    value: Any = models.JSONField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["answer", "revision"], name="answer_revision_is_unique")]

    def __str__(self) -> str:
        return f"{self.answer_id}: revision {self.revision}"


class ResponseSubmission(models.Model):
    """What was handed in, and when: the keys of the answers' versions (AnswerVersion), which are never changed.

    So the first submission can be read whatever was completed afterwards.
    """

    organisation_path = "response__organisation"
    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField("inlämnad")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    versions: Any = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="response_submission_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.number}"


def answer_file_path(answer_file: "AnswerFile", name: str) -> str:
    """Files lie under a name that says nothing; the readable name is in the row."""
    return f"answers/{answer_file.response_id}/{uuid.uuid4().hex}"


class AnswerFile(models.Model):
    """A file handed in as an answer. Earlier files stay when a new one takes their place in the answer."""

    organisation_path = "response__organisation"
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="files")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("filnamn", max_length=150)
    file = models.FileField(upload_to=answer_file_path)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("storlek i byte")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name
