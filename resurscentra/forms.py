"""Forms of what is asked for, of sending statistics back, and the filters of the lists."""

from collections.abc import Iterable
from typing import Any

from django import forms

from nch.common.fields import DayField, LineField, SearchField, set_choices
from nch.common.personal_data.fields import NoPersonalDataField
from nch.counties.models import County
from nch.questionnaires.models import Section
from resurscentra.enums import Phase, ReturnState
from resurscentra.models import StatisticsRound


class CentreFilterForm(forms.Form):
    """Filters of the list of centres."""

    q = SearchField(label="Namn")
    phase = forms.ChoiceField(label="Fas", required=False, choices=[("", "Alla"), *Phase.choices])


class PeriodForm(forms.Form):
    """A period for which lägesbilder or statistics are asked."""

    title = LineField(label="Rubrik", max_length=100, help_text="Till exempel april–december 2026.")
    starts_on = DayField(label="Från")
    ends_on = DayField(label="Till och med")
    due_on = DayField(label="Lämnas senast")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, due = (cleaned.get(name) for name in ("starts_on", "ends_on", "due_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Perioden måste sluta efter att den har börjat.")
        if starts and due and due < starts:
            self.add_error("due_on", "Sista dagen kan inte ligga före periodens början.")
        return cleaned


LATE = "late"


class ReturnFilterForm(forms.Form):
    """Filters of the list of statistics returns."""

    q = SearchField(label="Resurscentrum")
    round = forms.TypedChoiceField(label="Omgång", required=False, coerce=int, empty_value=None)
    county = forms.ChoiceField(label="Län", required=False)
    state = forms.ChoiceField(
        label="Läge", required=False, choices=[("", "Alla"), (LATE, "Försenad"), *ReturnState.choices]
    )

    def __init__(self, data: Any, *, rounds: Iterable[StatisticsRound], counties: Iterable[County]) -> None:
        super().__init__(data)
        set_choices(self, "round", [("", "Alla"), *((round_.pk, str(round_)) for round_ in rounds)])
        set_choices(self, "county", [("", "Alla"), *((county.code, county.name) for county in counties)])


class ComparisonForm(forms.Form):
    """Which round is compared."""

    round = forms.TypedChoiceField(label="Omgång", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, *, rounds: Iterable[StatisticsRound]) -> None:
        super().__init__(data)
        set_choices(self, "round", [(round_.pk, str(round_)) for round_ in rounds])


class SendBackForm(forms.Form):
    """What is to be corrected in a return, why, and by when."""

    sections = forms.MultipleChoiceField(
        label="Vilka tabeller ska rättas?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tabellerna om individer öppnas tillsammans, eftersom de kontrolleras mot varandra.",
    )
    reason = NoPersonalDataField(label="Vad behöver rättas?", max_length=1000)
    due_on = DayField(label="Lämnas senast")

    def __init__(self, data: Any, *, sections: Iterable[Section]) -> None:
        super().__init__(data)
        set_choices(self, "sections", [(section.key, section.title) for section in sections])
