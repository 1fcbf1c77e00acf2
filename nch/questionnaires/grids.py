"""Tables of amounts in kronor, rows by columns of fixed codes, and budgets that work out their overhead."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.fields import read_amount
from nch.common.formats import NotANumberError, format_kronor, format_number, parse_number

Grid = dict[str, dict[str, Decimal]]
# Beside the rows of amounts a budget keeps under this key what the overhead was worked out from: `base` and, for each
# column, the per cent.
OVERHEAD_KEY = "_overhead"


class GridWidget(forms.Widget):
    """Inputs in rows by columns of fixed codes, with sums that follow as one types (static/js/grid-sums.js)."""

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


class MoneyGridWidget(GridWidget):
    """A table of amounts."""

    template_name = "questionnaires/widgets/money_grid.html"

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
        rows = ((row, cells) for row, cells in typed.items() if row != OVERHEAD_KEY)
        self.amounts: Grid = {row: {c: self._read(v) for c, v in cells.items()} for row, cells in rows}

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
        kwargs.setdefault("widget", MoneyGridWidget(rows, columns))
        super().__init__(**kwargs)

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


@dataclass(frozen=True)
class Overhead:
    """How a budget's overhead (OH) is worked out: its row, and what it can be a share of (code, label, rows).

    OH is the per cent of the year's amounts in the rows of the base that is chosen, rounded to the nearest whole krona
    with half a krona upwards: applications are made in kronor, and a budget of whole kronor adds up to whole kronor.
    """

    row: str
    bases: list[tuple[str, str, list[str]]]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Overhead":
        """The overhead that a question's options describe."""
        described = options["overhead"]
        return cls(described["row"], [(code, label, list(rows)) for code, label, rows in described["bases"]])

    def added_to(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, with the row of overhead as it follows from per cent and base; empty where it does not."""
        given = typed.get(OVERHEAD_KEY) or {}
        rows = next((rows for code, _, rows in self.bases if code == given.get("base")), None)
        counted = GridSums({row: typed.get(row) or {} for row in rows or []})
        amounts = {
            column: self._share(counted.column(column), text) if rows is not None else ""
            for column, text in given.items()
            if column != "base"
        }
        return {**typed, self.row: amounts}

    @staticmethod
    def _share(base: Decimal, text: str) -> str:
        try:
            percent = read_percent(text)
        except ValidationError:
            return ""
        return str((base * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)) if text else ""

    def in_words(self, typed: Mapping[str, Any]) -> str:
        """`20 % av lönekostnaderna`, year by year where the years differ; nothing where nothing is given."""
        given = dict(typed.get(OVERHEAD_KEY) or {})
        base = given.pop("base", "")
        label = next((label for code, label, _ in self.bases if code == base), "")
        percents = {column: text for column, text in given.items() if text}
        if not percents or not label:
            return ""
        if len(set(percents.values())) == 1 and len(percents) == len(given):
            return f"{next(iter(percents.values()))} % av {label}"
        return f"{', '.join(f'{text} % {column}' for column, text in percents.items())}, av {label}"


def read_percent(text: str) -> Decimal:
    """Read a share in per cent, 0 to 100 with at most two decimals; nothing is 0. Raises ValidationError in Swedish."""
    percent = read_amount(text.removesuffix("%").strip()) if text else Decimal(0)
    if percent > 100:
        raise ValidationError(f"”{text}” är mer än 100 procent.")
    return percent


class BudgetGridWidget(MoneyGridWidget):
    """A money grid whose overhead is given as per cent of a base that is chosen, and shown in kronor as one types."""

    template_name = "questionnaires/widgets/budget_grid.html"

    def __init__(
        self,
        rows: list[list[str]],
        columns: list[list[str]],
        overhead: Overhead,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(rows, columns, attrs)
        self.overhead = overhead

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, dict[str, str]]:
        typed = super().value_from_datadict(data, files, name)
        shares = {
            column: str(data.get(self.cell_name(name, "percent", column), "")).strip() for column, _ in self.columns
        }
        return self.overhead.added_to({**typed, OVERHEAD_KEY: {"base": str(data.get(f"{name}__base", "")), **shares}})

    def spread(self, name: str, value: Any) -> dict[str, str]:
        typed = dict(value or {})
        given = dict(typed.pop(OVERHEAD_KEY, {}))
        base = {f"{name}__base": given.pop("base", "")}
        shares = {self.cell_name(name, "percent", column): text for column, text in given.items()}
        return {**super().spread(name, typed), **base, **shares}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = (value.get(OVERHEAD_KEY) or {}) if isinstance(value, dict) else {}
        amounts = GridSums(value if isinstance(value, dict) else {}).amounts.get(self.overhead.row, {})
        for row in context["rows"]:
            row["is_overhead"] = row["code"] == self.overhead.row
            for cell in row["cells"]:
                cell["amount"] = format_number(amounts.get(cell["column"], Decimal(0)))
        context["base_name"] = f"{name}__base"
        context["bases"] = [
            {"code": code, "label": label, "rows": " ".join(rows), "chosen": code == given.get("base")}
            for code, label, rows in self.overhead.bases
        ]
        context["shares"] = [
            {
                "name": self.cell_name(name, "percent", column),
                "column": column,
                "label": f"OH i procent, {label}",
                "value": given.get(column, ""),
            }
            for column, label in self.columns
        ]
        return context


class BudgetGridField(MoneyGridField):
    """A budget whose overhead agrees with its per cent and base; sums add up exactly."""

    def __init__(self, rows: list[list[str]], columns: list[list[str]], overhead: Overhead, **kwargs: Any) -> None:
        super().__init__(rows, columns, widget=BudgetGridWidget(rows, columns, overhead), **kwargs)
        self.overhead = overhead

    def clean(self, value: Any) -> Grid:
        typed = dict(value or {})
        errors = self._overhead_errors(typed)
        try:
            grid = super().clean({row: cells for row, cells in typed.items() if row != OVERHEAD_KEY})
        except ValidationError as error:
            raise ValidationError([*error.messages, *errors]) from error
        if errors:
            raise ValidationError(errors)
        return grid

    def _overhead_errors(self, typed: dict[str, Any]) -> list[str]:
        given = dict(typed.get(OVERHEAD_KEY) or {})
        base = given.pop("base", "")
        errors = []
        for column, text in given.items():
            try:
                read_percent(text)
            except ValidationError as error:
                errors.append(f"OH i procent, {self.columns.get(column, column)}: {error.message}")
        if any(given.values()) and base not in {code for code, _, _ in self.overhead.bases}:
            errors.append("Välj vad OH räknas på.")
        if errors:
            return errors
        stored, worked_out = (
            GridSums(grid).amounts.get(self.overhead.row, {}) for grid in (typed, self.overhead.added_to(typed))
        )
        if any(stored.get(column, Decimal(0)) != worked_out.get(column, Decimal(0)) for column in self.columns):
            return ["OH i kronor stämmer inte med procentsatsen. Fyll i procent och vad OH räknas på."]
        return []
