"""Calls: money, criteria, who may apply, what is reported back. Amounts are in kronor."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from grants.enums import CallPhase, EligibilityEffect, ReportingKind
from grants.models.fields import KronorField
from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.common.sorting import SearchTextField, SwedishSortKeyField
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.questionnaires.models import QuestionnaireVersion


def county_boards_only() -> list[str]:
    """Who may apply where nothing else is said."""
    return [OrganisationKind.COUNTY_BOARD]


class FundingCall(models.Model):
    """A call for applications (utlysning). Once published, its rules and its form stand as they are.

    The grantor handles all that comes of it. Applicants are organisations of `applicant_kinds` (codes of
    OrganisationKind), in the grantor's own county where the grantor is a county board; where some are `invited`, only
    they. What changes after publication is a notice (CallNotice).
    """

    organisation_path = NATIONAL
    title = models.CharField("rubrik", max_length=200)
    purpose = models.TextField("syfte")
    legal_basis = models.CharField("rättslig grund", max_length=300)
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="bidragsgivare")
    applicant_kinds: Any = models.JSONField("vilka som får söka", default=county_boards_only)
    invited = models.ManyToManyField(Organisation, related_name="+", blank=True, verbose_name="bara dessa får söka")
    is_development_money = models.BooleanField(
        "utvecklingsmedel till resurscentrum",
        default=False,
        help_text="Län utan resurscentrum går före, och ett län kan få pengar i högst fyra år.",
    )
    opens_at = models.DateTimeField("öppnar")
    closes_at = models.DateTimeField("stänger")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, null=True, related_name="+")
    conditions = models.TextField("villkor", blank=True, help_text="Ett villkor per rad. De följer med till besluten.")
    recall_clause = models.TextField("när bidraget kan krävas tillbaka", blank=True)
    appeal_text = models.TextField("hur beslutet överklagas", blank=True)
    account = models.CharField("konto", max_length=10, blank=True)
    appropriation_item = models.CharField("anslagspost", max_length=40, blank=True)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("publicerad", null=True)
    search_text = SearchTextField("title")
    sort_key = SwedishSortKeyField("title")

    class Meta:
        ordering = ["-opens_at", "-pk"]
        verbose_name = "utlysning"
        verbose_name_plural = "utlysningar"
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(version__isnull=False), name="published_call_has_a_form"
            ),
        ]
        indexes = [models.Index(fields=["-opens_at", "-id"], name="funding_calls_by_time")]

    def __str__(self) -> str:
        return self.title

    def condition_list(self) -> list[str]:
        """The conditions one by one."""
        return [line.strip() for line in self.conditions.splitlines() if line.strip()]

    def phase(self, at: datetime.datetime | None = None) -> CallPhase:
        """Where the call stands at a moment (now, where nothing is said)."""
        now = at or timezone.now()
        if self.published_at is None or self.published_at > now:
            return CallPhase.DRAFT
        if now < self.opens_at:
            return CallPhase.PLANNED
        return CallPhase.OPEN if now < self.closes_at else CallPhase.CLOSED


class CallBudget(models.Model):
    """Money that a call can hand out in one budget year."""

    organisation_path = NATIONAL
    call = models.ForeignKey(FundingCall, on_delete=models.CASCADE, related_name="budgets")
    year = models.PositiveSmallIntegerField("budgetår")
    amount = KronorField("belopp i kronor")

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["call", "year"], name="one_budget_per_call_and_year"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="call_budget_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class Criterion(models.Model):
    """What applications are assessed against; weights say how much each counts relative to the others."""

    organisation_path = NATIONAL
    call = models.ForeignKey(FundingCall, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("kriterium", max_length=200)
    guidance = models.TextField("vägledning", blank=True)
    weight = models.PositiveSmallIntegerField("vikt", default=1)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="criterion_position_is_unique"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=10), name="criterion_weight_is_1_to_10"),
        ]

    def __str__(self) -> str:
        return self.title


class EligibilityQuestion(models.Model):
    """A yes/no question before the application begins; another answer than `wanted` ends it or warns."""

    organisation_path = NATIONAL
    call = models.ForeignKey(FundingCall, on_delete=models.CASCADE, related_name="eligibility_questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField("fråga", max_length=300)
    wanted = models.CharField("svar som krävs", max_length=3, choices=[("yes", "Ja"), ("no", "Nej")], default="yes")
    effect = models.CharField("annat svar", max_length=10, choices=EligibilityEffect.choices)
    message = models.CharField("besked vid annat svar", max_length=500)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="eligibility_question_position_is_unique")
        ]

    def __str__(self) -> str:
        return self.text


class ReportingRequirement(models.Model):
    """What everybody who is granted money hands in: which report, for which period, from and until which day."""

    organisation_path = NATIONAL
    call = models.ForeignKey(FundingCall, on_delete=models.CASCADE, related_name="reporting_plan")
    kind = models.CharField("slag", max_length=20, choices=ReportingKind.choices)
    period_starts_on = models.DateField("perioden börjar")
    period_ends_on = models.DateField("perioden slutar")
    opens_on = models.DateField("kan lämnas från")
    due_on = models.DateField("lämnas senast")

    class Meta:
        ordering = ["due_on", "kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_ends_on__gte=F("period_starts_on")), name="required_period_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="report_is_due_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_starts_on}–{self.period_ends_on}"


class CallNotice(models.Model):
    """What was told to all applicants after publication, with its date; `closes_at` where the last day was moved."""

    organisation_path = NATIONAL
    call = models.ForeignKey(FundingCall, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField("datum")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("rubrik", max_length=200)
    text = models.TextField("meddelande")
    closes_at = models.DateTimeField("ny sista dag", null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="notice_number_is_unique_in_call")]

    def __str__(self) -> str:
        return self.title
