"""Writing calls of registers in bulk: new ones, corrections, and the versions of what was there before.

A call that comes in this way is like any other: it has its row, individuals and versions, and counts in the tally from
the same transaction on. A hundred thousand of them are written as plain rows (nch/common/bulk.py), not as objects.
"""

import datetime
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.models import User
from nch.common.bulk import insert_rows, reserve_keys
from stodtelefon.enums import CallChange, ChangeReason
from stodtelefon.models import (
    CallOrigin,
    CallVersion,
    ExposedIndividual,
    Exposure,
    HistoryImport,
    Matter,
    SupportCall,
    SupportLine,
)
from stodtelefon.opening import Timetable
from stodtelefon.selectors import with_parts
from stodtelefon.selectors.contents import Content
from stodtelefon.selectors.lines import timetable_of
from stodtelefon.selectors.tallies import counted_individual, counted_whole
from stodtelefon.services.history.rows import ChangedCall, RegisterRow
from stodtelefon.services.inputs import CallInput
from stodtelefon.services.matters import count_matter_once
from stodtelefon.services.notes import move_deletion
from stodtelefon.services.tallies import add_to_tally
from stodtelefon.tallying import CountedCall

CHUNK = 1000
"""Calls that are fetched whole at a time."""

CALL_COLUMNS = (
    "id",
    "line_id",
    "started_at",
    "time_known",
    "duration_minutes",
    "channel",
    "caller_category_id",
    "county_id",
    "county_known",
    "municipality_id",
    "topic_id",
    "referral_id",
    "repeats",
    "outside_hours",
    "version",
    "logged_by_id",
    "logged_at",
    "idempotency_key",
    "constructed",
)
_CORRECTED = (
    "started_at",
    "time_known",
    "duration_minutes",
    "channel",
    "caller_category",
    "county",
    "county_known",
    "municipality",
    "topic",
    "referral",
    "referred_to",
    "referral_outcome",
    "outside_hours",
    "version",
)


