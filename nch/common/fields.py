"""Form fields for numbers and amounts as Swedes type them, and a select for long lists."""

import datetime
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nch.common.formats import NotANumberError, TooLongNumberError, parse_number

HIGHEST_AMOUNT = Decimal("9999999999.99")


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field of a form offer these values with their labels (or groups of them); raises TypeError elsewhere."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field of choices.")
    field.choices = list(choices)


def set_queryset(form: forms.BaseForm, name: str, queryset: QuerySet[Any]) -> None:
    """Let a field of a form offer these rows; raises TypeError where it is no field of rows."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is no field of rows.")
    field.queryset = queryset


class LongSelect(forms.Select):
    """A select for hundreds of choices: one template per option, as Django has it, costs tens of milliseconds."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        groups = [
            format_html('<optgroup label="{}">{}</optgroup>', label, _options(inner, chosen))
            if isinstance(inner, (list, tuple))
            else _options([(label, inner)], chosen)
            for label, inner in self.choices
        ]
        options = format_html_join("", "{}", ((group,) for group in groups))
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), options
        )


def _options(choices: Iterable[tuple[Any, Any]], chosen: Collection[str]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            ("" if value is None else value, SafeString(" selected") if str(value) in chosen else "", label)
            for value, label in choices
        ),
    )


class LineField(forms.CharField):
    """A text of one line. Line breaks become blanks, as in the browser's own control; what nobody can see is refused.

    Titles go on into mails, files and PDFs, where a control character ends a line or cannot be written at all.
    """

    def clean(self, value: Any) -> str:
        if isinstance(value, str):
            value = " ".join(value.splitlines())
        text: str = super().clean(value)
        if any(unicodedata.category(character) == "Cc" for character in text):
            raise ValidationError(
                "Texten innehåller tecken som inte syns. Skriv den på nytt i stället för att klistra in."
            )
        return text


class SearchField(forms.CharField):
    """What a list is filtered by in words; `label` says in what it looks. What fits is said once per kind of row, by
    the functions named …_fits."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, required=False, max_length=100)


class SwedishNumberField(forms.CharField):
    """A number as Swedes type it; zero or more."""

    def __init__(self, *, whole: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole = whole
        self.widget.attrs["inputmode"] = "numeric" if whole else "decimal"
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return read_amount(text, whole=self.whole) if text else None


def read_amount(text: str, *, whole: bool = False) -> Decimal:
    """Read an amount or count of zero or more; raises ValidationError in Swedish that says what is wrong."""
    try:
        number = parse_number(text)
    except TooLongNumberError as error:
        raise ValidationError(f"”{text[:20]}…” är orimligt stort.") from error
    except NotANumberError as error:
        raise ValidationError(f"”{text}” är inte ett tal. Skriv bara siffror, till exempel 125 000.") from error
    if number < 0:
        raise ValidationError(f"”{text}” är negativt. Skriv noll eller mer.")
    if number > HIGHEST_AMOUNT:
        raise ValidationError(f"”{text}” är orimligt stort.")
    if whole and number != number.to_integral_value():
        raise ValidationError("Skriv ett helt tal.")
    if number != number.quantize(Decimal("0.01")):
        raise ValidationError("Skriv högst två decimaler.")
    return number


class DayField(forms.DateField):
    """A day from `first_year` to `last_year`, picked in the browser's own control or typed as 2026-11-21."""

    def __init__(self, *, first_year: int = 1900, last_year: int = 2200, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)
        self.first_year, self.last_year = first_year, last_year

    def to_python(self, value: Any) -> datetime.date | None:
        day = super().to_python(value)
        if day is not None and not self.first_year <= day.year <= self.last_year:
            raise ValidationError(f"Ange ett år mellan {self.first_year} och {self.last_year}.")
        return day
