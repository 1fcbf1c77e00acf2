"""Reading themes, and which lägesbilder are coded in them."""

from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from resurscentra.enums import ReportState, ThemeKind
from resurscentra.models import ReportCoding, SituationReport, Theme
from resurscentra.selectors.centres import Anyone


def themes(kind: ThemeKind | None = None) -> QuerySet[Theme]:
    """The themes, success factors first, each list in its order. What they are is public."""
    entries = Theme.objects.order_by("-kind", "position", "code")
    return entries if kind is None else entries.filter(kind=kind)


def coding_of(report: SituationReport) -> ReportCoding | None:
    """How the lägesbild is coded, with its themes; None where it is not (two queries)."""
    codings = ReportCoding.objects.select_related("coded_by").prefetch_related("themes")
    return codings.filter(report=report).first()


def reports_to_code_for(user: Anyone) -> QuerySet[SituationReport]:
    """Handed-in lägesbilder that the user may code, with how they are coded where they are."""
    reports = SituationReport.objects.filter(state=ReportState.SUBMITTED).select_related(
        "period", "organisation", "centre__organisation", "coding__coded_by"
    )
    return access_of(user).limit(reports, Right.CODE_REPORTS)
