"""The forms of assessing: scores and reasons, who is to assess, notes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from grants.models import Application, Assessment, Criterion
from grants.services.assessments import SCORES
from nch.accounts.models import User
from nch.common.fields import DayField


class AssessmentForm(forms.Form):
    """A score and a reason per criterion, and an overall comment; all of it is asked for only when handed in."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], is_final: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"score_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.title,
                help_text=criterion.guidance,
                choices=SCORES,
                coerce=int,
                empty_value=None,
                required=is_final,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason_{criterion.pk}"] = forms.CharField(
                label=f"Motivering: {criterion.title}", required=is_final, widget=forms.Textarea(attrs={"rows": 3})
            )
        self.fields["comment"] = forms.CharField(
            label="Sammanfattande omdöme", required=False, widget=forms.Textarea(attrs={"rows": 4})
        )

    def scores(self) -> dict[Criterion, tuple[int | None, str]]:
        """What was filled in, per criterion."""
        return {c: (self.cleaned_data[f"score_{c.pk}"], self.cleaned_data[f"reason_{c.pk}"]) for c in self.criteria}


def initial_of(scores: Mapping[Criterion, tuple[int | None, str]], comment: str = "") -> dict[str, Any]:
    """Scores and reasons as the form's initial values."""
    values: dict[str, Any] = {"comment": comment}
    for criterion, (score, reason) in scores.items():
        values[f"score_{criterion.pk}"], values[f"reason_{criterion.pk}"] = score, reason
    return values


def initial_from(assessment: Assessment, criteria: Sequence[Criterion]) -> dict[str, Any]:
    """What has been saved so far as the form's initial values (one query)."""
    saved = {score.criterion_id: (score.score, score.reason) for score in assessment.scores.all()}
    return initial_of({c: saved.get(c.pk, (None, "")) for c in criteria}, assessment.comment)


class NoteForm(forms.Form):
    """A note to the others who handle the application."""

    text = forms.CharField(
        label="Ny anteckning",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Syns för alla som handlägger ärendet, inte för sökanden. Den kan inte ändras efteråt.",
    )


class BulkAssignmentForm(forms.Form):
    """Many applications at once: which officers, how many of them for each application, until when."""

    field_order = ("officers", "per_application", "due_on")
    per_application = forms.IntegerField(
        label="Bedömare per ansökan",
        min_value=1,
        max_value=20,
        initial=2,
        help_text="Minst två behövs för ett beslut. Ansökningarna fördelas jämnt, och den som är jävig hoppas över.",
    )
    due_on = DayField(
        label="Bedömningarna ska vara lämnade senast",
    )

    def __init__(self, *args: Any, officers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = {str(officer.pk): officer for officer in officers}
        self.fields["officers"] = forms.MultipleChoiceField(
            label="Bedömare",
            choices=[(key, officer.display_name) for key, officer in self.possible.items()],
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(self.field_order)

    def chosen(self) -> list[User]:
        """The officers that were ticked, in the order of the list."""
        return [self.possible[key] for key in self.cleaned_data["officers"]]


class AssignmentTableForm(forms.Form):
    """Applications against officers: a tick for each who is to assess, and one day for all of them."""

    due_on = DayField(
        label="Bedömningarna ska vara lämnade senast",
    )

    def __init__(
        self, *args: Any, applications: Sequence[Application], officers: Sequence[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.applications, self.officers = applications, officers

    def wanted(self) -> dict[Application, list[User]]:
        """Who was ticked for each application."""
        return {
            application: [officer for officer in self.officers if str(officer.pk) in self._ticked(application)]
            for application in self.applications
        }

    def _ticked(self, application: Application) -> list[str]:
        return self.data.getlist(f"a{application.pk}") if isinstance(self.data, QueryDict) else []
