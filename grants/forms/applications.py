"""Filters of the list of applications."""

from collections.abc import Sequence
from typing import Any

from django import forms

from grants.enums import ApplicationState
from nch.common.fields import SearchField, set_choices


class ApplicationFilterForm(forms.Form):
    """Filters of the application list."""

    q = SearchField(label="Diarienummer, sökande eller utlysning")
    call = forms.TypedChoiceField(label="Utlysning", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *ApplicationState.choices])

    def __init__(self, *args: Any, calls: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "call", [("", "Alla"), *calls])
