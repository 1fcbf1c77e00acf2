"""Forms of what is asked for, of sending statistics back, of themes and coding, and the filters of the lists."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms

from nch.common.code_lists.forms import NewCodeForm, WordingForm
from nch.common.fields import DayField, LineField, SearchField, set_choices
from nch.common.personal_data.fields import NoPersonalDataField, no_identity_number
from nch.common.workbooks import WorkbookField
from nch.counties.models import County
from nch.questionnaires.models import Section
from resurscentra.enums import Phase, ReturnState, ThemeKind
from resurscentra.models import ReportingPeriod, StatisticsRound, Theme


class CentreFilterForm(forms.Form):
    """Filters of the list of centres."""

    q = SearchField(label="Namn")
    phase = forms.ChoiceField(label="Fas", required=False, choices=[("", "Alla"), *Phase.choices])


class PeriodForm(forms.Form):
    """A period for which lägesbilder or statistics are asked."""

    title = LineField(
        label="Rubrik", max_length=100, help_text="Till exempel april–december 2026.", validators=[no_identity_number]
    )
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


class ReturnUploadForm(forms.Form):
    """The filled-in workbook of a return."""

    file = WorkbookField(label="Excelfil", help_text="Filen som ni hämtade här, ifylld (.xlsx).")


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
    """What is to be corrected in a return, why, and by when; `submission` is the hand-in that has been read."""

    sections = forms.MultipleChoiceField(
        label="Vilka tabeller ska rättas?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tabellerna om individer öppnas tillsammans, eftersom de kontrolleras mot varandra.",
    )
    reason = NoPersonalDataField(label="Vad behöver rättas?", max_length=1000)
    due_on = DayField(label="Lämnas senast")
    submission = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, sections: Iterable[Section], submission: int) -> None:
        super().__init__(data, initial={"submission": submission})
        set_choices(self, "sections", [(section.key, section.title) for section in sections])


class ThemeForm(WordingForm):
    """How a theme is worded, where it stands in its list, and where it was first published."""

    source = LineField(
        label="Källa",
        max_length=200,
        required=False,
        help_text="Den rapport där temat först står, om det finns någon.",
        validators=[no_identity_number],
    )


class NewThemeForm(ThemeForm, NewCodeForm):
    """A theme that is added to a list."""


class CodingForm(forms.Form):
    """Which themes a lägesbild has: those that can be ticked today, and those that it has already."""

    success_factor = forms.TypedMultipleChoiceField(
        label="Framgångsfaktorer", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    challenge = forms.TypedMultipleChoiceField(
        label="Utmaningar", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: Any = None,
        *,
        entries: Iterable[Theme],
        ticked: Sequence[Theme],
        version: int,
        today: datetime.date,
    ) -> None:
        ticked_keys = {one.pk for one in ticked}
        self._offered = {one.pk: one for one in entries if one.pk in ticked_keys or one.is_valid_on(today)}
        initial: dict[str, Any] = {kind: [one.pk for one in ticked if one.kind == kind] for kind in ThemeKind}
        super().__init__(data, initial={**initial, "version": version})
        for kind in ThemeKind:
            set_choices(self, kind, [(pk, one.label) for pk, one in self._offered.items() if one.kind == kind])

    @property
    def themes(self) -> list[Theme]:
        """The themes that were ticked."""
        return [self._offered[pk] for kind in ThemeKind for pk in self.cleaned_data[kind]]


NOT_CODED: Final = ""
CODED: Final = "kodade"
ALL: Final = "alla"


class CodingFilterForm(forms.Form):
    """Filters of the list of lägesbilder to code."""

    period = forms.ChoiceField(label="Period", required=False)
    coded = forms.ChoiceField(
        label="Visa", required=False, choices=[(NOT_CODED, "Inte kodade"), (CODED, "Kodade"), (ALL, "Alla")]
    )

    def __init__(self, *args: Any, periods: Iterable[ReportingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "period", [("", "Alla perioder"), *((one.pk, one.title) for one in periods)])
