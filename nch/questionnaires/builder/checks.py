"""Whether a form holds together: what would leave applicants without a way to answer, each fault with its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from nch.questionnaires.enums import GRIDS, QuestionKind
from nch.questionnaires.fields import YES_NO
from nch.questionnaires.models import Question, QuestionnaireVersion, Section
from nch.questionnaires.selectors import sections_of

CONDITION_KINDS = frozenset({QuestionKind.YES_NO, QuestionKind.CHOICE, QuestionKind.MULTIPLE})
CHOICE_KINDS = frozenset({QuestionKind.CHOICE, QuestionKind.MULTIPLE})
FEWEST_CHOICES = 2


@dataclass(frozen=True)
class Fault:
    """What is wrong, in Swedish, and in which section or question it is mended (neither: in the form as a whole)."""

    message: str
    section: Section | None = None
    question: Question | None = None


def answers_to(question: Question) -> list[tuple[str, str]]:
    """The answers (code, label) that a follow-up question can hang on; none for kinds that have no fixed answers."""
    if question.kind == QuestionKind.YES_NO:
        return list(YES_NO)
    if question.kind in CHOICE_KINDS:
        return [(code, label) for code, label in question.options.get("choices", [])]
    return []


def faults_in(version: QuestionnaireVersion, *, fixed_keys: frozenset[str] = frozenset()) -> list[Fault]:
    """Everything that keeps the form from being used, in the order of the form."""
    sections = sections_of(version)
    if not sections:
        return [Fault("Formuläret har inga avsnitt.")]
    faults: list[Fault] = []
    earlier: dict[str, Question] = {}
    for section in sections:
        questions = list(section.questions.all())
        if not questions:
            faults.append(Fault(f"Avsnittet ”{section.title}” har inga frågor.", section=section))
        for question in questions:
            faults += [
                Fault(f"Frågan ”{question.label}” {what}", section=section, question=question)
                for what in _wrong_with(question, earlier)
            ]
            earlier[question.key] = question
    faults += [Fault(f"Frågan ”{key}” saknas. Den behövs.") for key in sorted(fixed_keys - set(earlier))]
    return faults


def _wrong_with(question: Question, earlier: dict[str, Question]) -> Iterator[str]:
    options = question.options
    if question.kind in CHOICE_KINDS and len(options.get("choices", [])) < FEWEST_CHOICES:
        yield f"behöver minst {FEWEST_CHOICES} svarsalternativ."
    if question.kind in GRIDS and not (options.get("rows") and options.get("columns")):
        yield "behöver minst en rad och en kolumn."
    if question.kind == QuestionKind.TABLE and not options.get("columns"):
        yield "behöver minst en kolumn."
    if not question.shown_when_key:
        return
    condition = earlier.get(question.shown_when_key)
    if condition is None:
        yield "visas beroende på en fråga som inte kommer före den."
    elif question.shown_when_value not in dict(answers_to(condition)):
        yield f"visas beroende på ett svar som inte längre finns i frågan ”{condition.label}”."
