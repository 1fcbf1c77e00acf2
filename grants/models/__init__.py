"""Rows of the chain from call to closed grant: one module for each aggregate."""

from grants.models.applications import (
    Application,
    ApplicationMove,
    ApplicationSubmission,
    AppliedAmount,
    CompletionRequest,
    CompletionSection,
)
from grants.models.assessments import (
    AllocationAmount,
    AllocationPlan,
    AllocationRow,
    Assessment,
    AssessmentNote,
    AssessmentScore,
    Assignment,
)
from grants.models.calls import (
    CallBudget,
    CallNotice,
    Criterion,
    EligibilityQuestion,
    FundingCall,
    ReportingRequirement,
)
from grants.models.decisions import (
    Decision,
    DecisionAmount,
    DecisionBudgetLine,
    DecisionCondition,
    ProposalDraft,
)
from grants.models.earlier import (
    EarlierOutcome,
    OutcomeImport,
    PublishedMoney,
)
from grants.models.fields import (
    KronorField,
)
from grants.models.financial_reports import (
    FinancialReport,
    FinancialReportComment,
    FinancialReportLine,
    FinancialReportMove,
    FinancialReportReturn,
)
from grants.models.grants import (
    ChangeRequest,
    ChangeRequestLine,
    ChangeRequestMove,
    Grant,
    GrantMove,
)
from grants.models.payments import (
    AccountingEntry,
    AccountingExport,
    AccountingExportRow,
    AccountingImport,
    CounterpartCode,
    Payment,
    PaymentMove,
    Repayment,
)

__all__ = [
    "AccountingEntry",
    "AccountingExport",
    "AccountingExportRow",
    "AccountingImport",
    "AllocationAmount",
    "AllocationPlan",
    "AllocationRow",
    "Application",
    "ApplicationMove",
    "ApplicationSubmission",
    "AppliedAmount",
    "Assessment",
    "AssessmentNote",
    "AssessmentScore",
    "Assignment",
    "CallBudget",
    "CallNotice",
    "ChangeRequest",
    "ChangeRequestLine",
    "ChangeRequestMove",
    "CompletionRequest",
    "CompletionSection",
    "CounterpartCode",
    "Criterion",
    "Decision",
    "DecisionAmount",
    "DecisionBudgetLine",
    "DecisionCondition",
    "EarlierOutcome",
    "EligibilityQuestion",
    "FinancialReport",
    "FinancialReportComment",
    "FinancialReportLine",
    "FinancialReportMove",
    "FinancialReportReturn",
    "FundingCall",
    "Grant",
    "GrantMove",
    "KronorField",
    "OutcomeImport",
    "Payment",
    "PaymentMove",
    "ProposalDraft",
    "PublishedMoney",
    "Repayment",
    "ReportingRequirement",
]
