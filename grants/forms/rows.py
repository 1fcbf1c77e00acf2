"""Rows of a form that people add as many of as they need, with a button that works without scripts."""

from typing import Any, cast

from django import forms

ADD_ROW = "add_row"
MOST_ROWS = 40


class RowForm(forms.Form):
    """One row; a row in which nothing is written is left out. `main_field` is the one that makes it a row."""

    main_field = ""
    missing_main = "Fyll i uppgiften."
    # Fields that have a value from the start and so do not make a row by themselves.
    preset: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        """Whether nothing has been written in the row."""
        for name, field in self.fields.items():
            raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if name not in self.preset and raw not in (None, "", [], False):
                return False
        return True

    def full_clean(self) -> None:
        """Check the row, unless it is empty: then nothing in it is required."""
        super().full_clean()
        if self.is_bound and self.is_empty():
            self._errors = forms.utils.ErrorDict()
            self.cleaned_data = {}


class RowFormSet(forms.BaseFormSet):
    """The rows; `least` of them have to be filled in."""

    least = 0
    too_few = "Fyll i minst en rad."
    extra_rows = 1

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False, "use_required_attribute": False}

    def filled(self) -> list[dict[str, Any]]:
        """What was written, row by row, without the empty ones."""
        return [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]

    def clean(self) -> None:
        if self.forms and not any(self.errors) and len(self.filled()) < self.least:
            form = self.forms[0]
            form.add_error(form.main_field, self.too_few)


def row_set(row: type[RowForm], formset: type[RowFormSet], *, extra: int) -> type[RowFormSet]:
    """Make the class of a set of rows that shows `extra` empty ones below those that are filled in."""
    made = forms.formset_factory(row, formset=formset, extra=extra, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    return cast("type[RowFormSet]", made)


def as_typed(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed in a posted form, to be shown again in one that has not been checked yet."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
