"""Calls, applications, assessments and decisions. Amounts are in kronor."""

import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from grants.enums import ApplicationState, CallPhase, DecisionState, Outcome
from nch.accounts.models import User
from nch.cases.models import Case, Document
from nch.common.scope import NATIONAL
from nch.common.transitions import StateMove
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.questionnaires.models import QuestionnaireVersion, Response


class KronorField(models.DecimalField):
    """An amount in kronor and öre."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class FundingCall(models.Model):
    """A call for applications (utlysning). Once published, its rules and its form stand as they are."""

    organisation_path = NATIONAL
    title = models.CharField("rubrik", max_length=200)
    purpose = models.TextField("syfte")
    legal_basis = models.CharField("rättslig grund", max_length=300)
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="bidragsgivare")
    applicant_kind = models.CharField(
        "vilka som får söka", max_length=30, choices=OrganisationKind.choices, default=OrganisationKind.COUNTY_BOARD
    )
    opens_at = models.DateTimeField("öppnar")
    closes_at = models.DateTimeField("stänger")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("publicerad", null=True)

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

    def __str__(self) -> str:
        return self.title

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


class Application(models.Model):
    """A county's application to one call. The case is registered when it is submitted, not before."""

    organisation_path = "organisation"
    call = models.ForeignKey(FundingCall, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="application")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="applications")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField("inlämnad", null=True)
    applied_total = KronorField("sökt belopp", default=Decimal(0))

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = "ansökan"
        verbose_name_plural = "ansökningar"
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"],
                condition=~Q(state="withdrawn"),
                name="one_living_application_per_call_and_organisation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(case__isnull=False, submitted_at__isnull=False),
                name="submitted_application_has_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-submitted_at"], name="application_by_state"),
            models.Index(fields=["-submitted_at", "-id"], name="application_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.call}"


class ApplicationMove(StateMove):
    """The moves of an application."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="moves")


class AppliedAmount(models.Model):
    """What a submitted application asks for in one year; the sum of that year's column in its budget."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="applied_amounts")
    year = models.PositiveSmallIntegerField()
    amount = KronorField()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["application", "year"], name="one_applied_amount_per_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="applied_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class Assessment(models.Model):
    """One officer's own assessment. `recused` says the officer has declared a conflict of interest (jäv)."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assessments")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recused = models.BooleanField("jäv")
    declared_at = models.DateTimeField()
    comment = models.TextField("sammanfattande omdöme", blank=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["declared_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "officer"], name="one_assessment_per_officer"),
            models.CheckConstraint(
                condition=Q(recused=False) | Q(submitted_at__isnull=True), name="recused_officer_does_not_assess"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.application_id}"


class AssessmentScore(models.Model):
    """A score from 1 (does not meet the criterion) to 5 (meets it very well), with its reason."""

    organisation_path = "assessment__application__organisation"
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField("poäng")
    reason = models.TextField("motivering")

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="score_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score}"


class Decision(models.Model):
    """A proposal by the presenter that the decision-maker signs or returns; signed, it is final in the database too."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=20, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    outcome = models.CharField("utfall", max_length=20, choices=Outcome.choices)
    reasons = models.TextField("skäl för beslutet")
    presenter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="föredragande")
    proposed_at = models.DateTimeField("föreslaget")
    decision_maker = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="beslutsfattare"
    )
    decided_at = models.DateTimeField("beslutat", null=True)
    return_comment = models.TextField("kommentar till föredraganden", blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = "beslut"
        constraints = [
            models.CheckConstraint(
                condition=Q(decision_maker__isnull=True) | ~Q(decision_maker=F("presenter")),
                name="presenter_never_decides",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed")
                | Q(decision_maker__isnull=False, decided_at__isnull=False, document__isnull=False),
                name="signed_decision_is_complete",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="signed"), name="one_signed_decision_per_application"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="proposed"), name="one_proposal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.application_id}"


class DecisionAmount(models.Model):
    """Kronor granted for one year. Rows never change: a new proposal has rows of its own."""

    organisation_path = "decision__application__organisation"
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="amounts")
    year = models.PositiveSmallIntegerField()
    amount = KronorField()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "year"], name="one_decided_amount_per_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="decided_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class DecisionCondition(models.Model):
    """A numbered condition of a decision. Rows never change."""

    organisation_path = "decision__application__organisation"
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField("villkor")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="condition_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


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
