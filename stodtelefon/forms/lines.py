"""Forms for a line: opening it, its hours, the days that differ, its settings, and its rota."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone

from nch.accounts.models import User
from nch.common.fields import DayField, LineField, set_queryset
from nch.common.formats import format_date, format_hours
from nch.common.personal_data.fields import no_identity_number
from nch.counties.models import Organisation
from stodtelefon.models import Shift, SupportLine
from stodtelefon.opening import WEEKDAYS, Span, Timetable
from stodtelefon.selectors.codes import centres_to_refer_to
from stodtelefon.selectors.lines import staff_of

NAME_IT = "Skriv vad telefonen heter."
SPANS_A_DAY = 2
"""Before and after lunch: published opening hours of the line have had a break."""


class TimeField(forms.TimeField):
    """A time of the day, picked in the browser's own control or typed as 09:30 or 09.30; `missing` is said of none."""

    def __init__(self, *, missing: str = "", **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        errors = {"invalid": "Skriv klockslaget med timmar och minuter, till exempel 09.30."}
        errors |= {"required": missing} if missing else {}
        super().__init__(widget=widget, input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], error_messages=errors, **kwargs)


def _span(cleaned: dict[str, Any], opens: str, closes: str) -> Span | None:
    """The span of two times; None where both are blank. Raises ValueError where only one is given."""
    first, last = cleaned.get(opens), cleaned.get(closes)
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise ValueError
    return Span(first, last)


class NewLineForm(forms.Form):
    """The line of a resource centre that has none."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Resurscentrum",
        empty_label="Välj resurscentrum",
        error_messages={"required": "Välj vilket resurscentrum som svarar."},
    )
    name = LineField(
        label="Namn",
        max_length=120,
        help_text="Som det ska stå i listor och rapporter.",
        error_messages={"required": NAME_IT},
        validators=[no_identity_number],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "organisation", centres_to_refer_to())


class EndLineForm(forms.Form):
    """From when a line is no more."""

    day = DayField(
        label="Avslutad från och med",
        help_text="Tidigast i dag. Den dagen och senare registreras inga samtal.",
        error_messages={"required": "Ange från vilken dag telefonen är avslutad."},
    )


class LineForm(forms.Form):
    """What the line's lead decides about it."""

    name = LineField(
        label="Namn", max_length=120, validators=[no_identity_number], error_messages={"required": NAME_IT}
    )
    correction_hours = forms.IntegerField(
        label="Timmar för egen rättelse",
        min_value=0,
        max_value=720,
        help_text="Så länge får den som registrerade ett samtal rätta det. Därefter rättar du som är ansvarig.",
        error_messages={"required": "Ange antal timmar, 0 om bara ansvariga ska rätta."},
    )
    note_days = forms.IntegerField(
        label="Dagar som anteckningar sparas",
        min_value=1,
        max_value=365,
        help_text="Efter så många dagar raderas samtalens fria text. De kodade uppgifterna finns kvar.",
        error_messages={"required": "Ange hur många dagar anteckningar sparas, 1 till 365."},
    )


