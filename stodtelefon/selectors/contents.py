"""The coded content of a call as plain codes, and what it says in words; for its history and for comparing."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from nch.common.formats import format_datetime, format_number
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
    """Says contents in words; reads the names of codes and places once for all of them."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self._codes = {(code.kind, code.code): code.label for code in Code.objects.all()} if contents else {}
        self._counties = _names(County, (content["county"] for content in contents))
        self._municipalities = _names(Municipality, (content["municipality"] for content in contents))
        self._centres = _names(Organisation, (content["referred_to"] for content in contents))

    def _code(self, kind: CodeKind, code: str | None) -> str:
        return self._codes.get((kind, code), code) if code else ""

    def of(self, content: Content) -> dict[str, str]:
        """Each part of the content in words, in the order of `LABELS`."""
        began = timezone.localtime(datetime.datetime.fromisoformat(content["started_at"]))
        return {
            "started_at": format_datetime(began),
            "duration_minutes": f"{format_number(content['duration_minutes'])} minuter",
            "channel": Channel(content["channel"]).label,
            "caller_category": self._code(CodeKind.CALLER_CATEGORY, content["caller_category"]),
            "county": self._counties.get(content["county"], "Okänt län"),
            "municipality": self._municipalities.get(content["municipality"], "Okänd kommun"),
            "topic": self._code(CodeKind.TOPIC, content["topic"]),
            "advice": ", ".join(self._code(CodeKind.ADVICE, code) for code in content["advice"]),
            "referral": self._code(CodeKind.REFERRAL, content["referral"]) or "Ingen hänvisning",
            "referred_to": self._centres.get(content["referred_to"], ""),
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


def _names(model: Any, keys: Iterable[Any]) -> dict[Any, str]:
    wanted = {key for key in keys if key is not None}
    return {row.pk: row.name for row in model.objects.filter(pk__in=wanted)} if wanted else {}


def history_of(call: SupportCall) -> list[PastChange]:
    """What has been changed in the call, the latest first, each with what differs from what was there after it."""
    versions = list(call.versions.select_related("by").order_by("version"))
    contents = [version.content for version in versions]
    if not versions:
        return []
    contents.append(content_of(call))
    words = Words(contents)
    changes = [
        PastChange(version, words.differences(*pair) if version.change == CallChange.CORRECTED else [])
        for version, pair in zip(versions, itertools.pairwise(contents), strict=True)
    ]
    return changes[::-1]


def compared(before: Content, after: Content) -> list[Difference]:
    """What differs between two contents, in words."""
    return Words([before, after]).differences(before, after)
