"""The form that takes a file of the counties' population."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from nch.common.fields import DayField, LineField
from nch.common.workbooks import WorkbookField
from nch.population.imports import FIRST_YEAR


class PopulationUploadForm(forms.Form):
    """The file, where its figures come from, and of which day that source is."""

    source = LineField(
        label="Källa",
        max_length=200,
        help_text="Till exempel ”SCB, Folkmängd efter region och år, Statistikdatabasen”.",
    )
    source_date = DayField(
        label="Källans datum", first_year=FIRST_YEAR, help_text="Dagen då uppgifterna publicerades eller hämtades."
    )
    file = WorkbookField(label="Fil", csv=True, help_text="Mallen, ifylld (.xlsx), eller en CSV-fil med dess rubriker.")

    def clean_source_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["source_date"]
        if day > timezone.localdate():
            raise ValidationError("Dagen har inte varit än.")
        return day
