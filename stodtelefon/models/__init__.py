"""Support lines, code lists, calls with their exposed individuals, tallies of calls, and figures published before."""

from stodtelefon.models.calls import ExposedIndividual, Exposure, Matter, SupportCall
from stodtelefon.models.codes import Code
from stodtelefon.models.figures import PublishedFigure
from stodtelefon.models.lines import OpeningException, OpeningHours, SupportLine
from stodtelefon.models.rota import RotaFeed, Shift, ShiftOffer
from stodtelefon.models.tallies import CallTally

__all__ = [
    "CallTally",
    "Code",
    "ExposedIndividual",
    "Exposure",
    "Matter",
    "OpeningException",
    "OpeningHours",
    "PublishedFigure",
    "RotaFeed",
    "Shift",
    "ShiftOffer",
    "SupportCall",
    "SupportLine",
]
