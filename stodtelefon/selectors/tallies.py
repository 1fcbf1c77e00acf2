"""Counts of calls, read from the tally; and what counts of single calls, for writing it."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet, Sum
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import Cut
from stodtelefon.models import CallTally, ExposedIndividual, Exposure, SupportCall
from stodtelefon.tallying import Amounts, CountedCall, CountedIndividual


def tallies_for(user: User | AnonymousUser) -> QuerySet[CallTally]:
    """The tallies that the user may read: all lines' for whoever sees the country's statistics, else of one's own."""
    access = access_of(user)
    right = Right.SEE_STATISTICS if access.everywhere(Right.SEE_STATISTICS) else Right.SEE_CALLS
    return access.limit(CallTally.objects.order_by(), right)


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
    )


def counted_calls(calls: QuerySet[SupportCall]) -> Iterator[CountedCall]:
    """What counts of the calls that are there and not struck, a thousand at a time."""
    exposures = Prefetch("exposures", Exposure.objects.select_related("kind"))
    whole = (
        calls.filter(struck_at__isnull=True)
        .select_related("caller_category", "topic", "referral", "referral_outcome")
        .prefetch_related("advice", Prefetch("individuals", ExposedIndividual.objects.prefetch_related(exposures)))
    )
    for call in whole.iterator(chunk_size=1000):
        individuals = [
            counted_individual(
                one.age_group, one.gender, [(each.kind.code, each.stage) for each in one.exposures.all()]
            )
            for one in call.individuals.all()
        ]
        yield counted(call, (code.code for code in call.advice.all()), individuals)


def counted_individual(age_group: str, gender: str, exposures: Sequence[tuple[str, str]]) -> CountedIndividual:
    """What counts of an individual, its exposures in an order of their own so that equal ones are equal."""
    return CountedIndividual(
        str(age_group), str(gender), tuple(sorted((kind, str(stage)) for kind, stage in exposures))
    )
