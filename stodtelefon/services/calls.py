"""Logging calls."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.counties.enums import OrganisationKind
from nch.counties.models import County, Municipality, Organisation
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.models import Code, ExposedIndividual, Exposure, SupportCall, SupportLine
from stodtelefon.selectors.lines import is_outside_hours
from stodtelefon.selectors.tallies import counted, counted_individual
from stodtelefon.services.tallies import add_to_tally

RESOURCE_CENTRE_REFERRAL = "resurscentrum"
MAX_MINUTES = 600


class CallError(Exception):
    """The call cannot be logged; `field` names what is wrong ("" for the whole), the message says it in Swedish."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class IndividualInput:
    """An exposed individual of a call: each kind of exposure at most once, with its stage."""

    age_group: AgeGroup
    gender: Gender
    exposures: tuple[tuple[Code, Stage], ...] = ()


def _check_code(field: str, kind: CodeKind, code: Code, day: datetime.date) -> None:
    if code.kind != kind:
        raise CallError(field, f"”{code.label}” hör inte till listan ”{kind.label}”.")
    if day < code.valid_from or (code.valid_to is not None and day > code.valid_to):
        raise CallError(field, f"”{code.label}” gällde inte {day.isoformat()}.")


def _check_place(county: County | None, county_known: bool, municipality: Municipality | None) -> None:
    if county_known and county is None:
        raise CallError("county", "Välj län, eller ange att länet är okänt.")
    if not county_known and county is not None:
        raise CallError("county", "Länet kan inte vara både angivet och okänt.")
    if municipality is not None and (county is None or municipality.county_id != county.pk):
        raise CallError("municipality", f"{municipality.name} ligger inte i det län som är valt.")


def _check_referral(referral: Code | None, referred_to: Organisation | None) -> None:
    if referred_to is None:
        return
    if referral is None or referral.code != RESOURCE_CENTRE_REFERRAL:
        raise CallError("referred_to", "Välj ”Regionalt resurscentrum” som hänvisning för att ange vilket centrum.")
    if referred_to.kind != OrganisationKind.RESOURCE_CENTRE:
        raise CallError("referred_to", f"{referred_to.name} är inget resurscentrum.")


def _check_individuals(individuals: Sequence[IndividualInput], day: datetime.date) -> None:
    for number, individual in enumerate(individuals, start=1):
        kinds = [kind for kind, _ in individual.exposures]
        if len(kinds) != len(set(kinds)):
            raise CallError("individuals", f"Individ {number}: samma slags utsatthet är angiven två gånger.")
        for kind, stage in individual.exposures:
            _check_code("individuals", CodeKind.EXPOSURE, kind, day)
            if stage not in kind.permitted_stages:
                message = f"Individ {number}: skedet ”{stage.label}” finns inte för ”{kind.label}”."
                raise CallError("individuals", message)


def _is_same(
    call: SupportCall, values: dict[str, Any], advice: Sequence[Code], individuals: Sequence[IndividualInput]
) -> bool:
    """Whether a call in the database holds just what is about to be logged."""
    kept = [
        (row.age_group, row.gender, {(exposure.kind, exposure.stage) for exposure in row.exposures.all()})
        for row in call.individuals.prefetch_related("exposures__kind")
    ]
    return (
        all(getattr(call, name) == value for name, value in values.items())
        and set(call.advice.all()) == set(advice)
        and kept == [(one.age_group, one.gender, set(one.exposures)) for one in individuals]
    )


def _already_logged(
    key: uuid.UUID, values: dict[str, Any], advice: Sequence[Code], individuals: Sequence[IndividualInput]
) -> SupportCall | None:
    call = SupportCall.objects.select_related("line").filter(idempotency_key=key).first()
    if call is not None and not _is_same(call, values, advice, individuals):
        raise CallError("", "Samtalet är redan sparat med andra uppgifter. Ladda om sidan för att registrera ett nytt.")
    return call


@transaction.atomic
def log_call(
    *,
    by: User,
    line: SupportLine,
    started_at: datetime.datetime,
    duration_minutes: int,
    channel: Channel,
    caller_category: Code,
    topic: Code,
    county: County | None,
    county_known: bool,
    municipality: Municipality | None = None,
    advice: Sequence[Code] = (),
    referral: Code | None = None,
    referred_to: Organisation | None = None,
    individuals: Sequence[IndividualInput] = (),
    idempotency_key: uuid.UUID,
    constructed: bool = False,
    at: datetime.datetime,
) -> SupportCall:
    """Log one call with its exposed individuals.

    The same key with the same content returns the call that is there, so that a save can be tried again; the same key
    with other content raises CallError, as do values that do not fit together. Raises PermissionDenied for a line
    whose calls `by` may not log.
    """
    require(by, Right.LOG_CALLS, line.organisation_id)
    values: dict[str, Any] = {
        "line": line,
        "started_at": started_at,
        "duration_minutes": duration_minutes,
        "channel": channel,
        "caller_category": caller_category,
        "topic": topic,
        "county": county,
        "county_known": county_known,
        "municipality": municipality,
        "referral": referral,
        "referred_to": referred_to,
        "logged_by": by,
        "constructed": constructed,
    }
    if (call := _already_logged(idempotency_key, values, advice, individuals)) is not None:
        return call
    if started_at > at:
        raise CallError("started_on", "Samtalet kan inte ha börjat i framtiden.")
    if not 1 <= duration_minutes <= MAX_MINUTES:
        raise CallError("duration_minutes", f"Längden ska vara mellan 1 och {MAX_MINUTES} minuter.")
    day = timezone.localtime(started_at).date()
    _check_code("caller_category", CodeKind.CALLER_CATEGORY, caller_category, day)
    _check_code("topic", CodeKind.TOPIC, topic, day)
    for code in advice:
        _check_code("advice", CodeKind.ADVICE, code, day)
    if referral is not None:
        _check_code("referral", CodeKind.REFERRAL, referral, day)
    _check_place(county, county_known, municipality)
    _check_referral(referral, referred_to)
    _check_individuals(individuals, day)
    try:
        with transaction.atomic():
            call = SupportCall.objects.create(
                **values,
                outside_hours=is_outside_hours(line, started_at),
                logged_at=at,
                idempotency_key=idempotency_key,
            )
    except IntegrityError:
        # Two saves of the same call at once: the other one was first.
        call = _already_logged(idempotency_key, values, advice, individuals)
        if call is None:
            raise
        return call
    call.advice.add(*advice)
    rows = ExposedIndividual.objects.bulk_create(
        ExposedIndividual(call=call, position=number, age_group=one.age_group, gender=one.gender)
        for number, one in enumerate(individuals, start=1)
    )
    Exposure.objects.bulk_create(
        Exposure(individual=row, kind=kind, stage=stage)
        for row, one in zip(rows, individuals, strict=True)
        for kind, stage in one.exposures
    )
    counted_ones = [
        counted_individual(one.age_group, one.gender, [(kind.code, stage) for kind, stage in one.exposures])
        for one in individuals
    ]
    add_to_tally([counted(call, (code.code for code in advice), counted_ones)])
    record(
        "call_logged",
        by=by,
        subject=call,
        organisation_id=line.organisation_id,
        details={"individuals": len(individuals), "constructed": constructed},
        at=at,
    )
    return call
