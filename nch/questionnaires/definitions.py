"""How a form is written down in code: the forms that ship with the product, and those that tests make."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nch.questionnaires.enums import QuestionKind

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class QuestionDefinition:
    """A question.

    `choices`, or `rows` and `columns` of a grid, are (code, label); `shown_when` is (question, answer).
    """

    key: str
    label: str
    kind: QuestionKind = QuestionKind.LONG_TEXT
    hint: str = ""
    required: bool = True
    max_length: int | None = None
    choices: Pairs = ()
    rows: Pairs = ()
    columns: Pairs = ()
    shown_when: tuple[str, str] = ("", "")

    @property
    def options(self) -> dict[str, list[list[str]]]:
        """What the kind needs, as it is stored."""
        given = {"choices": self.choices, "rows": self.rows, "columns": self.columns}
        return {name: [list(pair) for pair in pairs] for name, pairs in given.items() if pairs}


@dataclass(frozen=True)
class SectionDefinition:
    """A section with its questions in order."""

    key: str
    title: str
    introduction: str = ""
    questions: Sequence[QuestionDefinition] = field(default_factory=tuple)
