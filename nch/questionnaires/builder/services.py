"""Writing a draft of a form: sections and questions are added, changed, moved, copied and removed.

Only while the version is not frozen. Whether the form holds together is asked of checks.py before it is frozen: while
one writes, a draft may be in any state.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.staleness import state_of
from nch.questionnaires.builder.drafts import FormDraft
from nch.questionnaires.builder.keys import new_key
from nch.questionnaires.models import Question, QuestionnaireVersion, Section
from nch.questionnaires.versions import next_version

# Positions are unique: while sections change places they stand here.
_ASIDE = 10_000
UP, DOWN = "up", "down"


class BuilderError(Exception):
    """The form cannot be changed like that; the message says why, in Swedish."""


class StaleQuestionError(BuilderError):
    """Somebody else has changed the same question or section since the page was opened; nothing was saved."""

    def __init__(self) -> None:
        super().__init__("Någon annan har ändrat detta sedan du öppnade sidan.")


@dataclass(frozen=True)
class QuestionInput:
    """What a question says; the key is made from the label when the question is new."""

    section: Section
    kind: str
    label: str
    hint: str = ""
    required: bool = True
    max_length: int | None = None
    options: dict[str, Any] = field(default_factory=dict)
    shown_when: tuple[str, str] = ("", "")


def _open(draft: FormDraft, by: User) -> None:
    """Lock the draft for writing; raises PermissionDenied, or BuilderError for a version that is frozen."""
    require(by, draft.right, draft.owner_id)
    if QuestionnaireVersion.objects.select_for_update().get(pk=draft.version.pk).frozen_at is not None:
        raise BuilderError("Formuläret är låst och kan inte ändras.")


def _log(draft: FormDraft, change: str, key: str, *, by: User, at: datetime.datetime) -> None:
    record(
        "form_changed",
        by=by,
        subject=draft.version,
        organisation_id=draft.owner_id,
        details={"change": change, "key": key},
        at=at,
    )


def _questions(draft: FormDraft) -> list[Question]:
    return list(Question.objects.filter(section__version=draft.version).order_by("section__position", "position"))


@transaction.atomic
def save_section(
    *,
    draft: FormDraft,
    title: str,
    introduction: str,
    by: User,
    at: datetime.datetime,
    section: Section | None = None,
    seen: str = "",
) -> Section:
    """Add a section at the end, or change what one says. `seen` as for `save_question`."""
    _open(draft, by)
    sections = Section.objects.filter(version=draft.version)
    if section is None:
        last = sections.aggregate(last=Max("position"))["last"] or 0
        key = new_key(title, set(sections.values_list("key", flat=True)), otherwise="avsnitt")
        section = Section(version=draft.version, position=last + 1, key=key)
    elif seen and section_state(sections.get(pk=section.pk)) != seen:
        raise StaleQuestionError
    section.title, section.introduction = title, introduction
    section.save()
    _log(draft, "section_saved", section.key, by=by, at=at)
    return section


@transaction.atomic
def move_section(*, draft: FormDraft, section: Section, way: str, by: User, at: datetime.datetime) -> None:
    """Move a section one step up or down; at the end of the row it stays."""
    _open(draft, by)
    sections = _stepped(list(Section.objects.filter(version=draft.version)), section, way)
    _place_sections(sections)
    _log(draft, "section_moved", section.key, by=by, at=at)


@transaction.atomic
def remove_section(*, draft: FormDraft, section: Section, by: User, at: datetime.datetime) -> None:
    """Remove a section with its questions; raises BuilderError where one of them is needed elsewhere."""
    _open(draft, by)
    _refuse_if_needed(draft, list(section.questions.all()))
    section.delete()
    _place_sections(Section.objects.filter(version=draft.version))
    _log(draft, "section_removed", section.key, by=by, at=at)


@transaction.atomic
def save_question(
    *,
    draft: FormDraft,
    content: QuestionInput,
    by: User,
    at: datetime.datetime,
    question: Question | None = None,
    seen: str = "",
) -> Question:
    """Add a question at the end of its section, or change one.

    `seen` is the state (question_state) that the writer's page showed; raises StaleQuestionError where the question
    says something else by now.
    """
    _open(draft, by)
    others = _questions(draft)
    if question is None:
        question = Question(key=new_key(content.label, {q.key for q in others}, otherwise="fraga"))
    else:
        stored = next((q for q in others if q.pk == question.pk), None)
        if stored is None or (seen and question_state(stored) != seen):
            raise StaleQuestionError
        question = stored
    if question.key in draft.fixed_keys:
        question.label, question.hint = content.label, content.hint
    else:
        for name in ("kind", "label", "hint", "required", "max_length", "options"):
            setattr(question, name, getattr(content, name))
        question.shown_when_key, question.shown_when_value = content.shown_when
    if question.section_id != content.section.pk:
        question.section = content.section
        question.position = 1 + max((q.position for q in others if q.section_id == content.section.pk), default=0)
    question.save()
    _log(draft, "question_saved", question.key, by=by, at=at)
    return question


@transaction.atomic
def copy_question(*, draft: FormDraft, question: Question, by: User, at: datetime.datetime) -> Question:
    """Put a copy, under a key of its own, right after the question; raises BuilderError for one that is fixed."""
    _open(draft, by)
    if question.key in draft.fixed_keys:
        raise BuilderError(f"Frågan ”{question.label}” kan bara ställas en gång.")
    taken = {q.key for q in _questions(draft)}
    copy = Question(
        section=question.section,
        key=new_key(question.label, taken, otherwise="fraga"),
        kind=question.kind,
        label=f"{question.label[:290]} (kopia)",
        hint=question.hint,
        required=question.required,
        max_length=question.max_length,
        options=question.options,
        shown_when_key=question.shown_when_key,
        shown_when_value=question.shown_when_value,
    )
    rows = list(question.section.questions.all())
    rows.insert([q.pk for q in rows].index(question.pk) + 1, copy)
    _place_questions(rows)
    _log(draft, "question_copied", copy.key, by=by, at=at)
    return copy


@transaction.atomic
def move_question(*, draft: FormDraft, question: Question, way: str, by: User, at: datetime.datetime) -> None:
    """Move a question one step up or down in its section; at the end of the row it stays."""
    _open(draft, by)
    _place_questions(_stepped(list(question.section.questions.all()), question, way))
    _log(draft, "question_moved", question.key, by=by, at=at)


@transaction.atomic
def remove_question(*, draft: FormDraft, question: Question, by: User, at: datetime.datetime) -> None:
    """Remove a question; raises BuilderError where it is fixed, or where another question hangs on its answer."""
    _open(draft, by)
    _refuse_if_needed(draft, [question])
    question.delete()
    _log(draft, "question_removed", question.key, by=by, at=at)


def _refuse_if_needed(draft: FormDraft, going: Sequence[Question]) -> None:
    keys = {question.key for question in going}
    if keys & draft.fixed_keys:
        label = next(question.label for question in going if question.key in draft.fixed_keys)
        raise BuilderError(f"Frågan ”{label}” behövs och kan inte tas bort.")
    for other in _questions(draft):
        if other.shown_when_key in keys and other.key not in keys:
            raise BuilderError(f"Frågan ”{other.label}” visas beroende på svaret. Ändra den först.")


def _stepped(rows: list[Any], row: Any, way: str) -> list[Any]:
    """The rows with one of them a step further up or down."""
    index = [r.pk for r in rows].index(row.pk)
    other = index - 1 if way == UP else index + 1
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return rows


def _place_sections(sections: Iterable[Section]) -> None:
    rows = list(sections)
    for offset in (_ASIDE, 0):
        for position, section in enumerate(rows, start=1):
            section.position = offset + position
        Section.objects.bulk_update(rows, ["position"])


def _place_questions(rows: Sequence[Question]) -> None:
    for position, question in enumerate(rows, start=1):
        question.position = position
        question.save()


def section_state(section: Section) -> str:
    """A short text that changes with the section's words; a page carries it to notice that it is stale."""
    return state_of([section.title, section.introduction])


