"""Support lines and when they are open."""

import datetime

from django.db import models
from django.db.models import F, Q

from nch.common.formats import format_hours
from nch.counties.models import Organisation
from stodtelefon.enums import LineKind


class SupportLine(models.Model):
    """A support line for professionals; `organisation` answers it, and so may see its calls."""

    organisation_path = "organisation"
    name = models.CharField("namn", max_length=120)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="support_lines", verbose_name="organisation"
    )
    kind = models.CharField("slag", max_length=30, choices=LineKind.choices)
    closed_on_holidays = models.BooleanField(
        "stängt på helgdagar",
        default=True,
        help_text="Röda dagar samt midsommarafton, julafton och nyårsafton. Enstaka dagar kan ändras var för sig.",
    )
    correction_hours = models.PositiveSmallIntegerField(
        "timmar för egen rättelse",
        default=24,
        help_text="Så länge får den som registrerade ett samtal rätta det. Därefter rättar telefonens ansvariga.",
    )
    note_days = models.PositiveSmallIntegerField(
        "dagar som anteckningar sparas",
        default=90,
        help_text="Efter så många dagar raderas samtalens fria text. De kodade uppgifterna finns kvar.",
    )
    unknown_county_target = models.PositiveSmallIntegerField(
        "mål för okänt län i procent",
        default=10,
        help_text="Så stor andel av samtalen får högst sakna län. 2023 saknade 77 av 395 samtal län, 19 procent.",
    )

    ended_from = models.DateField(
        "avslutad från",
        null=True,
        blank=True,
        help_text="Från den dagen registreras inga samtal. De som finns, och statistiken, står kvar.",
    )

    class Meta:
        ordering = ["organisation__sort_key", "name"]
        verbose_name = "stödtelefon"
        verbose_name_plural = "stödtelefoner"
        constraints = [
            models.CheckConstraint(
                condition=Q(note_days__gte=1, note_days__lte=365), name="line_keeps_notes_1_to_365_days"
            ),
            models.CheckConstraint(
                condition=Q(unknown_county_target__lte=100), name="line_target_is_at_most_100_percent"
            ),
            models.UniqueConstraint(fields=["organisation", "name"], name="line_name_is_unique_at_its_organisation"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=LineKind.NATIONAL_PROFESSIONALS), name="one_national_line"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_ended(self, day: datetime.date) -> bool:
        """Whether the line has been ended for good before or on a day."""
        return self.ended_from is not None and self.ended_from <= day


class OpeningHours(models.Model):
    """Hours on one day of the week, from a day on and to a day, both included: old hours stay for old calls."""

    organisation_path = "line__organisation"
    line = models.ForeignKey(SupportLine, on_delete=models.CASCADE, related_name="opening_hours", db_index=False)
    weekday = models.PositiveSmallIntegerField("veckodag", help_text="1 är måndag, 7 söndag.")
    opens = models.TimeField("öppnar")
    closes = models.TimeField("stänger")
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med", null=True, blank=True)

    class Meta:
        ordering = ["line", "valid_from", "weekday", "opens"]
        verbose_name = "öppettid"
        verbose_name_plural = "öppettider"
        constraints = [
            models.UniqueConstraint(
                fields=["line", "valid_from", "weekday", "opens"], name="opening_hours_once_a_line_and_day"
            ),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_close_after_they_open"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="opening_hours_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="opening_hours_end_after_they_begin",
            ),
        ]

    def __str__(self) -> str:
        return format_hours(self.opens, self.closes)


class OpeningException(models.Model):
    """A day with other hours than the week has, or closed (both times blank): it goes before holidays too."""

    organisation_path = "line__organisation"
    line = models.ForeignKey(SupportLine, on_delete=models.CASCADE, related_name="opening_exceptions", db_index=False)
    day = models.DateField("dag")
    opens = models.TimeField("öppnar", null=True, blank=True)
    closes = models.TimeField("stänger", null=True, blank=True)
    reason = models.CharField("orsak", max_length=100)

    class Meta:
        ordering = ["line", "day"]
        verbose_name = "avvikande öppettid"
        verbose_name_plural = "avvikande öppettider"
        constraints = [
            models.UniqueConstraint(fields=["line", "day"], name="opening_exception_once_a_day"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="opening_exception_is_closed_or_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {self.reason}"
