"""What forms are given to offer, and what lists are filtered by."""

import pytest
from django import forms

from nch.accounts.models import User
from nch.common.fields import SearchField, set_choices, set_queryset


class _Form(forms.Form):
    q = SearchField(label="Namn")
    year = forms.TypedChoiceField(coerce=int)
    person = forms.ModelChoiceField(queryset=User.objects.none())


def test_choices_are_what_the_form_takes() -> None:
    form = _Form({"year": "2026"})
    set_choices(form, "year", ((year, str(year)) for year in (2025, 2026)))
    assert form.fields["year"].clean("2026") == 2026
    with pytest.raises(forms.ValidationError):
        form.fields["year"].clean("2024")


@pytest.mark.django_db
def test_rows_are_what_the_form_takes() -> None:
    form, people = _Form(), User.objects.all()
    set_queryset(form, "person", people)
    field = form.fields["person"]
    assert isinstance(field, forms.ModelChoiceField)
    assert field.queryset is not None
    assert field.queryset.query.is_empty() is False


def test_field_of_another_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        set_choices(_Form(), "q", [])
    with pytest.raises(TypeError):
        set_queryset(_Form(), "year", User.objects.all())


def test_what_one_looks_for_may_be_left_out_and_is_not_longer_than_a_line() -> None:
    field = SearchField(label="Namn")
    assert field.clean("") == ""
    with pytest.raises(forms.ValidationError):
        field.clean("x" * 101)
