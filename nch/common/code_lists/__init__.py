"""Code lists that NCH keeps: what their entries share, the rules by which they change, and what a change breaks.

A list changes from a day on and never for days that have been: what something was coded with means the same for ever.
Whose list it is keeps it by services of its own, which lock, ask for the right, and log.
"""

from nch.common.code_lists.changes import (
    ONE_DAY,
    CodeBreak,
    CodeHistory,
    breaks_in,
    chain_of,
    histories_in,
    validity_of,
    words_of,
)
from nch.common.code_lists.models import CodeEntry, code_constraints
from nch.common.code_lists.rules import (
    LETTERS,
    CodeError,
    check_ending,
    check_new_code,
    check_removal,
    end,
    go_on,
    place,
    reword,
    suggest_letters,
)

__all__ = [
    "LETTERS",
    "ONE_DAY",
    "CodeBreak",
    "CodeEntry",
    "CodeError",
    "CodeHistory",
    "breaks_in",
    "chain_of",
    "check_ending",
    "check_new_code",
    "check_removal",
    "code_constraints",
    "end",
    "go_on",
    "histories_in",
    "place",
    "reword",
    "suggest_letters",
    "validity_of",
    "words_of",
]
