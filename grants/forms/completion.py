"""The form in which an officer says what is missing, section by section."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from nch.common.fields import DayField
from nch.questionnaires.models import Section

USUAL_TIME = datetime.timedelta(days=14)


class CompletionForm(forms.Form):
    """A day, and a text for each section in which something is missing; a section without a text stays closed."""

    due_on = DayField(
        label="Sista dag att komplettera",
        help_text="Dagen måste ligga efter i dag.",
    )

    def __init__(self, *args: Any, sections: Sequence[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        self.fields["due_on"].initial = timezone.localdate() + USUAL_TIME
        for section in sections:
            self.fields[self._name(section)] = forms.CharField(
                label=section.title, required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 3})
            )

    @staticmethod
    def _name(section: Section) -> str:
        return f"section_{section.key}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(self._name(section)) for section in self.sections):
            self.add_error(None, "Skriv vad som saknas i minst ett avsnitt.")
        due_on = data.get("due_on")
        if due_on and due_on <= timezone.localdate():
            self.add_error("due_on", "Dagen måste ligga efter i dag.")
        return data

    @property
    def comments(self) -> dict[str, str]:
        """What is missing, by the key of the section."""
        return {
            section.key: text for section in self.sections if (text := self.cleaned_data[self._name(section)].strip())
        }
