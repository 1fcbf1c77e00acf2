"""How long something has waited and what is late, in words; computed when read and never stored."""

import datetime

from django.utils import timezone
from django.utils.translation import ngettext

from nch.common.formats import format_date


def days_since(moment: datetime.datetime, *, today: datetime.date) -> int:
    """Whole days between the Swedish day of the moment and today."""
    return (today - timezone.localtime(moment).date()).days


def waiting_words(since: datetime.datetime | None, *, today: datetime.date | None = None) -> str:
    """How long a question has waited for an answer; nothing where it does not wait."""
    if since is None:
        return ""
    days = days_since(since, today=today or timezone.localdate())
    if days <= 0:
        return "Väntar på svar sedan i dag"
    return ngettext("Har väntat på svar i %(days)s dag", "Har väntat på svar i %(days)s dagar", days) % {"days": days}


def age_words(since: datetime.datetime, *, today: datetime.date) -> str:
    """When something came, and how long ago that is."""
    days = days_since(since, today=today)
    if days <= 0:
        return "Kom i dag"
    ago = ngettext("%(days)s dag sedan", "%(days)s dagar sedan", days) % {"days": days}
    return f"Kom {format_date(since, long=True)}, {ago}"
