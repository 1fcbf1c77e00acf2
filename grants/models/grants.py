"""The grant that a decision makes, and requests to change it. Amounts are in kronor."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from grants.enums import ChangeRequestState, GrantState, Outcome
from grants.models.amounts import BudgetLine
from grants.models.applications import Application
from grants.models.calls import FundingCall
from grants.models.fields import KronorField
from nch.accounts.models import User
from nch.cases.models import Case
from nch.common.transitions import StateMove
from nch.counties.models import Organisation


class Grant(models.Model):
    """Money granted to an organisation: what is decided, paid, accounted for and paid back hangs here.

    Amounts per year are those of the latest signed decision of the kind GRANT or CHANGE; `granted_total` is their sum.
    `project_code` is what the grantor's accounts call it: unique there, since each authority keeps its own accounts.
    """

    organisation_path = "organisation"
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="grant")
    call = models.ForeignKey(FundingCall, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="grants")
    state = models.CharField(max_length=20, choices=GrantState.choices, default=GrantState.ACTIVE)
    starts_on = models.DateField("från")
    ends_on = models.DateField("till och med")
    project_code = models.CharField("projekt i redovisningen", max_length=20)
    granted_total = KronorField("beviljat")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField("avslutat", null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = "bidrag"
        verbose_name_plural = "bidrag"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="grant_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(granted_total__gte=0), name="granted_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(state="active", closed_at__isnull=True),
                name="closed_grant_says_when",
            ),
            models.UniqueConstraint(fields=["grantor", "project_code"], name="project_code_is_unique_at_the_grantor"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.call}"


class GrantMove(StateMove):
    """The moves of a grant."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="moves")


class ChangeRequest(models.Model):
    """A county's request to change its grant: more time, another budget, other contents (codes of ChangeKind).

    It is written and sent, assessed by an officer, and decided by a decision of the kind CHANGE (or rejected).
    """

    organisation_path = "grant__organisation"
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="change_requests")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=ChangeRequestState.choices, default=ChangeRequestState.DRAFT)
    kinds: Any = models.JSONField("vad som ska ändras", default=list)
    reasons = models.TextField("skäl", blank=True)
    contents = models.TextField("nytt innehåll", blank=True)
    new_ends_on = models.DateField("ny sista dag", null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("inlämnad", null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assessment = models.TextField("bedömning", blank=True)
    recommendation = models.CharField("rekommendation", max_length=20, choices=Outcome.choices, blank=True)
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = "ansökan om ändring"
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="change_request_number_is_unique"),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(state__in=["draft", "submitted", "assessed"]),
                name="one_open_change_request_per_grant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant}: {self.number}"


class ChangeRequestMove(StateMove):
    """The moves of a change request."""

    organisation_path = "subject__grant__organisation"
    subject = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="moves")


class ChangeRequestLine(BudgetLine):
    """The budget that is asked for: kronor in a year for a category of cost."""

    organisation_path = "request__grant__organisation"
    request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="lines")

    class Meta(BudgetLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request", "year", "category"], name="one_requested_line_per_category"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="requested_line_is_not_negative"),
        ]
