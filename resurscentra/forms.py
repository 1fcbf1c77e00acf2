"""Forms for reporting periods and the filter of centres."""

from typing import Any

from django import forms

from resurscentra.enums import Phase


class CentreFilterForm(forms.Form):
    """Filters of the list of centres."""

    q = forms.CharField(label="Namn", required=False, max_length=100)
    phase = forms.ChoiceField(label="Fas", required=False, choices=[("", "Alla"), *Phase.choices])


def _date_field(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class PeriodForm(forms.Form):
    """A period for which lägesbilder are asked."""

    title = forms.CharField(label="Rubrik", max_length=100, help_text="Till exempel april–december 2026.")
    starts_on = _date_field("Från")
    ends_on = _date_field("Till och med")
    due_on = _date_field("Lämnas senast")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, due = (cleaned.get(name) for name in ("starts_on", "ends_on", "due_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Perioden måste sluta efter att den har börjat.")
        if starts and due and due < starts:
            self.add_error("due_on", "Sista dagen kan inte ligga före periodens början.")
        return cleaned
