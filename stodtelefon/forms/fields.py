"""Fields that choose from a code list (one query serves all lists of a form) or a row out of many; to save a call only
what was chosen is read."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from stodtelefon.models import Code


class _OfCodes:
    """What is chosen is one of the codes that were read for the form; the whole list is read only where it is shown."""

    chosen: Mapping[str, Code]

    def valid_value(self, value: str) -> bool:
        """Whether the code may be chosen."""
        return value in self.chosen


class CodeField(_OfCodes, forms.ChoiceField):
    """One code of a list, by its number; where it is not required None stands for no choice."""

    def clean(self, value: Any) -> Code | None:
        return self.chosen.get(super().clean(value))


class CodesField(_OfCodes, forms.MultipleChoiceField):
    """Several codes of a list."""

    def clean(self, value: Any) -> list[Code]:
        return [self.chosen[key] for key in dict.fromkeys(super().clean(value))]


def offer_codes(
    form: forms.BaseForm, name: str, chosen: Iterable[Code], codes: Callable[[], Iterable[Code]], *, none: str = ""
) -> None:
    """Let codes be chosen: `codes` gives the list where it is shown, `chosen` are those of it that can have been sent.

    `none` is what no choice is called, where it can be chosen. Raises TypeError where the field is none of codes.
    """
    field = form.fields[name]
    if not isinstance(field, CodeField | CodesField):
        raise TypeError(f"{name} is no field of codes.")
    field.chosen = {str(code.pk): code for code in chosen}
    first = [("", none)] if none else []
    field.choices = lambda: [*first, *((str(code.pk), code.label) for code in codes())]


class RowField(forms.ChoiceField):
    """One row of hundreds, by its key; None where nothing or one of the `answers` that are no row was chosen.

    Saving reads the chosen row only: reading all of them to save a call took longer than the saving.
    """

    rows: QuerySet[Any]
    answers: Collection[str]

    def valid_value(self, value: str) -> bool:
        """Whether the row is there is found out when it is read."""
        return True

    def clean(self, value: Any) -> Model | None:
        key = super().clean(value)
        if not key or key in self.answers:
            return None
        row: Model | None = None
        # PostgreSQL has no NUL in texts, and a key that is no number cannot be one.
        with contextlib.suppress(ValueError):
            row = self.rows.filter(pk=key).first() if "\x00" not in key else None
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", params={"value": key})
        return row


def offer_rows(
    form: forms.BaseForm,
    name: str,
    rows: QuerySet[Any],
    choices: Callable[[], Sequence[tuple[Any, Any]]],
    *,
    answers: Collection[str] = (),
) -> None:
    """Let these rows be chosen; `choices` makes the list of them where it is shown.

    Raises TypeError where the field is none of rows.
    """
    field = form.fields[name]
    if not isinstance(field, RowField):
        raise TypeError(f"{name} is no field of rows.")
    # A select asks for its choices more than once.
    field.rows, field.answers, field.choices = rows, answers, functools.cache(choices)
