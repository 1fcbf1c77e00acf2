"""Keeping the code lists: what a call can be coded with changes from a day on, and never for days that have been.

A rule that a form has to say before it is done is a function of its own (`check_…`) that writes nothing.
"""

import datetime
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common import code_lists
from nch.common.code_lists import CodeError
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.models import Code, CodeWording, Guidance
from stodtelefon.services.inputs import RESOURCE_CENTRE_REFERRAL

RESERVED: Final = frozenset({"total", "unknown", "not_stated", "age_group", "gender"})
"""Letters that mean something else where codes stand: sums and blanks in tables, other fields of an individual."""

NEVER_EMPTY: Final = (CodeKind.CALLER_CATEGORY, CodeKind.TOPIC)
"""The lists that every call is coded with."""


def check_new_code(
    *, kind: CodeKind, letters: str, valid_from: datetime.date, stages: Sequence[Stage], at: datetime.datetime
) -> None:
    """Raise CodeError where a list cannot have such a code from that day on."""
    _check_stages(kind, stages)
    entries = list(Code.objects.filter(kind=kind))
    today = timezone.localdate(at)
    code_lists.check_new_code(entries, letters=letters, valid_from=valid_from, today=today, reserved=RESERVED)


def _check_stages(kind: CodeKind, stages: Sequence[Stage]) -> None:
    if stages and kind != CodeKind.EXPOSURE:
        raise CodeError("stages", "Bara utsatthet har skeden.")
    if Stage.NONE in stages:
        raise CodeError("stages", "Lämna skedena tomma om koden inte har några.")


def check_ending(*, code: Code, last_day: datetime.date, successor: Code | None, at: datetime.datetime) -> None:
    """Raise CodeError where the code cannot end that day with that successor."""
    if code.kind == CodeKind.REFERRAL and code.code == RESOURCE_CENTRE_REFERRAL:
        raise CodeError("", "Koden behövs för att fråga vilket resurscentrum det gäller och kan inte avslutas.")
    code_lists.check_ending(
        code,
        list(Code.objects.filter(kind=code.kind)),
        last_day=last_day,
        successor=successor,
        today=timezone.localdate(at),
        never_empty=code.kind in NEVER_EMPTY,
    )


def _locked_list(kind: CodeKind) -> list[Code]:
    """The whole list, locked: what is checked of one code depends on the others."""
    return list(Code.objects.select_for_update().filter(kind=kind).order_by("position", "code"))


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
    code_lists.place(entries, code, after)
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

    How it was worded before is kept. What has been coded stays: a stage that is taken away is still that of the
    individuals who were given it. Raises CodeError.
    """
    require(by, Right.KEEP_CODES)
    entries = _locked_list(CodeKind(code.kind))
    _check_stages(CodeKind(code.kind), stages)
    code = next(entry for entry in entries if entry.pk == code.pk)
    values = {"label": label, "label_en": label_en, "stages": [str(stage) for stage in stages]}
    before = {"label": code.label, "label_en": code.label_en}
    changed = code_lists.reword(entries, code, after, **values)
    if before != {"label": label, "label_en": label_en}:
        CodeWording.objects.create(code=code, **before, changed_by=by, changed_at=at)
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
    code_lists.end(code, last_day=last_day, successor=successor)
    details = {"kind": code.kind, "code": code.code, "last_day": last_day.isoformat()}
    details["successor"] = successor.code if successor else ""
    record("code_ended", by=by, subject=code, details=details, at=at)


@transaction.atomic
def undo_ending(*, code: Code, by: User, at: datetime.datetime) -> None:
    """Let a code go on whose last day has not passed. Raises CodeError where it has, or where it has none."""
    require(by, Right.KEEP_CODES)
    code_lists.go_on(code, today=timezone.localdate(at))
    record("code_ending_undone", by=by, subject=code, details={"kind": code.kind, "code": code.code}, at=at)


@transaction.atomic
def remove_code(*, code: Code, by: User, at: datetime.datetime) -> None:
    """Remove a code that has not begun to be valid, and so has never been used. Raises CodeError otherwise."""
    require(by, Right.KEEP_CODES)
    known = {entry.pk: entry for entry in _locked_list(CodeKind(code.kind))}
    code = known.get(code.pk, code)
    code_lists.check_removal(code, list(known.values()), today=timezone.localdate(at))
    if Guidance.objects.filter(code=code).exists():
        raise CodeError("", "Koden har vägledning, som sparas. Avsluta koden i stället.")
    details = {"kind": code.kind, "code": code.code}
    Code.objects.filter(pk=code.pk).delete()
    record("code_removed", by=by, subject=code, details=details, at=at)