def whole_calls(keys: Sequence[int]) -> QuerySet[SupportCall]:
    """Calls with everything that counts of them and that their content says."""
    calls = SupportCall.objects.filter(pk__in=keys).select_related("line", "caller_category", "topic")
    return with_parts(calls).order_by("pk")


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys, so many at a time as are fetched whole."""
    waiting = iter(keys)
    while chunk := list(itertools.islice(waiting, CHUNK)):
        yield chunk


class OldHours:
    """Whether old calls came outside opening hours. A day for which no hours are known here says nothing."""

    def __init__(self) -> None:
        self._timetables: dict[int, Timetable] = {}
        self._days: dict[tuple[int, datetime.date], Any] = {}

    def outside(self, line: SupportLine, content: CallInput) -> bool:
        """Whether the line was closed when the call began."""
        if not content.time_known:
            return False
        began = timezone.localtime(content.started_at)
        day = line.pk, began.date()
        if day not in self._days:
            timetable = self._timetables.get(line.pk)
            if timetable is None:
                timetable = self._timetables[line.pk] = timetable_of(line)
            known = any(rule.holds_on(day[1]) for rule in timetable.rules)
            self._days[day] = timetable.hours_on(day[1]) if known else None
        hours = self._days[day]
        return hours is not None and not any(span.holds(began.time()) for span in hours)


def _moment(value: datetime.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def log_calls(
    rows: Sequence[RegisterRow],
    imported: HistoryImport,
    registers: dict[str, int],
    hours: OldHours,
    *,
    by: User,
    at: datetime.datetime,
) -> None:
    """Write new calls with all their parts, and count them."""
    if not rows:
        return
    keys = reserve_keys(SupportCall, len(rows))
    outside = [hours.outside(row.line, row.content) for row in rows]
    logged_at = _moment(at)
    insert_rows(
        SupportCall,
        CALL_COLUMNS,
        (
            (
                key,
                row.line.pk,
                _moment((content := row.content).started_at),
                content.time_known,
                content.duration_minutes,
                str(content.channel),
                content.caller_category.pk,
                content.county.pk if content.county else None,
                content.county_known,
                content.municipality.pk if content.municipality else None,
                content.topic.pk,
                content.referral.pk if content.referral else None,
                False,
                closed,
                1,
                by.pk,
                logged_at,
                uuid.uuid4().hex,
                False,
            )
            for key, row, closed in zip(keys, rows, outside, strict=True)
        ),
    )
    _write_parts(zip(keys, (row.content for row in rows), strict=True))
    insert_rows(
        CallOrigin,
        ("call_id", "register_id", "number", "brought_by_id", "digest", "version", "withdrawn"),
        (
            (key, registers[row.source], row.number, imported.pk, row.digest, 1, False)
            for key, row in zip(keys, rows, strict=True)
        ),
    )
    add_to_tally(_counted(row.line.pk, row.content, closed) for row, closed in zip(rows, outside, strict=True))


def _write_parts(contents: Iterable[tuple[int, CallInput]]) -> None:
    """Write the advice and the individuals of calls that have none."""
    given = SupportCall.advice.through
    advice: list[tuple[int, int]] = []
    people: list[tuple[int, int, Any]] = []
    for key, content in contents:
        advice += [(key, code.pk) for code in dict.fromkeys(content.advice)]
        people += [(key, position, one) for position, one in enumerate(content.individuals, start=1)]
    insert_rows(given, ("supportcall_id", "code_id"), advice)
    keys = reserve_keys(ExposedIndividual, len(people))
    insert_rows(
        ExposedIndividual,
        ("id", "call_id", "position", "age_group", "gender"),
        (
            (key, call, position, str(one.age_group), str(one.gender))
            for key, (call, position, one) in zip(keys, people, strict=True)
        ),
    )
    insert_rows(
        Exposure,
        ("individual_id", "kind_id", "stage"),
        (
            (key, kind.pk, str(stage))
            for key, (_, _, one) in zip(keys, people, strict=True)
            for kind, stage in one.exposures
        ),
    )


def _counted(line: int, content: CallInput, outside_hours: bool) -> CountedCall:
    """What counts of a call that is read in."""
    return CountedCall(
        line_id=line,
        began=timezone.localtime(content.started_at),
        minutes=content.duration_minutes,
        channel=str(content.channel),
        category=content.caller_category.code,
        county=content.county.pk if content.county else "",
        municipality=content.municipality.pk if content.municipality else "",
        topic=content.topic.code,
        advice=tuple(sorted({code.code for code in content.advice})),
        referral=content.referral.code if content.referral else "",
        referred_to="",
        referral_outcome="",
        repeats=False,
        outside_hours=outside_hours,
        constructed=False,
        individuals=tuple(
            counted_individual(one.age_group, one.gender, [(kind.code, stage) for kind, stage in one.exposures])
            for one in content.individuals
        ),
        time_known=content.time_known,
    )


def keep_versions(
    calls: Sequence[tuple[SupportCall, Content]],
    *,
    change: CallChange,
    reason: ChangeReason,
    by: User,
    at: datetime.datetime,
) -> None:
    """Keep what the calls said before a change, and count their versions up without saving them."""
    when = _moment(at)
    insert_rows(
        CallVersion,
        ("call_id", "version", "content", "change", "reason", "by_id", "at"),
        (
            (call.pk, call.version, json.dumps(content), str(change), str(reason), by.pk, when)
            for call, content in calls
        ),
    )
    for call, _ in calls:
        call.version += 1


def correct_calls(changes: Sequence[ChangedCall], hours: OldHours, *, by: User, at: datetime.datetime) -> None:
    """Let calls say what the register now says; as `correct_call` does for one."""
    keys = [change.call.pk for change in changes]
    removed = [counted_whole(change.call) for change in changes]
    said = [(change.call, change.before) for change in changes]
    keep_versions(said, change=CallChange.CORRECTED, reason=ChangeReason.SOURCE_CHANGED, by=by, at=at)
    for change in changes:
        call, content = change.call, change.row.content
        if call.referral != content.referral or call.referred_to is not None:
            call.referral_outcome = None
        days = timezone.localdate(content.started_at) - timezone.localdate(call.started_at)
        move_deletion(call, by_days=days.days)
        for name, value in content.columns().items():
            setattr(call, name, value)
        call.outside_hours = hours.outside(call.line, content)
        change.origin.version, change.origin.digest = call.version, change.row.digest
    SupportCall.objects.bulk_update((change.call for change in changes), _CORRECTED, batch_size=500)
    CallOrigin.objects.bulk_update((change.origin for change in changes), ["version", "digest"], batch_size=500)
    SupportCall.advice.through.objects.filter(supportcall__in=keys).delete()
    ExposedIndividual.objects.filter(call__in=keys).delete()
    _write_parts((change.call.pk, change.row.content) for change in changes)
    add_to_tally(map(counted_whole, whole_calls(keys)), removed)
    for matter in Matter.objects.filter(calls__in=keys).distinct():
        count_matter_once(matter)
