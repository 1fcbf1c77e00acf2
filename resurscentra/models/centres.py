"""Centres with rounds, phases, services and financing."""

from django.db import models
from django.db.models import F, Q

from nch.common.scope import NATIONAL
from nch.counties.models import Organisation
from resurscentra.enums import Availability, Financing, OrganisationModel, Phase, TargetGroup


class FundingRound(models.Model):
    """A projektomgång: the counties whose centres began with money of the same year."""

    organisation_path = NATIONAL
    number = models.PositiveSmallIntegerField("omgång", primary_key=True)
    year = models.PositiveSmallIntegerField("år", unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Omgång {self.number}, {self.year}"


class ResourceCentre(models.Model):
    """What this app knows of a centre; its name, county and telephone are on its organisation."""

    organisation_path = "organisation"
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="resource_centre")
    round = models.ForeignKey(FundingRound, on_delete=models.PROTECT, related_name="centres", verbose_name="omgång")
    host = models.CharField("huvudman", max_length=200)
    organisation_model = models.CharField("organisationsmodell", max_length=40, choices=OrganisationModel.choices)
    own_phone_line = models.BooleanField("egen telefonlinje", null=True)
    note = models.CharField("anmärkning", max_length=500, blank=True)

    class Meta:
        ordering = ["organisation__sort_key"]
        verbose_name = "resurscentrum"

    def __str__(self) -> str:
        return self.organisation.name


class PhasePeriod(models.Model):
    """The phase a centre was in from one day to another, both included; the open one is the phase now."""

    organisation_path = "centre__organisation"
    centre = models.ForeignKey(ResourceCentre, on_delete=models.CASCADE, related_name="phases")
    phase = models.CharField("fas", max_length=20, choices=Phase.choices)
    valid_from = models.DateField("från")
    valid_to = models.DateField("till och med", null=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre"], condition=Q(valid_to__isnull=True), name="one_open_phase_per_centre"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="phase_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} från {self.valid_from}"


class CentreService(models.Model):
    """Whether a centre supports a target group, as known on a day."""

    organisation_path = "centre__organisation"
    centre = models.ForeignKey(ResourceCentre, on_delete=models.CASCADE, related_name="services")
    target_group = models.CharField("målgrupp", max_length=30, choices=TargetGroup.choices)
    availability = models.CharField("stöd", max_length=10, choices=Availability.choices)
    as_of = models.DateField("uppgift per")

    class Meta:
        ordering = ["target_group", "-as_of"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "target_group", "as_of"], name="one_service_state_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.get_target_group_display()}: {self.get_availability_display()}"


class CentreFinancing(models.Model):
    """How a centre's long-term financing stood in a year."""

    organisation_path = "centre__organisation"
    centre = models.ForeignKey(ResourceCentre, on_delete=models.CASCADE, related_name="financing")
    year = models.PositiveSmallIntegerField("år")
    status = models.CharField("finansiering", max_length=10, choices=Financing.choices)

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["centre", "year"], name="one_financing_state_per_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.get_status_display()}"
