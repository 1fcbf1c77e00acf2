"""Laying the rota of a line, letting somebody else take a shift, and the address of one's own calendar."""

import datetime
import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.common.errors import FieldError
from nch.common.formats import format_date, format_hours, format_time
from stodtelefon.models import RotaFeed, Shift, ShiftOffer, SupportLine
from stodtelefon.opening import Span
from stodtelefon.selectors.lines import staff_of, timetable_of

LONGEST_ROTA = datetime.timedelta(days=366)


class RotaError(FieldError):
    """The rota cannot be so."""


@dataclass(frozen=True)
class Laid:
    """How many shifts were made, and the days left out because the line is open at other times of them, with these."""

    shifts: int
    left_out: Sequence[tuple[datetime.date, Sequence[Span]]]


@transaction.atomic
def lay_shifts(
    *,
    line: SupportLine,
    person: User,
    weekdays: Collection[int],
    span: Span,
    first: datetime.date,
    last: datetime.date,
    by: User,
    at: datetime.datetime,
) -> Laid:
    """Give a person a shift on each of the weekdays (1 is Monday) from `first` to `last` on which the line is open
    some time of the shift.

    Raises RotaError where the person does not answer the line, has a shift already at some of those times (the days
    are named), where no day fits, or where the time is more than a year.
    """
    require(by, Right.LEAD_LINE, line.organisation_id)
    if not staff_of(line).filter(pk=person.pk).exists():
        raise RotaError("person", f"{person} har inte behörighet att svara i telefonen.")
    if span.closes <= span.opens:
        raise RotaError("closes", "Passet måste sluta efter att det har börjat.")
    if last < first:
        raise RotaError("last", "Sista dagen kan inte ligga före den första.")
    if last - first > LONGEST_ROTA:
        raise RotaError("last", "Lägg högst ett år i taget.")
    timetable = timetable_of(line)
    days = [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]
    days = [day for day in days if day.isoweekday() in weekdays]
    left_out: list[tuple[datetime.date, Sequence[Span]]] = []
    if timetable.rules:
        hours = {day: found for day in days if (found := timetable.hours_on(day))}
        left_out = [(day, found) for day, found in hours.items() if not any(span.meets(one) for one in found)]
        days = [day for day in hours if day not in dict(left_out)]
    if not days and left_out:
        raise RotaError("opens", f"Telefonen är inte öppen då. {days_with_hours(left_out)}")
    if not days:
        raise RotaError("weekdays", "Telefonen är stängd alla de valda dagarna.")
    shifts = [
        Shift(line=line, person=person, starts_at=_moment(day, span.opens), ends_at=_moment(day, span.closes))
        for day in days
    ]
    taken = Shift.objects.filter(person=person, starts_at__lt=shifts[-1].ends_at, ends_at__gt=shifts[0].starts_at)
    busy = [
        timezone.localtime(shift.starts_at)
        for shift in shifts
        if any(other.starts_at < shift.ends_at and other.ends_at > shift.starts_at for other in taken)
    ]
    if busy:
        named = ", ".join(format_date(moment) for moment in busy[:NAMED_AT_MOST])
        named += " med flera" if len(busy) > NAMED_AT_MOST else ""
        raise RotaError("person", f"{person} har redan pass som går in i de här: {named}.")
    Shift.objects.bulk_create(shifts)
    details = {"person": person.pk, "shifts": len(shifts), "first": first.isoformat(), "last": last.isoformat()}
    record("shifts_laid", by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at)
    return Laid(len(shifts), left_out)


NAMED_AT_MOST: Final = 5


def days_with_hours(days: Sequence[tuple[datetime.date, Sequence[Span]]]) -> str:
    """The first of some days, each with when the line is open that day, as a sentence."""
    named = [
        f"{format_date(day)} är den öppen {' och '.join(format_hours(one.opens, one.closes) for one in hours)}"
        for day, hours in days[:NAMED_AT_MOST]
    ]
    more = len(days) - NAMED_AT_MOST
    return f"Den {', '.join(named)}{f' och så vidare, {more} dagar till' if more > 0 else ''}."


def _moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))


@transaction.atomic
def remove_shift(*, shift: Shift, by: User, at: datetime.datetime) -> None:
    """Take a shift off the rota. Raises RotaError for one that has been: the statistics of staffing count it."""
    line = shift.line
    require(by, Right.LEAD_LINE, line.organisation_id)
    if shift.ends_at <= at:
        raise RotaError("", "Passet har varit, och räknas som bemanning i statistiken.")
    details = {"person": shift.person_id, "starts_at": shift.starts_at.isoformat()}
    shift.delete()
    record("shift_removed", by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at)


