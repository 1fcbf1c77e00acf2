"""Goes through the rules."""

from collections.abc import Iterator

from nch.common.personal_data.checks import CHECKS
from nch.common.personal_data.folding import Folded, fold
from nch.common.personal_data.kinds import Finding, Kind, Severity
from nch.common.personal_data.names import find_names
from nch.common.personal_data.rules import RULES, Rule

_DIGITS = "0123456789"


def find(text: str) -> list[Finding]:
    """Everything in the text that looks like personal data, in order of place and never overlapping.

    Where two rules see the same passage, the one that stands first in `rules.toml` has it; names come last. Time is
    linear in the length of the text. Never raises.
    """
    folded = fold(text)
    digits = sum(map(folded.low.count, _DIGITS))
    taken = bytearray(len(folded.low))
    found: list[Finding] = []

    def take(start: int, end: int, kind: Kind, severity: Severity) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            found.append(Finding(*folded.span(start, end), kind, severity))

    for rule in RULES:
        if digits >= rule.digits and rule.sign in folded.low:
            for start, end, severity in _matches(rule, folded):
                take(start, end, rule.kind, severity)
    for start, end in find_names(folded):
        take(start, end, Kind.NAME, Severity.TO_CONFIRM)
    return sorted(found)


def _matches(rule: Rule, folded: Folded) -> Iterator[tuple[int, int, Severity]]:
    """The passages of a rule. Where its check says no, the search goes on at the next character."""
    check = CHECKS[rule.check]
    position = 0
    while match := rule.pattern.search(folded.low, position):
        severity = check(match, folded)
        if severity is None:
            position = match.start() + 1
        else:
            position = match.end()
            yield *match.span(rule.group), severity


def holds_refused(text: str) -> bool:
    """Whether the text holds what may never be confirmed away, such as an identity number."""
    return any(finding.severity == Severity.REFUSED for finding in find(text))
