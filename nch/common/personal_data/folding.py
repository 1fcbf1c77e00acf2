"""One plain spelling of a text, with the way back to where each character stood.

People paste from PDF files, phones and other alphabets: full-width and Arabic digits, hard spaces, en dashes, soft
hyphens, and letters whose diacritic is a character of its own. The rules see none of that. `personal-data.js` folds in
the same way.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from nch.common.personal_data.rules import FOLDS

_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("\nåäöÅÄÖéÉ")
# Texts of these alone are folded at once: Latin letters, and what is folded to one other character.
_ONE_TO_ONE = {ord(character): plain for character, plain in FOLDS.items() if plain}
_SIMPLE = re.compile(
    "["
    + re.escape(
        "".join(
            chr(code)
            for code in {*range(0x20, 0x180), 0xA, *map(ord, "“”„…€"), *_ONE_TO_ONE}
            if FOLDS.get(chr(code)) != ""
        )
    )
    + "]*"
)
_OUTSIDE = "\u25a1"  # for what lies outside the plane where a character is one unit in JavaScript too
_LATIN = re.compile("[a-z\u00e5\u00e4\u00f6'-]*")
_KEPT = frozenset("åäö")
_KEY_LETTERS = {"ø": "ö", "æ": "ä", "ı": "i", "ł": "l", "đ": "d", "ß": "ss"}


@dataclass(frozen=True)
class Folded:
    """`text` in plain spelling, `low` the same in lower case, both of one length, and each character's place before."""

    text: str
    low: str
    starts: Sequence[int]
    ends: Sequence[int]

    def is_capital(self, index: int) -> bool:
        return self.text[index] != self.low[index]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of the folded passage."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Write the text plainly."""
    if _SIMPLE.fullmatch(text):
        plain = text.translate(_ONE_TO_ONE)
        return Folded(plain, plain.lower(), range(len(text)), range(1, len(text) + 1))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    index, length = 0, len(text)
    while index < length:
        begun = index
        character = text[index]
        index += 1
        while index < length and text[index] not in _PLAIN and unicodedata.category(text[index])[0] == "M":
            index += 1
        plain = character if index == begun + 1 and character in _PLAIN else _plainly(text[begun:index])
        for part in plain:
            folded.append(part)
            starts.append(begun)
            ends.append(index)
    whole = "".join(folded)
    return Folded(whole, whole.lower(), starts, ends)


def _plainly(cluster: str) -> str:
    """A character with its diacritics: composed, then without what could not be composed."""
    parts = []
    for part in unicodedata.normalize("NFC", cluster):
        plain = FOLDS.get(part)
        if plain is not None:
            parts.append(plain)
        elif unicodedata.category(part)[0] != "M":
            parts.append(_OUTSIDE if ord(part) > 0xFFFF or "\ud800" <= part <= "\udfff" else part)
    return "".join(parts)


def key(word: str) -> str:
    """A word in lower case as the lists have it: å, ä and ö kept, other diacritics gone."""
    if _LATIN.fullmatch(word):
        return word
    return "".join(
        letter if letter in _KEPT else _KEY_LETTERS.get(letter) or unicodedata.normalize("NFD", letter)[0]
        for letter in word
    )
