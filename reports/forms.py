"""Forms of reports."""

from typing import Any

from django import forms

from nch.common.fields import set_choices
from reports.annual.compose import annual_years
from reports.enums import ReportKind


class ReportForm(forms.Form):
    """Which report to order. Only years with published figures for all chapters are offered."""

    kind = forms.ChoiceField(label="Rapport", choices=ReportKind.choices)
    year = forms.TypedChoiceField(
        label="År",
        coerce=int,
        help_text="Åren som har publicerade uppgifter om samtal, resurscentrum och bidrag.",
        error_messages={"invalid_choice": "Välj ett av åren i listan."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", [(str(one), str(one)) for one in annual_years()])
