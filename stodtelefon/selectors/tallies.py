"""Counts of calls, read from the tally; and what counts of single calls, for writing it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Min, Prefetch, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable, F
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import Cut
from stodtelefon.models import CallTally, ExposedIndividual, Exposure, SupportCall, SupportLine
from stodtelefon.tallying import Amounts, CountedCall, CountedIndividual, UpBefore


def tallies_for(user: User | AnonymousUser) -> QuerySet[CallTally]:
    """The tallies that the user may read: all lines' for whoever sees the country's statistics, else of one's own."""
    return access_of(user).limit(CallTally.objects.order_by(), _right_to_count(user))


def tallied_lines_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose tallies the user may read."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), _right_to_count(user))


def _right_to_count(user: User | AnonymousUser) -> Right:
    return Right.SEE_STATISTICS if access_of(user).everywhere(Right.SEE_STATISTICS) else Right.SEE_CALLS


def sums_of(
    tallies: QuerySet[CallTally], cut: Cut, *by: str, since: datetime.date, until: datetime.date
) -> dict[tuple[str, ...], Amounts]:
    """Add up a cut over the months from `since` to `until`, for each combination of the fields `by`.

    A field is one of `first_key`, `second_key`, `third_key`, `month`, `line` and `constructed`. Without any, all is
    one sum under the empty key. What comes to nothing is left out. One query.
    """
    rows = (
        tallies.filter(cut=cut, month__gte=since.replace(day=1), month__lte=until)
        .values_list(*(by or ("cut",)))  # without any field at all Django would group by every one
        .annotate(*(Sum(name) for name in Amounts._fields))
    )
    sums = ((row[: len(by)], Amounts(*row[-len(Amounts._fields) :])) for row in rows)
    return {key: amounts for key, amounts in sums if any(amounts)}


def calls_by_hour(
    tallies: QuerySet[CallTally], lines: Iterable[int], since: datetime.date, until: datetime.date
) -> dict[tuple[int, datetime.date, int, int], int]:
    """Calls by line, month, weekday and hour, over the months from `since` to `until`. One query.

    More keys than any table needs of a cut, and no other amount: what may come to thousands of rows is read bare.
    """
    rows = (
        tallies.filter(cut=Cut.HOUR, line__in=list(lines), month__gte=since.replace(day=1), month__lte=until)
        .values_list("line_id", "month", "first_key", "second_key")
        .annotate(Sum("calls"))
    )
    return {(line, month, int(weekday), int(hour)): calls for line, month, weekday, hour, calls in rows if calls}


# --- Many sums at once --------------------------------------------------------------------------------------------

ALWAYS: Final = datetime.date(1900, 1, 1), datetime.date(9999, 12, 31)
"""From before the first call to after the last."""

Sums = Mapping[tuple[str, ...], Amounts]

_MOST_KEYS = 3
_NO_KEY = Value("", output_field=CharField())
# Every key as text, so that sums of different cuts fit in one query: a month as 2026-02-01, a mark as 1 or blank.
_TEXTS: Mapping[str, Combinable] = {
    "year": Substr(Cast("month", CharField()), 1, 4),
    "constructed": Case(When(constructed=True, then=Value("1")), default=Value(""), output_field=CharField()),
}
# Grouped as what they are and written as text once for each group: twice as fast as to group by the text.
_GROUPED_AS: Mapping[str, str] = {"month": "month", "line": "line_id"}
_FEW = frozenset({"year", "first_key", "second_key", "third_key"})


@dataclass(frozen=True)
class Need:
    """Sums that somebody needs: of a cut, by at most three fields, over the months from `since` to `until`.

    A field is one of those of `sums_of` or `year`; `keys` are pairs of field and value that narrow the cut, or of
    `field__in` and several values.
    """

    cut: Cut
    by: tuple[str, ...]
    since: datetime.date = ALWAYS[0]
    until: datetime.date = ALWAYS[1]
    keys: tuple[tuple[str, str | tuple[str, ...]], ...] = ()


def sums_of_needs(tallies: QuerySet[CallTally], needs: Iterable[Need]) -> dict[Need, Sums]:
    """Add up all that is needed in one query; the keys come as text, and what comes to nothing is left out."""
    shared = _read_together(dict.fromkeys(needs))
    read = list(shared)
    if not read:
        return {}
    first, *others = [_grouped(tallies, number, need) for number, need in enumerate(read)]
    found: dict[Need, dict[tuple[str, ...], Amounts]] = {need: {} for need in read}
    rows: Iterable[tuple[Any, ...]] = first.union(*others, all=True) if others else first
    for number, *rest in rows:
        need, amounts = read[number], Amounts(*rest[_MOST_KEYS:])
        if any(amounts):
            found[need][tuple(rest[: len(need.by)])] = amounts
    return {need: _folded(found[finer], finer, need) for finer, answered in shared.items() for need in answered}


