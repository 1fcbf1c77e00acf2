"""A line's opening hours, who answers it when, and what of it is not staffed."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.notices import people_with
from stodtelefon.models import OpeningException, OpeningHours, Shift, ShiftOffer, ShiftSwap, SupportCall, SupportLine
from stodtelefon.opening import DayOut, Span, Timetable, WeeklyRule


@dataclass(frozen=True)
class PlannedShift:
    """A shift as the rota shows it: `span` is its part of the day; `offer` the open offer of it, if there is one."""

    shift: Shift
    span: Span
    offer: ShiftOffer | None


@dataclass(frozen=True)
class RotaDay:
    """A day of a line's rota. `unstaffed` are the parts of its opening hours in which nobody answers."""

    date: datetime.date
    hours: list[Span]
    reason: str
    shifts: list[PlannedShift]
    unstaffed: list[Span]


def lines_to_manage_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines that the user may open and name; their calls are another matter."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.MANAGE_USERS)


def lines_to_lead_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose hours, rota and settings the user decides."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.LEAD_LINE)


def shifts_from(line: SupportLine, day: datetime.date, *, at: datetime.datetime) -> QuerySet[Shift]:
    """The line's shifts that begin on a day or later and have not begun at `at`."""
    begins = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    return Shift.objects.filter(line=line, starts_at__gte=begins, starts_at__gt=at)


def staff_of(line: SupportLine) -> QuerySet[User]:
    """Those who may answer the line today."""
    return people_with(line.organisation, Right.LOG_CALLS)


def timetable_of(line: SupportLine, *, day: datetime.date | None = None) -> Timetable:
    """Everything that decides when the line is open (two queries), or all that decides it on one day."""
    # Every call that is saved asks: no more than the values is read, and in no order.
    rules = OpeningHours.objects.filter(line=line).order_by()
    exceptions = OpeningException.objects.filter(line=line).order_by()
    if day is not None:
        exceptions = exceptions.filter(day=day)
    return Timetable(
        rules=[
            WeeklyRule(weekday, Span(opens, closes), valid_from, valid_to)
            for weekday, opens, closes, valid_from, valid_to in rules.values_list(
                "weekday", "opens", "closes", "valid_from", "valid_to"
            )
        ],
        days_out={
            one: DayOut((Span(opens, closes),) if opens and closes else (), reason)
            for one, opens, closes, reason in exceptions.values_list("day", "opens", "closes", "reason")
        },
        closed_on_holidays=line.closed_on_holidays,
        ended_from=line.ended_from,
    )


def is_outside_hours(line: SupportLine, moment: datetime.datetime) -> bool:
    """Whether the line was closed at a moment; a line without any opening hours is never said to be."""
    timetable = timetable_of(line, day=timezone.localdate(moment))
    return bool(timetable.rules) and not timetable.is_open(moment)


def exceptions_of(line: SupportLine, *, since: datetime.date) -> QuerySet[OpeningException]:
    """The line's days with other hours, from a day on."""
    return OpeningException.objects.filter(line=line, day__gte=since).order_by("day")


def calls_logged_on(line: SupportLine, day: datetime.date) -> int:
    """How many calls of a day are logged: they keep what was said of the hours when they were."""
    begins, ends = (
        timezone.make_aware(datetime.datetime.combine(one, datetime.time()))
        for one in (day, day + datetime.timedelta(days=1))
    )
    calls = SupportCall.objects.filter(line=line, struck_at__isnull=True)
    return calls.filter(started_at__gte=begins, started_at__lt=ends).count()


def shifts_of(line: SupportLine, first: datetime.date, last: datetime.date) -> QuerySet[Shift]:
    """The line's shifts that begin on a day from `first` to `last`, Swedish time, with their open offers."""
    begins = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    ends = timezone.make_aware(datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time()))
    offers = Prefetch("offers", ShiftOffer.objects.filter(closed_at__isnull=True).select_related("offered_by"))
    shifts = Shift.objects.filter(line=line, starts_at__gte=begins, starts_at__lt=ends)
    return shifts.select_related("person").prefetch_related(offers).order_by("starts_at", "pk")


