"""What waits in a case when somebody who has worked on it turns out to have a conflict of interest (jäv)."""

import datetime

from django.db.models import Q

from grants.enums import DecisionState, FinancialReportState, PaymentState
from grants.models import Decision, FinancialReport, Payment
from grants.services.assignments import drop_recused
from grants.services.decisions import lacks_assessments, send_back
from grants.services.financial_reports import undo_review
from grants.services.payments import undo_preparation
from nch.cases.models import InterestDeclaration


def undo_work(declaration: InterestDeclaration, at: datetime.datetime) -> None:
    """Let nothing that waits rest on what the declarant did: others do it anew.

    A proposal goes back that they present, or that has too few assessments without theirs; what they prepared or
    reviewed and nobody has approved yet is prepared and reviewed anew. What is decided, approved or paid stands: that
    is undone by a decision, if at all (förvaltningslagen 37–38 §§). Called in the transaction of the declaration
    (nch.cases.services.when_recused).
    """
    case, by = declaration.case, declaration.user
    proposals = Decision.objects.filter(application__case=case, state=DecisionState.PROPOSED)
    for decision in proposals.select_related("application__call__grantor", "application__case", "change_request"):
        if decision.presenter_id == by.pk or lacks_assessments(decision):
            send_back(
                decision,
                comment="En handläggare som förslaget bygger på har anmält jäv.",
                told="Förslaget till beslut ska göras om, eftersom en handläggare har anmält jäv",
                assignee=None if decision.presenter_id == by.pk else decision.presenter,
                by=by,
                at=at,
            )
    for payment in Payment.objects.filter(grant__case=case, state=PaymentState.PREPARED, prepared_by=by).select_related(
        "grant__call__grantor", "grant__organisation", "grant__case"
    ):
        undo_preparation(payment, by=by, at=at)
    reviewed = Q(substance_reviewed_by=by) | Q(sums_reviewed_by=by)
    for report in FinancialReport.objects.filter(
        reviewed, grant__case=case, state=FinancialReportState.SUBMITTED
    ).select_related("grant__call__grantor", "grant__organisation", "grant__case"):
        undo_review(report, by=by, at=at)
    drop_recused(declaration, at)
