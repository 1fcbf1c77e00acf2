"""The forms of the short texts: a note on the page of its call, and a handover on the page of its line."""

from django import forms

from nch.common.personal_data.fields import NoPersonalDataField


class NoteForm(forms.Form):
    """A note, or a new wording of it."""

    note = NoPersonalDataField(
        label="Anteckning",
        help_text="Kort, och inget som pekar ut någon. Följer aldrig med i statistik, listor eller filer.",
        error_messages={"required": "Skriv en anteckning."},
    )


class HandoverForm(forms.Form):
    """What the next shift needs to know."""

    handover = NoPersonalDataField(
        label="Skriv till nästa pass",
        help_text="Kort, om arbetet i telefonen. Inget om enskilda personer: det hör inte hemma här.",
        error_messages={"required": "Skriv vad nästa pass behöver veta."},
    )
