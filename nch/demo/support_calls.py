"""Calls in the demo, made up and marked so: those since 2024, and those of the last weeks, which are logged one by one
through the service, some of them corrected, struck and followed up."""

import datetime
import random
import uuid
from dataclasses import dataclass, replace

from django.utils import timezone

from nch.counties.models import County, Municipality
from nch.demo.cast import Cast
from stodtelefon.enums import AgeGroup, ChangeReason, Channel, CodeKind, Gender
from stodtelefon.models import Code, SupportCall, SupportLine
from stodtelefon.opening import holiday_on
from stodtelefon.selectors import centres_to_refer_to, codes_by_kind
from stodtelefon.services import (
    RESOURCE_CENTRE_REFERRAL,
    CallInput,
    IndividualInput,
    construct_calls_of,
    correct_call,
    log_call,
    note_referral_outcome,
    strike_call,
)

WEEKS = 6
FIRST_LATER_YEAR, CALLS_IN_FIRST_LATER_YEAR, MORE_EACH_YEAR = 2024, 420, 1.08
FIRST_MINUTE, LAST_MINUTE = 9 * 60, 14 * 60 + 20


@dataclass(frozen=True)
class Answering:
    """Who logs a line's calls in the demo, how many there are each day, and the county that they come from."""

    answerer: str
    calls_a_day: tuple[int, ...]
    county: str | None


LINES = (
    Answering("line", (1, 2, 3, 4), None),
    Answering("line-gavleborg", (0, 1, 1), "21"),
    Answering("coordinator-skane", (0, 0, 1), "12"),
)


def construct_later_calls(cast: Cast, *, at: datetime.datetime) -> None:
    """Make up the national line's calls from 2024 to six weeks before the day of `at`: without years beside each other
    nothing can be told of who calls less, or of a month against the year before."""
    last = timezone.localdate(at) - datetime.timedelta(days=7 * WEEKS + 1)
    for year in range(FIRST_LATER_YEAR, last.year + 1):
        part = (min(last, datetime.date(year, 12, 31)) - datetime.date(year, 1, 1)).days / 365
        calls = int(CALLS_IN_FIRST_LATER_YEAR * MORE_EACH_YEAR ** (year - FIRST_LATER_YEAR) * part)
        if calls:
            construct_calls_of(year, calls=calls, until=last, by=cast["line"], at=at)


def log_recent_calls(cast: Cast, *, at: datetime.datetime) -> None:
    """Log the calls of the six weeks before the day of `at`; the latest are corrected, struck and followed up."""
    draw = random.Random(2026)  # noqa: S311 – the same calls every time, no secrets
    world = _Drawing(draw)
    today = timezone.localdate(at)
    days = [today - datetime.timedelta(days=number) for number in range(7 * WEEKS, 0, -1)]
    days = [day for day in days if day.isoweekday() < 6 and not holiday_on(day)]
    for day in days:
        for answering in LINES:
            by = cast[answering.answerer]
            line = SupportLine.objects.get(organisation=by.memberships.get().organisation)
            for number in range(draw.choice(answering.calls_a_day)):
                content = world.call(day, answering.county)
                ended = content.started_at + datetime.timedelta(minutes=content.duration_minutes + 1)
                key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{line.pk}/{day}/{number}")
                log_call(by=by, line=line, content=content, idempotency_key=key, constructed=True, at=ended)
    _change_some(cast, world, days[-1])


def _change_some(cast: Cast, world: "_Drawing", day: datetime.date) -> None:
    """A call that is corrected by the lead, one that is struck, and one whose referral has led to something."""
    by, lead = cast["line"], cast["line-lead"]
    line = SupportLine.objects.get(organisation=by.memberships.get().organisation)

    def logged(name: str, content: CallInput) -> tuple[SupportCall, datetime.datetime]:
        """The call, and half an hour after it was logged."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{name}")
        at = content.started_at + datetime.timedelta(hours=1)
        call = log_call(by=by, line=line, content=content, idempotency_key=key, constructed=True, at=at)
        return call, at + datetime.timedelta(minutes=30)

    lists = codes_by_kind()
    police = lists[CodeKind.REFERRAL]["polis"]
    content = world.call(day, "18")
    call, later = logged("corrected", content)
    right = replace(content, duration_minutes=content.duration_minutes + 15, referral=police, referred_to=None)
    correct_call(call=call, version=1, content=right, reason=ChangeReason.KNOWN_LATER, by=lead, at=later)
    call, later = logged("struck", world.call(day, None))
    strike_call(call=call, reason=ChangeReason.TRIAL, by=by, at=later)
    call, later = logged("followed up", replace(world.call(day, "03"), referral=police, referred_to=None))
    outcome = lists[CodeKind.REFERRAL_OUTCOME]["stod_gavs"]
    note_referral_outcome(call=call, outcome=outcome, by=by, at=later)


class _Drawing:
    """Draws calls from what there is to choose between."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.counties = {county.code: county for county in County.objects.order_by("code")}
        self.municipalities: dict[str, list[Municipality]] = {}
        for place in Municipality.objects.order_by("code"):
            self.municipalities.setdefault(place.county_id, []).append(place)
        self.centres = {centre.county_id: centre for centre in centres_to_refer_to()}

    def call(self, day: datetime.date, home: str | None) -> CallInput:
        """A call of that day, from the county given, or from any or an unknown one."""
        draw = self.draw
        lists = {kind: list(entries.values()) for kind, entries in codes_by_kind(on=day).items()}
        code = home or (None if draw.random() < 0.15 else draw.choice(list(self.counties)))
        minute = draw.randint(FIRST_MINUTE, LAST_MINUTE)
        began = datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60))
        referral = draw.choice(lists[CodeKind.REFERRAL]) if draw.random() < 0.4 else None
        to_centre = referral is not None and referral.code == RESOURCE_CENTRE_REFERRAL
        people = draw.choices([0, 1, 2], weights=(40, 48, 12))[0]
        return CallInput(
            started_at=timezone.make_aware(began),
            duration_minutes=draw.randint(4, 40),
            channel=draw.choices([Channel.PHONE, Channel.EMAIL, Channel.MEETING], weights=(85, 12, 3))[0],
            caller_category=draw.choice(lists[CodeKind.CALLER_CATEGORY]),
            topic=draw.choice(lists[CodeKind.TOPIC]),
            county=self.counties[code] if code else None,
            county_known=code is not None,
            municipality=draw.choice(self.municipalities[code]) if code and draw.random() < 0.6 else None,
            advice=draw.sample(lists[CodeKind.ADVICE], draw.randint(1, 3)),
            referral=referral,
            referred_to=self.centres.get(code) if to_centre else None,
            individuals=[self._individual(lists[CodeKind.EXPOSURE]) for _ in range(people)],
        )

    def _individual(self, kinds: list[Code]) -> IndividualInput:
        chosen = self.draw.sample(kinds, self.draw.randint(0, 2))
        exposures = tuple((kind, self.draw.choice(kind.permitted_stages)) for kind in chosen)
        gender = self.draw.choices(list(Gender), weights=(70, 22, 2, 6))[0]
        return IndividualInput(self.draw.choice(list(AgeGroup)), gender, exposures)
