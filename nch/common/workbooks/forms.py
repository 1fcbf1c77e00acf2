"""The field that takes rows to be read in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from nch.common.files import CSV, XLSX, CheckedFile, check_upload


class WorkbookField(forms.FileField):
    """A workbook (with `csv` also a CSV file) that somebody has filled in; it cleans to a file that is checked."""

    def __init__(self, *, csv: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"error_messages": {"required": "Välj den fil som ska läsas in."}, **kwargs})
        self.kinds = frozenset({XLSX, CSV} if csv else {XLSX})

    def clean(self, data: Any, initial: Any = None) -> CheckedFile:
        upload: UploadedFile[Any] = super().clean(data, initial)
        return check_upload(upload, kinds=self.kinds)
