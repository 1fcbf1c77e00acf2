"""Support lines, code lists, calls with their individuals and earlier versions, tallies, and published figures."""

from stodtelefon.models.calls import ExposedIndividual, Exposure, Matter, SupportCall
from stodtelefon.models.changes import CallDraft, CallVersion
from stodtelefon.models.codes import Code, CodeWording
from stodtelefon.models.figures import PublishedFigure
from stodtelefon.models.guidance import Guidance
from stodtelefon.models.handovers import HandoverNote, HandoverRead
from stodtelefon.models.history import CallOrigin, HistoryImport, Register
from stodtelefon.models.lines import OpeningException, OpeningHours, SupportLine
from stodtelefon.models.notes import CallNote
from stodtelefon.models.rota import RotaFeed, Shift, ShiftOffer, ShiftSwap
from stodtelefon.models.tallies import CallTally

__all__ = [
    "CallDraft",
    "CallNote",
    "CallOrigin",
    "CallTally",
    "CallVersion",
    "Code",
    "CodeWording",
    "ExposedIndividual",
    "Exposure",
    "Guidance",
    "HandoverNote",
    "HandoverRead",
    "HistoryImport",
    "Matter",
    "OpeningException",
    "OpeningHours",
    "PublishedFigure",
    "Register",
    "RotaFeed",
    "Shift",
    "ShiftOffer",
    "ShiftSwap",
    "SupportCall",
    "SupportLine",
]
