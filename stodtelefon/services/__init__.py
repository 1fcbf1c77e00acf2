"""Writing: lines and calls, code lists and published figures, and the constructed calls of the demonstration."""

from stodtelefon.services.calls import CallError, IndividualInput, log_call
from stodtelefon.services.constructed import construct_calls_2023
from stodtelefon.services.lines import LineError, open_line, set_opening_hours
from stodtelefon.services.reference import load_code_lists, load_published_figures
from stodtelefon.services.tallies import mend_tallies, sum_up_tallies
from stodtelefon.services.targets import set_unknown_county_target

__all__ = [
    "CallError",
    "IndividualInput",
    "LineError",
    "construct_calls_2023",
    "load_code_lists",
    "load_published_figures",
    "log_call",
    "mend_tallies",
    "open_line",
    "set_opening_hours",
    "set_unknown_county_target",
    "sum_up_tallies",
]
