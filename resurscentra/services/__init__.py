"""What is done with centres, lägesbilder, their themes and statistics returns: one module for each."""

from resurscentra.services.asking import ReportingError
from resurscentra.services.centres import load_known_centres
from resurscentra.services.reports import open_period, start_report, submit_report

__all__ = ["ReportingError", "load_known_centres", "open_period", "start_report", "submit_report"]
