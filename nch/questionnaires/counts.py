"""Tables of whole numbers, rows by columns of fixed codes: how many individuals, contacts, meetings.

An empty cell says nothing and is not 0. A table that cannot be filled in is marked as not applicable, with a reason
chosen from the question's own (no free text: the reasons are counted).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.fields import read_amount
from nch.common.formats import format_number
from nch.common.personal_data.finder import find
from nch.questionnaires.grids import GridWidget

# Beside the rows of numbers a table that is not applicable keeps its `reason` under this key.
NOT_APPLICABLE = "_not_applicable"
ADD_UP_ROWS, ADD_UP_COLUMNS = "rows", "columns"
"""What a question's `sums` can name: whether the cells of a row, and those of a column, may be added up."""
# What the button that writes 0 in every empty cell is called; its value is the question's key.
ZEROS = "zeros"
FIRST_EMPTY = 3
# No centre has a million of anything in a year: a longer number is something else, such as an identity number.
HIGHEST_COUNT = 999_999
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class CountGrid:
    """What a question's options say of its table: (code, label) of rows and columns, what adds up, and why not."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    sums: Collection[str]
    reasons: Mapping[str, str]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "CountGrid":
        """The table that a question's options describe."""
        rows, columns, reasons = (dict(options.get(name, ())) for name in ("rows", "columns", "reasons"))
        return cls(rows, columns, frozenset(options.get("sums", ())), reasons)

    @property
    def adds_up(self) -> bool:
        """Whether all cells can be added to one number."""
        return {ADD_UP_ROWS, ADD_UP_COLUMNS} <= set(self.sums)

    def label(self, row: str, column: str) -> str:
        """A cell in words."""
        return f"{self.rows[row]}, {self.columns[column].lower()}"


def read_count(text: str) -> int:
    """Read a cell; raises ValidationError in Swedish that says what is wrong."""
    number = int(read_amount(text, whole=True))
    if number > HIGHEST_COUNT:
        raise ValidationError(f"Antalet är orimligt stort. Skriv högst {format_number(HIGHEST_COUNT)}.")
    return number


def reason_in(value: Any) -> str:
    """The code of why the table is not applicable; empty where it is."""
    given = value.get(NOT_APPLICABLE) if isinstance(value, Mapping) else None
    return str(given.get("reason") or "") if isinstance(given, Mapping) else ""


def counts_in(value: Any) -> Counts:
    """The cells that hold a whole number, as typed or as one; empty ones and what cannot be read are left out."""
    counts: Counts = {}
    for row, cells in value.items() if isinstance(value, Mapping) else ():
        for column, text in cells.items() if row != NOT_APPLICABLE and isinstance(cells, Mapping) else ():
            try:
                if text not in ("", None):
                    counts.setdefault(row, {})[column] = int(read_amount(str(text), whole=True))
            except ValidationError:
                continue
    return counts


class CountSums:
    """Sums over the cells that say something; None where none of them does."""

    def __init__(self, value: Any) -> None:
        self.counts = counts_in(value)

    @staticmethod
    def _of(numbers: list[int]) -> int | None:
        return sum(numbers) if numbers else None

    def row(self, code: str) -> int | None:
        """What the cells of a row are together."""
        return self._of(list(self.counts.get(code, {}).values()))

    def column(self, code: str) -> int | None:
        """What the cells of a column are together."""
        return self._of([cells[code] for cells in self.counts.values() if code in cells])

    @property
    def total(self) -> int | None:
        """What all cells are together."""
        return self._of([number for cells in self.counts.values() for number in cells.values()])


def in_words(number: int | None) -> str:
    """A number as it is read; an en dash where nothing is said."""
    return "–" if number is None else format_number(number)


