"""The form of a note that is written on the page of its call."""

from django import forms

from nch.common.personal_data.fields import NoPersonalDataField


class NoteForm(forms.Form):
    """A note, or a new wording of it."""

    note = NoPersonalDataField(
        label="Anteckning",
        help_text="Kort, och inget som pekar ut någon. Följer aldrig med i statistik, listor eller filer.",
        error_messages={"required": "Skriv en anteckning."},
    )
