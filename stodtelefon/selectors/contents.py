"""The coded content of a call as plain codes, and what it says in words; for its history and for comparing."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model, Value
from django.db.models.functions import Cast
from django.utils import timezone

from nch.common.formats import format_date, format_datetime, format_number
from nch.counties.models import County, Municipality, Organisation
from stodtelefon.enums import AgeGroup, CallChange, Channel, CodeKind, Gender, Stage
from stodtelefon.models import CallVersion, Code, Exposure, SupportCall

Content = Mapping[str, Any]
"""What a call says: `started_at` in ISO form, codes, and `individuals` as a list of the same."""

LABELS = {
    "started_at": "Började",
    "duration_minutes": "Längd",
    "channel": "Kanal",
    "caller_category": "Den som ringde",
    "county": "Län",
    "municipality": "Kommun",
    "topic": "Frågan gällde",
    "advice": "Råd",
    "referral": "Hänvisning",
    "referred_to": "Resurscentrum",
    "referral_outcome": "Vad hänvisningen ledde till",
    "individuals": "Utsatta individer",
}


@dataclass(frozen=True)
class Difference:
    """A part of a call that says one thing before and another after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PastChange:
    """A change in a call's history with what it changed."""

    version: CallVersion
    differences: Sequence[Difference]

    @property
    def title(self) -> str:
        """What its table is called on the page, each by a name of its own."""
        return f"Rättelse {self.version.version}"


def content_of(call: SupportCall) -> dict[str, Any]:
    """What the call says. Reads advice and individuals unless they are fetched."""
    individuals = [
        {
            "age_group": str(one.age_group),
            "gender": str(one.gender),
            "exposures": _exposures((each.kind.code, each.stage) for each in _exposures_of(one)),
        }
        for one in call.individuals.all()
    ]
    return {
        "started_at": call.started_at.astimezone(datetime.UTC).isoformat(),
        "time_known": call.time_known,
        "duration_minutes": call.duration_minutes,
        "channel": str(call.channel),
        "caller_category": call.caller_category.code,
        "county": call.county_id,
        "municipality": call.municipality_id,
        "topic": call.topic.code,
        "advice": sorted(code.code for code in call.advice.all()),
        "referral": call.referral.code if call.referral else None,
        "referred_to": call.referred_to_id,
        "referral_outcome": call.referral_outcome.code if call.referral_outcome else None,
        "individuals": individuals,
    }


def _exposures_of(individual: Any) -> Iterable[Exposure]:
    exposures: Any = individual.exposures.all()
    fetched = "exposures" in getattr(individual, "_prefetched_objects_cache", {})
    rows: Iterable[Exposure] = exposures if fetched else exposures.select_related("kind")
    return rows


def _exposures(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    return sorted([kind, str(stage)] for kind, stage in pairs)


class Words:
    """Says contents in words; reads the names of codes, and of the places in the contents, once for all of them."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self._names = _names(contents)

    def choices(self, kind: CodeKind) -> list[tuple[str, str]]:
        """The codes of a list with their labels, in its order."""
        return [(code, label) for (name, code), label in self._names.items() if name == kind]

    def _code(self, kind: CodeKind, code: str | None) -> str:
        return self._names.get((kind, code), code) if code else ""

    def _place(self, name: str, key: str | int | None, otherwise: str) -> str:
        return self._names.get((name, str(key)), otherwise)

    def of(self, content: Content) -> dict[str, str]:
        """Each part of the content in words, in the order of `LABELS`."""
        began = timezone.localtime(datetime.datetime.fromisoformat(content["started_at"]))
        return {
            # Contents from before a time could be unknown do not say so.
            "started_at": format_datetime(began) if content.get("time_known", True) else format_date(began),
            "duration_minutes": _minutes(content["duration_minutes"]),
            "channel": Channel(content["channel"]).label,
            "caller_category": self._code(CodeKind.CALLER_CATEGORY, content["caller_category"]),
            "county": self._place("county", content["county"], "Okänt län"),
            "municipality": self._place("municipality", content["municipality"], "Okänd kommun"),
            "topic": self._code(CodeKind.TOPIC, content["topic"]),
            "advice": ", ".join(self._code(CodeKind.ADVICE, code) for code in content["advice"]),
            "referral": self._code(CodeKind.REFERRAL, content["referral"]) or "Ingen hänvisning",
            "referred_to": self._place("referred_to", content["referred_to"], ""),
            "referral_outcome": self._code(CodeKind.REFERRAL_OUTCOME, content["referral_outcome"]),
            "individuals": "; ".join(self._individual(one) for one in content["individuals"]) or "Ingen",
        }

    def _individual(self, one: Mapping[str, Any]) -> str:
        exposures = [
            self._code(CodeKind.EXPOSURE, kind) + ("" if stage == Stage.NONE else f" ({Stage(stage).label.lower()})")
            for kind, stage in one["exposures"]
        ]
        return ", ".join([AgeGroup(one["age_group"]).label, Gender(one["gender"]).label.lower(), *exposures])

    def differences(self, before: Content, after: Content) -> list[Difference]:
        """What the two do not say alike."""
        was, is_now = self.of(before), self.of(after)
        return [
            Difference(label, was[name], is_now[name]) for name, label in LABELS.items() if was[name] != is_now[name]
        ]


def _minutes(number: int) -> str:
    return "1 minut" if number == 1 else f"{format_number(number)} minuter"


PLACES: dict[str, type[Model]] = {"county": County, "municipality": Municipality, "referred_to": Organisation}


def _names(contents: Sequence[Content]) -> dict[tuple[str, str], str]:
    """Names by list (or field, of the places that the contents name) and key, codes in their order. One query."""
    rows = Code.objects.order_by().values_list("kind", "code", "label", "position")
    places: list[Any] = []
    for field, model in PLACES.items():
        keys = {content[field] for content in contents if content[field] is not None}
        if keys:
            named = model._default_manager.filter(pk__in=keys).order_by()
            key = Cast("pk", CharField())
            places.append(named.values_list(Value(field, CharField()), key, "name", Value(0)))
    found = rows.union(*places, all=True)
    return {(name, key): label for name, key, label, _ in sorted(found, key=lambda row: (row[3], row[1]))}


@dataclass(frozen=True)
class History:
    """What has been changed in a call, the latest first, and the words that its page needs besides."""

    changes: list[PastChange]
    words: Words


def history_of(call: SupportCall) -> History:
    """What has been changed in the call, each with what differs from what was there after it. Two queries at most."""
    versions = list(call.versions.select_related("by").order_by("version")) if call.version > 1 else []
    contents = [version.content for version in versions]
    if versions:
        contents.append(content_of(call))
    words = Words(contents)
    changes = [
        PastChange(version, words.differences(*pair) if version.change == CallChange.CORRECTED else [])
        for version, pair in zip(versions, itertools.pairwise(contents), strict=True)
    ]
    return History(changes[::-1], words)


def compared(before: Content, after: Content) -> list[Difference]:
    """What differs between two contents, in words."""
    return Words([before, after]).differences(before, after)
