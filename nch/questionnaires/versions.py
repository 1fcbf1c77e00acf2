"""Making forms in versions: written down, frozen, and from then on answered and never changed."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.models import Question, Questionnaire, QuestionnaireVersion, Section


def next_version(*, key: str, title: str) -> QuestionnaireVersion:
    """Begin the next, empty version of a form (made with `title` where it is new); called within a transaction.

    The form is locked, so that versions begun at the same time are numbered one after another.
    """
    Questionnaire.objects.get_or_create(key=key, defaults={"title": title})
    questionnaire = Questionnaire.objects.select_for_update().get(key=key)
    return QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=questionnaire.versions.count() + 1)


@transaction.atomic
def create_version(*, key: str, title: str, sections: Sequence[SectionDefinition]) -> QuestionnaireVersion:
    """Write down the next version of a form. It can be answered once it is frozen."""
    version = next_version(key=key, title=title)
    for section_position, definition in enumerate(sections, start=1):
        section = Section.objects.create(
            version=version,
            position=section_position,
            key=definition.key,
            title=definition.title,
            introduction=definition.introduction,
        )
        Question.objects.bulk_create(
            Question(
                section=section,
                position=position,
                key=question.key,
                kind=question.kind,
                label=question.label,
                hint=question.hint,
                required=question.required,
                max_length=question.max_length,
                options=question.options,
                shown_when_key=question.shown_when[0],
                shown_when_value=question.shown_when[1],
            )
            for position, question in enumerate(definition.questions, start=1)
        )
    return version


def freeze_version(version: QuestionnaireVersion, *, at: datetime.datetime) -> None:
    """Lock a version: from now on it can be answered and no longer changed. Freezing twice changes nothing."""
    QuestionnaireVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(frozen_at=at)
    version.refresh_from_db(fields=["frozen_at"])
