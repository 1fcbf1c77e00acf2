"""The shapes of the closed API's answers. Amounts are kronor as decimal strings, moments RFC 3339 in UTC."""

import datetime
from typing import Any

from rest_framework import serializers

from grants.enums import FinancialReportState
from grants.models import Application, Decision, FinancialReport, FinancialReportLine, Payment


class Amount(serializers.DecimalField):
    """Kronor with two decimals, as a string so that no reader rounds it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **kwargs)


class Moment(serializers.DateTimeField):
    """RFC 3339 in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=datetime.UTC, **kwargs)


class OrganisationShape(serializers.Serializer):
    """An organisation in brief; `countyCode` is Statistics Sweden's."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    countyCode = serializers.CharField(source="county_id", allow_null=True)


class CallShape(serializers.Serializer):
    """A call in brief."""

    id = serializers.IntegerField()
    title = serializers.CharField()


class YearAmountShape(serializers.Serializer):
    """Kronor of one year."""

    year = serializers.IntegerField()
    amount = Amount()


class ApplicationShape(serializers.Serializer):
    """An application as a list shows it; `registrationNumber` is missing until it is handed in."""

    id = serializers.IntegerField()
    registrationNumber = serializers.CharField(source="case.registration_number", allow_null=True)
    organisation = OrganisationShape()
    call = CallShape()
    state = serializers.ChoiceField(choices=Application._meta.get_field("state").flatchoices)
    appliedTotal = Amount(source="applied_total")
    submittedAt = Moment(source="submitted_at", allow_null=True)


class ApplicationDetailShape(ApplicationShape):
    """An application with what it asks for per year."""

    createdAt = Moment(source="created_at")
    appliedAmounts = YearAmountShape(source="applied_amounts.all", many=True)


class DecisionShape(serializers.Serializer):
    """A signed decision as a list shows it."""

    id = serializers.IntegerField()
    registrationNumber = serializers.CharField(source="application.case.registration_number")
    applicationId = serializers.IntegerField(source="application_id")
    organisation = OrganisationShape(source="application.organisation")
    call = CallShape(source="application.call")
    kind = serializers.ChoiceField(choices=Decision._meta.get_field("kind").flatchoices)
    outcome = serializers.ChoiceField(choices=Decision._meta.get_field("outcome").flatchoices)
    decidedAt = Moment(source="decided_at")


class ConditionShape(serializers.Serializer):
    """A numbered condition."""

    number = serializers.IntegerField()
    text = serializers.CharField()


class BudgetLineShape(serializers.Serializer):
    """Kronor of one year for one category of cost."""

    year = serializers.IntegerField()
    category = serializers.CharField()
    amount = Amount()


class DecisionDetailShape(DecisionShape):
    """A signed decision whole; `changesId` is the decision that it changes."""

    changesId = serializers.IntegerField(source="changes_id", allow_null=True)
    reasons = serializers.CharField()
    ground = serializers.CharField()
    endsOn = serializers.DateField(source="ends_on", allow_null=True)
    amounts = YearAmountShape(source="amounts.all", many=True)
    budgetLines = BudgetLineShape(source="budget_lines.all", many=True)
    conditions = ConditionShape(source="conditions.all", many=True)


class PaymentShape(serializers.Serializer):
    """An instalment as a list shows it."""

    id = serializers.IntegerField()
    registrationNumber = serializers.CharField(source="grant.case.registration_number")
    grantId = serializers.IntegerField(source="grant_id")
    projectCode = serializers.CharField(source="grant.project_code")
    organisation = OrganisationShape(source="grant.organisation")
    number = serializers.IntegerField()
    year = serializers.IntegerField()
    amount = Amount()
    state = serializers.ChoiceField(choices=Payment._meta.get_field("state").flatchoices)
    plannedOn = serializers.DateField(source="planned_on", allow_null=True)
    paidOn = serializers.DateField(source="paid_on", allow_null=True)
    voucher = serializers.CharField()


class PaymentDetailShape(PaymentShape):
    """An instalment with what it rests on."""

    basis = serializers.ChoiceField(choices=Payment._meta.get_field("basis").flatchoices)
    requestText = serializers.CharField(source="request_text")
    requestedAt = Moment(source="requested_at", allow_null=True)
    approvedAt = Moment(source="approved_at", allow_null=True)


class FinancialReportShape(serializers.Serializer):
    """An economic report as a list shows it."""

    id = serializers.IntegerField()
    registrationNumber = serializers.CharField(source="grant.case.registration_number")
    grantId = serializers.IntegerField(source="grant_id")
    organisation = OrganisationShape(source="grant.organisation")
    year = serializers.IntegerField()
    state = serializers.ChoiceField(choices=FinancialReport._meta.get_field("state").flatchoices)
    dueOn = serializers.DateField(source="due_on")
    certifiedAt = Moment(source="certified_at", allow_null=True)
    approvedAt = Moment(source="approved_at", allow_null=True)


class ReportLineShape(serializers.Serializer):
    """One category of cost; what is admitted is told when the report is approved."""

    category = serializers.CharField()
    budget = Amount()
    cost = Amount()
    explanation = serializers.CharField()
    admitted = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    def get_admitted(self, line: FinancialReportLine) -> str | None:
        if line.report.state != FinancialReportState.APPROVED:
            return None
        return str(line.cost if line.admitted is None else line.admitted)

    def get_reason(self, line: FinancialReportLine) -> str:
        return line.reason if line.report.state == FinancialReportState.APPROVED else ""


class FinancialReportDetailShape(FinancialReportShape):
    """An economic report with its figures, once it is handed in."""

    openingBalance = Amount(source="opening_balance", allow_null=True)
    allotted = Amount(allow_null=True)
    workedHours = serializers.DecimalField(source="worked_hours", max_digits=8, decimal_places=2, allow_null=True)
    lines = ReportLineShape(source="lines.all", many=True)


class PageShape(serializers.Serializer):
    """Which page it is, and how much there is."""

    page = serializers.IntegerField()
    limit = serializers.IntegerField()
    totalItems = serializers.IntegerField()
    totalPages = serializers.IntegerField()


class PageLinkShape(serializers.Serializer):
    """Where the page before or after is."""

    rel = serializers.ChoiceField(choices=["next", "previous"])
    href = serializers.URLField()
