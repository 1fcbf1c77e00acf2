"""Calls for the demonstration, made up one by one and marked as constructed: those of 2023 are true in their margins,
those of later years, of which nothing is published, only alike."""

import datetime
import random
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.counties.models import Municipality
from nch.counties.selectors import population_by_county, populations
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.models import Code, ExposedIndividual, Exposure, SupportCall
from stodtelefon.opening import holiday_on
from stodtelefon.selectors import (
    codes,
    latest_category_year,
    national_line,
    published_per_category,
    published_per_county,
    published_per_year,
)
from stodtelefon.selectors.tallies import counted_calls
from stodtelefon.services.inputs import CallError
from stodtelefon.services.tallies import add_to_tally

Key = TypeVar("Key", bound=Hashable)

YEAR = 2023
UNKNOWN_COUNTY_PER_CENT = 15
"""Of the calls of later years; in 2023 it was 19."""
OPENS, CLOSES = 9 * 60, 16 * 60
"""Opening hours on working days, in minutes from midnight, Swedish time."""

# Shares in no published source, chosen so that abduction is commonest, then marriage, then mutilation, as in 2023.
KIND_WEIGHTS: dict[str | None, int] = {"abduction": 32, "marriage": 24, "fgm": 10, "other": 26, None: 8}
INDIVIDUALS_WEIGHTS = {0: 25, 1: 55, 2: 14, 3: 6}
CHANNEL_WEIGHTS = {Channel.PHONE: 88, Channel.EMAIL: 10, Channel.MEETING: 2}
AGE_WEIGHTS = dict(zip(AgeGroup, (4, 12, 24, 22, 14, 10, 6, 8), strict=True))
GENDER_WEIGHTS = {Gender.GIRL_OR_WOMAN: 74, Gender.BOY_OR_MAN: 20, Gender.OTHER: 1, Gender.UNKNOWN: 5}


