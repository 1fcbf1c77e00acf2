"""Form fields for the kinds of question: how each is shown, read, and told that it is wrong."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.fields import SwedishNumberField, read_amount
from nch.common.formats import NotANumberError, format_kronor, parse_number
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.models import Question
from nch.questionnaires.tables import TableField, columns_of

Grid = dict[str, dict[str, Decimal]]
YES_NO = (("yes", "Ja"), ("no", "Nej"))


class MoneyGridWidget(forms.Widget):
    """A table of amounts, rows by columns, with sums that follow as one types (static/js/grid-sums.js)."""

    template_name = "questionnaires/widgets/money_grid.html"
    use_fieldset = True

    def __init__(self, rows: list[list[str]], columns: list[list[str]], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.rows, self.columns = rows, columns

    def cell_name(self, name: str, row: str, column: str) -> str:
        """The name of one input; the sum script and the tests use it too."""
        return f"{name}__{row}__{column}"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, dict[str, str]]:
        return {
            row: {column: str(data.get(self.cell_name(name, row, column), "")).strip() for column, _ in self.columns}
            for row, _ in self.rows
        }

    def spread(self, name: str, value: Any) -> dict[str, str]:
        """A stored value as the inputs would post it."""
        return {
            self.cell_name(name, row, column): text
            for row, cells in (value or {}).items()
            for column, text in cells.items()
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(self.cell_name(name, row, column) in data for row, _ in self.rows for column, _ in self.columns)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value if isinstance(value, dict) else {}
        sums = GridSums(typed)
        context["columns"] = [
            {"code": code, "label": label, "total": format_kronor(sums.column(code))} for code, label in self.columns
        ]
        context["grand_total"] = format_kronor(sums.total)
        context["rows"] = [
            {
                "code": row,
                "label": row_label,
                "total": format_kronor(sums.row(row)),
                "cells": [
                    {
                        "name": self.cell_name(name, row, column),
                        "column": column,
                        "label": f"{row_label}, {column_label}",
                        "value": typed.get(row, {}).get(column, ""),
                    }
                    for column, column_label in self.columns
                ],
            }
            for row, row_label in self.rows
        ]
        return context


class GridSums:
    """Sums over what a draft's grid holds; what cannot be read as an amount counts as nothing until it is mended."""

    def __init__(self, typed: Mapping[str, Mapping[str, Any]]) -> None:
        self.amounts: Grid = {row: {c: self._read(v) for c, v in cells.items()} for row, cells in typed.items()}

    @staticmethod
    def _read(text: Any) -> Decimal:
        try:
            return parse_number(str(text))
        except NotANumberError:
            return Decimal(0)

    def row(self, code: str) -> Decimal:
        """Kronor in one row."""
        return sum(self.amounts.get(code, {}).values(), Decimal(0))

    def column(self, code: str) -> Decimal:
        """Kronor in one column."""
        return sum((cells.get(code, Decimal(0)) for cells in self.amounts.values()), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Kronor in the whole grid."""
        return sum((self.row(code) for code in self.amounts), Decimal(0))


class MoneyGridField(forms.Field):
    """A grid of amounts in kronor; a required one has to hold more than zero in all."""

    def __init__(self, rows: list[list[str]], columns: list[list[str]], **kwargs: Any) -> None:
        self.rows: dict[str, str] = {row[0]: row[1] for row in rows}
        self.columns: dict[str, str] = {column[0]: column[1] for column in columns}
        super().__init__(widget=MoneyGridWidget(rows, columns), **kwargs)

    def clean(self, value: Any) -> Grid:
        grid: Grid = {}
        errors = []
        for row, cells in (value or {}).items():
            for column, text in cells.items():
                try:
                    grid.setdefault(row, {})[column] = read_amount(text) if text else Decimal(0)
                except ValidationError as error:
                    errors.append(f"{self.rows[row]}, {self.columns[column]}: {error.message}")
        if errors:
            raise ValidationError(errors)
        if self.required and not any(amount for cells in grid.values() for amount in cells.values()):
            raise ValidationError("Fyll i minst ett belopp i tabellen.")
        return grid


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
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
        case QuestionKind.FILE:
            return ManyFilesField(**common) if question.takes_many_files else forms.FileField(**common)
        case QuestionKind.MONEY_GRID:
            return MoneyGridField(options["rows"], options["columns"], **common)
        case QuestionKind.TABLE:
            return TableField(columns_of(options), **common)
    raise ValueError(f"No field for questions of the kind {question.kind!r}")
