"""Support lines, their calls, the exposed individuals of a call, and figures published before single calls were kept.

Nothing here can hold free text about a call: only codes, numbers and times.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.counties.models import County, Municipality, Organisation
from stodtelefon.enums import (
    STAGES,
    AgeGroup,
    Channel,
    CodeKind,
    ExposureKind,
    FigureDimension,
    Gender,
    LineKind,
    Stage,
)


class Code(models.Model):
    """An entry of a code list. `kind` and `code` never change (a trigger refuses it); a list changes by new codes.

    A code may be used for calls that began on a day from `valid_from` to `valid_to`, both included; `successor` is the
    code that took over, so that a time series can show its break.
    """

    organisation_path = NATIONAL
    kind = models.CharField("lista", max_length=20, choices=CodeKind.choices)
    code = models.SlugField("kod", max_length=40, db_index=False)
    label = models.CharField("benämning", max_length=120)
    label_en = models.CharField("engelsk benämning", max_length=120)
    position = models.PositiveSmallIntegerField("ordning")
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="efterträdare",
    )

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name = "kod"
        verbose_name_plural = "koder"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="code_is_unique_in_its_list"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="code_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False), name="code_with_successor_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SupportLine(models.Model):
    """A support line for professionals; `organisation` answers it, and so may see its calls."""

    organisation_path = "organisation"
    name = models.CharField("namn", max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="support_lines", verbose_name="organisation"
    )
    kind = models.CharField("slag", max_length=30, choices=LineKind.choices)

    class Meta:
        ordering = ["organisation__sort_key", "name"]
        verbose_name = "stödtelefon"
        verbose_name_plural = "stödtelefoner"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="line_name_is_unique_at_its_organisation"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=LineKind.NATIONAL_PROFESSIONALS), name="one_national_line"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupportCall(models.Model):
    """One anonymous call to a line, whatever the channel. Unknown county is an answer of its own, never a blank."""

    organisation_path = "line__organisation"
    line = models.ForeignKey(
        SupportLine, on_delete=models.PROTECT, related_name="calls", verbose_name="stödtelefon", db_index=False
    )
    started_at = models.DateTimeField("började")
    duration_minutes = models.PositiveSmallIntegerField("längd i minuter")
    channel = models.CharField("kanal", max_length=10, choices=Channel.choices)
    caller_category = models.ForeignKey(
        Code, on_delete=models.PROTECT, related_name="+", verbose_name="den som ringer", db_index=False
    )
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="län", db_index=False
    )
    county_known = models.BooleanField("länet är känt")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kommun"
    )
    topic = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", verbose_name="vad frågan gäller")
    advice = models.ManyToManyField(Code, related_name="+", blank=True, verbose_name="råd som gavs")
    referral = models.ForeignKey(
        Code, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="hänvisad till"
    )
    referred_to = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="hänvisad till resurscentrum",
    )
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="registrerat av")
    logged_at = models.DateTimeField("registrerat")
    idempotency_key = models.UUIDField(unique=True, editable=False)
    constructed = models.BooleanField(
        "konstruerat", default=False, help_text="Påhittat för demonstration; räknas aldrig i publika siffror."
    )

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = "samtal"
        verbose_name_plural = "samtal"
        constraints = [
            models.CheckConstraint(
                condition=Q(county_known=True, county__isnull=False) | Q(county_known=False, county__isnull=True),
                name="call_county_is_known_or_said_to_be_unknown",
            ),
            models.CheckConstraint(
                condition=Q(municipality__isnull=True) | Q(county__isnull=False),
                name="call_municipality_needs_a_county",
            ),
            models.CheckConstraint(
                condition=Q(referred_to__isnull=True) | Q(referral__isnull=False),
                name="call_referred_to_needs_a_referral",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=1, duration_minutes__lte=600), name="call_lasts_1_to_600_minutes"
            ),
            models.CheckConstraint(condition=Q(logged_at__gte=F("started_at")), name="call_is_logged_after_it_began"),
        ]
        indexes = [
            models.Index(fields=["line", "-started_at"], name="calls_of_a_line"),
            models.Index(fields=["-started_at"], name="calls_by_time"),
            models.Index(fields=["county", "-started_at"], name="calls_by_county"),
            models.Index(fields=["caller_category", "-started_at"], name="calls_by_category"),
        ]

    def __str__(self) -> str:
        return f"Samtal {self.pk}"

    @property
    def county_label(self) -> str:
        """The county's name, or that it is unknown."""
        return self.county.name if self.county else "Okänt län"


