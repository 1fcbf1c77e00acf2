"""The form that takes a workbook of what is older than this system."""

from django import forms

from nch.common.workbooks import WorkbookField


class HistoryUploadForm(forms.Form):
    """The filled-in template. Where its rows come from stands in each of them."""

    file = WorkbookField(label="Excelfil", help_text="Mallen, ifylld (.xlsx). Högst 100 000 rader.")
