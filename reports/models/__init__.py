"""Reports that have been ordered, saved queries, and released statistics."""

from reports.models.preparations import Preparation, PreparationMove, Signing, SigningMove
from reports.models.releases import Release, ReleasedTable, ReleaseMove
from reports.models.reports import Report, ReportMove, SavedQuery, report_path

__all__ = [
    "Preparation",
    "PreparationMove",
    "Release",
    "ReleaseMove",
    "ReleasedTable",
    "Report",
    "ReportMove",
    "SavedQuery",
    "Signing",
    "SigningMove",
    "report_path",
]
