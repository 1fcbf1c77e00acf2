"""The filter of the list of calls."""

import datetime
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone

from nch.accounts.models import User
from nch.common.fields import DayField, set_choices
from nch.counties.selectors import counties
from stodtelefon.enums import Channel, CodeKind
from stodtelefon.selectors import FIRST_YEAR, UNKNOWN_COUNTY, CallCriteria, codes_by_kind, lines_for

RECENT: Final = {"7": 7, "30": 30, "365": 365}
"""Periods that end today, by their value in the address: how many days each has."""

USUAL_PERIOD = "365"


class CallFilterForm(forms.Form):
    """Narrows the list of calls; a value that does not exist narrows nothing and is pointed out.

    Where nothing is said about the period it is the last twelve months; ”Alla år” says it with an empty value.
    """

    mine = forms.BooleanField(label="Bara mina samtal", required=False)
    outside = forms.BooleanField(label="Bara utanför öppettiden", required=False)
    line = forms.TypedChoiceField(label="Stödtelefon", required=False, coerce=int, empty_value=None)
    period = forms.ChoiceField(label="Period", required=False)
    since = DayField(label="Från och med", required=False)
    until = DayField(label="Till och med", required=False)
    county = forms.ChoiceField(label="Län", required=False)
    category = forms.ChoiceField(label="Den som ringde", required=False)
    topic = forms.ChoiceField(label="Frågan gällde", required=False)
    channel = forms.ChoiceField(label="Kanal", required=False, choices=[("", "Alla"), *Channel.choices])
    exposure = forms.ChoiceField(label="Utsatthet", required=False)

    def __init__(self, data: QueryDict, *, user: User, at: datetime.datetime) -> None:
        if "period" not in data:
            data = data.copy()
            data["period"] = USUAL_PERIOD
        super().__init__(data)
        self.today = timezone.localtime(at).date()
        years = [(str(year), str(year)) for year in range(self.today.year, FIRST_YEAR - 1, -1)]
        recent = [("7", "Senaste 7 dagarna"), ("30", "Senaste 30 dagarna"), ("365", "Senaste 12 månaderna")]
        set_choices(self, "period", [("", "Alla år"), *recent, *years])
        places = [(county.code, county.name) for county in counties()]
        set_choices(self, "county", [("", "Alla"), *places, (UNKNOWN_COUNTY, "Okänt län")])
        lists = codes_by_kind()
        for name, kind in (
            ("category", CodeKind.CALLER_CATEGORY),
            ("topic", CodeKind.TOPIC),
            ("exposure", CodeKind.EXPOSURE),
        ):
            set_choices(self, name, [("", "Alla"), *((code.code, code.label) for code in lists[kind].values())])
        self.lines = list(lines_for(user))
        if len(self.lines) > 1:
            set_choices(self, "line", [("", "Alla"), *((line.pk, line.name) for line in self.lines)])
        else:
            del self.fields["line"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", "Perioden slutar innan den börjar.")
        return values

    def criteria(self) -> CallCriteria:
        """What to filter by, for the selector."""
        self.is_valid()
        values = self.cleaned_data
        first, last = self._period(values.get("period", ""))
        sinces = [day for day in (first, values.get("since")) if day]
        untils = [day for day in (last, values.get("until")) if day]
        return CallCriteria(
            mine=bool(values.get("mine")),
            outside=bool(values.get("outside")),
            line_id=values.get("line"),
            since=max(sinces, default=None),
            until=min(untils, default=None),
            **{name: values.get(name, "") for name in ("county", "category", "topic", "channel", "exposure")},
        )

    def _period(self, period: str) -> tuple[datetime.date | None, datetime.date | None]:
        if period in RECENT:
            return self.today - datetime.timedelta(days=RECENT[period] - 1), None
        if period:
            return datetime.date(int(period), 1, 1), datetime.date(int(period), 12, 31)
        return None, None
