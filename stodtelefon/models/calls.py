"""Calls, the matters they belong to, and the exposed individuals in them: codes, numbers and times, no free text."""

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.common.formats import format_date, format_datetime
from nch.common.scope import NATIONAL
from nch.counties.models import County, Municipality, Organisation
from stodtelefon.enums import AgeGroup, Channel, Gender, Stage
from stodtelefon.models.codes import Code
from stodtelefon.models.lines import SupportLine


class Matter(models.Model):
    """What several calls are about, known by a code that the caller keeps and that says nothing about anybody.

    Only a keyed digest of the code is kept, and it is wiped when the code has expired: after that no call can be added,
    and the calls that are there still count as one matter. A matter is nobody's: each line sees its own calls in it.
    """

    organisation_path = NATIONAL
    code_digest = models.CharField("kodens kontrollsumma", max_length=64, null=True, unique=True)
    opened_at = models.DateTimeField("öppnad")
    expires_at = models.DateTimeField("koden gäller till")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = "återkommande fråga"
        verbose_name_plural = "återkommande frågor"
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="matter_expires_after_it_opens")
        ]

    def __str__(self) -> str:
        return f"Fråga {self.pk}"


class SupportCall(models.Model):
    """One anonymous call to a line, whatever the channel. Unknown county is an answer of its own, never a blank."""

    organisation_path = "line__organisation"
    line = models.ForeignKey(
        SupportLine, on_delete=models.PROTECT, related_name="calls", verbose_name="stödtelefon", db_index=False
    )
    started_at = models.DateTimeField("började")
    time_known = models.BooleanField(
        "klockslaget är känt",
        default=True,
        help_text="Annars är bara dagen känd, och samtalet räknas inte på någon timme.",
    )
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
    referral_outcome = models.ForeignKey(
        Code,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vad hänvisningen ledde till",
    )
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name="återkommande fråga"
    )
    repeats = models.BooleanField(
        "återkommer", default=False, help_text="Samtalet gäller samma fråga som ett tidigare samtal."
    )
    up_before = models.DateField(
        "frågan senast uppe", null=True, blank=True, help_text="Den månaden kom frågans närmast föregående samtal."
    )
    up_before_here = models.DateField(
        "frågan senast uppe i samma telefon", null=True, blank=True, help_text="Samma sak, i samma stödtelefon."
    )
    outside_hours = models.BooleanField(
        "utanför öppettiden", default=False, help_text="Som öppettiden var när samtalet registrerades."
    )
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    struck_at = models.DateTimeField(
        "struket", null=True, blank=True, help_text="Ett struket samtal finns kvar men räknas inte."
    )
    logged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="registrerat av", db_index=False
    )
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
                condition=Q(referral_outcome__isnull=True) | Q(referral__isnull=False),
                name="call_referral_outcome_needs_a_referral",
            ),
            models.CheckConstraint(
                condition=Q(repeats=False) | Q(matter__isnull=False), name="call_that_repeats_belongs_to_a_matter"
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=1, duration_minutes__lte=600), name="call_lasts_1_to_600_minutes"
            ),
            models.CheckConstraint(condition=Q(logged_at__gte=F("started_at")), name="call_is_logged_after_it_began"),
        ]
        indexes = [
            # Lists never show a struck call: each index holds just what a list can show.
            models.Index(fields=columns, condition=Q(struck_at__isnull=True), name=name)
            for name, columns in {
                "calls_of_a_line": ["line", "-started_at", "-id"],
                "calls_by_time": ["-started_at", "-id"],
                "calls_by_county": ["county", "-started_at", "-id"],
                "calls_by_category": ["caller_category", "-started_at", "-id"],
                "calls_of_an_answerer": ["logged_by", "-started_at", "-id"],
            }.items()
        ]

    def __str__(self) -> str:
        return f"Samtal {self.pk}"

    @property
    def began(self) -> str:
        """When the call began, in words; only the day where the time is not known."""
        return format_datetime(self.started_at) if self.time_known else format_date(self.started_at)

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
    kind = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", verbose_name="utsatthet", db_index=False)
    stage = models.CharField("skede", max_length=12, choices=Stage.choices)

    class Meta:
        ordering = ["individual", "pk"]
        verbose_name = "utsatthet"
        verbose_name_plural = "utsatthet"
        constraints = [
            models.UniqueConstraint(fields=["individual", "kind"], name="exposure_kind_once_per_individual"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def description(self) -> str:
        """The kind, and the stage where the kind has any: ”Könsstympning: oro”."""
        if self.stage == Stage.NONE:
            return self.kind.label
        return f"{self.kind.label}: {self.get_stage_display().lower()}"
