"""Forms for the code lists and for guidance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.notices import people_with
from nch.common.fields import DayField, set_choices, set_queryset
from nch.counties.models import County
from nch.counties.selectors import counties, national_centre
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.guidance_text import LinkError, links_of
from stodtelefon.models import Code
from stodtelefon.selectors.codes import codes
from stodtelefon.services.codes import suggest_letters

STAGES = [(stage.value, stage.label) for stage in Stage if stage != Stage.NONE]


class PlacementField(forms.ModelChoiceField):
    """Where in its list a code stands: after one of the others, or first."""

    def label_from_instance(self, obj: Any) -> str:
        return f"Efter ”{obj.label}”"


class WordingForm(forms.Form):
    """How a code is worded, where it stands in its list and, for exposure, which stages it has."""

    label = forms.CharField(label="Benämning", max_length=120)
    label_en = forms.CharField(label="Engelsk benämning", max_length=120, help_text="Visas i engelsk statistik.")
    after = PlacementField(
        Code.objects.none(), label="Placering i listan", required=False, empty_label="Först i listan"
    )
    stages = forms.TypedMultipleChoiceField(
        label="Skeden",
        coerce=Stage,
        choices=STAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="De skeden som kan väljas för en individ. Lämna alla tomma om utsattheten inte har skeden.",
    )

    def __init__(self, *args: Any, kind: CodeKind, code: Code | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = codes(kind)
        set_queryset(self, "after", others.exclude(pk=code.pk) if code is not None else others)
        if kind != CodeKind.EXPOSURE:
            del self.fields["stages"]


class NewCodeForm(WordingForm):
    """A code that is added to a list."""

    letters = forms.CharField(
        label="Kod",
        max_length=40,
        required=False,
        help_text="Lämna tomt så föreslås en kod av benämningen. När koden gäller kan den aldrig ändras.",
    )
    valid_from = DayField(label="Gäller från", help_text="Tidigast i dag. Fram till dess kan koden tas bort.")
    field_order = ["label", "label_en", "letters", "valid_from", "after", "stages"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("letters") and cleaned.get("label"):
            cleaned["letters"] = suggest_letters(cleaned["label"])
        return cleaned


class EndCodeForm(forms.Form):
    """When a code is used for the last time, and what takes over."""

    last_day = DayField(label="Sista dagen", help_text="Tidigast i dag. Samtal till och med den dagen får ha koden.")
    successor = forms.ModelChoiceField(
        Code.objects.none(),
        label="Ersätts av",
        required=False,
        empty_label="Ingen kod",
        help_text="En kod i samma lista som gäller senast dagen efter. Lägg till den först om den saknas.",
    )

    def __init__(self, *args: Any, code: Code, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = codes(CodeKind(code.kind)).exclude(pk=code.pk).filter(valid_to__isnull=True)
        set_queryset(self, "successor", others)


class GuidanceForm(forms.Form):
    """The guidance for a topic or a kind of exposure."""

    text = forms.CharField(
        label="Vägledning",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Tom rad ger nytt stycke. Bindestreck först på raden ger en lista.",
    )
    links = forms.CharField(
        label="Länkar",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="En länk per rad: vad den heter och sedan adressen, till exempel Polisen https://polisen.se.",
    )
    review_on = DayField(label="Ses över senast", help_text="Högst två år fram. Du påminns två veckor före.")
    responsible = forms.ModelChoiceField(User.objects.none(), label="Ansvarig", empty_label="Välj person")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "responsible", people_with(national_centre(), Right.KEEP_CODES))

    def clean_links(self) -> Any:
        try:
            return links_of(self.cleaned_data["links"])
        except LinkError as error:
            raise ValidationError(str(error)) from error


class AdviceForm(forms.Form):
    """What guidance one looks for, where the page that logs a call does not ask by itself."""

    topic = forms.ModelChoiceField(
        Code.objects.none(), label="Frågan gäller", required=False, empty_label="Alla frågor"
    )
    exposure = forms.MultipleChoiceField(label="Utsatthet", required=False, widget=forms.CheckboxSelectMultiple)
    county = forms.ModelChoiceField(County.objects.none(), label="Län", required=False, empty_label="Välj län")

    def __init__(self, *args: Any, topics: list[Code], exposures: list[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "topic", [("", "Välj vad frågan gäller"), *((one.pk, one.label) for one in topics)])
        set_choices(self, "exposure", [(one.code, one.label) for one in exposures])
        set_queryset(self, "county", counties())
