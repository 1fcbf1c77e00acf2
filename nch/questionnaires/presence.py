"""Who else has a draft open just now: noted when a page is opened and by the page itself (static/js/autosave.js)."""

import datetime

from nch.accounts.models import User
from nch.questionnaires.models import Presence, Response, Section

# A page tells every half minute; a row is written at most this often, and shown until two tellings have failed.
WRITTEN_EVERY = datetime.timedelta(seconds=20)
SHOWN_FOR = datetime.timedelta(seconds=75)


def note_presence(response: Response, *, section: str, by: User, at: datetime.datetime) -> None:
    """Note that the user has the section (by key; empty: the overview) open. Whoever calls has let the user in."""
    known = Presence.objects.filter(response=response, user=by).first()
    if known and known.section_key == section and at - known.seen_at < WRITTEN_EVERY:
        return
    Presence.objects.update_or_create(response=response, user=by, defaults={"section_key": section, "seen_at": at})


def others_present(response: Response, sections: list[Section], *, besides: User, at: datetime.datetime) -> str:
    """A sentence on who else has the draft open and where; empty where nobody has."""
    titles = {section.key: section.title for section in sections}
    seen = Presence.objects.filter(response=response, seen_at__gt=at - SHOWN_FOR).exclude(user=besides)
    people = [
        f"{presence.user.display_name} ({titles.get(presence.section_key, 'översikten')})"
        for presence in seen.select_related("user").order_by("-seen_at", "pk")
    ]
    return f"Har också utkastet öppet just nu: {', '.join(people)}." if people else ""
