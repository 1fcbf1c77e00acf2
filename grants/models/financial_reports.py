"""Economic reports (ekonomisk redovisning): one per grant and year. Amounts are in kronor."""

from django.db import models
from django.db.models import F, Q

from grants.enums import CostCategory, FinancialReportState
from grants.models.fields import KronorField
from grants.models.grants import Grant
from nch.accounts.models import User
from nch.common.transitions import StateMove
from nch.questionnaires.models import Response


class FinancialReport(models.Model):
    """What came in, what it cost and what is left in one year of a grant (NCH's yearly report 2023, lämnade bidrag).

    `opening_balance` is what a decision carried over from the year before, `allotted` what was paid for the year.
    Closing balance = opening balance + allotted - admitted costs; it is carried over by decision or paid back. The
    figures are kept when the report is certified and handed in; costs are admitted line by line.
    """

    organisation_path = "grant__organisation"
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="financial_reports")
    year = models.PositiveSmallIntegerField("år")
    state = models.CharField(max_length=20, choices=FinancialReportState.choices, default=FinancialReportState.EXPECTED)
    response = models.OneToOneField(Response, on_delete=models.PROTECT, null=True, related_name="financial_report")
    opens_on = models.DateField("kan lämnas från")
    due_on = models.DateField("lämnas senast")
    opening_balance = KronorField("ingående balans", null=True)
    allotted = KronorField("tilldelat belopp", null=True)
    worked_hours = models.DecimalField("arbetade timmar", max_digits=8, decimal_places=2, null=True)
    certified_at = models.DateTimeField("intygad och inlämnad", null=True)
    certified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    substance_reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    substance_reviewed_at = models.DateTimeField("granskad i sak", null=True)
    substance_note = models.TextField("granskning i sak", blank=True)
    sums_reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sums_reviewed_at = models.DateTimeField("summorna granskade", null=True)
    sums_note = models.TextField("granskning av summor", blank=True)
    approved_at = models.DateTimeField("godkänd", null=True)

    class Meta:
        ordering = ["year"]
        verbose_name = "ekonomisk redovisning"
        verbose_name_plural = "ekonomiska redovisningar"
        constraints = [
            models.UniqueConstraint(fields=["grant", "year"], name="one_financial_report_per_grant_and_year"),
            models.CheckConstraint(
                condition=Q(substance_reviewed_by__isnull=True)
                | Q(sums_reviewed_by__isnull=True)
                | ~Q(substance_reviewed_by=F("sums_reviewed_by")),
                name="two_persons_review_a_report",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(
                    approved_at__isnull=False,
                    substance_reviewed_at__isnull=False,
                    sums_reviewed_at__isnull=False,
                    opening_balance__isnull=False,
                    allotted__isnull=False,
                ),
                name="approved_report_is_reviewed_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant}: {self.year}"


class FinancialReportMove(StateMove):
    """The moves of a report."""

    organisation_path = "subject__grant__organisation"
    subject = models.ForeignKey(FinancialReport, on_delete=models.CASCADE, related_name="moves")


class FinancialReportLine(models.Model):
    """One category of cost: budget, cost, and how much of the cost is admitted (all of it, where nothing else is said).

    `explanation` is the county's, for a deviation from the budget; `reason` the grantor's, for what is not admitted.
    """

    organisation_path = "report__grant__organisation"
    report = models.ForeignKey(FinancialReport, on_delete=models.CASCADE, related_name="lines")
    category = models.CharField("kostnadsslag", max_length=30, choices=CostCategory.choices)
    budget = KronorField("budget")
    cost = KronorField("kostnad")
    explanation = models.TextField("förklaring till avvikelsen", blank=True)
    admitted = KronorField("godtagen kostnad", null=True)
    reason = models.TextField("skäl till att kostnaden inte godtas", blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "category"], name="one_report_line_per_category"),
            models.CheckConstraint(condition=Q(budget__gte=0, cost__gte=0), name="report_line_is_not_negative"),
            models.CheckConstraint(
                condition=Q(admitted__isnull=True) | Q(admitted__gte=0, admitted__lte=F("cost")),
                name="no_more_than_the_cost_is_admitted",
            ),
            models.CheckConstraint(
                condition=Q(admitted__isnull=True) | Q(admitted=F("cost")) | ~Q(reason=""),
                name="refused_cost_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.cost}"


class FinancialReportReturn(models.Model):
    """A report sent back for completion by a day; answered when it is handed in again."""

    organisation_path = "report__grant__organisation"
    report = models.ForeignKey(FinancialReport, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField()
    returned_at = models.DateTimeField("återlämnad")
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("senast")
    answered_at = models.DateTimeField("lämnad på nytt", null=True)

    class Meta:
        ordering = ["number"]
        verbose_name = "återlämnad redovisning"
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="return_number_is_unique_in_report"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(answered_at__isnull=True), name="one_open_return_per_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.number}"


class FinancialReportComment(models.Model):
    """What is to be completed in one question of a returned report. Rows never change."""

    organisation_path = "occasion__report__grant__organisation"
    occasion = models.ForeignKey(FinancialReportReturn, on_delete=models.PROTECT, related_name="comments")
    section_key = models.SlugField()
    question_key = models.SlugField()
    question_label = models.CharField("fråga", max_length=300)
    text = models.TextField("vad som behöver kompletteras")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "question_key"], name="question_is_commented_once_per_return")
        ]

    def __str__(self) -> str:
        return self.question_label
