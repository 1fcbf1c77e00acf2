"""Personal keys to the API: only their hash is kept."""

import datetime

from django.db import models
from django.db.models import F, Q

from nch.accounts.enums import TokenScope
from nch.accounts.models.people import User
from nch.common.scope import NATIONAL


class ApiToken(models.Model):
    """A key with which a program reads what its owner may read, until it expires or is withdrawn.

    With the scope to hand in it also fills in and hands in what its owner may.

    `hash` is the SHA-256 of the key, which was shown once; `hint` its first characters, to tell keys apart.
    """

    organisation_path = NATIONAL
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens", verbose_name="ägare")
    name = models.CharField("namn", max_length=80)
    hint = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField("omfattning", max_length=10, choices=TokenScope.choices, default=TokenScope.READ)
    created_at = models.DateTimeField("skapad")
    expires_at = models.DateTimeField("gäller till")
    last_used_at = models.DateTimeField("senast använd", null=True)
    withdrawn_at = models.DateTimeField("återkallad", null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "API-nyckel"
        verbose_name_plural = "API-nycklar"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_at(self, at: datetime.datetime) -> bool:
        """Whether the key opens anything at the moment."""
        return self.withdrawn_at is None and at < self.expires_at
