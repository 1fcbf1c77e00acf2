"""Filters of the event log."""

from typing import Any

from django import forms

from nch.common.fields import DayField, set_choices


class EventFilterForm(forms.Form):
    """By kind of event, by object and by day."""

    action = forms.ChoiceField(label="Händelse", required=False)
    subject = forms.CharField(label="Objekt", required=False, max_length=100, help_text="Till exempel grants.decision")
    since = DayField(label="Från", required=False)
    until = DayField(label="Till och med", required=False)

    def __init__(self, *args: Any, actions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "action", [("", "Alla"), *((action, action) for action in actions)])
