"""Filters of the event log."""

from django import forms


class EventFilterForm(forms.Form):
    """By kind of event, by object and by day."""

    action = forms.ChoiceField(label="Händelse", required=False)
    subject = forms.CharField(label="Objekt", required=False, max_length=100, help_text="Till exempel grants.decision")
    since = forms.DateField(label="Från", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Till och med", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, actions: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", "Alla"), *((action, action) for action in actions)]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]
