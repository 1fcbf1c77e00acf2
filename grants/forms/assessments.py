"""The form of an assessment."""

from collections.abc import Sequence
from typing import Any

from django import forms

from grants.models import Criterion
from grants.services.assessments import SCORES


class AssessmentForm(forms.Form):
    """A score and a reason per criterion, and an overall comment."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"score_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.title,
                help_text=criterion.guidance,
                choices=SCORES,
                coerce=int,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason_{criterion.pk}"] = forms.CharField(
                label=f"Motivering: {criterion.title}", widget=forms.Textarea(attrs={"rows": 3})
            )
        self.fields["comment"] = forms.CharField(
            label="Sammanfattande omdöme", required=False, widget=forms.Textarea(attrs={"rows": 4})
        )

    def scores(self) -> dict[Criterion, tuple[int, str]]:
        """What was filled in, per criterion."""
        return {c: (self.cleaned_data[f"score_{c.pk}"], self.cleaned_data[f"reason_{c.pk}"]) for c in self.criteria}
