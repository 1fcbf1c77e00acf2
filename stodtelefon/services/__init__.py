"""Writing: lines and calls with their drafts and corrections, code lists and published figures, constructed calls."""

from stodtelefon.services.calls import AlreadyLoggedError, log_call
from stodtelefon.services.constructed import construct_calls_2023, construct_calls_of
from stodtelefon.services.corrections import (
    CORRECTION_REASONS,
    STRIKE_REASONS,
    StaleCallError,
    correct_call,
    note_referral_outcome,
    restore_call,
    strike_call,
)
from stodtelefon.services.drafts import discard_drafts, remove_old_drafts, save_draft
from stodtelefon.services.inputs import RESOURCE_CENTRE_REFERRAL, CallError, CallInput, IndividualInput
from stodtelefon.services.lines import LineError, open_line, set_opening_hours
from stodtelefon.services.notes import NoteError, write_note
from stodtelefon.services.reference import load_code_lists, load_published_figures
from stodtelefon.services.tallies import mend_tallies, sum_up_tallies
from stodtelefon.services.targets import set_unknown_county_target

__all__ = [
    "CORRECTION_REASONS",
    "RESOURCE_CENTRE_REFERRAL",
    "STRIKE_REASONS",
    "AlreadyLoggedError",
    "CallError",
    "CallInput",
    "IndividualInput",
    "LineError",
    "NoteError",
    "StaleCallError",
    "construct_calls_2023",
    "construct_calls_of",
    "correct_call",
    "discard_drafts",
    "load_code_lists",
    "load_published_figures",
    "log_call",
    "mend_tallies",
    "note_referral_outcome",
    "open_line",
    "remove_old_drafts",
    "restore_call",
    "save_draft",
    "set_opening_hours",
    "set_unknown_county_target",
    "strike_call",
    "sum_up_tallies",
    "write_note",
]
