"""The exposed individuals of a call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict

from stodtelefon.enums import AgeGroup, Gender, Stage
from stodtelefon.models import Code
from stodtelefon.services import IndividualInput

BLANK_INDIVIDUALS = 2
"""Two siblings, without scripts; with them the page adds as many as are needed."""

MAX_INDIVIDUALS = 20
NOT_STATED = "no"
# Short heads for the individuals' fields, where the full name of the code is long.
SHORT_LABELS = {
    "marriage": "Barn- eller tvångsäktenskap",
    "abduction": "Bortförd eller kvarhållen",
    "other": "Annat våld och förtryck",
}


class IndividualForm(forms.Form):
    """One exposed individual; left empty it is no individual at all."""

    age_group = forms.ChoiceField(label="Ålder", choices=[("", "Välj ålder"), *AgeGroup.choices])
    gender = forms.ChoiceField(label="Kön", choices=[("", "Välj kön"), *Gender.choices])

    def __init__(self, *args: Any, exposures: Mapping[Code, forms.Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = exposures.keys()
        self._say_what_is_missing(
            "age_group", f"Välj ålder för individ {self.number}, eller ”{AgeGroup.UNKNOWN.label}”."
        )
        self._say_what_is_missing("gender", f"Välj kön för individ {self.number}, eller ”{Gender.UNKNOWN.label}”.")
        self.fields |= {kind.code: field for kind, field in exposures.items()}

    @property
    def number(self) -> int | str:
        """The individual's place in the call, from 1; a placeholder in the template that the script copies."""
        index = str(self.prefix).rpartition("-")[2]
        return int(index) + 1 if index.isdigit() else index

    def _say_what_is_missing(self, name: str, message: str) -> None:
        self.fields[name].error_messages["required"] = message

    def as_input(self) -> IndividualInput | None:
        """The individual for the service, or None where the fields were left empty."""
        if not self.has_changed():
            return None
        values = self.cleaned_data
        return IndividualInput(
            age_group=AgeGroup(values["age_group"]),
            gender=Gender(values["gender"]),
            exposures=tuple(
                (kind, Stage(values[kind.code]) if kind.stages else Stage.NONE)
                for kind in self.kinds
                if values[kind.code] not in (NOT_STATED, False)
            ),
        )


def _exposure_field(kind: Code) -> forms.Field:
    label = SHORT_LABELS.get(kind.code, kind.label)
    if not kind.stages:
        return forms.BooleanField(label=label, required=False)
    stages = [(NOT_STATED, "Inte aktuellt"), *((stage.value, stage.label) for stage in kind.permitted_stages)]
    return forms.ChoiceField(label=label, choices=stages, initial=NOT_STATED)


class BaseIndividuals(BaseFormSet):
    """Every form may be left empty, also one that begins with what is there: taken away, it is no individual."""

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        return min(len(self.initial or ()) + self.extra, MAX_INDIVIDUALS)


IndividualFormSet = formset_factory(
    IndividualForm,
    formset=BaseIndividuals,
    extra=BLANK_INDIVIDUALS,
    max_num=MAX_INDIVIDUALS,
    absolute_max=MAX_INDIVIDUALS,
    validate_max=True,
)


def individual_forms(
    data: QueryDict | None = None,
    *,
    kinds: Sequence[Code],
    there: Sequence[Mapping[str, Any]] = (),
    blank: int = BLANK_INDIVIDUALS,
) -> BaseFormSet:
    """The individuals of a call, with these kinds of exposure; `there` are the values of those it has already."""
    initial = None if data is not None else list(there)
    # The same fields serve all individuals: nothing in them tells one individual from another.
    exposures = {kind: _exposure_field(kind) for kind in kinds}
    formset = IndividualFormSet(data, prefix="individuals", initial=initial, form_kwargs={"exposures": exposures})
    formset.extra = blank
    return formset


def with_one_more(sent: BaseFormSet, *, kinds: Sequence[Code]) -> BaseFormSet:
    """The individuals as they were sent, right or wrong, and an empty one after them."""
    there = [{name: form[name].data for name in form.fields} for form in sent.forms]
    return individual_forms(kinds=kinds, there=there, blank=1)


def exposures_chosen(formset: BaseFormSet) -> set[str]:
    """The letters of the kinds of exposure that any individual has, right or wrong otherwise."""
    nothing = (NOT_STATED, False, None, "")
    return {kind.code for form in formset.forms for kind in form.kinds if form[kind.code].value() not in nothing}


def individuals_of(formset: BaseFormSet) -> list[IndividualInput]:
    """The individuals for the service, once the forms are valid; those left empty are passed over."""
    return [one for form in formset.forms if (one := form.as_input()) is not None]


def values_of(individuals: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Individuals as the content of a call has them (stodtelefon/selectors/contents.py), as values of their fields."""
    return [
        {
            "age_group": one["age_group"],
            "gender": one["gender"],
            **{kind: stage if stage != Stage.NONE else True for kind, stage in one["exposures"]},
        }
        for one in individuals
    ]
