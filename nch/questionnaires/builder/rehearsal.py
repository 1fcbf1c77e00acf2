"""Rehearsing a form: real section pages whose answers lie in the session of the one who rehearses, and nowhere else.

So a rehearsal is never an application: no row is written, nobody else sees it, and it ends with a button or with the
session.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from nch.questionnaires.models import Answer, AnswerFile, Question, QuestionnaireVersion, Response
from nch.questionnaires.selectors import ResponseReader, file_ids, sections_of


class RehearsalReader(ResponseReader):
    """A response that is not stored, read like one that is."""

    def __init__(self, version: QuestionnaireVersion, kept: dict[str, Any]) -> None:
        self.response = Response(version=version)
        self.sections = sections_of(version)
        answers = kept.get("answers", {})
        self.answers = {
            question.pk: Answer(question=question, value=answers[str(question.pk)], revision=0)
            for question in self.questions
            if str(question.pk) in answers
        }
        self._files = {int(number): AnswerFile(pk=int(number), name=name) for number, name in self._names(kept)}

    @staticmethod
    def _names(kept: dict[str, Any]) -> Iterable[tuple[str, str]]:
        names: dict[str, str] = kept.get("files", {})
        return names.items()


class Rehearsal:
    """The rehearsal of one form by one person, in that person's session."""

    def __init__(self, session: SessionBase, version: QuestionnaireVersion) -> None:
        self.session, self.version = session, version
        self.slot = f"rehearsal:{version.pk}"

    @property
    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = self.session.get(self.slot, {})
        return kept

    def reader(self) -> RehearsalReader:
        """What has been answered so far."""
        return RehearsalReader(self.version, self.kept)

    def save(self, values: dict[Question, Any], files: Iterable[tuple[Question, str]]) -> None:
        """Keep answers as typed, and the names of files; the files themselves are thrown away."""
        answers = {**self.kept.get("answers", {}), **{str(q.pk): value for q, value in values.items()}}
        names = dict(self.kept.get("files", {}))
        for question, name in files:
            number = len(names) + 1
            names[str(number)] = name
            earlier = file_ids(answers.get(str(question.pk))) if question.takes_many_files else []
            answers[str(question.pk)] = [*earlier, number] if question.takes_many_files else number
        self.session[self.slot] = {"answers": answers, "files": names}

    def end(self) -> None:
        """Throw all of it away."""
        self.session.pop(self.slot, None)
