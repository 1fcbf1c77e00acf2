"""The form that a call is logged with, the same form when it is corrected, and what of it a draft keeps."""

import datetime
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from nch.accounts.models import User
from nch.common.fields import DayField, LongSelect, set_queryset
from nch.common.personal_data.fields import NoPersonalDataField
from nch.counties.selectors import counties
from stodtelefon.enums import ChangeReason, Channel, CodeKind
from stodtelefon.forms.fields import CodeField, CodesField, RowField, offer_codes, offer_rows
from stodtelefon.forms.individuals import values_of
from stodtelefon.models import Code, Matter, SupportCall, SupportLine
from stodtelefon.selectors import UNKNOWN_COUNTY, centres_to_refer_to, codes_by_kind, lines_to_log_for, municipalities
from stodtelefon.selectors.contents import content_of
from stodtelefon.selectors.matters import MatterCodeError
from stodtelefon.services import CORRECTION_REASONS, RESOURCE_CENTRE_REFERRAL, CallInput, IndividualInput
from stodtelefon.services.inputs import UNKNOWN_TIME
from stodtelefon.services.matters import look_up_matter

UNKNOWN = UNKNOWN_COUNTY
Choices = list[tuple[Any, Any]]
TYPE_AHEAD = "data-typeahead"
"""Makes a select one that can be typed into where there are scripts (static/js/typeahead.js). Its value begins what is
said of a text that nothing in the list is called."""