class ExposedIndividual(models.Model):
    """One exposed person in a call, counted and never named: two siblings are two rows."""

    organisation_path = "call__line__organisation"
    call = models.ForeignKey(SupportCall, on_delete=models.CASCADE, related_name="individuals", db_index=False)
    position = models.PositiveSmallIntegerField("nummer i samtalet")
    age_group = models.CharField("ålder", max_length=10, choices=AgeGroup.choices)
    gender = models.CharField("kön", max_length=12, choices=Gender.choices)

    class Meta:
        ordering = ["call", "position"]
        verbose_name = "utsatt individ"
        verbose_name_plural = "utsatta individer"
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="individual_has_its_own_position_in_the_call")
        ]

    def __str__(self) -> str:
        return f"Individ {self.position}"


class Exposure(models.Model):
    """One kind of exposure of an individual, with its stage. An individual may have several kinds, or none stated."""

    organisation_path = "individual__call__line__organisation"
    individual = models.ForeignKey(
        ExposedIndividual, on_delete=models.CASCADE, related_name="exposures", db_index=False
    )
    kind = models.CharField("utsatthet", max_length=10, choices=ExposureKind.choices)
    stage = models.CharField("skede", max_length=12, choices=Stage.choices)

    class Meta:
        ordering = ["individual", "pk"]
        verbose_name = "utsatthet"
        verbose_name_plural = "utsatthet"
        constraints = [
            models.UniqueConstraint(fields=["individual", "kind"], name="exposure_kind_once_per_individual"),
            models.CheckConstraint(
                condition=reduce(or_, (Q(kind=kind, stage__in=stages) for kind, stages in STAGES.items())),
                name="exposure_stage_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def description(self) -> str:
        """The kind, and the stage where the kind has any: ”Könsstympning: oro”."""
        if self.stage == Stage.NONE:
            return self.get_kind_display()
        return f"{self.get_kind_display()}: {self.get_stage_display().lower()}"


class PublishedFigure(models.Model):
    """A total of the national line that has been published; single calls behind it do not exist here.

    `code` is a county code, a caller category's code, `unknown` or `other` (counties that the source gives as a sum),
    and blank for the year's total. `from_date` is the first day counted where the year is not whole.
    """

    organisation_path = NATIONAL
    year = models.PositiveSmallIntegerField("år")
    dimension = models.CharField("indelning", max_length=20, choices=FigureDimension.choices)
    code = models.CharField("kod", max_length=40, blank=True)
    label = models.CharField("benämning", max_length=120)
    calls = models.PositiveIntegerField("samtal", null=True)
    individuals = models.PositiveIntegerField("utsatta individer", null=True)
    from_date = models.DateField("räknat från", null=True)
    source = models.CharField("källa", max_length=200)
    note = models.CharField("anmärkning", max_length=300, blank=True)

    class Meta:
        ordering = ["year", "dimension", "code"]
        verbose_name = "publicerad uppgift"
        verbose_name_plural = "publicerade uppgifter"
        constraints = [
            models.UniqueConstraint(fields=["year", "dimension", "code"], name="one_published_figure_per_cell"),
            models.CheckConstraint(
                condition=Q(dimension=FigureDimension.TOTAL, code="")
                | (~Q(dimension=FigureDimension.TOTAL) & ~Q(code="")),
                name="published_total_has_no_code_and_others_have_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.label}"