class CountGridWidget(GridWidget):
    """A table of numbers with last time's beside each, and below it why it is not applicable, where it is not."""

    template_name = "questionnaires/widgets/count_grid.html"

    def __init__(self, grid: CountGrid, attrs: dict[str, Any] | None = None) -> None:
        rows, columns = ([[code, label] for code, label in of.items()] for of in (grid.rows, grid.columns))
        super().__init__(rows, columns, attrs)
        self.grid = grid
        self.previous: Any = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, dict[str, str]]:
        typed = super().value_from_datadict(data, files, name)
        if data.get(ZEROS) == name:
            typed = {row: {column: text or "0" for column, text in cells.items()} for row, cells in typed.items()}
        reason = str(data.get(f"{name}__reason", ""))
        return {**typed, NOT_APPLICABLE: {"reason": reason}} if reason else typed

    def spread(self, name: str, value: Any) -> dict[str, str]:
        cells = {row: cells for row, cells in (value or {}).items() if row != NOT_APPLICABLE}
        return {**super().spread(name, cells), f"{name}__reason": reason_in(value)}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}__reason" not in data and super().value_omitted_from_data(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value if isinstance(value, dict) else {}
        sums, before = CountSums(typed), counts_in(self.previous)
        context["name"], context["zeros"] = name, ZEROS
        context["columns"] = [
            {"code": code, "label": label, "total": in_words(sums.column(code))} for code, label in self.columns
        ]
        context["rows"] = [
            {
                "code": row,
                "label": label,
                "total": in_words(sums.row(row)),
                "cells": [
                    {
                        "name": self.cell_name(name, row, column),
                        "column": column,
                        "label": self.grid.label(row, column),
                        "value": typed.get(row, {}).get(column, ""),
                        "before": in_words(before[row][column]) if column in before.get(row, {}) else "",
                    }
                    for column, _ in self.columns
                ],
            }
            for row, label in self.rows
        ]
        context["adds_rows"] = ADD_UP_ROWS in self.grid.sums and len(self.columns) > 1
        context["adds_columns"] = ADD_UP_COLUMNS in self.grid.sums
        context["adds_up"], context["total"] = self.grid.adds_up, in_words(sums.total)
        chosen = reason_in(value)
        context["reason_name"] = f"{name}__reason"
        context["reasons"] = [
            {"code": code, "label": label, "chosen": code == chosen} for code, label in self.grid.reasons.items()
        ]
        return context


class CountGridField(forms.Field):
    """A table of whole numbers: every cell is filled in, or the table is marked as not applicable."""

    def __init__(self, options: Mapping[str, Any], **kwargs: Any) -> None:
        self.grid = CountGrid.of(options)
        super().__init__(widget=CountGridWidget(self.grid), **kwargs)

    def check_draft(self, value: Any) -> None:
        """Raise ValidationError for what not even a draft keeps: personal data in a cell, a reason of one's own words.

        What a draft keeps stands in its history for ever.
        """
        for row, column, text in self._cells(value):
            is_short_number = text.isdecimal() and len(text) <= len(str(HIGHEST_COUNT))
            if not is_short_number and find(text):
                told = "Skriv ett antal. Det som står där ser ut som en personuppgift och sparas inte."
                raise ValidationError(f"{self.grid.label(row, column)}: {told}")
        self._check_reason(reason_in(value))

    def _cells(self, value: Any) -> list[tuple[str, str, str]]:
        typed = value or {}
        return [
            (row, column, typed.get(row, {}).get(column, "")) for row in self.grid.rows for column in self.grid.columns
        ]

    def _check_reason(self, reason: str) -> None:
        if reason and reason not in self.grid.reasons:
            raise ValidationError("Välj ett av skälen till att tabellen inte är tillämplig.")

    def clean(self, value: Any) -> Any:
        reason, cells = reason_in(value), self._cells(value)
        empty = [(row, column) for row, column, text in cells if not text]
        if reason:
            return self._not_applicable(reason, some_typed=len(empty) < len(cells))
        errors, counts = [], Counts()
        for row, column, text in cells:
            try:
                if text:
                    counts.setdefault(row, {})[column] = read_count(text)
            except ValidationError as error:
                errors.append(f"{self.grid.label(row, column)}: {error.message}")
        if errors:
            raise ValidationError(errors)
        if self.required and empty:
            raise ValidationError(self._what_is_empty(empty, of=len(cells)))
        return counts

    def _not_applicable(self, reason: str, *, some_typed: bool) -> dict[str, Any]:
        self._check_reason(reason)
        if some_typed:
            raise ValidationError("Tabellen är markerad som ej tillämplig. Töm den, eller ta bort markeringen.")
        return {NOT_APPLICABLE: {"reason": reason}}

    def _what_is_empty(self, empty: list[tuple[str, str]], *, of: int) -> str:
        if len(empty) == of:
            other = ", eller välj varför den inte är tillämplig" if self.grid.reasons else ""
            return f"Fyll i tabellen{other}."
        named = "; ".join(self.grid.label(row, column) for row, column in empty[:FIRST_EMPTY])
        more = f" och {len(empty) - FIRST_EMPTY} till" if len(empty) > FIRST_EMPTY else ""
        return f"Tomma rutor: {named}{more}. Skriv 0 där det inte var några: en tom ruta är ingen nolla."
