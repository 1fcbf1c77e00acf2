"""What earlier rounds, before this system, are known to have given. Amounts are in kronor."""

from django.db import models

from grants.models.fields import KronorField
from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.counties.models import Organisation


class PublishedMoney(models.Model):
    """Published figures of the rounds before this system: set aside and handed out in a year, with their source."""

    organisation_path = NATIONAL
    year = models.PositiveSmallIntegerField("år", primary_key=True)
    set_aside = KronorField("avsatt", null=True)
    handed_out = KronorField("lämnade bidrag", null=True)
    source = models.CharField("källa", max_length=300)
    note = models.CharField("anmärkning", max_length=500, blank=True)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class OutcomeImport(models.Model):
    """A workbook of earlier rounds that was read in, whole."""

    organisation_path = "grantor"
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    source = models.CharField("källa", max_length=300)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-imported_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["grantor", "sha256"], name="outcome_file_is_read_once")]

    def __str__(self) -> str:
        return self.file_name


class EarlierOutcome(models.Model):
    """A grant and its economic outcome in one year of an earlier round, as its source gives it.

    Totals are kept as given; where they differ from the sum of their parts the page says so and corrects nothing.
    """

    organisation_path = "organisation"
    source = models.ForeignKey(OutcomeImport, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField("rad i filen")
    year = models.PositiveSmallIntegerField("år")
    round = models.PositiveSmallIntegerField("omgång", null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="earlier_outcomes")
    opening_balance = KronorField("ingående balans")
    allotted = KronorField("tilldelat belopp")
    given_total = KronorField("totalt belopp, enligt källan", null=True)
    salaries = KronorField("lönekostnader")
    overhead = KronorField("OH")
    other = KronorField("övriga verksamhetskostnader")
    given_cost = KronorField("total kostnad, enligt källan", null=True)
    given_closing_balance = KronorField("utgående balans, enligt källan", null=True)

    class Meta:
        ordering = ["-year", "organisation__sort_key"]
        verbose_name = "utfall i en tidigare omgång"
        constraints = [
            models.UniqueConstraint(fields=["year", "organisation", "round"], name="one_earlier_outcome_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"
