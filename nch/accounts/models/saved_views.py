"""Views of lists that people have saved: the filters and the order, never the rows."""

from django.db import models

from nch.accounts.models.people import User
from nch.common.scope import NATIONAL
from nch.counties.models import Organisation


class SavedView(models.Model):
    """The query string of a list (`page`: its URL name) under a name of the owner's choice.

    With an `organisation` it is shared with those who hold a role there; what they see through it is their own reach.
    """

    organisation_path = "organisation"
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views", verbose_name="ägare")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="delas med"
    )
    page = models.CharField("sida", max_length=100)
    name = models.CharField("namn", max_length=80)
    query = models.CharField("filter", max_length=1000, blank=True)
    created_at = models.DateTimeField("sparad")

    class Meta:
        ordering = ["page", "name", "pk"]
        verbose_name = "sparad vy"
        verbose_name_plural = "sparade vyer"
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_is_unique_for_owner_and_page")
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that a list opens with for a user who has asked for nothing else."""

    organisation_path = NATIONAL
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="default_views")
    page = models.CharField("sida", max_length=100)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="one_default_view_per_user_and_page")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.page}"
