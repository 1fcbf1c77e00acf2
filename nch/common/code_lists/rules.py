"""How a code list may change. What a form has to say before it is done is a function of its own (`check_…`) that writes
nothing; the others write what has been checked, in the transaction of whose list it is."""

import datetime
import re
from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar

from nch.common.code_lists.models import CodeEntry
from nch.common.errors import FieldError

LETTERS: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SPELT = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u"})

E = TypeVar("E", bound=CodeEntry)


class CodeError(FieldError):
    """The list cannot be changed so."""


def suggest_letters(label: str) -> str:
    """Letters for a code, from its label: ”Hälso- och sjukvård” becomes halso_och_sjukvard."""
    words = re.findall(r"[a-z0-9]+", label.casefold().translate(_SPELT))
    letters = "_".join(words).lstrip("0123456789_")
    return letters[:40].rstrip("_")


def check_new_code(
    entries: Sequence[CodeEntry],
    *,
    letters: str,
    valid_from: datetime.date,
    today: datetime.date,
    reserved: Collection[str] = ("total",),
) -> None:
    """Raise CodeError where a list (all its entries) cannot have such a code from that day on.

    Letters that are `reserved` mean something else where codes stand, as sums and blanks in tables do.
    """
    if not LETTERS.fullmatch(letters):
        raise CodeError("letters", "Använd bara a–z, siffror och understreck, och börja med en bokstav.")
    if letters in reserved:
        raise CodeError("letters", f"”{letters}” betyder något annat i systemet. Välj en annan kod.")
    there = next((entry for entry in entries if entry.code == letters), None)
    if there is not None:
        raise CodeError("letters", f"Koden används redan för ”{there.label}” och kan aldrig användas om.")
    if valid_from < today:
        raise CodeError("valid_from", "Koden kan gälla tidigast från i dag. Det som redan är kodat ändras inte.")


def check_ending(
    entry: E,
    entries: Sequence[E],
    *,
    last_day: datetime.date,
    successor: E | None,
    today: datetime.date,
    never_empty: bool = False,
) -> None:
    """Raise CodeError where an entry of a list cannot end that day with that successor."""
    if entry.valid_to is not None:
        raise CodeError("", "Koden har redan ett slutdatum. Ångra det först om det ska ändras.")
    if last_day < today:
        raise CodeError("last_day", "Koden kan avslutas tidigast i dag. Det som redan är kodat ändras inte.")
    if last_day < entry.valid_from:
        raise CodeError("last_day", f"Koden börjar gälla först {entry.valid_from.isoformat()}. Ta bort den i stället.")
    next_day = last_day + datetime.timedelta(days=1)
    if successor is not None:
        _check_successor(entry, entries, successor, next_day)
    for before in entries:
        if before.successor_id == entry.pk and before.valid_to is not None and before.valid_to >= last_day:
            raise CodeError(
                "last_day", f"”{before.label}” ska ersättas av koden efter den {before.valid_to.isoformat()}."
            )
    if never_empty and not any(other.is_valid_on(next_day) for other in entries if other.pk != entry.pk):
        raise CodeError("last_day", f"Listan skulle vara tom den {next_day.isoformat()}. Lägg till en annan kod först.")


def _check_successor(entry: E, entries: Sequence[E], successor: E, next_day: datetime.date) -> None:
    known = {one.pk: one for one in entries}
    if successor.pk not in known:
        raise CodeError("successor", f"”{successor.label}” hör till en annan lista.")
    after: E | None = successor
    while after is not None:
        if after.pk == entry.pk:
            raise CodeError("successor", "En kod kan inte ersättas av sig själv, inte heller genom andra koder.")
        after = known.get(after.successor_id)
    if not successor.is_valid_on(next_day):
        raise CodeError(
            "successor", f"”{successor.label}” gäller inte dagen efter, den {next_day.isoformat()}. Välj en annan."
        )


def check_removal(entry: CodeEntry, entries: Sequence[CodeEntry], *, today: datetime.date) -> None:
    """Raise CodeError unless the entry has not begun to be valid, and so has never been used."""
    if entry.valid_from <= today:
        raise CodeError("", "Koden gäller redan och kan ha använts. Avsluta den i stället.")
    if any(other.successor_id == entry.pk for other in entries):
        raise CodeError("", "En annan kod ska ersättas av den här. Ångra det först.")


def place(entries: Sequence[E], entry: E, after: E | None) -> None:
    """Number a list anew with the entry after another one, or first."""
    ordered = [one for one in entries if one.pk != entry.pk]
    places = [one.pk for one in ordered]
    ordered.insert(places.index(after.pk) + 1 if after is not None and after.pk in places else 0, entry)
    for position, one in enumerate(ordered, start=1):
        one.position = position
    type(entry)._default_manager.bulk_update(ordered, ["position"])


def reword(entries: Sequence[E], entry: E, after: E | None, **values: Any) -> list[str]:
    """Set what may change of an entry and where it stands; return the names of what has changed."""
    changed = [name for name, value in values.items() if getattr(entry, name) != value]
    type(entry)._default_manager.filter(pk=entry.pk).update(**values)
    before = entry.position
    place(entries, entry, after)
    return changed + (["position"] if entry.position != before else [])


def end(entry: CodeEntry, *, last_day: datetime.date, successor: CodeEntry | None) -> None:
    """Let an entry be used for the last time that day."""
    type(entry)._default_manager.filter(pk=entry.pk).update(valid_to=last_day, successor=successor)


def go_on(entry: CodeEntry, *, today: datetime.date) -> None:
    """Let an entry go on whose last day has not passed. Raises CodeError where it has, or where it has none."""
    going = type(entry)._default_manager.filter(pk=entry.pk, valid_to__gte=today)
    if not going.update(valid_to=None, successor=None):
        raise CodeError("", "Koden har redan upphört, eller har inget slutdatum. Historiken ändras inte.")
