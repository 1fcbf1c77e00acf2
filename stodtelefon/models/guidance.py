"""What NCH wants those who answer to have at hand while they talk."""

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from stodtelefon.guidance_text import Block, Link, blocks_of
from stodtelefon.models.codes import Code


class Guidance(models.Model):
    """One version of the guidance for a topic or a kind of exposure; the highest `number` is the one that holds.

    A version is final in the database: guidance changes by a new one, so that it can be seen what held when.
    """

    organisation_path = NATIONAL
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="guidance", db_index=False)
    number = models.PositiveSmallIntegerField("version")
    text = models.TextField("text")
    links = models.JSONField("länkar", default=list, blank=True)
    review_on = models.DateField("ses över senast")
    responsible = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="ansvarig")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="sparad av")
    at = models.DateTimeField("sparad")

    class Meta:
        ordering = ["code", "-number"]
        verbose_name = "vägledning"
        verbose_name_plural = "vägledning"
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="guidance_has_each_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="guidance_versions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, version {self.number}"

    @property
    def blocks(self) -> list[Block]:
        """The text in paragraphs and lists, for a page."""
        return blocks_of(self.text)

    @property
    def named_links(self) -> list[Link]:
        """The links with their labels."""
        return [Link(one["label"], one["url"]) for one in self.links]
