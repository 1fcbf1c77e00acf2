"""Reading centres (public facts), lägesbilder and statistics returns, each within the user's reach."""

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
    "editable_reports_for",
    "first_openings",
    "periods_for",
    "previous_report",
    "readable_reports_for",
    "reports_for",
]
