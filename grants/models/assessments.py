"""Assessments: who is to make them, what they say, and how the money is to be shared out."""

from django.db import models
from django.db.models import Q

from grants.enums import AssessmentKind, PlanState
from grants.models.applications import Application
from grants.models.calls import Criterion, FundingCall
from grants.models.fields import KronorField
from nch.accounts.models import User


class Assignment(models.Model):
    """An officer who is to assess an application, by a day."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="handläggare")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    due_on = models.DateField("senast", null=True)

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "officer"], name="officer_is_assigned_once")]

    def __str__(self) -> str:
        return f"{self.officer}: {self.application_id}"


class Assessment(models.Model):
    """One officer's own assessment, or the common one that the officers agree on afterwards (`officer` wrote it).

    It may be saved many times before it is handed in; from then on it stands. Whether the officer is impartial is
    declared on the case (nch.cases.InterestDeclaration).
    """

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assessments")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=AssessmentKind.choices, default=AssessmentKind.INDIVIDUAL)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    comment = models.TextField("sammanfattande omdöme", blank=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "officer"], condition=Q(kind="individual"), name="one_assessment_per_officer"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(kind="common"), name="one_common_assessment_per_application"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.application_id}"


class AssessmentScore(models.Model):
    """A score from 1 (does not meet the criterion) to 5 (meets it very well), with its reason.

    Either may be missing until the assessment is handed in.
    """

    organisation_path = "assessment__application__organisation"
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField("poäng", null=True)
    reason = models.TextField("motivering", blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="score_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score}"


class AssessmentNote(models.Model):
    """A note among those who handle an application; the applicant does not see it. Never changed."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField("anteckning")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "anteckning"

    def __str__(self) -> str:
        return f"{self.by}: {self.application_id}"


class AllocationPlan(models.Model):
    """One way of sharing a call's money between its applications; the adopted one is what proposals start from."""

    organisation_path = "call__grantor"
    call = models.ForeignKey(FundingCall, on_delete=models.PROTECT, related_name="allocation_plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=PlanState.choices, default=PlanState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.TextField("anmärkning", blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = "fördelning"
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="plan_number_is_unique_in_call"),
            models.UniqueConstraint(fields=["call"], condition=Q(state="adopted"), name="one_adopted_plan_per_call"),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.number}"


class AllocationRow(models.Model):
    """What a plan gives one application, and why: the facts it was ranked by are kept as they were.

    `special_reasons` are the written reasons against the priority of counties without a resource centre.
    """

    organisation_path = "application__organisation"
    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("plats")
    score = models.DecimalField("poäng", max_digits=4, decimal_places=2)
    has_centre = models.BooleanField("länet har resurscentrum")
    earlier_years = models.PositiveSmallIntegerField("år med utvecklingsmedel")
    special_reasons = models.TextField("särskilda skäl", blank=True)
    explanation = models.TextField("förklaring")

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "application"], name="application_has_one_row_in_a_plan"),
            models.UniqueConstraint(fields=["plan", "rank"], name="rank_is_unique_in_a_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.application_id}"


class AllocationAmount(models.Model):
    """Kronor that a plan gives an application in one year; `fixed` where somebody wrote the amount."""

    organisation_path = "row__application__organisation"
    row = models.ForeignKey(AllocationRow, on_delete=models.CASCADE, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    amount = KronorField()
    fixed = models.BooleanField(default=False)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["row", "year"], name="one_allocated_amount_per_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="allocated_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"
