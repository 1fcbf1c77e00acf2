"""Form fields for the kinds of question: how each is shown, read, and told that it is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.fields import DayField, SwedishNumberField
from nch.common.personal_data.fields import NoPersonalDataField
from nch.questionnaires.counts import CountGridField
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.grids import BudgetGridField, MoneyGridField, Overhead
from nch.questionnaires.models import Question
from nch.questionnaires.tables import TableField, columns_of

YES_NO = (("yes", "Ja"), ("no", "Nej"))


class ManyFilesInput(forms.FileInput):
    """A file input that takes several at once."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if files else []


class ManyFilesField(forms.FileField):
    """Several files; each is opened and checked by the form that takes them in (forms.SectionForm)."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if self.required and not data and not initial:
            raise ValidationError(self.error_messages["required"], code="required")
        return list(data or [])


def field_for(question: Question) -> forms.Field:
    """Return the form field that shows and checks the question."""
    common: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": question.required}
    options = question.options
    match question.kind:
        case QuestionKind.TEXT:
            return forms.CharField(max_length=question.max_length or 200, **common)
        case QuestionKind.LONG_TEXT:
            widget = forms.Textarea(attrs={"rows": 8})
            return forms.CharField(max_length=question.max_length, widget=widget, **common)
        case QuestionKind.CHOICE:
            return forms.ChoiceField(choices=options["choices"], widget=forms.RadioSelect, **common)
        case QuestionKind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)
        case QuestionKind.MULTIPLE:
            return forms.MultipleChoiceField(choices=options["choices"], widget=forms.CheckboxSelectMultiple, **common)
        case QuestionKind.NUMBER:
            return SwedishNumberField(whole=True, **common)
        case QuestionKind.MONEY:
            return SwedishNumberField(whole=False, **common)
        case QuestionKind.DATE:
            return DayField(**common)
        case QuestionKind.FILE:
            return ManyFilesField(**common) if question.takes_many_files else forms.FileField(**common)
        case QuestionKind.MONEY_GRID:
            return MoneyGridField(options["rows"], options["columns"], **common)
        case QuestionKind.BUDGET_GRID:
            return BudgetGridField(options["rows"], options["columns"], Overhead.of(options), **common)
        case QuestionKind.COUNT_GRID:
            return CountGridField(options, **common)
        case QuestionKind.COMMENT:
            return NoPersonalDataField(max_length=question.max_length or 1000, **common)
        case QuestionKind.TABLE:
            return TableField(columns_of(options), **common)
    raise ValueError(f"No field for questions of the kind {question.kind!r}")
