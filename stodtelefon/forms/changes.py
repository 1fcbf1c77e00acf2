"""Small forms on the page of a call: striking it, and what its referral led to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from nch.common.fields import set_choices
from stodtelefon.services import STRIKE_REASONS


class StrikeForm(forms.Form):
    """Why a call should not have been logged."""

    reason = forms.ChoiceField(
        label="Varför stryks samtalet?",
        choices=[("", "Välj skäl"), *((reason.value, reason.label) for reason in STRIKE_REASONS)],
        error_messages={"required": "Välj varför samtalet stryks."},
    )


class OutcomeForm(forms.Form):
    """What a referral led to, as the letters of a code; empty while it is not known."""

    outcome = forms.ChoiceField(label="Vad ledde hänvisningen till?", required=False)

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "outcome", [("", "Inte känt"), *outcomes])
