"""The form that takes a workbook of earlier rounds."""

from django import forms

from nch.common.workbooks import WorkbookField


class OutcomeUploadForm(forms.Form):
    """The file, and where its figures come from."""

    source = forms.CharField(
        label="Källa",
        max_length=300,
        help_text="Till exempel ”NCH:s årsrapport 2023, tabell över lämnade bidrag, dnr 2445–2024”.",
    )
    file = WorkbookField(label="Excelfil", help_text="Helst mallen, ifylld (.xlsx).")
