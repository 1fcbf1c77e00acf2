"""Forms of reports and statistics."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from nch.common.fields import LineField, set_choices
from nch.common.formats import MONTHS
from nch.common.personal_data.fields import no_identity_number
from reports.annual.compose import annual_years
from reports.enums import ReportKind
from reports.services.releases import years_in_words
from reports.statistics.definitions import Filter
from reports.statistics.question import Period, Reading, add_months
from reports.statistics.registry import RELEASABLE
from stodtelefon.enums import CodeKind
from stodtelefon.models import SupportLine
from stodtelefon.selectors import UNKNOWN_COUNTY


class ReportForm(forms.Form):
    """Which report to order. Only years with published figures for all chapters are offered."""

    kind = forms.ChoiceField(label="Rapport", choices=ReportKind.choices)
    year = forms.TypedChoiceField(
        label="År",
        coerce=int,
        help_text="Åren som har publicerade uppgifter om samtal, resurscentrum och bidrag.",
        error_messages={"invalid_choice": "Välj ett av åren i listan."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", [(str(one), str(one)) for one in annual_years()])


LAST_12, ALL_YEARS, LEFT_OUT = "12m", "alla", "nej"


class LineFilterForm(forms.Form):
    """Narrows the statistics of the support lines; a value that does not exist narrows nothing and is pointed out.

    Without a period it is the latest year that has a call.
    """

    telefon = forms.ChoiceField(label="Stödtelefon", required=False)
    period = forms.ChoiceField(label="Period", required=False)
    manad = forms.TypedChoiceField(label="Månad", required=False, coerce=int, empty_value=None)
    lan = forms.ChoiceField(label="Län", required=False)
    ringer = forms.ChoiceField(label="Den som ringer", required=False)
    utsatthet = forms.ChoiceField(label="Utsatthet", required=False)
    konstruerade = forms.ChoiceField(
        label="Konstruerade samtal", required=False, choices=[("", "Räknas med"), (LEFT_OUT, "Räknas inte")]
    )

    def __init__(
        self,
        data: QueryDict,
        *,
        lines: Sequence[SupportLine],
        recorded: Period | None,
        reading: Reading,
        at: datetime.datetime,
    ) -> None:
        self._today = timezone.localtime(at).date()
        self._recorded = recorded or Period.of_year(self._today.year)
        usual = str(self._recorded.until.year)
        if not data.get("period"):
            data = data.copy()
            data["period"] = usual
        super().__init__(data)
        years = range(max(self._recorded.until.year, self._today.year), self._recorded.since.year - 1, -1)
        choices: dict[str, list[tuple[str, str]]] = {
            "telefon": [("", "Alla"), *((str(line.pk), line.name) for line in lines)],
            "period": [
                (LAST_12, "Senaste 12 månaderna"),
                *((str(year), str(year)) for year in years),
                (ALL_YEARS, "Alla år"),
            ],
            "manad": [("", "Hela året"), *((str(number), name.capitalize()) for number, name in enumerate(MONTHS, 1))],
            "lan": [
                ("", "Alla län"),
                *((county.code, county.name) for county in reading.counties),
                (UNKNOWN_COUNTY, "Okänt län"),
            ],
            "ringer": [("", "Alla"), *self._codes(reading, CodeKind.CALLER_CATEGORY)],
            "utsatthet": [("", "Alla slag"), *self._codes(reading, CodeKind.EXPOSURE)],
        }
        for name, pairs in choices.items():
            set_choices(self, name, pairs)
        if len(lines) < 2:
            del self.fields["telefon"]
        self.is_valid()

    @staticmethod
    def _codes(reading: Reading, kind: CodeKind) -> list[tuple[str, str]]:
        return [(code, entry.label) for code, entry in reading.codes[kind].items()]

    def clean(self) -> dict[str, Any]:
        """A month is a month of a year."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("manad") and not str(values.get("period", "")).isdigit():
            self.add_error("manad", "Välj ett år som period för att välja en månad.")
        return values

    def period_asked(self) -> Period:
        """The period; the latest year with a call where it cannot be read."""
        values = self.cleaned_data
        match values.get("period"):
            case value if value == LAST_12:
                return Period.of_months(add_months(self._today, -1), 12)
            case value if value == ALL_YEARS:
                last = max(self._recorded.until, self._recorded.since)
                return Period(datetime.date(self._recorded.since.year, 1, 1), datetime.date(last.year, 12, 31))
            case str(year) if year.isdigit():
                if month := values.get("manad"):
                    return Period.of_months(datetime.date(int(year), month, 1))
                return Period.of_year(int(year))
            case _:
                return Period.of_year(self._recorded.until.year)

    def narrowing(self) -> dict[str, str]:
        """County, category and exposure, for the question."""
        names = {Filter.COUNTY: "county", Filter.CATEGORY: "category", Filter.EXPOSURE: "exposure"}
        return {name: self.cleaned_data.get(one.value) or "" for one, name in names.items()}

    def carrying(self, hidden: Mapping[str, str]) -> "LineFilterForm":
        """The form with further values that are sent along unseen."""
        for name in hidden:
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.data = {**{name: self.data.get(name) for name in self.data}, **hidden}
        return self


class LineTargetForm(forms.Form):
    """The target for the share of calls with unknown county."""

    percent = forms.IntegerField(
        label="Högst så många procent av samtalen får sakna län",
        min_value=0,
        max_value=100,
        help_text="Ett helt tal från 0 till 100. År 2023 saknade 19 procent av de nationella samtalen län.",
    )


class ReleaseForm(forms.Form):
    """What to release: which tables, over which whole years."""

    title = LineField(
        label="Rubrik",
        max_length=150,
        help_text="Till exempel ”Samtal till stödtelefonerna 2025”.",
        validators=[no_identity_number],
    )
    tables = forms.MultipleChoiceField(label="Tabeller", widget=forms.CheckboxSelectMultiple)
    first_year = forms.TypedChoiceField(label="Från och med år", coerce=int)
    last_year = forms.TypedChoiceField(
        label="Till och med år",
        coerce=int,
        help_text="Bara år som är slut kan väljas, och bara år som alla valda tabeller har uppgifter för.",
    )

    def __init__(self, data: QueryDict | None, *, offered: Mapping[str, Sequence[int]]) -> None:
        years = sorted({year for there in offered.values() for year in there})
        latest = years[-1] if years else None
        super().__init__(data, initial={"first_year": latest, "last_year": latest})
        names = [
            (table_id, f"{RELEASABLE[table_id].title.sv} ({years_in_words(there)})")
            for table_id, there in offered.items()
        ]
        set_choices(self, "tables", names)
        for name in ("first_year", "last_year"):
            set_choices(self, name, [(str(year), str(year)) for year in years])


class SignReleaseForm(forms.Form):
    """When a release becomes public."""

    publish_at = forms.DateTimeField(
        label="Publiceras",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Svensk tid. Lämna tomt för att publicera genast.",
    )


class WithdrawReleaseForm(forms.Form):
    """Why a release is taken back; everybody can read it."""

    reason = LineField(
        label="Varför återkallas publiceringen?",
        max_length=300,
        help_text="Skälet visas för alla.",
        validators=[no_identity_number],
    )
