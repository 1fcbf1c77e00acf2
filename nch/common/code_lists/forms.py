"""Forms for the entries of a code list."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from nch.common.code_lists.models import CodeEntry
from nch.common.code_lists.rules import suggest_letters
from nch.common.fields import DayField, set_queryset
from nch.common.personal_data.fields import no_identity_number


class PlacementField(forms.ModelChoiceField):
    """Where in its list a code stands: after one of the others, or first."""

    def label_from_instance(self, obj: Any) -> str:
        return f"Efter ”{obj.label}”"


class WordingForm(forms.Form):
    """How a code is worded and where it stands in its list (`entries`)."""

    label = forms.CharField(
        label="Benämning",
        max_length=120,
        validators=[no_identity_number],
        error_messages={"required": "Skriv vad koden heter på svenska."},
    )
    label_en = forms.CharField(
        label="Engelsk benämning",
        max_length=120,
        help_text="Visas i engelsk statistik.",
        error_messages={"required": "Skriv vad koden heter på engelska."},
        validators=[no_identity_number],
    )
    after = PlacementField(None, label="Placering i listan", required=False, empty_label="Först i listan")

    def __init__(self, *args: Any, entries: QuerySet[Any], code: CodeEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "after", entries.exclude(pk=code.pk) if code is not None else entries)


class NewCodeForm(WordingForm):
    """A code that is added to a list."""

    letters = forms.CharField(
        label="Kod",
        max_length=40,
        required=False,
        help_text="Lämna tomt så föreslås en kod av benämningen. När koden gäller kan den aldrig ändras.",
    )
    valid_from = DayField(
        label="Gäller från",
        help_text="Tidigast i dag. Fram till dess kan koden tas bort.",
        error_messages={"required": "Ange från vilken dag koden gäller."},
    )
    field_order = ["label", "label_en", "letters", "valid_from", "after"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("letters") and cleaned.get("label"):
            cleaned["letters"] = suggest_letters(cleaned["label"])
        return cleaned


class EndCodeForm(forms.Form):
    """When a code is used for the last time, and what in its list (`entries`) takes over."""

    last_day = DayField(
        label="Sista dagen",
        help_text="Tidigast i dag. Till och med den dagen får koden användas.",
        error_messages={"required": "Ange sista dagen som koden får användas."},
    )
    successor: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        None,
        label="Ersätts av",
        required=False,
        empty_label="Ingen kod",
        help_text="En kod i samma lista som gäller senast dagen efter. Lägg till den först om den saknas.",
    )

    def __init__(self, *args: Any, entries: QuerySet[Any], code: CodeEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "successor", entries.exclude(pk=code.pk).filter(valid_to__isnull=True))
