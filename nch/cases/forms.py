"""Filters of the case list."""

from django import forms


class CaseFilterForm(forms.Form):
    """Search in diary number, title and party."""

    q = forms.CharField(label="Diarienummer, ärende eller organisation", required=False, max_length=100)


class DeclarationForm(forms.Form):
    """Whether one has a conflict of interest; a reason is asked for where one has."""

    recused = forms.ChoiceField(
        label="Är du jävig i ärendet?",
        choices=[("no", "Nej, jag är inte jävig"), ("yes", "Ja, jag är jävig och ska inte delta i handläggningen")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Vad är skälet?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Fyll i om du är jävig. Skälet visas bara för dem som handlägger ärendet.",
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def is_recused(self) -> bool:
        """Whether a conflict of interest was declared."""
        return bool(self.cleaned_data["recused"] == "yes")
