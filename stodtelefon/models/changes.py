"""What a call was before it was changed, and calls that are on their way."""

from django.db import models
from django.utils import timezone

from nch.accounts.models import User
from stodtelefon.enums import CallChange, ChangeReason
from stodtelefon.models.calls import SupportCall
from stodtelefon.models.lines import SupportLine


class CallVersion(models.Model):
    """The coded content of a call as it was until a change, final in the database; `version` numbers that content.

    `content` is what stodtelefon/selectors/contents.py reads from a call: codes and numbers, never free text.
    """

    organisation_path = "call__line__organisation"
    call = models.ForeignKey(SupportCall, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveSmallIntegerField("version")
    content = models.JSONField("uppgifter före ändringen")
    change = models.CharField("ändring", max_length=10, choices=CallChange.choices)
    reason = models.CharField("skäl", max_length=20, choices=ChangeReason.choices, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="ändrat av")
    at = models.DateTimeField("ändrat")

    class Meta:
        ordering = ["call", "version"]
        verbose_name = "samtal före ändring"
        verbose_name_plural = "samtal före ändring"
        constraints = [models.UniqueConstraint(fields=["call", "version"], name="call_has_each_version_once")]

    def __str__(self) -> str:
        return f"Samtal {self.call_id}, version {self.version}"


class CallDraft(models.Model):
    """A call that somebody is logging at a line: what has been chosen so far, under the key it will be saved with.

    `content` has the form's coded fields as they were sent, never free text. It goes when the call is saved.
    """

    organisation_path = "line__organisation"
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name="användare", db_index=False)
    line = models.ForeignKey(
        SupportLine, on_delete=models.CASCADE, related_name="+", verbose_name="stödtelefon", db_index=False
    )
    idempotency_key = models.UUIDField(editable=False)
    content = models.JSONField("ifyllt hittills")
    started_at = models.DateTimeField("började")
    saved_at = models.DateTimeField("sparat", db_index=True)

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = "påbörjat samtal"
        verbose_name_plural = "påbörjade samtal"
        constraints = [models.UniqueConstraint(fields=["user", "line"], name="one_call_draft_per_user_and_line")]

    def __str__(self) -> str:
        return f"Påbörjat samtal {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"
