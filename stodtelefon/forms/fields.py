"""Fields that choose from a code list which has been read already: one query serves all lists of a form."""

from collections.abc import Sequence
from typing import Any

from django import forms

from stodtelefon.models import Code


class CodeField(forms.ChoiceField):
    """One code of a list, by its number; where it is not required None stands for no choice."""

    offered: dict[str, Code]

    def clean(self, value: Any) -> Code | None:
        return self.offered.get(super().clean(value))


class CodesField(forms.MultipleChoiceField):
    """Several codes of a list."""

    offered: dict[str, Code]

    def clean(self, value: Any) -> list[Code]:
        return [self.offered[key] for key in dict.fromkeys(super().clean(value))]


def offer_codes(form: forms.BaseForm, name: str, codes: Sequence[Code], *, none: str = "") -> None:
    """Let these codes be chosen; `none` is what no choice is called, where it can be chosen.

    Raises TypeError where the field is none of codes.
    """
    field = form.fields[name]
    if not isinstance(field, CodeField | CodesField):
        raise TypeError(f"{name} is no field of codes.")
    field.offered = {str(code.pk): code for code in codes}
    names = [(key, code.label) for key, code in field.offered.items()]
    field.choices = [("", none), *names] if none else names
