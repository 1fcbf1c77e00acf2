"""Forms for reporting periods and the filter of centres."""

from typing import Any

from django import forms

from nch.common.fields import DayField, LineField, SearchField
from resurscentra.enums import Phase


class CentreFilterForm(forms.Form):
    """Filters of the list of centres."""

    q = SearchField(label="Namn")
    phase = forms.ChoiceField(label="Fas", required=False, choices=[("", "Alla"), *Phase.choices])


class PeriodForm(forms.Form):
    """A period for which lägesbilder are asked."""

    title = LineField(label="Rubrik", max_length=100, help_text="Till exempel april–december 2026.")
    starts_on = DayField(label="Från")
    ends_on = DayField(label="Till och med")
    due_on = DayField(label="Lämnas senast")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, due = (cleaned.get(name) for name in ("starts_on", "ends_on", "due_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Perioden måste sluta efter att den har börjat.")
        if starts and due and due < starts:
            self.add_error("due_on", "Sista dagen kan inte ligga före periodens början.")
        return cleaned
