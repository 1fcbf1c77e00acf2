"""Forms of a request for a change of a grant: what the county fills in, and the officer's assessment."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from grants.enums import ChangeKind, CostCategory, Outcome
from grants.services.changes import ChangeInput
from nch.common.fields import DayField
from nch.questionnaires.grids import MoneyGridField

VERSION = "rev_version"


class ChangeRequestForm(forms.Form):
    """A draft: nothing is demanded before it is handed in, only that amounts and dates can be read."""

    kinds = forms.MultipleChoiceField(
        label="Vad vill ni ändra?", choices=ChangeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    new_ends_on = DayField(
        label="Ny sista dag",
        required=False,
        help_text="Behövs om ni söker mer tid.",
    )
    contents = forms.CharField(
        label="Nytt innehåll",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Behövs om ni vill göra något annat än det ni sökte för. Skriv vad som tillkommer och vad som utgår.",
    )
    reasons = forms.CharField(
        label="Varför vill ni ändra bidraget?",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, data: Any = None, *, years: Sequence[int], initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.fields["budget"] = MoneyGridField(
            [list(choice) for choice in CostCategory.choices],
            [[str(year), str(year)] for year in years],
            label="Ny budget",
            required=False,
            help_text="Behövs om ni söker en ny budget. Utgå från den som gäller nu och ändra.",
        )
        self.fields[VERSION] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.order_fields(["kinds", "new_ends_on", "budget", "contents", "reasons"])

    def content(self) -> ChangeInput:
        """What was filled in."""
        cleaned = self.cleaned_data
        lines: dict[int, dict[str, Decimal]] = {}
        for category, cells in (cleaned["budget"] or {}).items():
            for year, amount in cells.items():
                lines.setdefault(int(year), {})[category] = amount
        return ChangeInput(
            kinds=[ChangeKind(kind) for kind in cleaned["kinds"]],
            reasons=cleaned["reasons"],
            contents=cleaned["contents"],
            new_ends_on=cleaned["new_ends_on"],
            lines=lines,
        )


class ChangeAssessmentForm(forms.Form):
    """What an officer thinks of the request."""

    assessment = forms.CharField(label="Bedömning", widget=forms.Textarea(attrs={"rows": 8}))
    recommendation = forms.ChoiceField(label="Rekommendation", choices=Outcome.choices, widget=forms.RadioSelect)
