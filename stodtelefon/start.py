"""What the start page says first to those who answer a line: today's shift, what is handed over, who wants to swap."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from nch.accounts.models import User
from nch.cases.start_parts import StartItem, StartPart
from nch.common.formats import format_date, format_datetime, format_hours, format_number
from stodtelefon.models import HandoverNote, Shift
from stodtelefon.selectors.handovers import unread_handovers_for
from stodtelefon.selectors.lines import own_shifts, swaps_asked_of

MOST_SHIFTS = 5
"""Shifts that are looked at: more than anybody has in a day."""


def line_today(user: User, at: datetime.datetime) -> StartPart:
    """The part of those who log calls (three queries)."""
    return StartPart(
        heading="Stödtelefonen",
        items=[*_shifts(user, at), *_handovers(user, at), *_swaps(user, at)],
        nothing="Du har inga kommande pass, inga olästa överlämningar och inga förslag om byten att svara på.",
        action=("Registrera samtal", reverse("stodtelefon:log_call")),
    )


def _shifts(user: User, at: datetime.datetime) -> Iterator[StartItem]:
    """Those of today that have not ended; without any, the next one."""
    coming = list(own_shifts(user, since=at)[:MOST_SHIFTS])
    today = timezone.localdate(at)
    of_today = [shift for shift in coming if timezone.localdate(shift.starts_at) == today]
    for shift in of_today or coming[:1]:
        hours = format_hours(shift.starts_at, shift.ends_at)
        if shift not in of_today:
            title, state = f"Ditt nästa pass {format_date(shift.starts_at)} {hours}", ("Kommande", "neutral")
        else:
            state = ("Pågår", "success") if shift.starts_at <= at else ("Senare i dag", "info")
            title = f"Ditt pass i dag {hours}"
        yield StartItem(title, _rota_address(shift), shift.line.name, *state)


def _rota_address(shift: Shift) -> str:
    return f"{reverse('stodtelefon:rota', args=[shift.line_id])}?vecka={timezone.localdate(shift.starts_at):%G-W%V}"


def _handovers(user: User, at: datetime.datetime) -> Iterator[StartItem]:
    """One line for each support line, whose page shows them all; the text itself is read there only."""
    unread: dict[int, list[HandoverNote]] = {}
    for note in unread_handovers_for(user, at=at).defer("text"):
        unread.setdefault(note.line_id, []).append(note)
    for line_id, notes in unread.items():
        last = max(notes, key=lambda note: note.written_at)
        words = "1 oläst överlämning" if len(notes) == 1 else f"{format_number(len(notes))} olästa överlämningar"
        hint = f"Den senaste skrevs {format_datetime(last.written_at)} av {last.written_by.display_name}"
        address = reverse("stodtelefon:line_detail", args=[line_id])
        yield StartItem(f"{words}, {last.line.name}", address, hint, "Oläst", "warning")


def _swaps(user: User, at: datetime.datetime) -> Iterator[StartItem]:
    for swap in swaps_asked_of(user, at=at):
        mine, theirs = (
            f"{format_date(one.starts_at)} {format_hours(one.starts_at, one.ends_at)}" for one in (swap.other, swap.own)
        )
        hint = f"Ditt pass {mine} mot {theirs}, {swap.other.line.name}"
        title = f"{swap.proposed_by.display_name} vill byta pass med dig"
        yield StartItem(title, reverse("stodtelefon:own_calendar"), hint, "Väntar på svar", "warning")
