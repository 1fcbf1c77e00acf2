"""Small forms on the page of a call: striking it, and what its referral led to."""

from typing import Any

from django import forms

from nch.common.fields import set_queryset
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code
from stodtelefon.selectors import codes
from stodtelefon.services import STRIKE_REASONS


class StrikeForm(forms.Form):
    """Why a call should not have been logged."""

    reason = forms.ChoiceField(
        label="Varför stryks samtalet?",
        choices=[("", "Välj skäl"), *((reason.value, reason.label) for reason in STRIKE_REASONS)],
        error_messages={"required": "Välj varför samtalet stryks."},
    )


class OutcomeForm(forms.Form):
    """What a referral led to; empty while it is not known."""

    outcome = forms.ModelChoiceField(
        Code.objects.none(), label="Vad ledde hänvisningen till?", required=False, empty_label="Inte känt"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "outcome", codes(CodeKind.REFERRAL_OUTCOME))
