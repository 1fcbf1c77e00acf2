"""How a form is written down in code: the forms that ship with the product, and those that tests make."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nch.questionnaires.enums import QuestionKind

Pairs = Sequence[tuple[str, str]]
Triples = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class QuestionDefinition:
    """A question.

    `choices`, or `rows` and `columns` of a grid, are (code, label); columns of a table are (code, label, type), see
    ColumnType. `overhead` of a budget says which row it is and what it can be counted on, see fields.Overhead.
    `sums` and `reasons` belong to tables of numbers, see counts.CountGrid.
    `many` lets a question for a file take several. `shown_when` is (question, answer).
    """

    key: str
    label: str
    kind: QuestionKind = QuestionKind.LONG_TEXT
    hint: str = ""
    required: bool = True
    max_length: int | None = None
    choices: Pairs = ()
    rows: Pairs = ()
    columns: Pairs | Triples = ()
    sums: Sequence[str] = ()
    reasons: Pairs = ()
    many: bool = False
    overhead: dict[str, Any] = field(default_factory=dict)
    shown_when: tuple[str, str] = ("", "")

    @property
    def options(self) -> dict[str, Any]:
        """What the kind needs, as it is stored."""
        given = {"choices": self.choices, "rows": self.rows, "columns": self.columns}
        options: dict[str, Any] = {
            name: [list(entry) for entry in entries] for name, entries in given.items() if entries
        }
        if self.kind == QuestionKind.COUNT_GRID:
            options |= {"sums": list(self.sums), "reasons": [list(entry) for entry in self.reasons]}
        if self.overhead:
            options["overhead"] = self.overhead
        return {**options, "many": True} if self.many else options


@dataclass(frozen=True)
class SectionDefinition:
    """A section with its questions in order."""

    key: str
    title: str
    introduction: str = ""
    questions: Sequence[QuestionDefinition] = field(default_factory=tuple)
