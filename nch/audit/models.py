"""The event log: append-only, each row chained to the one before by its hash.

Rows point at users and objects by number, without foreign keys: the log outlives what it tells of, and it holds no
free text, names or content, only codes, numbers and what was done.
"""

from django.db import models

from nch.common.scope import NATIONAL


class AuditEvent(models.Model):
    """One event. `sequence` has no gaps; `hash` covers all other columns and the hash before."""

    organisation_path = NATIONAL
    sequence = models.PositiveBigIntegerField("löpnummer", unique=True)
    at = models.DateTimeField("tidpunkt")
    actor_id = models.BigIntegerField("användare", null=True, db_index=True)
    action = models.CharField("händelse", max_length=60, db_index=True)
    subject_type = models.CharField("slag av objekt", max_length=60, blank=True)
    subject_id = models.CharField("objekt", max_length=40, blank=True)
    organisation_id = models.BigIntegerField("organisation", null=True, db_index=True)
    details = models.JSONField("uppgifter", default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-sequence"]
        verbose_name = "händelse"
        verbose_name_plural = "händelser"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class ChainHead(models.Model):
    """The end of the chain, one row, locked while an event is written so that the numbers have no gaps."""

    organisation_path = NATIONAL
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_chain_head")]

    def __str__(self) -> str:
        return str(self.sequence)
