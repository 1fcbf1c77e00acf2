"""Forms for the code lists and for guidance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.notices import people_with
from nch.common.code_lists.forms import NewCodeForm, WordingForm
from nch.common.fields import DayField, set_choices, set_queryset
from nch.counties.models import County
from nch.counties.selectors import counties, national_centre
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.guidance_text import LinkError, links_of
from stodtelefon.models import Code
from stodtelefon.selectors.codes import codes

STAGES = [(stage.value, stage.label) for stage in Stage if stage != Stage.NONE]


class CallCodeForm(WordingForm):
    """How a code of calls is worded, where it stands and, for exposure, which stages it has."""

    stages = forms.TypedMultipleChoiceField(
        label="Skeden",
        coerce=Stage,
        choices=STAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="De skeden som kan väljas för en individ. Lämna alla tomma om utsattheten inte har skeden.",
    )

    def __init__(self, *args: Any, kind: CodeKind, **kwargs: Any) -> None:
        super().__init__(*args, entries=codes(kind), **kwargs)
        if kind != CodeKind.EXPOSURE:
            del self.fields["stages"]


class NewCallCodeForm(CallCodeForm, NewCodeForm):
    """A code of calls that is added to a list."""


class GuidanceForm(forms.Form):
    """The guidance for a topic or a kind of exposure."""

    text = forms.CharField(
        label="Vägledning",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Tom rad ger nytt stycke. Bindestreck först på raden ger en lista.",
        error_messages={"required": "Skriv vägledningen."},
    )
    links = forms.CharField(
        label="Länkar",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="En länk per rad: vad den heter och sedan adressen, till exempel Polisen https://polisen.se.",
    )
    review_on = DayField(
        label="Ses över senast",
        help_text="Högst två år fram. Du påminns två veckor före.",
        error_messages={"required": "Ange när vägledningen ska ses över."},
    )
    responsible = forms.ModelChoiceField(
        User.objects.none(),
        label="Ansvarig",
        empty_label="Välj person",
        error_messages={"required": "Välj vem som ansvarar för vägledningen."},
    )
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
