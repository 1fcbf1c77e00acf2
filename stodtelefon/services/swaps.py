"""Swapping shifts: one's own against a colleague's, both at once or not at all."""

import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.mail import letter, write_mail
from nch.common.formats import format_date, format_time
from stodtelefon.models import Shift, ShiftOffer, ShiftSwap
from stodtelefon.services.rota import RotaError

CHANGED: Final = "Något av passen har ändrats, har börjat eller har en annan innehavare nu. Föreslå ett nytt byte."


@transaction.atomic
def propose_swap(*, own: Shift, other: Shift, by: User, at: datetime.datetime) -> ShiftSwap:
    """Offer one's own shift against a colleague's at the same line, who is told by mail and decides.

    Raises RotaError where one of them has begun, where either would be booked twice, or where it is proposed already;
    PermissionDenied for a shift that is not one's own.
    """
    line = own.line
    require(by, Right.LOG_CALLS, line.organisation_id)
    if own.person_id != by.pk or other.person_id == by.pk or other.line_id != line.pk:
        raise PermissionDenied
    _check(own, other, at=at)
    swap, is_new = ShiftSwap.objects.get_or_create(
        own=own, other=other, closed_at=None, defaults={"proposed_by": by, "asked": other.person, "proposed_at": at}
    )
    if not is_new:
        raise RotaError("", "Bytet är redan föreslaget.")
    text = f"En kollega föreslår att ni byter pass i {line.name}: {_when(own)} mot ditt {_when(other)}."
    _tell(swap, other.person, "Förslag om att byta pass", text, at=at)
    _log("shift_swap_proposed", swap, by, at)
    return swap


@transaction.atomic
def accept_swap(*, swap: ShiftSwap, by: User, at: datetime.datetime) -> None:
    """Let both shifts change holder. Raises RotaError where something has changed since; then neither does.

    Offers and other proposals of the two shifts end: they were their former holders'.
    """
    if swap.asked_id != by.pk:
        raise PermissionDenied
    pair = (swap.own_id, swap.other_id)
    # The offers first: whoever takes a shift closes its offer first, and has then finished when we look at the shifts.
    ShiftOffer.objects.filter(shift__in=pair, closed_at__isnull=True).update(closed_at=at)
    locked = {shift.pk: shift for shift in Shift.objects.select_for_update().filter(pk__in=pair).order_by("pk")}
    _close(swap, at=at, accepted=True)
    own, other = (locked.get(pk) for pk in pair)
    if own is None or other is None or (own.person_id, other.person_id) != (swap.proposed_by_id, by.pk):
        raise RotaError("", CHANGED)
    for person in (swap.proposed_by, by):
        require(person, Right.LOG_CALLS, own.line.organisation_id)
    _check(own, other, at=at)
    ShiftSwap.objects.filter(Q(own__in=pair) | Q(other__in=pair), closed_at__isnull=True).update(closed_at=at)
    Shift.objects.filter(pk=own.pk).update(person=by)
    Shift.objects.filter(pk=other.pk).update(person=swap.proposed_by)
    _tell(swap, swap.proposed_by, "Ni har bytt pass", f"Bytet är godtaget. Du har nu passet {_when(other)}.", at=at)
    _log("shifts_swapped", swap, by, at)


@transaction.atomic
def close_swap(*, swap: ShiftSwap, by: User, at: datetime.datetime) -> None:
    """Decline a proposal, or take back one's own. Raises RotaError where it is no longer open."""
    if by.pk not in (swap.asked_id, swap.proposed_by_id):
        raise PermissionDenied
    _close(swap, at=at, accepted=False)
    if by.pk == swap.asked_id:
        text = f"Det blir inget byte av passet {_when(swap.own)}. Du har kvar det."
        _tell(swap, swap.proposed_by, "Bytet av pass blev inte av", text, at=at)
    _log("shift_swap_closed", swap, by, at)


def _close(swap: ShiftSwap, *, at: datetime.datetime, accepted: bool) -> None:
    still_open = ShiftSwap.objects.filter(pk=swap.pk, closed_at__isnull=True)
    if not still_open.update(closed_at=at, accepted=accepted):
        raise RotaError("", "Förslaget är inte längre öppet.")


def _check(own: Shift, other: Shift, *, at: datetime.datetime) -> None:
    """Raise RotaError where a shift has begun, or one of the two would have two at once."""
    if min(own.starts_at, other.starts_at) <= at:
        raise RotaError("", "Ett av passen har redan börjat.")
    if own.starts_at == other.starts_at:
        raise RotaError("", "Passen börjar samtidigt, så det finns inget att byta.")
    for shift, goes_to, gives in ((own, other.person, other), (other, own.person, own)):
        clash = Shift.objects.filter(person=goes_to, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
        if clash.exclude(pk=gives.pk).exists():
            raise RotaError("", f"{goes_to} har redan ett annat pass {_when(shift)}.")


def _when(shift: Shift) -> str:
    begins = timezone.localtime(shift.starts_at)
    return f"den {format_date(begins)} klockan {format_time(begins)}"


def _tell(swap: ShiftSwap, person: User, subject: str, text: str, *, at: datetime.datetime) -> None:
    body = letter(text, reverse("stodtelefon:own_calendar"))
    write_mail(key=f"shift_swap:{swap.pk}:{person.pk}", user=person, subject=subject, body=body, at=at)


def _log(action: str, swap: ShiftSwap, by: User, at: datetime.datetime) -> None:
    line = swap.own.line
    details = {"own": swap.own_id, "other": swap.other_id}
    record(action, by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at)
