"""Taking answers from an earlier response of the same organisation into a draft: only where the draft says nothing."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.questionnaires.enums import GRIDS, QuestionKind, ResponseState
from nch.questionnaires.grids import OVERHEAD_KEY, Overhead
from nch.questionnaires.models import Question, Response
from nch.questionnaires.permissions import require_in
from nch.questionnaires.selectors import ResponseReader, is_answered
from nch.questionnaires.services import NotOpenForAnswersError, hold_draft, write_answer


@dataclass
class CarriedOver:
    """The questions that got an answer, and what one has to know about them, in sentences."""

    questions: list[Question] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@transaction.atomic
def carry_over(*, response: Response, earlier: Response, by: User, at: datetime.datetime) -> CarriedOver:
    """Fill the empty answers of a draft from an earlier response, question by question of the same key and kind.

    Files are not taken over. Every answer is a new revision by `by`, marked as carried over until it is changed.
    Raises NotOpenForAnswersError where the response is no draft, PermissionDenied for another organisation's.
    """
    require_in(response, by, Right.FILL_IN)
    if earlier.organisation_id != response.organisation_id:
        raise PermissionDenied("Svaren tillhör en annan organisation.")
    if hold_draft(response).state != ResponseState.DRAFT:
        raise NotOpenForAnswersError("Svar kan bara hämtas till ett utkast.")
    reader, old = ResponseReader(response, draft=True), ResponseReader(earlier)
    theirs = {question.key: question for question in old.questions}
    carried = CarriedOver()
    for question in reader.questions:
        before = theirs.get(question.key)
        if before is None or is_answered(reader.value(question)) or not is_answered(old.value(before)):
            continue
        value, notice = _fitted(question, before, old.value(before))
        if not is_answered(value):
            continue
        write_answer(response, question, value, reader.answers.get(question.pk), by=by, at=at, carried_from=earlier)
        carried.questions.append(question)
        carried.notices += [notice] if notice else []
    if carried.questions:
        record(
            "answers_carried_over",
            by=by,
            subject=response,
            organisation_id=response.organisation_id,
            details={"from": earlier.pk, "questions": sorted(question.key for question in carried.questions)},
            at=at,
        )
    return carried


def _fitted(question: Question, before: Question, value: Any) -> tuple[Any, str]:
    """The earlier value as far as the question can take it, and a sentence where it could not be taken as it was."""
    if question.kind in GRIDS and before.kind in GRIDS:
        return _fitted_grid(question, before, value)
    if question.kind != before.kind or question.kind == QuestionKind.FILE:
        return None, ""
    if question.kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE):
        codes = {code for code, _ in question.options["choices"]}
        if isinstance(value, list):
            return [code for code in value if code in codes], ""
        return (value if value in codes else None), ""
    if question.kind == QuestionKind.TABLE:
        codes = {code for code, _, _ in question.options["columns"]}
        return [{code: row.get(code, "") for code in codes} for row in value], ""
    return value, ""


def _fitted_grid(question: Question, before: Question, value: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Figures of the years that both have; where there are none, year by year in order, and a sentence says so."""
    now = [code for code, _ in question.options["columns"]]
    then = [code for code, _ in before.options["columns"]]
    same = {code: code for code in now if code in then}
    places = same or dict(zip(now, then, strict=False))
    rows = [code for code, _ in question.options["rows"]]
    fitted: dict[str, Any] = {
        row: {code: (value.get(row) or {}).get(places.get(code, ""), "") for code in now} for row in rows
    }
    notice = ""
    if not same:
        pairs = ", ".join(f"{old} till {new}" for new, old in places.items())
        notice = f"{question.label}: åren är andra än förra gången. Beloppen hämtades år för år i ordning ({pairs})."
    if question.kind == QuestionKind.BUDGET_GRID:
        given = dict(value.get(OVERHEAD_KEY) or {})
        shares = {code: given.get(places.get(code, ""), "") for code in now}
        overhead = Overhead.of(question.options)
        fitted = overhead.added_to({**fitted, OVERHEAD_KEY: {"base": given.get("base", ""), **shares}})
    return fitted, notice
