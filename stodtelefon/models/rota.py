"""Who answers when."""

from django.db import models
from django.db.models import F, Q

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from stodtelefon.models.lines import SupportLine


class Shift(models.Model):
    """A time when somebody answers a line. Who it is changes only by a swap, or by the line's lead."""

    organisation_path = "line__organisation"
    line = models.ForeignKey(
        SupportLine, on_delete=models.PROTECT, related_name="shifts", verbose_name="stödtelefon", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="line_shifts", verbose_name="svarar")
    starts_at = models.DateTimeField("börjar")
    ends_at = models.DateTimeField("slutar")

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = "pass"
        verbose_name_plural = "pass"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"),
            models.UniqueConstraint(fields=["line", "person", "starts_at"], name="shift_once_a_person_and_start"),
        ]
        indexes = [models.Index(fields=["line", "starts_at"], name="shifts_of_a_line")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d}"


class ShiftOffer(models.Model):
    """A shift that its owner wants somebody else to take. Kept when it has been taken or withdrawn."""

    organisation_path = "shift__line__organisation"
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="offers", verbose_name="pass")
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="bjuds ut av")
    offered_at = models.DateTimeField("bjöds ut")
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="togs av"
    )
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)

    class Meta:
        ordering = ["-offered_at", "-pk"]
        verbose_name = "utbjudet pass"
        verbose_name_plural = "utbjudna pass"
        constraints = [
            models.UniqueConstraint(
                fields=["shift"], condition=Q(closed_at__isnull=True), name="one_open_offer_of_a_shift"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(closed_at__isnull=False), name="taken_offer_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"Utbjudet: {self.shift}"


class ShiftSwap(models.Model):
    """A shift that its holder offers against a colleague's. Kept when it has been accepted, declined or taken back."""

    organisation_path = "own__line__organisation"
    own = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps", verbose_name="pass")
    other = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps_asked_for", verbose_name="mot pass")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="föreslås av")
    asked = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="tillfrågad")
    proposed_at = models.DateTimeField("föreslaget")
    accepted = models.BooleanField("godtaget", default=False)
    closed_at = models.DateTimeField("avslutat", null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = "byte av pass"
        verbose_name_plural = "byten av pass"
        constraints = [
            models.UniqueConstraint(
                fields=["own", "other"], condition=Q(closed_at__isnull=True), name="one_open_swap_of_two_shifts"
            ),
            models.CheckConstraint(
                condition=Q(accepted=False) | Q(closed_at__isnull=False), name="accepted_swap_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"Byte: {self.own_id} mot {self.other_id}"


class RotaFeed(models.Model):
    """The secret address at which a person's calendar fetches the person's own shifts; only its digest is kept."""

    organisation_path = NATIONAL
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="rota_feed", verbose_name="person")
    digest = models.CharField("kontrollsumma", max_length=64, unique=True)
    made_at = models.DateTimeField("skapad")

    class Meta:
        ordering = ["person"]
        verbose_name = "kalenderadress"
        verbose_name_plural = "kalenderadresser"

    def __str__(self) -> str:
        return f"Kalenderadress för {self.person}"
