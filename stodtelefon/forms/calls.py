"""The form that a call is logged with, its individuals, and the filters of the list."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils import timezone

from nch.accounts.models import User
from nch.common.fields import LongSelect, set_choices, set_queryset
from nch.counties.models import County, Municipality, Organisation
from nch.counties.selectors import counties
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.models import Code, SupportLine
from stodtelefon.selectors import (
    FIRST_YEAR,
    UNKNOWN_COUNTY,
    centres_to_refer_to,
    codes,
    lines_to_log_for,
    municipalities,
)
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


class CallForm(forms.Form):
    """One call. `chosen_line` is the line that it belongs to: the user's only one, or the one chosen among several."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    line = forms.ModelChoiceField(SupportLine.objects.none(), label="Stödtelefon", empty_label="Välj stödtelefon")
    caller_category = forms.ModelChoiceField(
        Code.objects.none(),
        label="Vem ringer?",
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Välj verksamhet, inte person.",
    )
    county = forms.ChoiceField(
        label="Län", help_text="Fråga alltid om länet. Välj ”Okänt län” om det inte går att få veta."
    )
    municipality = forms.ChoiceField(label="Kommun", required=False, widget=LongSelect)
    topic = forms.ModelChoiceField(
        Code.objects.none(), label="Vad gäller frågan?", widget=forms.RadioSelect, empty_label=None
    )
    advice = forms.ModelMultipleChoiceField(
        Code.objects.none(), label="Vilka råd gav du?", widget=forms.CheckboxSelectMultiple, required=False
    )
    referral = forms.ModelChoiceField(
        Code.objects.none(), label="Hänvisade du vidare?", required=False, empty_label="Ingen hänvisning"
    )
    referred_to = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Vilket resurscentrum?",
        required=False,
        empty_label="Inget valt",
        help_text="Bara om du hänvisade till ett regionalt resurscentrum.",
    )
    started_on = forms.DateField(
        label="Datum", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )
    started_time = forms.TimeField(
        label="Samtalet började", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    duration_minutes = forms.IntegerField(
        label="Längd i minuter",
        min_value=1,
        max_value=600,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": "Längden ska vara minst 1 minut.",
            "max_value": "Längden kan vara högst 600 minuter.",
            "invalid": "Skriv längden i hela minuter, till exempel 15.",
        },
    )
    channel = forms.ChoiceField(label="Kanal", choices=Channel.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, at: datetime.datetime, **kwargs: Any) -> None:
        now = timezone.localtime(at)
        beginning = {"started_on": now.date(), "started_time": now.time(), "channel": Channel.PHONE}
        kwargs["initial"] = beginning | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name, message in MISSING.items():
            self.fields[name].error_messages["required"] = message
        self.lines = list(lines_to_log_for(user))
        if len(self.lines) > 1:
            set_queryset(self, "line", lines_to_log_for(user))
        else:
            del self.fields["line"]
        for name, kind in CODED.items():
            set_queryset(self, name, codes(kind, on=now.date()))
        set_queryset(self, "referred_to", centres_to_refer_to())
        self._counties = {county.code: county for county in counties()}
        names = [(code, county.name) for code, county in self._counties.items()]
        set_choices(self, "county", [("", "Välj län"), *names, (UNKNOWN_COUNTY, "Okänt län")])
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, name, county in municipalities().values_list("code", "name", "county__name"):
            groups.setdefault(county, []).append((code, name))
        set_choices(self, "municipality", [("", "Ingen kommun vald"), *groups.items()])

    @property
    def chosen_line(self) -> SupportLine:
        """The line that the call is logged at, once the form is valid."""
        line: SupportLine = self.cleaned_data.get("line") or self.lines[0]
        return line

    @property
    def chosen_county(self) -> County | None:
        """The county, or None where it was said to be unknown."""
        return self._counties.get(self.cleaned_data["county"])

    @property
    def started_at(self) -> datetime.datetime:
        """When the call began, Swedish time."""
        moment = datetime.datetime.combine(self.cleaned_data["started_on"], self.cleaned_data["started_time"])
        return timezone.make_aware(moment)

    def clean_municipality(self) -> Municipality | None:
        code = self.cleaned_data["municipality"]
        return municipalities().get(code=code) if code else None


