"""No form of the support line says only that a field is obligatory: each says what to do."""

import inspect

import pytest
from django import forms

from nch.common.code_lists.forms import EndCodeForm, NewCodeForm
from stodtelefon.forms import codes, history, lines

FORMS = [
    form
    for module in (codes, history, lines)
    for form in vars(module).values()
    if inspect.isclass(form) and issubclass(form, forms.Form) and form.__module__ == module.__name__
] + [NewCodeForm, EndCodeForm]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_field_that_is_left_empty_says_what_to_do(form: type[forms.Form]) -> None:
    silent = [
        name
        for name, field in form.base_fields.items()
        if field.required
        and not isinstance(field.widget, forms.HiddenInput)
        and str(field.error_messages["required"]) == str(forms.Field.default_error_messages["required"])
    ]
    assert silent == []
