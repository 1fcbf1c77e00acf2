"""Forms of certifying, reviewing and returning economic reports."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from grants.enums import CostCategory, FinancialReportState
from grants.financial_report_form import CERTIFICATION
from grants.selectors.financial_reports import ReportLine
from grants.services.financial_reports import CommentInput, LineReview
from nch.common.fields import DayField, SearchField, SwedishNumberField
from nch.common.formats import format_kronor, format_number
from nch.questionnaires.models import Question

DAYS_FOR_COMPLETION = datetime.timedelta(days=14)


class ReportFilterForm(forms.Form):
    """What to show in the list of economic reports."""

    q = SearchField(label="Diarienummer eller mottagare")
    year = forms.IntegerField(label="År", required=False, min_value=2018, max_value=2100)
    state = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *FinancialReportState.choices])


class CertifyForm(forms.Form):
    """What the signatory certifies by handing in."""

    certified = forms.BooleanField(
        label=CERTIFICATION, error_messages={"required": "Intyga uppgifterna för att lämna in redovisningen."}
    )


class ReviewForm(forms.Form):
    """What is admitted of each cost, with the reason where it is not all of it, and a note."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[ReportLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            if not line.deviation.cost:
                continue
            code = line.category.value
            self.fields[f"admitted_{code}"] = SwedishNumberField(
                label=f"{line.category.label}: godtagen kostnad, kronor",
                whole=False,
                initial=format_number(line.counted),
                help_text=f"Av {format_kronor(line.deviation.cost)}.",
            )
            self.fields[f"reason_{code}"] = forms.CharField(
                label=f"{line.category.label}: skäl om hela kostnaden inte godtas",
                required=False,
                initial=line.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["note"] = forms.CharField(
            label="Anteckning om granskningen",
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Syns för dem som handlägger ärendet.",
        )

    def reviews(self) -> dict[str, LineReview]:
        """What was filled in, by category."""
        cleaned = self.cleaned_data
        return {
            line.category.value: LineReview(
                cleaned[f"admitted_{line.category.value}"], cleaned[f"reason_{line.category.value}"]
            )
            for line in self.lines
            if line.deviation.cost
        }

    def seen_at(self) -> datetime.datetime | None:
        """When the report that was read had been handed in."""
        try:
            return datetime.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None

    def line_fields(self) -> list[tuple[CostCategory, Any, Any]]:
        """The fields of each line, for the template."""
        return [
            (line.category, self[f"admitted_{line.category.value}"], self[f"reason_{line.category.value}"])
            for line in self.lines
            if line.deviation.cost
        ]


class ReturnReportForm(forms.Form):
    """A comment on each question that needs completing, and the last day."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = forms.CharField(
                label=question.label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields["due_on"] = DayField(
            label="Komplettera senast",
            initial=timezone.localdate() + DAYS_FOR_COMPLETION,
        )

    def comments(self) -> list[CommentInput]:
        """The comments that were written."""
        return [
            CommentInput(question.key, self.cleaned_data[question.key])
            for question in self.questions
            if self.cleaned_data.get(question.key, "").strip()
        ]
