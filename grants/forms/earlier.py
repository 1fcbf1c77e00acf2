"""The form that takes a workbook of earlier rounds."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from nch.common.files import XLSX, CheckedFile, check_upload


class OutcomeUploadForm(forms.Form):
    """The file, and where its figures come from."""

    source = forms.CharField(
        label="Källa",
        max_length=300,
        help_text="Till exempel ”NCH:s årsrapport 2023, tabell över lämnade bidrag, dnr 2445–2024”.",
    )
    file = forms.FileField(label="Excelfil", help_text="Helst mallen, ifylld (.xlsx).")

    def clean_file(self) -> CheckedFile:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        checked = check_upload(upload)
        if checked.content_type != XLSX:
            raise ValidationError("Lämna uppgifterna som en Excelfil (.xlsx).")
        return checked