class ContentForm(forms.Form):
    """What a call that begins on a day (`on`) may say. Unknown county and municipality are answers to be chosen."""

    caller_category = CodeField(
        label="Vem ringer?", widget=forms.RadioSelect, help_text="Välj verksamhet, inte person."
    )
    county = RowField(
        label="Län",
        widget=forms.Select(attrs={TYPE_AHEAD: "Inget län"}),
        help_text="Fråga alltid om länet. Välj ”Okänt län” om det inte går att få veta.",
    )
    municipality = RowField(label="Kommun", widget=LongSelect(attrs={TYPE_AHEAD: "Ingen kommun"}))
    topic = CodeField(label="Vad gäller frågan?", widget=forms.RadioSelect)
    advice = CodesField(label="Vilka råd gav du?", widget=forms.CheckboxSelectMultiple, required=False)
    referral = CodeField(label="Hänvisade du vidare?", widget=forms.RadioSelect, required=False)
    referred_to = RowField(
        label="Vilket resurscentrum?",
        required=False,
        help_text="Bara om du hänvisade till ett regionalt resurscentrum.",
    )
    channel = forms.ChoiceField(label="Kanal", choices=Channel.choices, widget=forms.RadioSelect)
    started_on = DayField(label="Datum")
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

    def __init__(self, *args: Any, on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, message in MISSING.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = message
        self._on = on
        read = codes_by_kind(on=on, among=self._codes_sent()) if self.is_bound else self._lists
        self.kinds = list(read[CodeKind.EXPOSURE].values())
        for name, kind in CODED.items():
            none = "Ingen hänvisning" if kind == CodeKind.REFERRAL else ""
            offer_codes(self, name, read[kind].values(), partial(self._codes_of, kind), none=none)
        offer_rows(self, "county", counties(), _county_choices, answers=[UNKNOWN])
        offer_rows(self, "municipality", municipalities(), _municipality_choices, answers=[UNKNOWN])
        if self["county"].data == UNKNOWN:
            self.fields["municipality"].required = False
        offer_rows(self, "referred_to", centres_to_refer_to(), _centre_choices)

    @cached_property
    def _lists(self) -> dict[CodeKind, dict[str, Code]]:
        return codes_by_kind(on=self._on)

    def _codes_of(self, kind: CodeKind) -> Iterable[Code]:
        return self._lists[kind].values()

    def _codes_sent(self) -> set[int]:
        sent = (value for name in CODED for value in _several(self[name].data))
        return {int(value) for value in sent if CODE_KEY.fullmatch(value)}

    @property
    def centre_referral(self) -> Code | None:
        """The referral with which a centre can be named."""
        return self._lists[CodeKind.REFERRAL].get(RESOURCE_CENTRE_REFERRAL)

    @property
    def started_at(self) -> datetime.datetime:
        """When the call began, Swedish time."""
        time = self.cleaned_data["started_time"] or UNKNOWN_TIME
        moment = datetime.datetime.combine(self.cleaned_data["started_on"], time)
        return timezone.make_aware(moment)

    def content(self, individuals: list[IndividualInput]) -> CallInput:
        """The call for the service, once the form is valid."""
        values = self.cleaned_data
        return CallInput(
            started_at=self.started_at,
            duration_minutes=values["duration_minutes"],
            channel=Channel(values["channel"]),
            caller_category=values["caller_category"],
            topic=values["topic"],
            county=values["county"],
            county_known=values["county"] is not None,
            municipality=values["municipality"],
            advice=list(values["advice"]),
            referral=values["referral"],
            referred_to=values["referred_to"],
            individuals=individuals,
            time_known=values["started_time"] is not None,
        )


def _several(value: Any) -> Iterable[str]:
    """What was sent for a field of one code or of several."""
    return value if isinstance(value, list) else [value or ""]


def _county_choices() -> Choices:
    return [("", "Välj län"), *((county.code, county.name) for county in counties()), (UNKNOWN, "Okänt län")]


def _municipality_choices() -> Choices:
    groups: dict[str, Choices] = {}
    for code, name, county in municipalities().values_list("code", "name", "county__name"):
        groups.setdefault(county, []).append((code, name))
    return [("", "Välj kommun"), (UNKNOWN, "Okänd kommun"), *groups.items()]


def _centre_choices() -> Choices:
    groups: dict[str, Choices] = {}
    for centre in centres_to_refer_to():
        groups.setdefault(centre.county.name if centre.county else "Hela landet", []).append((centre.pk, centre.name))
    return [("", "Inget valt"), *groups.items()]


class CallForm(ContentForm):
    """One call. `chosen_line` is the line that it belongs to: the user's only one, or the one chosen among several.

    The note and the code stand here and not in ContentForm, so that neither a draft nor a correction holds them.
    """

    # As they stand on the page; the rest follow in their own order.
    field_order = (
        "line",
        "matter_code",
        "caller_category",
        "county",
        "municipality",
        "topic",
        "advice",
        "referral",
        "referred_to",
        "note",
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    matter_code = forms.CharField(
        label="Uppföljningskod",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        help_text="Om den som ringer har fått en kod vid ett tidigare samtal, till exempel KXM-4PR2.",
    )
    note = NoPersonalDataField(
        label="Anteckning",
        required=False,
        help_text="Kort, och inget som pekar ut någon. Anteckningen raderas automatiskt och följer aldrig med i "
        "statistik, listor eller filer.",
    )
    line = forms.ModelChoiceField(SupportLine.objects.none(), label="Stödtelefon", empty_label="Välj stödtelefon")

    def __init__(self, *args: Any, user: User, at: datetime.datetime, **kwargs: Any) -> None:
        self.user, self.at = user, at
        now = timezone.localtime(at)
        beginning = {"started_on": now.date(), "started_time": now.time(), "channel": Channel.PHONE}
        kwargs["initial"] = beginning | kwargs.get("initial", {})
        super().__init__(*args, on=now.date(), **kwargs)
        self.lines = list(lines_to_log_for(user))
        if len(self.lines) > 1:
            set_queryset(self, "line", lines_to_log_for(user))
        else:
            del self.fields["line"]

    def clean_matter_code(self) -> Matter | None:
        typed = self.cleaned_data["matter_code"].strip()
        try:
            return look_up_matter(typed=typed, by=self.user, at=self.at) if typed else None
        except MatterCodeError as error:
            raise ValidationError(str(error)) from error

    @property
    def chosen_line(self) -> SupportLine:
        """The line that the call is logged at, once the form is valid."""
        line: SupportLine = self.cleaned_data.get("line") or self.lines[0]
        return line


class CorrectionForm(ContentForm):
    """A call that is logged, to be corrected. `version` is the one that was read; whoever must say why chooses so."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label="Varför rättas samtalet?",
        choices=[("", "Välj skäl"), *((reason.value, reason.label) for reason in CORRECTION_REASONS)],
        error_messages={"required": "Välj varför samtalet rättas."},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        call: SupportCall,
        reason_needed: bool,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        on = timezone.localtime(call.started_at).date()
        super().__init__(data, on=on, initial=None if data is not None else typed or call_values(call))
        self.fields["reason"].required = reason_needed
        if not call.time_known:
            self.fields["started_time"].required = False
            self.fields["started_time"].help_text = "Klockslaget är okänt i registret. Lämna tomt om det inte är känt."

    @property
    def chosen_reason(self) -> ChangeReason | None:
        """The reason for the service, once the form is valid."""
        reason = self.cleaned_data["reason"]
        return ChangeReason(reason) if reason else None


CODED = {
    "caller_category": CodeKind.CALLER_CATEGORY,
    "topic": CodeKind.TOPIC,
    "advice": CodeKind.ADVICE,
    "referral": CodeKind.REFERRAL,
}
CODE_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
MISSING = {
    "line": "Välj vilken stödtelefon samtalet kom till.",
    "caller_category": "Välj vem som ringer.",
    "county": "Välj län, eller ange att länet är okänt.",
    "municipality": "Välj kommun, eller ange att kommunen är okänd.",
    "topic": "Välj vad frågan gäller.",
    "started_on": "Ange vilken dag samtalet började.",
    "started_time": "Ange när samtalet började, till exempel 09:30.",
    "duration_minutes": "Ange hur många minuter samtalet varade.",
    "channel": "Välj kanal.",
}


def as_typed(form: forms.Form) -> dict[str, Any]:
    """What was sent, as values for the same form shown anew without a word about what is missing in it yet."""
    return {name: form[name].data for name in form.fields}


def call_values(call: SupportCall) -> dict[str, Any]:
    """A call that is logged as the values of the form's fields."""
    began = timezone.localtime(call.started_at)
    return {
        "version": call.version,
        "caller_category": call.caller_category_id,
        "county": call.county_id or UNKNOWN,
        "municipality": call.municipality_id or UNKNOWN,
        "topic": call.topic_id,
        "advice": [code.pk for code in call.advice.all()],
        "referral": call.referral_id,
        "referred_to": call.referred_to_id,
        "channel": call.channel,
        "started_on": began.date(),
        "started_time": began.time() if call.time_known else None,
        "duration_minutes": call.duration_minutes,
    }


def individual_values(call: SupportCall) -> list[dict[str, Any]]:
    """Its individuals as the values of theirs."""
    return values_of(content_of(call)["individuals"])


# --- Drafts -------------------------------------------------------------------------------------------------------


def drafted(form: CallForm, individuals: BaseFormSet) -> dict[str, Any]:
    """What a draft keeps of a form that is being filled in: the choices made so far, each only where it is a choice.

    Fields are named one by one, so that free text that joins the form never reaches a draft.
    """
    return {
        "call": _chosen(form, list(ContentForm.base_fields)),
        "individuals": [
            _chosen(one, list(one.fields)) for one in individuals.forms if individuals.management_form.is_valid()
        ],
    }


def _chosen(form: forms.Form, names: list[str]) -> dict[str, Any]:
    chosen = {}
    for name in names:
        bound = form[name]
        value = bound.data
        try:
            bound.field.clean(value)
        except ValidationError:
            continue
        if value not in (None, "", [], False):
            chosen[name] = value
    return chosen


def drafted_start(form: CallForm, *, otherwise: datetime.datetime) -> datetime.datetime:
    """When the call of a draft began, or the moment given where the form does not say it rightly."""
    if {"started_on", "started_time"} <= form.cleaned_data.keys():
        return form.started_at
    return otherwise


def restored(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A draft's values for the call and for its individuals, those left empty passed over."""
    return dict(content["call"]), [one for one in content["individuals"] if set(one.values()) - {"no"}]
