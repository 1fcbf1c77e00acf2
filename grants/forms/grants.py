"""Filters of the list of grants."""

from collections.abc import Sequence
from typing import Any

from django import forms

from grants.enums import GrantState
from nch.common.fields import SearchField, set_choices


class GrantFilterForm(forms.Form):
    """Filters of the list of grants."""

    q = SearchField(label="Diarienummer, mottagare, utlysning eller projekt")
    call = forms.TypedChoiceField(label="Utlysning", required=False, coerce=int, empty_value=None)
    year = forms.IntegerField(label="Budgetår", required=False, min_value=2000, max_value=2100)
    state = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *GrantState.choices])

    def __init__(self, *args: Any, calls: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "call", [("", "Alla"), *calls])