def question_state(question: Question) -> str:
    """The same for a question."""
    names = ("section_id", "kind", "label", "hint", "required", "max_length", "options", "shown_when_key")
    return state_of([*(getattr(question, name) for name in names), question.shown_when_value])


def set_grid_columns(draft: FormDraft, *, key: str, columns: Sequence[tuple[str, str]]) -> None:
    """Give a grid of the draft these columns (code, label); nothing happens where the form has no such question.

    Part of a larger service of the form's owner, which asks for the right and writes the log.
    """
    for question in Question.objects.filter(section__version=draft.version, key=key):
        wanted = [list(column) for column in columns]
        if question.options.get("columns") != wanted:
            question.options = {**question.options, "columns": wanted}
            question.save(update_fields=["options"])


@transaction.atomic
def copy_version(source: QuestionnaireVersion, *, key: str, title: str) -> QuestionnaireVersion:
    """Write down the next version of the form `key` (made with `title` where it is new) with all that `source` says.

    Part of a larger service of the form's owner, which asks for the right and writes the log.
    """
    version = next_version(key=key, title=title)
    for section in source.sections.prefetch_related("questions"):
        questions = list(section.questions.all())
        section.pk, section.version = None, version
        section.save(force_insert=True)
        for question in questions:
            question.pk, question.section = None, section
        Question.objects.bulk_create(questions)
    return version
