"""Keeping the code lists: what a call can be coded with changes from a day on, and never for days that have been.

A rule that a form has to say before it is done is a function of its own (`check_…`) that writes nothing.
"""

import datetime
import re
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.models import Code, Guidance
from stodtelefon.services.errors import FieldError
from stodtelefon.services.inputs import RESOURCE_CENTRE_REFERRAL

LETTERS: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED: Final = frozenset({"total", "unknown", "not_stated", "age_group", "gender"})
"""Letters that mean something else where codes stand: sums and blanks in tables, other fields of an individual."""

NEVER_EMPTY: Final = (CodeKind.CALLER_CATEGORY, CodeKind.TOPIC)
"""The lists that every call is coded with."""

_SPELT = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u"})


class CodeError(FieldError):
    """The list cannot be changed so."""


def suggest_letters(label: str) -> str:
    """Letters for a code, from its label: ”Hälso- och sjukvård” becomes halso_och_sjukvard."""
    words = re.findall(r"[a-z0-9]+", label.casefold().translate(_SPELT))
    letters = "_".join(words).lstrip("0123456789_")
    return letters[:40].rstrip("_")


def check_new_code(
    *, kind: CodeKind, letters: str, valid_from: datetime.date, stages: Sequence[Stage], at: datetime.datetime
) -> None:
    """Raise CodeError where a list cannot have such a code from that day on."""
    if not LETTERS.fullmatch(letters):
        raise CodeError("letters", "Använd bara a–z, siffror och understreck, och börja med en bokstav.")
    if letters in RESERVED:
        raise CodeError("letters", f"”{letters}” betyder något annat i systemet. Välj en annan kod.")
    there = Code.objects.filter(kind=kind, code=letters).first()
    if there is not None:
        raise CodeError("letters", f"Koden används redan för ”{there.label}” och kan aldrig användas om.")
    _check_stages(kind, stages)
    if valid_from < timezone.localdate(at):
        raise CodeError("valid_from", "Koden kan gälla tidigast från i dag. Samtal som redan är kodade ändras inte.")


def _check_stages(kind: CodeKind, stages: Sequence[Stage]) -> None:
    if stages and kind != CodeKind.EXPOSURE:
        raise CodeError("stages", "Bara utsatthet har skeden.")
    if Stage.NONE in stages:
        raise CodeError("stages", "Lämna skedena tomma om koden inte har några.")


def check_ending(*, code: Code, last_day: datetime.date, successor: Code | None, at: datetime.datetime) -> None:
    """Raise CodeError where the code cannot end that day with that successor."""
    if code.valid_to is not None:
        raise CodeError("", "Koden har redan ett slutdatum. Ångra det först om det ska ändras.")
    if code.kind == CodeKind.REFERRAL and code.code == RESOURCE_CENTRE_REFERRAL:
        raise CodeError("", "Koden behövs för att fråga vilket resurscentrum det gäller och kan inte avslutas.")
    if last_day < timezone.localdate(at):
        raise CodeError("last_day", "Koden kan avslutas tidigast i dag. Det som redan är kodat ändras inte.")
    if last_day < code.valid_from:
        raise CodeError("last_day", f"Koden börjar gälla först {code.valid_from.isoformat()}. Ta bort den i stället.")
    next_day = last_day + datetime.timedelta(days=1)
    if successor is not None:
        _check_successor(code, successor, next_day)
    for before in code.predecessors.all():
        if before.valid_to is not None and before.valid_to >= last_day:
            raise CodeError(
                "last_day", f"”{before.label}” ska ersättas av koden efter den {before.valid_to.isoformat()}."
            )
    others = Code.objects.filter(kind=code.kind).exclude(pk=code.pk)
    if code.kind in NEVER_EMPTY and not any(other.is_valid_on(next_day) for other in others):
        raise CodeError("last_day", f"Listan skulle vara tom den {next_day.isoformat()}. Lägg till en annan kod först.")


def _check_successor(code: Code, successor: Code, next_day: datetime.date) -> None:
    if successor.kind != code.kind:
        raise CodeError("successor", f"”{successor.label}” hör till en annan lista.")
    after: Code | None = successor
    while after is not None:
        if after.pk == code.pk:
            raise CodeError("successor", "En kod kan inte ersättas av sig själv, inte heller genom andra koder.")
        after = after.successor
    if not successor.is_valid_on(next_day):
        raise CodeError(
            "successor", f"”{successor.label}” gäller inte dagen efter, den {next_day.isoformat()}. Välj en annan."
        )


def _locked_list(kind: CodeKind) -> list[Code]:
    """The whole list, locked: what is checked of one code depends on the others."""
    return list(Code.objects.select_for_update().filter(kind=kind).order_by("position", "code"))


