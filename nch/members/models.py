"""Invitations: how a person gets an account and a first role."""

from django.db import models

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation


class Invitation(models.Model):
    """An invitation to sign up with one role; the token is kept as a hash only and works once."""

    organisation_path = "organisation"
    email = models.EmailField("e-postadress")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="organisation"
    )
    role = models.CharField("roll", max_length=30, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    sent = False
    """Whether the mail has left, as far as the one who has just invited knows; not kept."""

    class Meta:
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}"
