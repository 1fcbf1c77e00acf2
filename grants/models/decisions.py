"""Decisions: the first one, and those that change it. Amounts are in kronor."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from grants.enums import ClaimGround, DecisionKind, DecisionState, Outcome
from grants.models.amounts import BudgetLine, YearAmount
from grants.models.applications import Application
from nch.accounts.models import User
from nch.cases.models import Document


class Decision(models.Model):
    """A proposal by the presenter that the decision-maker signs or returns; signed, it is final in the database too.

    The first decision on an application is of the kind GRANT. What follows is decided anew and links back with
    `changes`: a CHANGE (the whole new schedule of amounts, the new last day, the new contents), a CARRY_OVER (kronor
    of a report's closing balance that may be used in the year of the amount), a REPAYMENT_CLAIM (kronor that have to
    be paid back, on a `ground`).
    """

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField("slag", max_length=20, choices=DecisionKind.choices, default=DecisionKind.GRANT)
    changes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="changed_by", verbose_name="ändrar beslutet"
    )
    change_request = models.ForeignKey(
        "grants.ChangeRequest", on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    financial_report = models.ForeignKey(
        "grants.FinancialReport", on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    state = models.CharField(max_length=20, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    outcome = models.CharField("utfall", max_length=20, choices=Outcome.choices)
    reasons = models.TextField("skäl för beslutet")
    ground = models.CharField("grund för återkravet", max_length=30, choices=ClaimGround.choices, blank=True)
    ends_on = models.DateField("bidraget gäller till och med", null=True)
    contents = models.TextField("ändrat innehåll", blank=True)
    recall_clause = models.TextField("när bidraget kan krävas tillbaka", blank=True)
    appeal_text = models.TextField("hur beslutet överklagas", blank=True)
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
                fields=["application"],
                condition=Q(state="signed", kind="grant"),
                name="one_signed_decision_per_application",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="proposed"), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(kind="grant", changes__isnull=True) | (~Q(kind="grant") & Q(changes__isnull=False)),
                name="later_decision_links_back",
            ),
            models.CheckConstraint(
                condition=~Q(kind="repayment_claim") | ~Q(ground=""), name="repayment_claim_has_a_ground"
            ),
            models.CheckConstraint(
                condition=~Q(kind="carry_over") | Q(financial_report__isnull=False),
                name="carry_over_belongs_to_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.application_id}"

    @property
    def name(self) -> str:
        """The kind of decision and, where it answers something applied for, how: "Beslut om bidrag: delvis bifall"."""
        kind = self.get_kind_display()
        if self.kind == DecisionKind.REPAYMENT_CLAIM:
            return kind
        return f"{kind}: {self.get_outcome_display().lower()}"


class ProposalDraft(models.Model):
    """What a presenter has typed of a proposal and not handed over yet, right or wrong; for the presenter only.

    `subject` says what the proposal is for: the application itself, or a request for a change of its grant. `typed`
    maps names of the form's fields to lists of texts.
    """

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="proposal_drafts")
    subject = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    typed: Any = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "subject", "by"], name="one_draft_per_presenter_and_subject")
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.application_id}"


class DecisionAmount(YearAmount):
    """Kronor granted for one year. Rows never change: a new proposal has rows of its own."""

    organisation_path = "decision__application__organisation"
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="amounts")

    class Meta(YearAmount.Meta):
        constraints = [
            models.UniqueConstraint(fields=["decision", "year"], name="one_decided_amount_per_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="decided_amount_is_not_negative"),
        ]


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


class DecisionBudgetLine(BudgetLine):
    """Kronor of one year's granted amount for one category of cost; they add up to the year. Rows never change."""

    organisation_path = "decision__application__organisation"
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="budget_lines")

    class Meta(BudgetLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["decision", "year", "category"], name="one_budget_line_per_category"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_line_is_not_negative"),
        ]
