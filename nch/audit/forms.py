"""Filters of the event log."""

from django import forms

from nch.common.fields import DayField


class EventFilterForm(forms.Form):
    """By kind of event, by object and by day."""

    action = forms.ChoiceField(label="Händelse", required=False)
    subject = forms.CharField(label="Objekt", required=False, max_length=100, help_text="Till exempel grants.decision")
    since = DayField(label="Från", required=False)
    until = DayField(label="Till och med", required=False)

    def __init__(self, *args: object, actions: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", "Alla"), *((action, action) for action in actions)]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]
