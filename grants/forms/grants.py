"""Filters of the list of grants."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from grants.enums import GrantState
from grants.models import Grant
from grants.selectors.matching import grant_fits
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

    def narrow(self, grants: QuerySet[Grant]) -> QuerySet[Grant]:
        """The grants that fit the valid form."""
        wanted = self.cleaned_data
        if wanted["q"]:
            grants = grants.filter(grant_fits(wanted["q"]))
        if wanted["call"]:
            grants = grants.filter(call_id=wanted["call"])
        if wanted["year"]:
            grants = grants.filter(starts_on__year__lte=wanted["year"], ends_on__year__gte=wanted["year"])
        if wanted["state"]:
            grants = grants.filter(state=wanted["state"])
        return grants
