"""Tables of rows that people add: partners with their undertakings, activities with their days."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.fields import read_amount
from nch.common.formats import NotANumberError, format_kronor, format_number, parse_number
from nch.questionnaires.enums import ColumnType

MOST_ROWS = 50
# Shown from the start, so that nobody has to ask for the first ones.
FIRST_ROWS = 3
LONGEST_CELL = 1000
TypedRow = dict[str, str]


@dataclass(frozen=True)
class Column:
    """A column of a table: its code in the stored rows, its heading, and what its cells hold."""

    code: str
    label: str
    type: ColumnType

    @property
    def is_number(self) -> bool:
        return self.type in (ColumnType.NUMBER, ColumnType.MONEY)

    def clean(self, text: str) -> str | Decimal | datetime.date | None:
        """Return what a cell says, None where it is empty; raises ValidationError that says what is wrong."""
        if not text:
            return None
        if self.is_number:
            return read_amount(text, whole=self.type == ColumnType.NUMBER)
        if self.type == ColumnType.DATE:
            try:
                return datetime.date.fromisoformat(text)
            except ValueError as error:
                raise ValidationError(f"”{text}” är inget datum. Skriv som 2026-11-21.") from error
        if len(text) > LONGEST_CELL:
            raise ValidationError(f"Texten är {len(text)} tecken. Högst {LONGEST_CELL} får plats.")
        return text

    def in_words(self, text: str) -> str:
        """A cell as it is read; what was typed wrong is shown as typed."""
        if not self.is_number:
            return text
        try:
            number = parse_number(text)
        except NotANumberError:
            return text
        return format_kronor(number) if self.type == ColumnType.MONEY else format_number(number)


def columns_of(options: Mapping[str, Any]) -> list[Column]:
    """The columns that a question's options describe."""
    return [Column(code, label, ColumnType(kind)) for code, label, kind in options["columns"]]


@dataclass
class TableInWords:
    """A table as it is read."""

    columns: list[Column]
    rows: list[list[str]]


def table_in_words(columns: list[Column], value: Any) -> TableInWords:
    """The filled-in rows of a table; what is no table is read as one without rows."""
    typed = value if isinstance(value, list) else []
    return TableInWords(columns, [[column.in_words(row.get(column.code, "")) for column in columns] for row in typed])


class TableWidget(forms.Widget):
    """Rows of inputs and always one empty row more; saving gives another, static/js/table-rows.js gives it at once."""

    template_name = "questionnaires/widgets/table.html"
    use_fieldset = True

    def __init__(self, columns: list[Column], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def cell_name(self, name: str, row: int, column: str) -> str:
        """The name of one input; the script and the tests use it too."""
        return f"{name}__{row}__{column}"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[TypedRow]:
        rows = [
            {
                column.code: str(data.get(self.cell_name(name, number, column.code), "")).strip()
                for column in self.columns
            }
            for number in sorted(self._posted_rows(data, name))
        ]
        return [row for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not self._posted_rows(data, name)

    def _posted_rows(self, data: Mapping[str, Any], name: str) -> set[int]:
        codes = "|".join(re.escape(column.code) for column in self.columns)
        cell = re.compile(rf"{re.escape(name)}__(\d{{1,4}})__(?:{codes})")
        return {int(match[1]) for key in data if (match := cell.fullmatch(key))}

    def spread(self, name: str, value: Any) -> dict[str, str]:
        """A stored value as the inputs would post it."""
        return {
            self.cell_name(name, number, code): text
            for number, row in enumerate(value or [])
            for code, text in row.items()
        }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed: list[TypedRow] = value if isinstance(value, list) else []
        shown = max(FIRST_ROWS, min(len(typed) + 1, MOST_ROWS), len(typed))
        context["name"] = name
        context["columns"] = self.columns
        context["most_rows"] = MOST_ROWS
        context["rows"] = [
            [
                self._cell(name, number, column, typed[number].get(column.code, "") if number < len(typed) else "")
                for column in self.columns
            ]
            for number in range(shown)
        ]
        return context

    def _cell(self, name: str, number: int, column: Column, text: str) -> dict[str, Any]:
        return {
            "name": self.cell_name(name, number, column.code),
            "label": f"Rad {number + 1}, {column.label}",
            "value": text,
            "is_text": column.type == ColumnType.TEXT,
            "is_number": column.is_number,
            # A browser shows a date that is none as an empty field, and would then save it as empty.
            "input_type": "date" if column.type == ColumnType.DATE and (not text or _is_date(text)) else "text",
        }


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


class TableField(forms.Field):
    """Rows of typed cells. Each row that says anything has to say something in its first column."""

    def __init__(self, columns: list[Column], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=TableWidget(columns), **kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        typed: list[TypedRow] = value or []
        if len(typed) > MOST_ROWS:
            raise ValidationError(f"Tabellen har {len(typed)} rader. Högst {MOST_ROWS} får plats.")
        if self.required and not typed:
            raise ValidationError("Fyll i minst en rad i tabellen.")
        rows, errors = [], []
        for number, row in enumerate(typed, start=1):
            cells: dict[str, Any] = {}
            for column in self.columns:
                try:
                    cells[column.code] = column.clean(row.get(column.code, ""))
                except ValidationError as error:
                    errors.append(f"Rad {number}, {column.label}: {error.message}")
            first = self.columns[0]
            if not row.get(first.code):
                errors.append(f"Rad {number}, {first.label}: fyll i, eller töm hela raden.")
            rows.append(cells)
        if errors:
            raise ValidationError(errors)
        return rows
