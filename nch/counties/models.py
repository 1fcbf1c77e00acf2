"""Counties, municipalities, their population, and the organisations that everything else belongs to."""

from django.db import models
from django.db.models import Q

from nch.common.scope import NATIONAL
from nch.common.sorting import SearchTextField, SwedishSortKeyField
from nch.counties.enums import OrganisationKind


class County(models.Model):
    """One of the 21 län; `code` is Statistics Sweden's two digits (län code)."""

    organisation_path = NATIONAL
    code = models.CharField("kod", max_length=2, primary_key=True)
    name = models.CharField("namn", max_length=60, unique=True)
    iso = models.CharField("ISO 3166-2", max_length=5, unique=True)
    residence = models.CharField("residensstad", max_length=60)
    sort_key = SwedishSortKeyField("name")

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "län"
        verbose_name_plural = "län"

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The county without ”län” and genitive s: ”Västra Götaland”, as in the name of its board."""
        stem = self.name.removesuffix(" län")
        return stem[:-1] if stem.endswith("s") else stem


class Municipality(models.Model):
    """One of the 290 kommuner; `code` is Statistics Sweden's four digits."""

    organisation_path = NATIONAL
    code = models.CharField("kod", max_length=4, primary_key=True)
    name = models.CharField("namn", max_length=60)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="municipalities", verbose_name="län")
    sort_key = SwedishSortKeyField("name")

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "kommun"
        verbose_name_plural = "kommuner"

    def __str__(self) -> str:
        return self.name


class CountyPopulation(models.Model):
    """Inhabitants of a county on 31 December of `year` (Statistics Sweden), in individuals."""

    organisation_path = NATIONAL
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="populations")
    year = models.PositiveSmallIntegerField("år")
    individuals = models.PositiveIntegerField("invånare")
    source = models.CharField("källa", max_length=200)

    class Meta:
        ordering = ["county__sort_key", "year"]
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_population_per_county_and_year")]

    def __str__(self) -> str:
        return f"{self.county_id} {self.year}"


class Organisation(models.Model):
    """A body that applies, reports, hosts, refers or is referred to; the owner of everything with a scope."""

    organisation_path = ""
    kind = models.CharField("slag", max_length=30, choices=OrganisationKind.choices)
    name = models.CharField("namn", max_length=200)
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="län"
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="kommun",
    )
    phone = models.CharField("telefon", max_length=40, blank=True)
    phone_hours = models.CharField("telefontid", max_length=100, blank=True)
    website = models.URLField("webbplats", blank=True)
    sort_key = SwedishSortKeyField("name")
    search_text = SearchTextField("name")

    class Meta:
        ordering = ["sort_key"]
        verbose_name = "organisation"
        verbose_name_plural = "organisationer"
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="organisation_name_is_unique_within_kind"),
            models.UniqueConstraint(
                fields=["county"], condition=Q(kind="county_board"), name="one_county_board_per_county"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["county_board", "resource_centre", "region", "municipality"])
                | Q(county__isnull=False),
                name="regional_organisation_has_a_county",
            ),
        ]

    def __str__(self) -> str:
        return self.name
