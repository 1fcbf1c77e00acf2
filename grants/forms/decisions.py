"""Forms of proposing and deciding."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from grants.enums import Outcome
from grants.models import AppliedAmount
from grants.services.decisions import ProposalInput
from nch.common.fields import SwedishNumberField


class ProposalForm(forms.Form):
    """Outcome, amount per year, reasons and conditions."""

    outcome = forms.ChoiceField(label="Utfall", choices=Outcome.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, applied: Sequence[AppliedAmount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applied = applied
        for row in applied:
            self.fields[f"amount_{row.year}"] = SwedishNumberField(
                label=f"Belopp för {row.year}, kronor", whole=False, required=False, help_text="Lämna tomt vid avslag."
            )
        self.fields["reasons"] = forms.CharField(label="Skäl för beslutet", widget=forms.Textarea(attrs={"rows": 8}))
        self.fields["conditions"] = forms.CharField(
            label="Villkor",
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text="Ett villkor per rad. De numreras i beslutet.",
        )

    def content(self) -> ProposalInput:
        """What was filled in."""
        cleaned = self.cleaned_data
        amounts = {row.year: cleaned[f"amount_{row.year}"] or Decimal(0) for row in self.applied}
        return ProposalInput(
            outcome=Outcome(cleaned["outcome"]),
            amounts=amounts,
            reasons=cleaned["reasons"],
            conditions=cleaned["conditions"].splitlines(),
        )


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    comment = forms.CharField(label="Vad behöver ändras?", widget=forms.Textarea(attrs={"rows": 4}))
