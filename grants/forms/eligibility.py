"""The yes/no questions before an application begins."""

from typing import Any

from django import forms

from grants.models import EligibilityQuestion
from nch.questionnaires.fields import YES_NO


class EligibilityForm(forms.Form):
    """One pair of buttons per question."""

    def __init__(self, *args: Any, questions: list[EligibilityQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"fraga_{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages={"required": "Svara ja eller nej."},
            )

    def answers(self) -> dict[int, str]:
        """The answers by the question's key."""
        return {int(name.removeprefix("fraga_")): answer for name, answer in self.cleaned_data.items()}