def _read_together(needs: Iterable[Need]) -> dict[Need, list[Need]]:
    """What is to be read for these needs, each with those that it answers.

    The same entries by county and by category are read once, by both: there are few of either, and adding up the
    rows here takes less time than reading the entries again. There are too many months and lines for that.
    """
    alike: dict[Need, list[Need]] = {}
    for need in needs:
        alike.setdefault(replace(need, by=() if _FEW.issuperset(need.by) else need.by), []).append(need)
    shared = {}
    for answered in alike.values():
        fields = tuple(dict.fromkeys(field for need in answered for field in need.by))
        if len(fields) <= _MOST_KEYS:
            shared[replace(answered[0], by=fields)] = answered
        else:
            shared |= {need: [need] for need in answered}
    return shared


def _folded(sums: Sums, finer: Need, need: Need) -> Sums:
    """The sums of a need out of those of one with more fields."""
    if need.by == finer.by:
        return sums
    places = [finer.by.index(field) for field in need.by]
    folded: dict[tuple[str, ...], Amounts] = {}
    for key, amounts in sums.items():
        coarser = tuple(key[place] for place in places)
        there = folded.get(coarser)
        folded[coarser] = amounts if there is None else there.plus(amounts)
    return {key: amounts for key, amounts in folded.items() if any(amounts)}


def _grouped(tallies: QuerySet[CallTally], number: int, need: Need) -> QuerySet[CallTally, Any]:
    names = [f"key_{place}" for place in range(_MOST_KEYS)]
    keys: dict[str, Combinable] = dict.fromkeys(names, _NO_KEY)
    written: dict[str, Combinable] = {}
    for name, field in zip(names, need.by, strict=False):
        if field in _GROUPED_AS:
            written[name] = Cast(Min(_GROUPED_AS[field]), CharField())
            del keys[name]
        else:
            keys[name] = _TEXTS.get(field, F(field))
    grouped = [_GROUPED_AS[field] for field in need.by if field in _GROUPED_AS]
    return (
        tallies.filter(cut=need.cut, month__gte=need.since.replace(day=1), month__lte=need.until, **dict(need.keys))
        .annotate(need=Value(number), **keys)
        .values("need", *grouped, *keys)
        .annotate(**written, **{f"all_{name}": Sum(name) for name in Amounts._fields})
        .values_list("need", *names, *(f"all_{name}" for name in Amounts._fields))
    )


# --- What counts of single calls ----------------------------------------------------------------------------------


def counted(call: SupportCall, advice: Iterable[str], individuals: Iterable[CountedIndividual]) -> CountedCall:
    """What counts of a call whose coded fields are at hand (its codes fetched)."""
    return CountedCall(
        line_id=call.line_id,
        began=timezone.localtime(call.started_at),
        minutes=call.duration_minutes,
        channel=call.channel,
        category=call.caller_category.code,
        county=call.county_id or "",
        municipality=call.municipality_id or "",
        topic=call.topic.code,
        advice=tuple(sorted(advice)),
        referral=call.referral.code if call.referral else "",
        referred_to=str(call.referred_to_id or ""),
        referral_outcome=call.referral_outcome.code if call.referral_outcome else "",
        repeats=call.repeats,
        outside_hours=call.outside_hours,
        constructed=call.constructed,
        individuals=tuple(individuals),
        time_known=call.time_known,
        up_before=_up_before(call),
    )


def _up_before(call: SupportCall) -> UpBefore | None:
    if call.up_before is None:
        return None
    return UpBefore(f"{call.up_before_here:%Y-%m}" if call.up_before_here else "", f"{call.up_before:%Y-%m}")


def counted_calls(calls: QuerySet[SupportCall]) -> Iterator[CountedCall]:
    """What counts of the calls that are there and not struck, a thousand at a time."""
    exposures = Prefetch("exposures", Exposure.objects.select_related("kind"))
    whole = (
        calls.filter(struck_at__isnull=True)
        .select_related("caller_category", "topic", "referral", "referral_outcome")
        .prefetch_related("advice", Prefetch("individuals", ExposedIndividual.objects.prefetch_related(exposures)))
    )
    return map(counted_whole, whole.iterator(chunk_size=1000))


def counted_whole(call: SupportCall) -> CountedCall:
    """What counts of a call that is fetched with its codes, advice and individuals."""
    individuals = [
        counted_individual(one.age_group, one.gender, [(each.kind.code, each.stage) for each in one.exposures.all()])
        for one in call.individuals.all()
    ]
    return counted(call, (code.code for code in call.advice.all()), individuals)


def counted_individual(age_group: str, gender: str, exposures: Sequence[tuple[str, str]]) -> CountedIndividual:
    """What counts of an individual, its exposures in an order of their own so that equal ones are equal."""
    return CountedIndividual(
        str(age_group), str(gender), tuple(sorted((kind, str(stage)) for kind, stage in exposures))
    )
