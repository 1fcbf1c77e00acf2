"""The yes/no questions before an application: what ends it, what warns, and what is kept of the answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from grants.enums import EligibilityEffect
from grants.models import EligibilityQuestion, FundingCall
from grants.services.errors import GrantError


class NotEligibleError(GrantError):
    """The answers end the application before it has begun; `questions` are those with an answer that ends it."""

    def __init__(self, questions: Sequence[EligibilityQuestion]) -> None:
        super().__init__(" ".join(question.message for question in questions))
        self.questions = questions


def deviating(call: FundingCall, answers: Mapping[int, str], effect: EligibilityEffect) -> list[EligibilityQuestion]:
    """The questions of that effect that were given another answer than the wanted one."""
    return [
        question
        for question in call.eligibility_questions.all()
        if question.effect == effect and answers.get(question.pk) not in (None, question.wanted)
    ]


def kept_answers(call: FundingCall, answers: Mapping[int, str]) -> dict[str, dict[str, Any]]:
    """What the application keeps: per question (by its key) the words, the answer, and whether a warning was shown.

    Raises NotEligibleError where an answer ends the application, GrantError where a question has no answer.
    """
    questions = list(call.eligibility_questions.all())
    if any(answers.get(question.pk) not in ("yes", "no") for question in questions):
        raise GrantError("Svara på alla frågor innan ni påbörjar ansökan.")
    if ending := deviating(call, answers, EligibilityEffect.END):
        raise NotEligibleError(ending)
    return {
        str(question.pk): {
            "question": question.text,
            "answer": answers[question.pk],
            "warning": question.message if answers[question.pk] != question.wanted else "",
        }
        for question in questions
    }
