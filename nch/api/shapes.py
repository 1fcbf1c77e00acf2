"""The shapes of the closed API's answers. Amounts are kronor as decimal strings, moments RFC 3339 in UTC."""

import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grants.enums import FinancialReportState
from grants.models import Application, Decision, FinancialReport, FinancialReportLine, Payment
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.models import QuestionnaireVersion, Response
from nch.questionnaires.selectors import ResponseReader, sections_of
from resurscentra.models import SituationReport, StatisticsReturn


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


class PeriodShape(serializers.Serializer):
    """The period that is asked about, and the last day to hand in."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    startsOn = serializers.DateField(source="starts_on")
    endsOn = serializers.DateField(source="ends_on")
    dueOn = serializers.DateField(source="due_on")


class ReturnShape(serializers.Serializer):
    """A lägesbild as a list shows it; `centre` where a county has several."""

    id = serializers.IntegerField()
    organisation = OrganisationShape()
    centre = serializers.CharField(source="centre.organisation.name", allow_null=True, default=None)
    period = PeriodShape()
    state = serializers.ChoiceField(choices=SituationReport._meta.get_field("state").flatchoices)
    submittedAt = Moment(source="submitted_at", allow_null=True)


class AnswerValue(serializers.JSONField):
    """What is answered: a text, a list of texts where several can be chosen, or a table's cells by row and column."""


class GridShape(serializers.Serializer):
    """The codes of a table's rows and columns, and the reasons for which it may not be applicable."""

    rows = serializers.ListField(child=serializers.CharField())
    columns = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.CharField())


GRID_PARTS = ("rows", "columns", "reasons")


class ReturnQuestionShape(serializers.Serializer):
    """A question with its answer, the answer's revision (0: none) and what is wrong with it."""

    key = serializers.CharField()
    section = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = serializers.ListField(child=serializers.CharField())
    grid = GridShape(allow_null=True)
    maxLength = serializers.IntegerField(allow_null=True)
    value = AnswerValue(allow_null=True)
    revision = serializers.IntegerField()
    problem = serializers.CharField(allow_null=True)


def questions_of(response: Response | None, version: QuestionnaireVersion, *, draft: bool) -> list[dict[str, Any]]:
    """The questions in the form's order; what is not begun has no answers yet. `draft` is for those who fill in."""
    reader = ResponseReader(response, draft=draft) if response else None
    rows = []
    for section in sections_of(version):
        for question in section.questions.all():
            if reader is not None and not reader.is_asked(question):
                continue
            answer = reader.answers.get(question.pk) if reader else None
            problem = reader.problem(question) if reader else None
            options = question.options
            is_grid = question.kind == QuestionKind.COUNT_GRID
            rows.append(
                {
                    "key": question.key,
                    "section": section.key,
                    "label": question.label,
                    "kind": question.kind,
                    "required": question.required,
                    "choices": [value for value, _ in getattr(field_for(question), "choices", []) if value],
                    "grid": {name: [code for code, _ in options[name]] for name in GRID_PARTS} if is_grid else None,
                    "maxLength": question.max_length,
                    "value": answer.value if answer else None,
                    "revision": answer.revision if answer else 0,
                    "problem": problem.message if problem else None,
                }
            )
    return rows


class ReturnDetailShape(ReturnShape):
    """A lägesbild with the questions that are asked and their answers."""

    questions = serializers.SerializerMethodField()

    @extend_schema_field(ReturnQuestionShape(many=True))
    def get_questions(self, report: SituationReport) -> list[dict[str, Any]]:
        """The questions with their answers."""
        return questions_of(report.response, report.period.version, draft=True)


class StatisticsReturnShape(serializers.Serializer):
    """A centre's statistics of a round as a list shows it."""

    id = serializers.IntegerField()
    organisation = OrganisationShape()
    centre = serializers.CharField(source="centre.organisation.name")
    round = PeriodShape()
    state = serializers.ChoiceField(choices=StatisticsReturn._meta.get_field("state").flatchoices)
    submittedAt = Moment(source="submitted_at", allow_null=True)


class StatisticsReturnDetailShape(StatisticsReturnShape):
    """A return with its tables and comments."""

    questions = serializers.SerializerMethodField()

    @extend_schema_field(ReturnQuestionShape(many=True))
    def get_questions(self, statistics: StatisticsReturn) -> list[dict[str, Any]]:
        """The tables with their numbers, and the comments."""
        draft = getattr(statistics, "reads_draft", True)
        return questions_of(statistics.response, statistics.round.version, draft=draft)


class AnswersShape(serializers.Serializer):
    """Answers by question, and the revision that each had when it was read."""

    answers = serializers.DictField(child=AnswerValue())
    revisions = serializers.DictField(child=serializers.IntegerField(), required=False)
