"""A form under construction."""

from dataclasses import dataclass, field

from nch.accounts.enums import Right
from nch.questionnaires.models import QuestionnaireVersion


@dataclass(frozen=True)
class FormDraft:
    """A version that is not frozen yet, and who may write it: those who hold `right` at the organisation `owner_id`.

    `fixed_keys` are questions that the system counts with: they can be reworded but neither removed nor changed in
    kind, and they are always asked.
    """

    version: QuestionnaireVersion
    owner_id: int
    right: Right
    fixed_keys: frozenset[str] = field(default_factory=frozenset)
