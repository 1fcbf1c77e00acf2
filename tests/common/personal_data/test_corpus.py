"""How much of the corpus is found, and how often an ordinary note gives a false alarm; `pytest -s` prints it."""

from collections import Counter

import pytest
from stdnum.se import personnummer

from nch.common.personal_data import Kind, Severity, find
from tests.common.personal_data.corpus import negatives, positives

LEAST = {
    Kind.IDENTITY: 1.0,
    Kind.BIRTH_DATE: 0.95,
    Kind.PHONE: 0.95,
    Kind.EMAIL: 0.95,
    Kind.ADDRESS: 0.9,
    Kind.NAME: 0.9,
    Kind.DIARY: 0.9,
}
MOST_FALSE_ALARMS = 0.02


def test_the_corpus_is_as_large_as_was_promised() -> None:
    assert len(positives()) >= 300
    assert len(set(negatives())) >= 300


def test_recall_of_each_kind_in_its_exact_place() -> None:
    wanted: Counter[str] = Counter()
    missed: dict[str, list[str]] = {kind: [] for kind in Kind}
    for text, expected in positives():
        found = {(finding.kind.value, text[finding.start : finding.end]) for finding in find(text)}
        for one in expected:
            wanted[one.kind] += 1
            if (one.kind, one.passage) not in found:
                missed[one.kind].append(f"{text!r}: {one.passage!r}, found {found}")
    for kind in Kind:
        recall = 1 - len(missed[kind]) / wanted[kind]
        print(f"recall {kind}: {wanted[kind] - len(missed[kind])} of {wanted[kind]} ({recall:.1%})")
        assert recall >= LEAST[kind], missed[kind]


def test_ordinary_notes_seldom_give_a_false_alarm() -> None:
    alarms = [(text, [text[one.start : one.end] for one in find(text)]) for text in negatives() if find(text)]
    print(f"false alarms: {len(alarms)} of {len(negatives())} ({len(alarms) / len(negatives()):.1%})")
    assert len(alarms) / len(negatives()) < MOST_FALSE_ALARMS, alarms


def test_what_python_stdnum_calls_a_valid_number_is_refused() -> None:
    checked = 0
    for text, expected in positives():
        for one in expected:
            if one.kind == Kind.IDENTITY and one.passage.isascii() and personnummer.is_valid(one.passage):
                severities = {finding.severity for finding in find(text) if finding.kind == Kind.IDENTITY}
                assert severities == {Severity.REFUSED}, text
                checked += 1
    assert checked > 30


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("090314-9805", Severity.REFUSED),
        ("090374-9802", Severity.REFUSED),  # a coordination number
        ("090314-9806", Severity.TO_CONFIRM),  # mistyped
        ("20090314-TF12", Severity.REFUSED),  # a number of the school's own
        ("19810829M071", Severity.REFUSED),  # Västra Götaland's
        ("198108320014", Severity.REFUSED),  # Inera's own
        ("991981000010", Severity.REFUSED),  # Region Stockholm's
        ("991981000011", None),
        ("202100-2262", None),  # an organisation number
        ("091314-9805", None),  # no such month
        ("0903149805123", None),  # a longer number
        ("O9O314-9805", Severity.REFUSED),  # O for 0
        ("O9O314-9806", None),
        ("sista fyra 9805", Severity.TO_CONFIRM),
        ("född 2009-03-14", Severity.TO_CONFIRM),
        ("möte 2026-03-14", None),
        ("möte 2026-03-14 1430", None),
        ("2025-01-01–2026-12-31", None),
        ("090314, 9805", Severity.REFUSED),
        ("090314 streck 9805", Severity.REFUSED),
        ("sista fyra 9805, född 090314", Severity.REFUSED),
        ("född 14 mars 2009, sista fyra 9805", Severity.REFUSED),
        ("noll nio noll tre ett fyra streck nio åtta noll fem", Severity.REFUSED),
        ("noll nio noll tre ett fyra streck nio åtta noll sex", None),
        ("0090314-9805", Severity.REFUSED),  # a 0 too many
        ("090314-9805090374-9802", Severity.REFUSED),  # the next one right behind
        ("möte 090314 09.11", Severity.TO_CONFIRM),  # the checksum is right, but it ends as a time
        ("möte 2009-03-14 09.11", None),
        ("möte 2009-03-14, 0911 kr", Severity.TO_CONFIRM),
        ("2009-03-14–2016-03-14", None),
        ("SFS 2009:0314, 2016:12", None),
        ("v. 10 11 12 13 14", Severity.TO_CONFIRM),  # weeks in a row, though the checksum is right
        ("10 11 12 13 22", Severity.REFUSED),
        ("070-174 06 72", Severity.TO_CONFIRM),  # a mobile number, though the checksum of 070174-0672 is right
        ("0701740672", Severity.REFUSED),
    ],
)
def test_numbers_and_how_severe_they_are(text: str, severity: Severity | None) -> None:
    assert [finding.severity for finding in find(text)] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    "text",
    ["112", "ring 114 14", "1177", "020-50 50 50", "0771-114 114", "010-223 57 60", "+46 10 223 57 60", "08-405 50 05"],
)
def test_numbers_that_anybody_rings_for_help_are_let_through(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Stig inte in.", None),
        ("Flickan Saga är rädd.", "Saga"),
        ("Lex Sarah.", None),
        ("Sarah är rädd.", "Sarah"),
        ("SARA-SV är gjord.", None),
        ("Hon bor i Lund.", None),
        ("Åsa Lund ringde.", "Åsa Lund"),
        ("hon heter sara", "sara"),
        ("de bär saris", None),
    ],
)
def test_names_that_are_words_need_something_beside_them(text: str, name: str | None) -> None:
    assert [text[finding.start : finding.end] for finding in find(text)] == ([name] if name else [])
