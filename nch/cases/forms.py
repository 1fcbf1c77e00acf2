"""Filters of the case list."""

from django import forms


class CaseFilterForm(forms.Form):
    """Search in diary number and title."""

    q = forms.CharField(label="Diarienummer eller ärende", required=False, max_length=100)