def _place(entries: list[Code], code: Code, after: Code | None) -> None:
    """Number the list anew with the code after another one, or first."""
    ordered = [entry for entry in entries if entry.pk != code.pk]
    places = [entry.pk for entry in ordered]
    ordered.insert(places.index(after.pk) + 1 if after is not None and after.pk in places else 0, code)
    for position, entry in enumerate(ordered, start=1):
        entry.position = position
    Code.objects.bulk_update(ordered, ["position"])


@transaction.atomic
def add_code(
    *,
    kind: CodeKind,
    letters: str,
    label: str,
    label_en: str,
    after: Code | None,
    valid_from: datetime.date,
    stages: Sequence[Stage] = (),
    by: User,
    at: datetime.datetime,
) -> Code:
    """Add a code to a list from a day on, placed after another one (or first). Raises CodeError."""
    require(by, Right.KEEP_CODES)
    entries = _locked_list(kind)
    check_new_code(kind=kind, letters=letters, valid_from=valid_from, stages=stages, at=at)
    code = Code.objects.create(
        kind=kind,
        code=letters,
        label=label,
        label_en=label_en,
        position=len(entries) + 1,
        valid_from=valid_from,
        stages=[str(stage) for stage in stages],
    )
    _place(entries, code, after)
    details = {"kind": kind, "code": letters, "from": valid_from.isoformat()}
    record("code_added", by=by, subject=code, details=details, at=at)
    return code


@transaction.atomic
def change_code(
    *,
    code: Code,
    label: str,
    label_en: str,
    after: Code | None,
    stages: Sequence[Stage],
    by: User,
    at: datetime.datetime,
) -> None:
    """Change how a code is worded, where it stands in its list, and which stages can be chosen from now on.

    What has been coded stays: a stage that is taken away is still that of the individuals who were given it. Raises
    CodeError.
    """
    require(by, Right.KEEP_CODES)
    entries = _locked_list(CodeKind(code.kind))
    _check_stages(CodeKind(code.kind), stages)
    code = next(entry for entry in entries if entry.pk == code.pk)
    values = {"label": label, "label_en": label_en, "stages": [str(stage) for stage in stages]}
    changed = [name for name, value in values.items() if getattr(code, name) != value]
    Code.objects.filter(pk=code.pk).update(**values)
    before = code.position
    _place(entries, code, after)
    changed += ["position"] if code.position != before else []
    if changed:
        details = {"kind": code.kind, "code": code.code, "changed": changed, "stages": values["stages"]}
        record("code_changed", by=by, subject=code, details=details, at=at)


@transaction.atomic
def end_code(*, code: Code, last_day: datetime.date, successor: Code | None, by: User, at: datetime.datetime) -> None:
    """Let a code be used for the last time for calls that begin on a day; calls that have it keep it.

    Raises CodeError, also where somebody else has ended it meanwhile.
    """
    require(by, Right.KEEP_CODES)
    known = {entry.pk: entry for entry in _locked_list(CodeKind(code.kind))}
    if successor is not None:
        successor = known.get(successor.pk, successor)
    check_ending(code=known[code.pk], last_day=last_day, successor=successor, at=at)
    Code.objects.filter(pk=code.pk).update(valid_to=last_day, successor=successor)
    details = {"kind": code.kind, "code": code.code, "last_day": last_day.isoformat()}
    details["successor"] = successor.code if successor else ""
    record("code_ended", by=by, subject=code, details=details, at=at)


@transaction.atomic
def undo_ending(*, code: Code, by: User, at: datetime.datetime) -> None:
    """Let a code go on whose last day has not passed. Raises CodeError where it has, or where it has none."""
    require(by, Right.KEEP_CODES)
    changed = Code.objects.filter(pk=code.pk, valid_to__gte=timezone.localdate(at)).update(
        valid_to=None, successor=None
    )
    if not changed:
        raise CodeError("", "Koden har redan upphört, eller har inget slutdatum. Historiken ändras inte.")
    record("code_ending_undone", by=by, subject=code, details={"kind": code.kind, "code": code.code}, at=at)


@transaction.atomic
def remove_code(*, code: Code, by: User, at: datetime.datetime) -> None:
    """Remove a code that has not begun to be valid, and so has never been used. Raises CodeError otherwise."""
    require(by, Right.KEEP_CODES)
    known = {entry.pk: entry for entry in _locked_list(CodeKind(code.kind))}
    code = known.get(code.pk, code)
    if code.valid_from <= timezone.localdate(at):
        raise CodeError("", "Koden gäller redan och kan ha använts. Avsluta den i stället.")
    if any(entry.successor_id == code.pk for entry in known.values()):
        raise CodeError("", "En annan kod ska ersättas av den här. Ångra det först.")
    if Guidance.objects.filter(code=code).exists():
        raise CodeError("", "Koden har vägledning, som sparas. Avsluta koden i stället.")
    details = {"kind": code.kind, "code": code.code}
    record("code_removed", by=by, subject=code, details=details, at=at)
    code.delete()
