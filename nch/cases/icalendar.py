"""What is due as an iCalendar file (RFC 5545), for those who keep their dates in a calendar of their own."""

import datetime
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from nch.cases.models import Task


def as_icalendar(tasks: Iterable[Task], *, at: datetime.datetime) -> bytes:
    """One event of a whole day per task, on its due date."""
    host = urlsplit(settings.SITE_URL).hostname
    stamp = at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//NCH//Kalender//SV", "CALSCALE:GREGORIAN"]
    for task in tasks:
        if task.due_on is not None:
            lines += [
                "BEGIN:VEVENT",
                f"UID:task-{task.pk}@{host}",
                f"DTSTAMP:{stamp}",
                f"DTSTART;VALUE=DATE:{task.due_on:%Y%m%d}",
                f"SUMMARY:{_escaped(task.title)}",
                f"URL:{settings.SITE_URL}{task.url}",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _escaped(text: str) -> str:
    """Text with what has a meaning of its own escaped."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in parts of at most 75 bytes, never in the middle of a character."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 74:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
