"""Ten years of support calls, with individuals, exposures and advice."""

import datetime
import random
import uuid
from collections.abc import Mapping, Sequence

from django.utils import timezone

from bench.seed.bulk import Bulk
from bench.seed.log import Log
from nch.accounts.models import User
from nch.counties.models import County, Municipality, Organisation
from nch.counties.selectors import national_centre
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, LineKind
from stodtelefon.models import CallTally, Code, ExposedIndividual, Exposure, SupportCall, SupportLine
from stodtelefon.selectors import codes
from stodtelefon.selectors.tallies import counted, counted_individual
from stodtelefon.services import open_line
from stodtelefon.tallying import Amounts, CountedIndividual, TallyKey, entries_of

YEARS = 10
NATIONAL_SHARE = 0.8
UNKNOWN_COUNTY_SHARE = 0.2
INDIVIDUALS: Mapping[int, int] = {0: 25, 1: 55, 2: 14, 3: 6}


def open_lines(centres: Sequence[Organisation], *, at: datetime.datetime) -> list[SupportLine]:
    """The national line first, then one at each of the centres."""
    kind = LineKind.NATIONAL_PROFESSIONALS
    lines = [open_line(name=kind.label, organisation=national_centre(), kind=kind, by=None, at=at)]
    for centre in centres:
        lines.append(open_line(name=centre.name, organisation=centre, kind=LineKind.REGIONAL, by=None, at=at))
    return lines


def seed_calls(
    number: int, *, lines: Sequence[SupportLine], by: User, now: datetime.datetime, bulk: Bulk, log: Log
) -> None:
    """Add `number` calls in the order in which they came in, the last one a day ago."""
    draw = random.Random(number)
    categories, topics, advice = (
        list(codes(kind)) for kind in (CodeKind.CALLER_CATEGORY, CodeKind.TOPIC, CodeKind.ADVICE)
    )
    referrals = [None, *codes(CodeKind.REFERRAL)]
    kinds = list(codes(CodeKind.EXPOSURE))
    counties = list(County.objects.all())
    places: dict[str, list[Municipality]] = {county.code: [] for county in counties}
    for place in Municipality.objects.all():
        places[place.county_id].append(place)
    first = now - datetime.timedelta(days=round(365.25 * YEARS))
    step = (now - datetime.timedelta(days=1) - first) / number
    given = SupportCall.advice.through
    entries: dict[TallyKey, Amounts] = {}
    for index in range(number):
        county = None if draw.random() < UNKNOWN_COUNTY_SHARE else draw.choice(counties)
        line = lines[0] if draw.random() < NATIONAL_SHARE else draw.choice(lines)
        started_at = (first + index * step).replace(second=0, microsecond=0)
        minutes = draw.randint(5, 50)
        call = bulk.add(
            SupportCall(
                line=line,
                started_at=started_at,
                duration_minutes=minutes,
                channel=Channel.EMAIL if draw.random() < 0.1 else Channel.PHONE,
                caller_category=draw.choice(categories),
                topic=draw.choice(topics),
                county=county,
                county_known=county is not None,
                municipality=draw.choice(places[county.code]) if county and draw.random() < 0.7 else None,
                referral=draw.choice(referrals),
                logged_by=by,
                logged_at=started_at + datetime.timedelta(minutes=minutes),
                idempotency_key=uuid.UUID(int=draw.getrandbits(128), version=4),
            )
        )
        advised = draw.sample(advice, draw.randint(1, 3))
        for code in advised:
            bulk.add(given(supportcall_id=call.pk, code_id=code.pk))
        individuals = _add_individuals(draw, call, kinds, bulk)
        for key, amounts in entries_of(counted(call, [code.code for code in advised], individuals)):
            entries[key] = entries.get(key, Amounts()).plus(amounts)
        log.add(
            "call_logged",
            by=by,
            subject=call,
            organisation_id=line.organisation_id,
            at=timezone.localtime(call.logged_at),
            details={"individuals": len(individuals), "constructed": False},
        )
        bulk.breathe()
    for key, amounts in entries.items():
        bulk.add(CallTally(**key._asdict(), **amounts._asdict(), summed=True))


def _add_individuals(
    draw: random.Random, call: SupportCall, kinds: Sequence[Code], bulk: Bulk
) -> list[CountedIndividual]:
    number = draw.choices(list(INDIVIDUALS), weights=list(INDIVIDUALS.values()))[0]
    added = []
    for position in range(1, number + 1):
        age_group, gender = draw.choice(AgeGroup.values), draw.choice(Gender.values)
        individual = bulk.add(ExposedIndividual(call=call, position=position, age_group=age_group, gender=gender))
        exposures = []
        for kind in draw.sample(kinds, draw.randint(0, 2)):
            stage = draw.choice(kind.permitted_stages)
            bulk.add(Exposure(individual=individual, kind=kind, stage=stage))
            exposures.append((kind.code, stage))
        added.append(counted_individual(age_group, gender, exposures))
    return added
