"""iCalendar files (RFC 5545), for those who keep their dates in a calendar of their own."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """One event. A day for `starts` makes it last the whole day, and `ends` is then left out.

    `uid` tells it from all other events in the world; an event that `blocks` shows its owner as busy.
    """

    uid: str
    summary: str
    starts: datetime.date | datetime.datetime
    ends: datetime.datetime | None = None
    url: str = ""
    blocks: bool = False


def as_icalendar(events: Iterable[Event], *, at: datetime.datetime) -> bytes:
    """The events as one calendar, stamped with the moment `at`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//NCH//Kalender//SV", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += ["BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{_utc(at)}", f"DTSTART{_when(event.starts)}"]
        if event.ends is not None:
            lines.append(f"DTEND{_when(event.ends)}")
        lines.append(f"SUMMARY:{_escaped(event.summary)}")
        if event.url:
            lines.append(f"URL:{event.url}")
        lines += [f"TRANSP:{'OPAQUE' if event.blocks else 'TRANSPARENT'}", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _when(moment: datetime.date | datetime.datetime) -> str:
    if isinstance(moment, datetime.datetime):
        return f":{_utc(moment)}"
    return f";VALUE=DATE:{moment:%Y%m%d}"


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Text with what has a meaning of its own escaped, line breaks of every kind too."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """A line in parts of at most 75 bytes, never in the middle of a character."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 74:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
