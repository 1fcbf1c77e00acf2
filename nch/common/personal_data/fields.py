"""A form field for a short free text that may hold no personal data."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from nch.common.personal_data.finder import find
from nch.common.personal_data.kinds import KIND_WORDS, Finding, Kind, Severity
from nch.common.personal_data.rules import AROUND, RULES_VERSION

MAX_LENGTH = 500


class ConfirmedText(str):
    """A text as it was sent, with the fingerprint of the text that its writer has said holds nothing personal."""

    confirmed: str

    def __new__(cls, text: str, confirmed: str) -> "ConfirmedText":
        made = super().__new__(cls, text)
        made.confirmed = confirmed
        return made


def fingerprint(text: str) -> str:
    """What a confirmation is bound to: the text's SHA-256. `personal-data.js` counts the same."""
    return hashlib.sha256(_tidied(text).encode("utf-8", "replace")).hexdigest()


def _tidied(text: str) -> str:
    """One kind of line break (a browser sends two characters for each), and no blanks around.

    What counts as a blank is named in the rules, since Python's `strip` and JavaScript's `trim` do not agree.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(AROUND)


class PersonalDataTextarea(forms.Textarea):
    """A text area that says while one types what it finds, with the box that confirms that it is nothing personal."""

    template_name = "components/personal_data.html"

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        return None if text is None else ConfirmedText(text, data.get(_box_name(name)) or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        findings = find(_tidied(value)) if isinstance(value, ConfirmedText) else []
        asks = bool(findings) and all(finding.severity == Severity.TO_CONFIRM for finding in findings)
        context["widget"]["attrs"]["data-personal-data"] = f"{reverse('personal_data_rules')}?v={RULES_VERSION}"
        context["box"] = {
            "name": _box_name(name),
            "id": f"{context['widget']['attrs'].get('id', name)}_confirmed",
            "asks": asks,
            "value": fingerprint(value) if asks else "",
            "checked": asks and value.confirmed == fingerprint(value),
        }
        return context


def _box_name(name: str) -> str:
    return f"{name}_confirmed"


class NoPersonalDataField(forms.CharField):
    """A text in which personal data is refused, or has to be confirmed away, before it is cleaned.

    Identity numbers are refused. For what only looks like personal data the writer has to tick a box; what was ticked
    is bound to the text, so that a changed text has to be confirmed anew. The messages say what was found and where,
    never the text itself: they may be logged.
    """

    widget = PersonalDataTextarea

    def __init__(self, *, max_length: int = MAX_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "rows": "4", "autocomplete": "off", "spellcheck": "true"}

    def to_python(self, value: Any) -> Any:
        return super().to_python(_tidied(value) if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text:
            _refuse(text, getattr(value, "confirmed", ""))
        return text


def _refuse(text: str, confirmed: str) -> None:
    findings = find(text)
    _refuse_identity(findings, text)
    if findings and confirmed != fingerprint(text):
        raise ValidationError(
            "Texten ser ut att innehålla %(found)s. Ta bort det, eller kryssa i rutan under texten om det inte är "
            "personuppgifter.",
            code="unconfirmed_personal_data",
            params={"found": _in_words(findings, text)},
        )


def no_identity_number(text: str) -> None:
    """Validate a short text that others read, such as a name: an identity number is refused, the rest let through."""
    _refuse_identity(find(text), text)


def _refuse_identity(findings: list[Finding], text: str) -> None:
    refused = [finding for finding in findings if finding.severity == Severity.REFUSED]
    if refused:
        raise ValidationError(
            "Texten får inte innehålla %(found)s. Ta bort det.",
            code="personal_data",
            params={"found": _in_words(refused, text)},
        )


def _in_words(findings: list[Finding], text: str) -> str:
    """`ett namn (ord 3 och ord 9) och ett telefonnummer (rad 2, ord 1)`."""
    places: dict[Kind, list[str]] = {}
    for finding in findings:
        places.setdefault(finding.kind, []).append(_place(finding, text))
    return _joined([f"{KIND_WORDS[kind]} ({_joined(found)})" for kind, found in places.items()])


def _place(finding: Finding, text: str) -> str:
    before = text[: finding.start]
    word = len((before.rpartition("\n")[2] + "x").split())
    return f"rad {before.count(chr(10)) + 1}, ord {word}" if "\n" in text else f"ord {word}"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} och {parts[-1]}"
