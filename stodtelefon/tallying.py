"""How a call counts: which entries of the tally it makes, and with how much. Nothing here reads the database.

Each cut answers one kind of question without reading single calls. Its keys, in order:

- DAY: the Swedish date on which the call began.
- HOUR: weekday (1 is Monday), hour (0–23), and ”outside” where the line was closed; only calls whose time is known.
- PLACE: county (blank where unknown), caller category.
- MUNICIPALITY: municipality, only for calls where it is given.
- TOPIC: topic, caller category.
- CHANNEL: channel.
- ADVICE: each kind of advice given; a call counts once under each, so the cut adds up to more than the calls.
- REFERRAL: referral (blank where the caller was not referred), the centre's organisation, the outcome.
- EXPOSURE: kind, stage, county; `individuals` are those with that exposure, `calls` the calls with such an individual.
- PERSON: age group, gender; `individuals` and `calls` as for EXPOSURE.
- MATTER: county, caller category, and when the matter was last up (`UpBefore`); only calls that come back. A call that
  comes back in a month or a year when its matter was up already is no further matter of that time.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from stodtelefon.enums import Cut

OUTSIDE = "outside"


class UpBefore(NamedTuple):
    """The months (`2026-02`) in which a call's matter was last up: at the same line (blank if never), and at any."""

    here: str
    anywhere: str

    @classmethod
    def read(cls, key: str) -> "UpBefore":
        """As the tally has it."""
        return cls(*key.split("/"))

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True)
class CountedIndividual:
    """What counts of an exposed individual; `exposures` are pairs of kind and stage."""

    age_group: str
    gender: str
    exposures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CountedCall:
    """What counts of a call, in codes. `county` and `municipality` are blank where unknown; `began` is Swedish time."""

    line_id: int
    began: datetime.datetime
    minutes: int
    channel: str
    category: str
    county: str
    municipality: str
    topic: str
    advice: tuple[str, ...]
    referral: str
    referred_to: str
    referral_outcome: str
    repeats: bool
    outside_hours: bool
    constructed: bool
    individuals: tuple[CountedIndividual, ...]
    time_known: bool = True
    up_before: UpBefore | None = None


class TallyKey(NamedTuple):
    """Where an entry belongs: everything by which tallies are told apart."""

    line_id: int
    month: datetime.date
    cut: Cut
    first_key: str
    second_key: str
    third_key: str
    constructed: bool


class Amounts(NamedTuple):
    """What an entry adds, in calls, matters, individuals, minutes, and calls outside opening hours."""

    calls: int = 0
    matters: int = 0
    individuals: int = 0
    minutes: int = 0
    outside_hours: int = 0

    def plus(self, other: "Amounts", sign: int = 1) -> "Amounts":
        """The two added together; with `sign` -1 the other is taken away."""
        # Each by name: this is done for every entry that a table adds up, and a loop takes four times as long.
        return Amounts(
            self.calls + sign * other.calls,
            self.matters + sign * other.matters,
            self.individuals + sign * other.individuals,
            self.minutes + sign * other.minutes,
            self.outside_hours + sign * other.outside_hours,
        )


def _keys(call: CountedCall) -> Iterator[tuple[Cut, str, str, str]]:
    """The entries that count the call itself."""
    began = call.began
    yield Cut.DAY, began.date().isoformat(), "", ""
    if call.time_known:
        yield Cut.HOUR, str(began.isoweekday()), str(began.hour), OUTSIDE if call.outside_hours else ""
    yield Cut.PLACE, call.county, call.category, ""
    if call.municipality:
        yield Cut.MUNICIPALITY, call.municipality, "", ""
    yield Cut.TOPIC, call.topic, call.category, ""
    yield Cut.CHANNEL, call.channel, "", ""
    for advice in call.advice:
        yield Cut.ADVICE, advice, "", ""
    yield Cut.REFERRAL, call.referral, call.referred_to, call.referral_outcome
    if call.up_before:
        yield Cut.MATTER, call.county, call.category, str(call.up_before)


def _keys_of_individuals(call: CountedCall) -> Iterator[tuple[Cut, str, str, str]]:
    """The entries that count the individuals of the call, one for each individual."""
    for individual in call.individuals:
        yield Cut.PERSON, individual.age_group, individual.gender, ""
        for kind, stage in individual.exposures:
            yield Cut.EXPOSURE, kind, stage, call.county


def entries_of(call: CountedCall) -> Iterator[tuple[TallyKey, Amounts]]:
    """The entries that one call makes."""
    month = call.began.date().replace(day=1)
    matters, outside = int(not call.repeats), int(call.outside_hours)
    whole = Amounts(1, matters, len(call.individuals), call.minutes, outside)
    for cut, first, second, third in _keys(call):
        yield TallyKey(call.line_id, month, cut, first, second, third, call.constructed), whole
    for (cut, first, second, third), individuals in Counter(_keys_of_individuals(call)).items():
        part = Amounts(1, matters, individuals, call.minutes, outside)
        yield TallyKey(call.line_id, month, cut, first, second, third, call.constructed), part


def tally(added: Iterable[CountedCall], removed: Iterable[CountedCall] = ()) -> Mapping[TallyKey, Amounts]:
    """Add up calls and take others away; entries that come to nothing are left out."""
    sums: dict[TallyKey, Amounts] = {}
    for calls, sign in ((added, 1), (removed, -1)):
        for call in calls:
            for key, amounts in entries_of(call):
                sums[key] = sums.get(key, Amounts()).plus(amounts, sign)
    return {key: amounts for key, amounts in sums.items() if any(amounts)}
