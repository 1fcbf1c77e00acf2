"""The form that takes a workbook of what is older than this system."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from nch.common.files import XLSX, CheckedFile, check_upload


class HistoryUploadForm(forms.Form):
    """The filled-in template. Where its rows come from stands in each of them."""

    file = forms.FileField(label="Excelfil", help_text="Mallen, ifylld (.xlsx). Högst 100 000 rader.")

    def clean_file(self) -> CheckedFile:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        checked = check_upload(upload)
        if checked.content_type != XLSX:
            raise ValidationError("Lämna uppgifterna som en Excelfil (.xlsx).")
        return checked