class OpeningHoursForm(forms.Form):
    """The hours of a week; a day left blank is closed."""

    valid_from = DayField(
        label="Gäller från",
        help_text="Öppettiderna före den dagen står kvar. Samtal som redan är registrerade behåller sin märkning.",
        error_messages={"required": "Ange från vilken dag öppettiderna gäller."},
    )
    closed_on_holidays = forms.BooleanField(
        label="Stängt på helgdagar",
        required=False,
        help_text="Röda dagar samt midsommarafton, julafton och nyårsafton.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(WEEKDAYS, start=1):
            for number in range(1, SPANS_A_DAY + 1):
                for end, word in (("opens", "öppnar"), ("closes", "stänger")):
                    label = f"{name}, {word}" if number == 1 else f"{name} efter pausen, {word}"
                    self.fields[f"{end}_{weekday}_{number}"] = TimeField(label=label, required=False)

    @staticmethod
    def initial_of(timetable: Timetable, day: datetime.date) -> dict[str, Any]:
        """What the form shows at first: the hours that hold on a day."""
        values: dict[str, Any] = {"valid_from": day, "closed_on_holidays": timetable.closed_on_holidays}
        for weekday in range(1, 8):
            spans = timetable.weekly_hours(weekday, on=day)
            for number, span in enumerate(spans[:SPANS_A_DAY], start=1):
                values |= {f"opens_{weekday}_{number}": span.opens, f"closes_{weekday}_{number}": span.closes}
        return values

    @property
    def days(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """Each day's name with its pairs of fields."""
        for weekday, name in enumerate(WEEKDAYS, start=1):
            numbers = range(1, SPANS_A_DAY + 1)
            yield name, [(self[f"opens_{weekday}_{number}"], self[f"closes_{weekday}_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.hours: list[tuple[int, Span]] = []
        for weekday in range(1, 8):
            for number in range(1, SPANS_A_DAY + 1):
                opens, closes = f"opens_{weekday}_{number}", f"closes_{weekday}_{number}"
                if opens in self.errors or closes in self.errors:
                    continue
                try:
                    span = _span(cleaned, opens, closes)
                except ValueError:
                    missing = opens if cleaned.get(opens) is None else closes
                    self.add_error(missing, "Ange både när telefonen öppnar och när den stänger.")
                    continue
                if span is not None:
                    self.hours.append((weekday, span))
        return cleaned

    def point_out(self, day_field: str, message: str) -> None:
        """Put what the service found wrong with a day beside the day's first field."""
        weekday = day_field.removeprefix("day_")
        self.add_error(f"opens_{weekday}_1" if weekday.isdigit() else None, message)


class ExceptionForm(forms.Form):
    """A day that differs; without times the line is closed."""

    day = DayField(label="Dag", error_messages={"required": "Ange vilken dag som avviker."})
    opens = TimeField(label="Öppnar", required=False, help_text="Lämna båda tiderna tomma om telefonen är stängd.")
    closes = TimeField(label="Stänger", required=False)
    reason = forms.CharField(
        label="Orsak",
        max_length=100,
        help_text="Till exempel personaldag eller klämdag.",
        error_messages={"required": "Skriv varför dagen avviker."},
        validators=[no_identity_number],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.hours: Span | None = None
        try:
            self.hours = _span(cleaned, "opens", "closes")
        except ValueError:
            missing = "opens" if cleaned.get("opens") is None else "closes"
            self.add_error(missing, "Ange både när telefonen öppnar och när den stänger, eller ingetdera.")
        return cleaned


class ShiftForm(forms.Form):
    """Shifts for one person, the same time on the same days of several weeks."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label="Vem svarar?",
        empty_label="Välj person",
        error_messages={"required": "Välj vem som svarar."},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Vilka veckodagar?",
        coerce=int,
        choices=[(number, name) for number, name in enumerate(WEEKDAYS, start=1)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kryssa i minst en veckodag."},
    )
    opens = TimeField(label="Från", missing="Ange när passet börjar, till exempel 09.00.")
    closes = TimeField(label="Till", missing="Ange när passet slutar, till exempel 16.00.")
    first = DayField(
        label="Första dagen", error_messages={"required": "Ange första dagen, samma som den sista för en dag."}
    )
    last = DayField(
        label="Sista dagen",
        help_text="Dagar då telefonen inte är öppen under passet hoppas över.",
        error_messages={"required": "Ange sista dagen, samma som den första för en dag."},
    )

    def __init__(self, *args: Any, line: SupportLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "person", staff_of(line))


class ContactForm(forms.Form):
    """How a resource centre is reached; `seen` stands for what was there when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput)
    phone = LineField(
        label="Telefonnummer",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text="Numret som yrkesverksamma ringer, till exempel 010-123 45 67. Lämna tomt om det inte finns.",
    )
    phone_hours = LineField(
        label="Telefontid",
        required=False,
        max_length=100,
        help_text="Till exempel ”Vardagar 9–15, stängt i juli”.",
        validators=[no_identity_number],
    )
    website = forms.URLField(
        label="Webbplats", required=False, assume_scheme="https", help_text="Till exempel https://www.exempel.se."
    )


class ShiftChoiceField(forms.ModelChoiceField):
    """A shift, named by when it is."""

    def label_from_instance(self, obj: Shift) -> str:
        begins, ends = timezone.localtime(obj.starts_at), timezone.localtime(obj.ends_at)
        return f"{WEEKDAYS[begins.weekday()]} {format_date(begins)} {format_hours(begins, ends)}"


class SwapForm(forms.Form):
    """Which of one's own shifts to offer."""

    own = ShiftChoiceField(
        Shift.objects.none(),
        label="Vilket av dina pass vill du byta bort?",
        empty_label="Välj pass",
        error_messages={"required": "Välj ett av dina pass."},
    )

    def __init__(self, *args: Any, shifts: QuerySet[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "own", shifts)
