"""Reading centres (public facts), lägesbilder with their themes and statistics returns, each within one's reach."""

from resurscentra.selectors.centres import (
    CentreFact,
    CentreHistory,
    CentreState,
    OpeningFact,
    RoundFact,
    centre_histories,
    centres_at,
    centres_for,
    first_openings,
)
from resurscentra.selectors.reports import (
    AskedReport,
    asked_reports,
    editable_reports_for,
    periods_for,
    previous_report,
    readable_reports_for,
    reports_for,
)
from resurscentra.selectors.themes import coding_of, reports_to_code_for, themes

__all__ = [
    "AskedReport",
    "CentreFact",
    "CentreHistory",
    "CentreState",
    "OpeningFact",
    "RoundFact",
    "asked_reports",
    "centre_histories",
    "centres_at",
    "centres_for",
    "coding_of",
    "editable_reports_for",
    "first_openings",
    "periods_for",
    "previous_report",
    "readable_reports_for",
    "reports_for",
    "reports_to_code_for",
    "themes",
]
