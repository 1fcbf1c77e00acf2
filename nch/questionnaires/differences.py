"""What has changed between two versions of an answer: word by word in a text, cell by cell in a table."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from nch.questionnaires.counts import reason_in
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.models import Question
from nch.questionnaires.selectors import AnswerInWords, ResponseReader

SAME, ADDED, REMOVED = "same", "added", "removed"
# A word with the blanks after it, so that parts put together again are the text.
_WORD = re.compile(r"\S+\s*|\s+")
# From this number of words on, words that are everywhere are left out of the search; it would take seconds.
_LONG = 2000
# Steps of the search, of which a worker takes some ten million in a second: for one answer, and for all of a page.
# Two versions of 1 500 words that have little in common take four million.
STEPS_FOR_AN_ANSWER = 5_000_000
STEPS_FOR_A_PAGE = 15_000_000


@dataclass(frozen=True)
class Part:
    """A piece of text that is in both versions, or in one of them."""

    kind: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table in both versions, as it is read."""

    before: str
    after: str

    @property
    def has_changed(self) -> bool:
        return self.before != self.after


@dataclass
class Difference:
    """An answer in two versions: parts of a text, or the cells of a table under their headings."""

    question: Question
    parts: list[Part] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


class _TooFarApartError(Exception):
    """The texts cannot be compared word by word in the steps there are."""


class Effort:
    """How many steps of comparing are left for a page; what does not fit is shown as one text instead of the other."""

    def __init__(self, steps: int = STEPS_FOR_A_PAGE) -> None:
        self.left = steps


class _BoundedMatcher(difflib.SequenceMatcher[str]):
    """Counts before each search how many steps it takes, and stops where there are not so many left.

    The time grows with the square of the number of words, and of words that come often with more.
    """

    # The words of the first text, and where in the second one each word is: attributes that difflib documents.
    a: list[str]
    b2j: dict[str, list[int]]

    def __init__(self, before: list[str], after: list[str], *, steps: int) -> None:
        super().__init__(None, before, after, autojunk=max(len(before), len(after)) > _LONG)
        self.steps = steps

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        for word in self.a[alo:ahi]:
            self.steps -= 1 + len(self.b2j.get(word, ()))
        if self.steps < 0:
            raise _TooFarApartError
        return super().find_longest_match(alo, ahi, blo, bhi)


def word_parts(before: str, after: str, *, effort: Effort | None = None) -> list[Part]:
    """The text in both versions as parts: what is left of `before` and what is new in `after`.

    Texts that would take too long to compare are one part removed and one added.
    """
    effort = effort or Effort()
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = _BoundedMatcher(old, new, steps=min(effort.left, STEPS_FOR_AN_ANSWER))
    granted = matcher.steps
    try:
        found = matcher.get_opcodes()
    except _TooFarApartError:
        found = [("replace", 0, len(old), 0, len(new))]
    effort.left -= granted - max(matcher.steps, 0)
    parts = []
    for kind, first, last, new_first, new_last in found:
        if kind == "equal":
            parts.append(Part(SAME, "".join(old[first:last])))
            continue
        if last > first:
            parts.append(Part(REMOVED, "".join(old[first:last])))
        if new_last > new_first:
            parts.append(Part(ADDED, "".join(new[new_first:new_last])))
    return parts


def difference(
    reader: ResponseReader, question: Question, before: Any, after: Any, *, effort: Effort | None = None
) -> Difference:
    """What has changed in the answer from one typed value to another; a page with several shares one `effort`."""
    old, new = reader.in_words_as(question, before), reader.in_words_as(question, after)
    match question.kind:
        case QuestionKind.COUNT_GRID if reason_in(before) or reason_in(after):
            # A table instead of the reason why there was none, or the other way round: the reason is what is told.
            texts = [one.text if reason_in(value) else "" for one, value in ((old, before), (new, after))]
            return Difference(question, parts=word_parts(*texts, effort=effort))
        case QuestionKind.MONEY_GRID | QuestionKind.BUDGET_GRID | QuestionKind.COUNT_GRID:
            grid = new.grid or old.grid
            headings = ["", *grid.columns, *(["Summa"] if grid.adds_rows else [])] if grid else []
            return Difference(question, headings=headings, rows=_cells(_grid_rows(old, new), _grid_rows(new, old)))
        case QuestionKind.TABLE:
            headings = [label for _, label, _ in question.options["columns"]]
            old_rows, new_rows = (answer.table.rows if answer.table else [] for answer in (old, new))
            return Difference(question, headings=headings, rows=_cells(old_rows, new_rows))
    return Difference(question, parts=word_parts(_text(old, before), _text(new, after), effort=effort))


def _text(answer: AnswerInWords, value: Any) -> str:
    return "" if value in (None, "", []) else answer.text


def _grid_rows(answer: AnswerInWords, other: AnswerInWords) -> list[list[str]]:
    """A grid's rows with their label and sum; an empty one has the other's labels and nothing in its cells."""
    if grid := answer.grid:
        rows = [("Summa", grid.column_totals, grid.total)] if grid.adds_columns else []
        return [[label, *cells, *([total] if grid.adds_rows else [])] for label, cells, total in [*grid.rows, *rows]]
    return [[row[0], *([""] * (len(row) - 1))] for row in _grid_rows(other, answer)] if other.grid else []


def _cells(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """Rows by place: a row that was put in between shows as changes in those after it."""
    empty: Iterable[str] = ()
    return [
        [Cell(old, new) for old, new in zip_longest(old_row, new_row, fillvalue="")]
        for old_row, new_row in zip_longest(before, after, fillvalue=empty)
    ]


def differences(before: ResponseReader, after: ResponseReader) -> list[Difference]:
    """Every answer that differs between two readings of the same response, in the form's order."""
    effort = Effort()
    return [
        difference(after, question, before.value(question), after.value(question), effort=effort)
        for question in after.questions
        if before.value(question) != after.value(question)
    ]