def allot(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Share `total` out in proportion to the weights, whole numbers that add up to it (largest remainder)."""
    whole = sum(weights.values())
    shares = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def working_days(year: int) -> list[datetime.date]:
    """Monday to Friday, without Sweden's public holidays and the eves that are holidays in practice."""
    days = (datetime.date(year, 1, 1) + datetime.timedelta(days=number) for number in range(366))
    return [day for day in days if day.year == year and day.isoweekday() < 6 and not holiday_on(day)]


def _spread(draw: random.Random, shares: Mapping[Key, int]) -> list[Key]:
    """Each key as many times as its share says, in random order."""
    drawn = [key for key, number in shares.items() for _ in range(number)]
    draw.shuffle(drawn)
    return drawn


def _pick(draw: random.Random, weights: Mapping[Key, int]) -> Key:
    return draw.choices(list(weights), weights=list(weights.values()))[0]


def _county_shares() -> dict[str | None, int]:
    """Calls per county code in 2023 as published, None for the unknown; the sum of the others by population."""
    published = published_per_county(YEAR)
    shares: dict[str | None, int] = {fact.county_code: fact.calls for fact in published if fact.county_code}
    unknown, others = (fact.calls for fact in published if fact.county_code is None)
    people = {code: number for code, number in population_by_county(YEAR).items() if code not in shares}
    return {**shares, **allot(others, dict(sorted(people.items()))), None: unknown}


def _shares_by_population(total: int, year: int) -> dict[str | None, int]:
    """Calls per county code in proportion to the county's inhabitants, None for the unknown."""
    unknown = total * UNKNOWN_COUNTY_PER_CENT // 100
    people = populations()
    latest = people[max(one for one in people if one <= year)]
    return {**allot(total - unknown, dict(sorted(latest.items()))), None: unknown}


def _key(year: int, number: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"stodtelefon/constructed/{year}/{number}")


def construct_calls_2023(*, by: User, at: datetime.datetime) -> int:
    """Make up the 395 calls of the national line in 2023 and return how many were made (0 where they are there).

    Total and counties equal the published figures; the counties that are published as one sum share it by population,
    the caller categories follow the latest year published. The same calls come out every time. Needs the country, the
    code lists, the published figures and the national line; raises CallError where the figures are missing.
    """
    total = published_per_year(YEAR, YEAR)[0].calls
    if total is None:
        raise CallError("", "De publicerade uppgifterna är inte inlästa.")
    return _construct(YEAR, total, _county_shares, days=working_days(YEAR), by=by, at=at)


def construct_calls_of(year: int, *, calls: int, until: datetime.date, by: User, at: datetime.datetime) -> int:
    """Make up so many calls of the national line in a year of which nothing is published, and return how many were made
    (0 where they are there).

    They lie on working days up to `until`; counties follow the latest population up to the year and caller categories
    the latest year published. Needs and raises what `construct_calls_2023` does.
    """
    days = [day for day in working_days(year) if day <= until]
    return _construct(year, calls, lambda: _shares_by_population(calls, year), days=days, by=by, at=at)


@transaction.atomic
def _construct(
    year: int,
    total: int,
    shares: Callable[[], Mapping[str | None, int]],
    *,
    days: Sequence[datetime.date],
    by: User,
    at: datetime.datetime,
) -> int:
    line = national_line()
    require(by, Right.LOG_CALLS, line.organisation_id)
    if SupportCall.objects.filter(idempotency_key=_key(year, 0)).exists():
        return 0
    category_year = latest_category_year()
    if category_year is None:
        raise CallError("", "De publicerade uppgifterna är inte inlästa.")
    draw = random.Random(year)  # noqa: S311 – the same calls every time, no secrets
    places = _spread(draw, shares())
    category_of = {code.code: code for code in codes(CodeKind.CALLER_CATEGORY)}
    category_weights = {fact.code: fact.calls for fact in published_per_category(category_year)}
    categories = _spread(draw, allot(total, category_weights))
    topics, advice, referrals = (list(codes(kind)) for kind in (CodeKind.TOPIC, CodeKind.ADVICE, CodeKind.REFERRAL))
    municipalities: dict[str, list[Municipality]] = {}
    for place in Municipality.objects.order_by("code"):
        municipalities.setdefault(place.county_id, []).append(place)

    calls = []
    for number in range(total):
        minutes = draw.randint(5, 50)
        begins = draw.randint(OPENS, CLOSES - minutes)
        moment = datetime.datetime.combine(draw.choice(days), datetime.time(begins // 60, begins % 60))
        county = places[number]
        usable = [code for code in referrals if code.is_valid_on(moment.date())]
        municipality = draw.choice(municipalities[county]) if county is not None and draw.random() < 0.7 else None
        calls.append(
            SupportCall(
                line=line,
                started_at=timezone.make_aware(moment),
                duration_minutes=minutes,
                channel=_pick(draw, CHANNEL_WEIGHTS),
                caller_category=category_of[categories[number]],
                topic=draw.choices(topics, weights=(60, 15, 25))[0],
                county_id=county,
                county_known=county is not None,
                municipality=municipality,
                referral=draw.choice(usable) if draw.random() < 0.5 else None,
                logged_by=by,
                logged_at=at,
                idempotency_key=_key(year, number),
                constructed=True,
            )
        )
    SupportCall.objects.bulk_create(calls)
    _add_advice(draw, calls, advice)
    individuals = _add_individuals(draw, calls)
    add_to_tally(counted_calls(SupportCall.objects.filter(pk__in=[call.pk for call in calls])))
    record(
        "calls_constructed",
        by=by,
        subject=line,
        organisation_id=line.organisation_id,
        details={"year": year, "calls": len(calls), "individuals": individuals},
        at=at,
    )
    return len(calls)


def _add_advice(draw: random.Random, calls: list[SupportCall], advice: list[Code]) -> None:
    given = SupportCall.advice.through
    rows = []
    for call in calls:
        day = timezone.localtime(call.started_at).date()
        valid = [code for code in advice if code.is_valid_on(day)]
        rows += [given(supportcall_id=call.pk, code_id=code.pk) for code in draw.sample(valid, draw.randint(1, 3))]
    given.objects.bulk_create(rows)


def _add_individuals(draw: random.Random, calls: list[SupportCall]) -> int:
    individuals = []
    for call in calls:
        for position in range(1, _pick(draw, INDIVIDUALS_WEIGHTS) + 1):
            age_group, gender = _pick(draw, AGE_WEIGHTS), _pick(draw, GENDER_WEIGHTS)
            individuals.append(ExposedIndividual(call=call, position=position, age_group=age_group, gender=gender))
    kind_of = {code.code: code for code in codes(CodeKind.EXPOSURE)}
    drawn = _spread(draw, allot(len(individuals), KIND_WEIGHTS))
    for individual, name in zip(individuals, drawn, strict=True):
        if name == "fgm":
            individual.gender = Gender.GIRL_OR_WOMAN
    ExposedIndividual.objects.bulk_create(individuals)
    exposures = []
    for individual, name in zip(individuals, drawn, strict=True):
        if name is None:
            continue
        kind = kind_of[name]
        exposures.append(Exposure(individual=individual, kind=kind, stage=draw.choice(kind.permitted_stages)))
        if name != "other" and draw.random() < 0.25:
            exposures.append(Exposure(individual=individual, kind=kind_of["other"], stage=Stage.NONE))
    Exposure.objects.bulk_create(exposures)
    return len(individuals)
