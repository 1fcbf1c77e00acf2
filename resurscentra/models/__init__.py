"""Rows of centres, of lägesbilder, of their themes and of statistics returns: one module for each."""

from resurscentra.models.centres import CentreFinancing, CentreService, FundingRound, PhasePeriod, ResourceCentre
from resurscentra.models.reports import ReportingPeriod, SituationReport, SituationReportMove
from resurscentra.models.returns import ReturnCorrection, StatisticsReturn, StatisticsReturnMove, StatisticsRound
from resurscentra.models.themes import CodedTheme, ReportCoding, Theme

__all__ = [
    "CentreFinancing",
    "CentreService",
    "CodedTheme",
    "FundingRound",
    "PhasePeriod",
    "ReportCoding",
    "ReportingPeriod",
    "ResourceCentre",
    "ReturnCorrection",
    "SituationReport",
    "SituationReportMove",
    "StatisticsReturn",
    "StatisticsReturnMove",
    "StatisticsRound",
    "Theme",
]
