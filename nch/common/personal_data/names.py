"""Probable names: by lists, by endings, and by the words around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from nch.common.personal_data.folding import Folded, key
from nch.common.personal_data.rules import (
    AGE_AFTER,
    JOINTS,
    NAME_SHAPE,
    OPENERS,
    SENTENCE_ENDS,
    WORD_PATTERN,
    WORDS,
)

_GIVEN, _SURNAMES = WORDS["given names"], WORDS["surnames"]
_GIVEN_IN_ANY_CASE = frozenset(name for name in _GIVEN if len(name) > 3) - WORDS["names only with a capital"]
_ALSO_GIVEN, _ALSO_SURNAMES = WORDS["given names that are words"], WORDS["surnames that are words"]
_NO_NAMES, _INTRODUCERS, _BEFORE_OTHER = WORDS["no names"], WORDS["introduce a name"], WORDS["before other things"]
_PARTICLES = WORDS["inside names"]
_PHRASES = WORDS["phrases"]
_PHRASE_ENDS = frozenset(phrase.rpartition("_")[2] for phrase in _PHRASES)
_OTHER_ENDINGS = tuple(WORDS["endings of other words"])


class Likeness(Enum):
    """How much a single word is like a name."""

    SURE = 1
    GIVEN_OR_WORD = 2
    SURNAME_OR_WORD = 3
    UNKNOWN = 4
    NO = 5


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    key: str
    likeness: Likeness
    is_capital: bool
    is_shouted: bool
    begins_sentence: bool


def find_names(folded: Folded) -> Iterator[tuple[int, int]]:
    """The passages of the folded text that are probably names, in order."""
    words = _words(folded)
    run: list[_Word] = []
    run_is_introduced = False
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        joint = folded.low[before.end : word.start] if before else ""
        if run and joint in JOINTS and (_may_follow(word) or _is_particle(words, index)):
            run.append(word)
            continue
        yield from _settle(run, folded, is_introduced=run_is_introduced)
        run = []
        run_is_introduced = before is not None and joint in OPENERS and before.key in _INTRODUCERS
        if _may_begin(word, before, folded, is_introduced=run_is_introduced):
            run.append(word)
    yield from _settle(run, folded, is_introduced=run_is_introduced)


def _words(folded: Folded) -> list[_Word]:
    text, low = folded.text, folded.low
    words: list[_Word] = []
    is_introducer = False
    for match in WORD_PATTERN.finditer(text):
        start, end = match.span()
        plain = key(low[start:end])
        is_capital = text[start] != low[start]
        is_shouted = is_capital and end - start > 1 and _is_shouted(folded, start, end)
        if (is_capital and end - start > 1) or is_introducer:
            likeness = _likeness(plain)
        else:
            likeness = Likeness.SURE if not is_capital and _is_given_in_any_case(plain) else Likeness.NO
        if plain in _PHRASE_ENDS and (count := _words_of_phrase(plain, words)):
            likeness = Likeness.NO
            for word in words[-count:]:
                word.likeness = Likeness.NO
        begins = is_capital and _begins_sentence(folded, start)
        words.append(_Word(start, end, plain, likeness, is_capital, is_shouted, begins))
        is_introducer = plain in _INTRODUCERS
    return words


def _is_shouted(folded: Folded, start: int, end: int) -> bool:
    return all(folded.is_capital(index) or folded.low[index] in "-'" for index in range(start, end))


def _words_of_phrase(plain: str, words: list[_Word]) -> int:
    """How many words before this one belong to a phrase that it ends, such as `lex_sarah`; 0 when it ends none."""
    before = [word.key for word in words[-3:]]
    return next((count for count in range(len(before), 0, -1) if "_".join([*before[-count:], plain]) in _PHRASES), 0)


def _is_given_in_any_case(plain: str) -> bool:
    """Whether it is a given name, or the genitive of one, and no word."""
    return plain in _GIVEN_IN_ANY_CASE or (
        plain[-1] == "s" and plain[:-1] in _GIVEN_IN_ANY_CASE and plain not in _NO_NAMES
    )


def _listed(plain: str) -> Likeness | None:
    if plain in _NO_NAMES or plain in _INTRODUCERS:
        return Likeness.NO
    if plain in _GIVEN or plain in _SURNAMES or NAME_SHAPE.search(plain):
        return Likeness.SURE
    if plain in _ALSO_GIVEN:
        return Likeness.GIVEN_OR_WORD
    return Likeness.SURNAME_OR_WORD if plain in _ALSO_SURNAMES else None


def _likeness(plain: str) -> Likeness:
    listed = _listed(plain) or (_listed(plain[:-1]) if plain.endswith("s") else None)  # Saras
    if listed:
        return listed
    if "-" in plain and (parts := plain.split("-")) and parts[0] not in ("al", "el"):
        return _compound([_likeness(part) for part in parts if part])
    return Likeness.NO if plain.endswith(_OTHER_ENDINGS) else Likeness.UNKNOWN


def _compound(parts: list[Likeness]) -> Likeness:
    """Anna-Karin is a name if both parts may be; Sara-bedömning is none."""
    may_be = (Likeness.SURE, Likeness.GIVEN_OR_WORD, Likeness.SURNAME_OR_WORD)
    return Likeness.SURE if all(part in may_be for part in parts) else Likeness.NO


def _begins_sentence(folded: Folded, start: int) -> bool:
    before = folded.low[max(0, start - 4) : start]
    stripped = before.rstrip(" ")
    return (
        (not stripped and start - len(before) == 0)
        or "\n" in before
        or (stripped != "" and stripped[-1] in SENTENCE_ENDS)
    )


def _may_follow(word: _Word) -> bool:
    return word.is_capital and word.likeness != Likeness.NO and not (word.is_shouted and word.likeness != Likeness.SURE)


def _is_particle(words: list[_Word], index: int) -> bool:
    """`von`, `al`, `bin` between two parts of a name."""
    return words[index].key in _PARTICLES and index + 1 < len(words) and _may_follow(words[index + 1])


def _may_begin(word: _Word, before: _Word | None, folded: Folded, *, is_introduced: bool) -> bool:
    if before is not None and before.key in _BEFORE_OTHER:
        return False
    if not word.is_capital:
        # In lower case only what is no word, or where something says that a name follows.
        return word.likeness == Likeness.SURE and (is_introduced or _is_given_in_any_case(word.key))
    if word.likeness == Likeness.NO:
        return False
    if word.is_shouted:
        return word.likeness == Likeness.SURE
    return not (word.begins_sentence and word.likeness == Likeness.UNKNOWN and not is_introduced)


def _settle(run: list[_Word], folded: Folded, *, is_introduced: bool) -> Iterator[tuple[int, int]]:
    """Say whether words that stand together are a name."""
    if not run:
        return
    likenesses = [word.likeness for word in run]
    sure = [word for word in run if word.likeness == Likeness.SURE]
    if all(word.is_shouted for word in run) and not is_introduced and len(run) == 1:
        return  # SARA and other abbreviations
    if (
        sure
        or is_introduced
        or len(run) > 1
        or (likenesses[0] != Likeness.SURNAME_OR_WORD and AGE_AFTER.search(folded.low[run[-1].end : run[-1].end + 20]))
    ):
        yield run[0].start, run[-1].end
