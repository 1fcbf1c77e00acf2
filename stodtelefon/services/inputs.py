"""What a call is to say, and whether it may: the same for one that is logged and one that is corrected."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils import timezone

from nch.common.bulk import insert_rows
from nch.common.errors import FieldError
from nch.counties.enums import OrganisationKind
from nch.counties.models import County, Municipality, Organisation
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.models import Code, ExposedIndividual, Exposure, SupportCall

RESOURCE_CENTRE_REFERRAL = "resurscentrum"
"""The code of a referral to a regional resource centre, with which the centre can be named."""

MAX_MINUTES = 600

UNKNOWN_TIME = datetime.time(12)
"""What stands for a time that nobody has written down: noon is the same day in every time zone near."""


class CallError(FieldError):
    """The call cannot be kept."""


@dataclass(frozen=True)
class IndividualInput:
    """An exposed individual of a call: each kind of exposure at most once, with its stage."""

    age_group: AgeGroup
    gender: Gender
    exposures: tuple[tuple[Code, Stage], ...] = ()


@dataclass(frozen=True)
class CallInput:
    """The coded content of a call. Where `time_known` is false, `started_at` is noon (`UNKNOWN_TIME`) of its day."""

    started_at: datetime.datetime
    duration_minutes: int
    channel: Channel
    caller_category: Code
    topic: Code
    county: County | None
    county_known: bool
    municipality: Municipality | None = None
    advice: Sequence[Code] = ()
    referral: Code | None = None
    referred_to: Organisation | None = None
    individuals: Sequence[IndividualInput] = ()
    time_known: bool = True

    def columns(self) -> dict[str, Any]:
        """What stands in the call's own row."""
        names = (one.name for one in fields(self) if one.name not in ("advice", "individuals"))
        return {name: getattr(self, name) for name in names}

    def as_content(self) -> dict[str, Any]:
        """The same as plain codes, as `stodtelefon.selectors.contents` reads them from a call; the outcome is left."""
        return {
            "started_at": self.started_at.astimezone(datetime.UTC).isoformat(),
            "time_known": self.time_known,
            "duration_minutes": self.duration_minutes,
            "channel": str(self.channel),
            "caller_category": self.caller_category.code,
            "county": self.county.pk if self.county else None,
            "municipality": self.municipality.pk if self.municipality else None,
            "topic": self.topic.code,
            "advice": sorted(code.code for code in self.advice),
            "referral": self.referral.code if self.referral else None,
            "referred_to": self.referred_to.pk if self.referred_to else None,
            "individuals": [
                {
                    "age_group": str(one.age_group),
                    "gender": str(one.gender),
                    "exposures": sorted([kind.code, str(stage)] for kind, stage in one.exposures),
                }
                for one in self.individuals
            ],
        }

    def check(self, *, logged_at: datetime.datetime) -> None:
        """Raise CallError where the values cannot be or do not fit together; codes count by the day of the call."""
        if self.started_at > logged_at:
            raise CallError("started_on", "Samtalet kan inte ha börjat efter att det registrerades.")
        if not 1 <= self.duration_minutes <= MAX_MINUTES:
            raise CallError("duration_minutes", f"Längden ska vara mellan 1 och {MAX_MINUTES} minuter.")
        day = timezone.localtime(self.started_at).date()
        _check_code("caller_category", CodeKind.CALLER_CATEGORY, self.caller_category, day)
        _check_code("topic", CodeKind.TOPIC, self.topic, day)
        for code in self.advice:
            _check_code("advice", CodeKind.ADVICE, code, day)
        if self.referral is not None:
            _check_code("referral", CodeKind.REFERRAL, self.referral, day)
        self._check_place()
        self._check_referral()
        self._check_individuals(day)

    def _check_place(self) -> None:
        if self.county_known and self.county is None:
            raise CallError("county", "Välj län, eller ange att länet är okänt.")
        if not self.county_known and self.county is not None:
            raise CallError("county", "Länet kan inte vara både angivet och okänt.")
        place = self.municipality
        if place is not None and (self.county is None or place.county_id != self.county.pk):
            raise CallError("municipality", f"{place.name} ligger inte i det län som är valt.")

    def _check_referral(self) -> None:
        if self.referred_to is None:
            return
        if self.referral is None or self.referral.code != RESOURCE_CENTRE_REFERRAL:
            raise CallError("referred_to", "Välj ”Regionalt resurscentrum” som hänvisning för att ange vilket centrum.")
        if self.referred_to.kind != OrganisationKind.RESOURCE_CENTRE:
            raise CallError("referred_to", f"{self.referred_to.name} är inget resurscentrum.")

    def _check_individuals(self, day: datetime.date) -> None:
        for number, individual in enumerate(self.individuals, start=1):
            kinds = [kind for kind, _ in individual.exposures]
            if len(kinds) != len(set(kinds)):
                raise CallError("individuals", f"Individ {number}: samma slags utsatthet är angiven två gånger.")
            for kind, stage in individual.exposures:
                _check_code("individuals", CodeKind.EXPOSURE, kind, day)
                if stage not in kind.permitted_stages:
                    message = f"Individ {number}: skedet ”{stage.label}” finns inte för ”{kind.label}”."
                    raise CallError("individuals", message)


def _check_code(field: str, kind: CodeKind, code: Code, day: datetime.date) -> None:
    if code.kind != kind:
        raise CallError(field, f"”{code.label}” hör inte till listan ”{kind.label}”.")
    if day < code.valid_from or (code.valid_to is not None and day > code.valid_to):
        raise CallError(field, f"”{code.label}” gällde inte {day.isoformat()}.")


def write_parts(call: SupportCall, content: CallInput) -> None:
    """Write the advice and the individuals of a call that has none."""
    advice = [(call.pk, code.pk) for code in dict.fromkeys(content.advice)]
    insert_rows(SupportCall.advice.through, ("supportcall_id", "code_id"), advice)
    rows = ExposedIndividual.objects.bulk_create(
        ExposedIndividual(call=call, position=number, age_group=one.age_group, gender=one.gender)
        for number, one in enumerate(content.individuals, start=1)
    )
    exposures = [
        (row.pk, kind.pk, stage)
        for row, one in zip(rows, content.individuals, strict=True)
        for kind, stage in one.exposures
    ]
    insert_rows(Exposure, ("individual_id", "kind_id", "stage"), exposures)