def rota_of(line: SupportLine, first: datetime.date, last: datetime.date) -> list[RotaDay]:
    """The rota day by day, from `first` to `last`; days on which the line is closed and nobody answers too."""
    timetable = timetable_of(line)
    planned: dict[datetime.date, list[PlannedShift]] = {}
    for shift in shifts_of(line, first, last):
        starts, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
        span = Span(starts.time(), ends.time())
        planned.setdefault(starts.date(), []).append(PlannedShift(shift, span, next(iter(shift.offers.all()), None)))
    days = (first + datetime.timedelta(days=number) for number in range((last - first).days + 1))
    return [
        RotaDay(
            date=day,
            hours=(hours := timetable.hours_on(day)),
            reason=timetable.why_closed(day),
            shifts=planned.get(day, []),
            unstaffed=unstaffed(hours, [one.span for one in planned.get(day, [])]),
        )
        for day in days
    ]


def unstaffed(hours: Sequence[Span], shifts: Sequence[Span]) -> list[Span]:
    """The parts of the hours that no shift covers, in order."""
    left = list(hours)
    for shift in shifts:
        left = [
            part
            for span in left
            for part in (
                Span(span.opens, min(span.closes, shift.opens)),
                Span(max(span.opens, shift.closes), span.closes),
            )
            if part.opens < part.closes
        ]
    return sorted(set(left))


def own_shifts(person: User, *, since: datetime.datetime) -> QuerySet[Shift]:
    """A person's own shifts that have not ended at `since`, at all lines."""
    return Shift.objects.filter(person=person, ends_at__gt=since).select_related("line").order_by("starts_at", "pk")


def open_swaps_for(user: User, *, at: datetime.datetime) -> QuerySet[ShiftSwap]:
    """Swaps that the user has proposed or is asked for, at lines the user answers, while both shifts are to come."""
    swaps = ShiftSwap.objects.filter(
        Q(proposed_by=user) | Q(asked=user), closed_at__isnull=True, own__starts_at__gt=at, other__starts_at__gt=at
    )
    swaps = swaps.select_related("own__line", "other__line", "proposed_by", "asked")
    return access_of(user).limit(swaps, Right.LOG_CALLS)


def swaps_asked_of(user: User, *, at: datetime.datetime) -> QuerySet[ShiftSwap]:
    """Those of them that the user is asked for, and so has to answer."""
    return open_swaps_for(user, at=at).filter(asked=user)


StaffedHour = tuple[int, datetime.date, int, int]
"""A line, the first day of a month, a weekday (1 is Monday) and an hour."""


def staffed_minutes(
    lines: Iterable[SupportLine], first: datetime.date, last: datetime.date, *, until: datetime.datetime
) -> dict[StaffedHour, int]:
    """How long somebody has had a shift, by line, month, weekday and hour, in the months from `first` to `last`.

    In minutes by the Swedish clock; two who answer at once count twice. What is planned after `until` has not been
    staffed yet. One query.
    """
    begins = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    ends = timezone.make_aware(datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time()))
    shifts = (
        Shift.objects.filter(line__in=list(lines), starts_at__lt=min(ends, until), ends_at__gt=begins)
        .filter(starts_at__gt=begins - datetime.timedelta(days=1))  # found by the index; no shift is longer than a day
        .order_by()
        .values_list("line_id", "starts_at", "ends_at")
        .annotate(Count("pk"))
    )
    # Told apart here: the database takes longer to work out the Swedish weekday and hours of each. Shifts of the same
    # kind, as most in a month are, are shared out over the hours only once.
    swedish = timezone.get_current_timezone()
    kinds: Counter[tuple[int, datetime.date, int, int]] = Counter()
    for line, starts_at, ends_at, number in shifts:
        starts, stops = starts_at.astimezone(swedish), min(ends_at, until).astimezone(swedish)
        nights = (stops.date() - starts.date()).days
        # A weekday stands for all of its kind in the month; a shift over midnight may leave the month.
        day = starts.date() if nights else starts.date().replace(day=(starts.day - 1) % 7 + 1)
        minute, stop = 60 * starts.hour + starts.minute, 60 * (24 * nights + stops.hour) + stops.minute
        kinds[line, day, minute, stop] += number
    minutes: dict[StaffedHour, int] = {}
    for (line, day, start, stop), number in kinds.items():
        for at in range(start // 60, (stop + 59) // 60):
            days, hour = divmod(at, 24)
            on = day + datetime.timedelta(days=days)
            if first <= on <= last:
                key = line, on.replace(day=1), on.isoweekday(), hour
                part = min(stop, 60 * at + 60) - max(start, 60 * at)
                minutes[key] = minutes.get(key, 0) + number * part
    return minutes
