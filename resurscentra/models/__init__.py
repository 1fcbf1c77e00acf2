"""Rows of centres, of lägesbilder and of statistics returns: one module for each."""

from resurscentra.models.centres import CentreFinancing, CentreService, FundingRound, PhasePeriod, ResourceCentre
from resurscentra.models.reports import ReportingPeriod, SituationReport, SituationReportMove
from resurscentra.models.returns import ReturnCorrection, StatisticsReturn, StatisticsReturnMove, StatisticsRound

__all__ = [
    "CentreFinancing",
    "CentreService",
    "FundingRound",
    "PhasePeriod",
    "ReportingPeriod",
    "ResourceCentre",
    "ReturnCorrection",
    "SituationReport",
    "SituationReportMove",
    "StatisticsReturn",
    "StatisticsReturnMove",
    "StatisticsRound",
]