CODED = {
    "caller_category": CodeKind.CALLER_CATEGORY,
    "topic": CodeKind.TOPIC,
    "advice": CodeKind.ADVICE,
    "referral": CodeKind.REFERRAL,
}
MISSING = {
    "line": "Välj vilken stödtelefon samtalet kom till.",
    "caller_category": "Välj vem som ringer.",
    "county": "Välj län, eller ange att länet är okänt.",
    "topic": "Välj vad frågan gäller.",
    "started_on": "Ange vilken dag samtalet började.",
    "started_time": "Ange när samtalet började, till exempel 09:30.",
    "duration_minutes": "Ange hur många minuter samtalet varade.",
    "channel": "Välj kanal.",
}


class IndividualForm(forms.Form):
    """One exposed individual; left empty it is no individual at all."""

    age_group = forms.ChoiceField(label="Ålder", choices=[("", "Välj ålder"), *AgeGroup.choices])
    gender = forms.ChoiceField(label="Kön", choices=[("", "Välj kön"), *Gender.choices])

    def __init__(self, *args: Any, kinds: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self._say_what_is_missing(
            "age_group", f"Välj ålder för individ {self.number}, eller ”{AgeGroup.UNKNOWN.label}”."
        )
        self._say_what_is_missing("gender", f"Välj kön för individ {self.number}, eller ”{Gender.UNKNOWN.label}”.")
        for kind in kinds:
            label = SHORT_LABELS.get(kind.code, kind.label)
            if kind.stages:
                stages = [
                    (NOT_STATED, "Inte aktuellt"),
                    *((stage.value, stage.label) for stage in kind.permitted_stages),
                ]
                self.fields[kind.code] = forms.ChoiceField(label=label, choices=stages, initial=NOT_STATED)
            else:
                self.fields[kind.code] = forms.BooleanField(label=label, required=False)

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


IndividualFormSet = formset_factory(
    IndividualForm,
    extra=BLANK_INDIVIDUALS,
    max_num=MAX_INDIVIDUALS,
    absolute_max=MAX_INDIVIDUALS,
    validate_max=True,
)


def individual_forms(data: QueryDict | None = None, *, at: datetime.datetime) -> "BaseFormSet[IndividualForm]":
    """The individuals of a call, with the kinds of exposure that can be chosen that day."""
    kinds = list(codes(CodeKind.EXPOSURE, on=timezone.localtime(at).date()))
    return IndividualFormSet(data, prefix="individuals", form_kwargs={"kinds": kinds})


def individuals_of(formset: "BaseFormSet[IndividualForm]") -> list[IndividualInput]:
    """The individuals for the service, once the forms are valid; those left empty are passed over."""
    return [one for form in formset.forms if (one := form.as_input()) is not None]


class CallFilterForm(forms.Form):
    """Narrows the list of calls; a value that does not exist narrows nothing and is pointed out.

    Where nothing is said about the year it is `usual_year`; ”Alla år” says it with an empty value.
    """

    year = forms.TypedChoiceField(label="År", required=False, coerce=int, empty_value=None)
    county = forms.ChoiceField(label="Län", required=False)
    category = forms.ChoiceField(label="Den som ringer", required=False)

    def __init__(self, data: QueryDict, *, at: datetime.datetime, usual_year: int | None) -> None:
        if "year" not in data and usual_year is not None:
            data = data.copy()
            data["year"] = str(usual_year)
        super().__init__(data)
        this_year = timezone.localtime(at).year
        years = [(str(year), str(year)) for year in range(this_year, FIRST_YEAR - 1, -1)]
        places = [(county.code, county.name) for county in counties()]
        categories = [(code.code, code.label) for code in codes(CodeKind.CALLER_CATEGORY)]
        set_choices(self, "year", [("", "Alla år"), *years])
        set_choices(self, "county", [("", "Alla län"), *places, (UNKNOWN_COUNTY, "Okänt län")])
        set_choices(self, "category", [("", "Alla"), *categories])

    def criteria(self) -> dict[str, Any]:
        """What to filter by, for the selector."""
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
