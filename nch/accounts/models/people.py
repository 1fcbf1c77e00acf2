"""People who sign in, and the memberships from which all they may see and do follows."""

import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from nch.accounts.enums import Role
from nch.common.scope import NATIONAL
from nch.common.sorting import SearchTextField, SwedishSortKeyField
from nch.counties.models import Organisation


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person at NCH, a county board or a resource centre. What the person may do is in the memberships only."""

    organisation_path = NATIONAL
    email = models.EmailField("e-postadress", unique=True)
    display_name = models.CharField("namn", max_length=150)
    is_active = models.BooleanField("aktiv", default=True)
    is_demo_cast = models.BooleanField(
        "demoanvändare", default=False, help_text="Kan loggas in med ett klick, men bara i demon."
    )
    created_at = models.DateTimeField("skapad", default=timezone.now)
    sort_key = SwedishSortKeyField("display_name")
    search_text = SearchTextField("display_name", "email")

    # All memberships, past and future too, where the sign-in has read them already (see backends.py).
    known_memberships: "tuple[Membership, ...] | None" = None
    # What the user may reach today, worked out once per request (see permissions.access_of).
    access_today: Any = None

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "användare"
        verbose_name_plural = "användare"

    def __str__(self) -> str:
        return self.display_name


class Membership(models.Model):
    """A role that a user holds at an organisation from one day to another, both included."""

    organisation_path = "organisation"
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name="användare")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name="organisation"
    )
    role = models.CharField("roll", max_length=30, choices=Role.choices)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med", null=True, blank=True)

    class Meta:
        ordering = ["organisation__sort_key", "role", "valid_from"]
        verbose_name = "behörighet"
        verbose_name_plural = "behörigheter"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_to__isnull=True),
                name="one_open_membership_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"

    def is_valid_on(self, day: datetime.date) -> bool:
        """Whether the role is held on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