@transaction.atomic
def offer_shift(*, shift: Shift, by: User, at: datetime.datetime) -> ShiftOffer:
    """Ask the others at the line to take a shift; they are told by mail. It stays one's own until somebody does.

    Raises PermissionDenied for a shift that is neither one's own nor at a line that one leads, RotaError for a shift
    that has begun.
    """
    line = shift.line
    if shift.person_id != by.pk and not access_of(by).may_at(Right.LEAD_LINE, line.organisation_id):
        raise PermissionDenied
    if shift.starts_at <= at:
        raise RotaError("", "Passet har redan börjat.")
    offer, is_new = ShiftOffer.objects.get_or_create(
        shift=shift, closed_at=None, defaults={"offered_by": by, "offered_at": at}
    )
    if is_new:
        _log("shift_offered", shift, by, at)
        begins = timezone.localtime(shift.starts_at)
        text = (
            f"Ett pass i {line.name} den {format_date(begins)} klockan {format_time(begins)} behöver någon som tar det."
        )
        path = f"{reverse('stodtelefon:rota', args=[line.pk])}?vecka={begins:%G-W%V}"
        write_mails(
            key=f"shift_offer:{offer.pk}",
            users=staff_of(line).exclude(pk=shift.person_id),
            subject="Ett pass i stödtelefonen är ledigt",
            body=letter(text, path),
            at=at,
        )
    return offer


@transaction.atomic
def withdraw_offer(*, shift: Shift, by: User, at: datetime.datetime) -> None:
    """Keep the shift after all. Raises RotaError where it has been taken meanwhile."""
    if shift.person_id != by.pk and not access_of(by).may_at(Right.LEAD_LINE, shift.line.organisation_id):
        raise PermissionDenied
    if not ShiftOffer.objects.filter(shift=shift, closed_at__isnull=True).update(closed_at=at):
        raise RotaError("", "Passet är inte längre utbjudet.")
    _log("shift_offer_withdrawn", shift, by, at)


@transaction.atomic
def take_shift(*, shift: Shift, by: User, at: datetime.datetime) -> None:
    """Take a shift that is offered. Of two who take it at once the first gets it; the other gets RotaError.

    Raises RotaError too where one has a shift at that time already, PermissionDenied for those who do not answer the
    line.
    """
    require(by, Right.LOG_CALLS, shift.line.organisation_id)
    clash = Shift.objects.filter(person=by, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
    if clash.exists():
        raise RotaError("", "Du har redan ett pass vid den tiden.")
    open_offer = ShiftOffer.objects.filter(shift=shift, closed_at__isnull=True)
    if not open_offer.update(closed_at=at, taken_by=by):
        raise RotaError("", "Någon annan hann före, eller så är passet inte längre utbjudet.")
    Shift.objects.filter(pk=shift.pk).update(person=by)
    _log("shift_taken", shift, by, at)


def _log(action: str, shift: Shift, by: User, at: datetime.datetime) -> None:
    details = {"shift": shift.pk, "starts_at": shift.starts_at.isoformat()}
    record(action, by=by, subject=shift.line, organisation_id=shift.line.organisation_id, details=details, at=at)


@transaction.atomic
def make_rota_feed(*, by: User, at: datetime.datetime) -> str:
    """Make the secret part of the address of one's own calendar, and end the one there was. It is shown only now."""
    require(by, Right.LOG_CALLS)
    token = secrets.token_urlsafe(32)
    RotaFeed.objects.update_or_create(person=by, defaults={"digest": _digest(token), "made_at": at})
    record("rota_feed_made", by=by, at=at)
    return token


@transaction.atomic
def end_rota_feed(*, by: User, at: datetime.datetime) -> None:
    """End the address; calendars that use it get nothing more."""
    if RotaFeed.objects.filter(person=by).delete()[0]:
        record("rota_feed_ended", by=by, at=at)


def person_of_feed(token: str) -> User | None:
    """Whose calendar it is; None where the address is unknown, or the person answers no line any more."""
    feed = RotaFeed.objects.select_related("person").filter(digest=_digest(token)).first()
    return feed.person if feed is not None and access_of(feed.person).may(Right.LOG_CALLS) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
