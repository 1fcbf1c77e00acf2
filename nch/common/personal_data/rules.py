"""Reads the rules and lists that lie beside this module, and writes them for the page."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nch.common.personal_data.kinds import KIND_WORDS, Kind

_HERE = Path(__file__).parent
# What decides which findings a text gives. Messages and fields do not.
_DECIDING = ("rules.toml", "names.txt", "folding.py", "checks.py", "names.py", "finder.py")


def _version() -> str:
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for name in _DECIDING:
        digest.update((_HERE / name).read_bytes())
    return digest.hexdigest()[:12]


RULES_VERSION = _version()
"""Changes with every rule, list and line of code that decides; what was saved under another can be checked anew."""


@dataclass(frozen=True)
class Rule:
    """A pattern over the folded text in lower case. `group` is the passage it finds; `check` has the last word.

    `digits` is the least number of digits in a text where the rule can find anything, and `sign` something that has to
    be there: both only save time.
    """

    kind: Kind
    pattern: re.Pattern[str]
    check: str
    group: int = 0
    digits: int = 0
    sign: str = ""


def _read_rules() -> dict[str, Any]:
    with (_HERE / "rules.toml").open("rb") as file:
        return tomllib.load(file)


def _in_full(pattern: str, parts: dict[str, str]) -> str:
    """The pattern with its `{{part}}`s written out."""
    for name, part in parts.items():
        pattern = pattern.replace("{{" + name + "}}", part)
    return pattern


_DATA = _read_rules()
# Where digits, dashes and invisible characters stand: not in ASCII, nor among ideographs and Korean syllables.
_SEARCHED = (
    *range(0x80, 0x3400),
    *range(0xA000, 0xAC00),
    *range(0xFB00, 0x17000),
    *range(0x1B000, 0x20000),
    *range(0xE0000, 0xE0200),
)
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_OF_KIND = {"Pd": "-", "Zs": " ", "Cf": ""}


def _folds(written: dict[str, str]) -> dict[str, str]:
    """What each character is read as: whole kinds of Unicode, and above them what the rules name one by one."""
    folds: dict[str, str] = {}
    for code in _SEARCHED:
        character = chr(code)
        if (plain := _plain_of_kind(character)) is not None:
            folds[character] = plain
    folds |= {character: plain for plain, characters in written.items() for character in characters}
    for code in _FULL_WIDTH:  # in the order of ASCII
        plain = chr(code - _FULL_WIDTH.start + 0x21)
        folds[chr(code)] = folds.get(plain, plain)
    return folds


def _plain_of_kind(character: str) -> str | None:
    category = unicodedata.category(character)
    if category in ("Nd", "No"):
        digit = unicodedata.digit(character, None)
        return None if digit is None else str(digit)
    return _OF_KIND.get(category)


FOLDS = _folds(_DATA["folds"])
AROUND: str = _DATA["around"]
PUBLIC_NUMBERS: frozenset[str] = frozenset(_DATA["public_numbers"])
PUBLIC_SERIES = re.compile(_DATA["public_series"])
_PATTERNS = [{**rule, "pattern": _in_full(rule["pattern"], _DATA["parts"])} for rule in _DATA["rule"]]
RULES = [
    Rule(
        Kind(rule["kind"]),
        re.compile(rule["pattern"]),
        rule["check"],
        rule.get("group", 0),
        rule.get("digits", 0),
        rule.get("sign", ""),
    )
    for rule in _PATTERNS
]


def _read_words() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    heading = ""
    for line in (_HERE / "names.txt").read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            heading = line.strip("[]")
            words.setdefault(heading, set())
        elif line:
            words[heading].update(line.split())
    return {heading: frozenset(found) for heading, found in words.items()}


WORDS = _read_words()
WORD_PATTERN = re.compile(_in_full(_DATA["word"], _DATA["parts"]))
NAME_SHAPE = re.compile(_DATA["name_shape"])
AGE_AFTER = re.compile(_DATA["age_after"])
JOINTS: frozenset[str] = frozenset(_DATA["joints"])
OPENERS: frozenset[str] = frozenset(_DATA["openers"])
SENTENCE_ENDS: str = _DATA["sentence_ends"]
DIGIT_WORDS: dict[str, str] = {word: digit for digit, words in _DATA["digit_words"].items() for word in words.split()}
TESTS: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in _DATA["tests"].items()}


def _read_as(plain: str) -> Iterable[str]:
    return (character for character, folded in FOLDS.items() if folded == plain)


@cache
def page_rules() -> dict[str, Any]:
    """All of it as the page wants it (JSON)."""
    return {
        "version": RULES_VERSION,
        "folds": {plain: "".join(_read_as(plain)) for plain in sorted(set(FOLDS.values()))},
        "around": AROUND,
        "joints": sorted(JOINTS),
        "openers": sorted(OPENERS),
        "sentenceEnds": SENTENCE_ENDS,
        "digitWords": DIGIT_WORDS,
        "publicNumbers": sorted(PUBLIC_NUMBERS),
        "publicSeries": PUBLIC_SERIES.pattern,
        "rules": [
            {name: rule[name] for name in ("kind", "pattern", "check", "group") if name in rule} for rule in _PATTERNS
        ],
        "words": {heading: " ".join(sorted(found)) for heading, found in WORDS.items()},
        "word": WORD_PATTERN.pattern,
        "nameShape": NAME_SHAPE.pattern,
        "ageAfter": AGE_AFTER.pattern,
        "tests": {name: pattern.pattern for name, pattern in TESTS.items()},
        "kindWords": {kind.value: words for kind, words in KIND_WORDS.items()},
    }
