"""Reading in old registers of calls: what is new, what has changed, and writing it in bulk.

A call that comes in this way is like any other: it has its row, individuals and versions, and counts in the tally from
the same transaction on. A hundred thousand of them are written as plain rows (nch/common/bulk.py), not as objects.
"""

import datetime
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.bulk import insert_rows, reserve_keys
from nch.common.workbooks import Fault
from nch.counties.models import Organisation
from stodtelefon.enums import CallChange, ChangeReason, HistoryState
from stodtelefon.models import (
    CallOrigin,
    CallVersion,
    ExposedIndividual,
    Exposure,
    HistoryImport,
    Matter,
    Register,
    SupportCall,
    SupportLine,
)
from stodtelefon.opening import Timetable
from stodtelefon.selectors import with_parts
from stodtelefon.selectors.contents import Content, content_of
from stodtelefon.selectors.lines import timetable_of
from stodtelefon.selectors.tallies import counted_individual, counted_whole
from stodtelefon.services.history.rows import ChangedCall, HistoryFaultsError, RegisterPlan, RegisterRow, Standing
from stodtelefon.services.inputs import CallInput
from stodtelefon.services.locks import lock_matters_of
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


def plan_register(*, rows: Sequence[RegisterRow], organisation: Organisation, lock: bool = False) -> RegisterPlan:
    """Compare the rows of a file with the calls that its registers have brought before; nothing is saved.

    A row that says the same as last time is unchanged, whatever has been done to its call since. One that says
    something else changes its call, unless the call has been corrected here meanwhile: then the row is a fault, since
    one of the two would be lost. A call that was struck here stays struck. With `lock`, in a
    transaction, nobody changes the calls that are to change until it ends.
    """
    plan = RegisterPlan()
    registers = Register.objects.filter(organisation=organisation, name__in={row.source for row in rows})
    names = dict(registers.values_list("pk", "name"))
    known = {
        (names[register], number): (call, digest, struck)
        for register, number, call, digest, struck in CallOrigin.objects.filter(
            register__in=names, withdrawn=False
        ).values_list("register_id", "number", "call_id", "digest", "call__struck_at")
    }
    differing: dict[int, RegisterRow] = {}
    for row in rows:
        found = known.get((row.source, row.number)) if known else None
        if found is None:
            plan.new.append(row)
            plan.count(row, Standing.NEW)
        elif found[2] is not None:
            plan.struck += 1
            plan.count(row, Standing.STRUCK)
        elif found[1] == row.digest:
            plan.unchanged += 1
            plan.count(row, Standing.UNCHANGED)
        else:
            differing[found[0]] = row
    for keys in chunks(differing):
        calls = whole_calls(keys).select_related("origin")
        for call in calls.select_for_update(of=("self",)) if lock else calls:
            _compare(plan, differing[call.pk], call)
    plan.faults.sort()
    return plan


def _compare(plan: RegisterPlan, row: RegisterRow, call: SupportCall) -> None:
    before = content_of(call)
    origin = call.origin
    if call.line_id != row.line.pk:
        reason = "Samtalet är inläst till en annan stödtelefon. Stryk det där och ge raden ett nytt löpnummer."
        plan.faults.append(Fault(row.row, "Stödtelefon", reason))
    elif all(before[name] == value for name, value in row.content.as_content().items()):
        plan.unchanged += 1
        plan.count(row, Standing.UNCHANGED)
    elif call.version != origin.version:
        reason = "Samtalet har rättats här efter importen. Låt raden stå som förut, och rätta samtalet på dess sida."
        plan.faults.append(Fault(row.row, "Löpnummer", reason))
    else:
        plan.changed.append(ChangedCall(row, call, origin, before))
        plan.count(row, Standing.CHANGED)


@transaction.atomic
def import_register(
    *, imported: HistoryImport, rows: Sequence[RegisterRow], by: User, at: datetime.datetime
) -> RegisterPlan:
    """Read in the rows of an ordered import whole: new calls are logged, changed ones corrected with a version kept.

    The same rows a second time change nothing. Raises HistoryFaultsError with everything that forbids it, and
    PermissionDenied for whoever does not lead the lines. One row in the log tells of it all.
    """
    organisation = imported.organisation
    require(by, Right.LEAD_LINE, organisation.pk)
    strangers = [row.row for row in rows if row.line.organisation_id != organisation.pk]
    if strangers:
        raise HistoryFaultsError(
            [Fault(row, "Stödtelefon", "Stödtelefonen hör till någon annan.") for row in strangers]
        )
    registers = _locked_registers({row.source for row in rows}, organisation)
    lock_matters_of(SupportCall.objects.filter(origin__register__in=registers.values()))
    plan = plan_register(rows=rows, organisation=organisation, lock=True)
    if plan.faults:
        raise HistoryFaultsError(plan.faults)
    hours = OldHours()
    _log(plan.new, imported, registers, hours, by=by, at=at)
    for number in range(0, len(plan.changed), CHUNK):
        _correct(plan.changed[number : number + CHUNK], hours, by=by, at=at)
    HistoryImport.objects.filter(pk=imported.pk).update(
        state=HistoryState.DONE,
        progress=100,
        stage="",
        touched_at=at,
        path="",
        added=len(plan.new),
        changed=len(plan.changed),
        unchanged=plan.unchanged + plan.struck,
    )
    record(
        "register_imported",
        by=by,
        subject=imported,
        organisation_id=organisation.pk,
        details={
            "sha256": imported.sha256,
            "rows": len(rows),
            "added": len(plan.new),
            "changed": len(plan.changed),
        },
        at=at,
    )
    return plan


def _locked_registers(names: set[str], organisation: Organisation) -> dict[str, int]:
    """The registers by name, made where they are new, and locked: of two imports at once the second waits."""
    there = set(Register.objects.filter(organisation=organisation, name__in=names).values_list("name", flat=True))
    Register.objects.bulk_create(
        (Register(organisation=organisation, name=name) for name in sorted(names - there)), ignore_conflicts=True
    )
    locked = Register.objects.select_for_update().filter(organisation=organisation, name__in=names).order_by("pk")
    return {register.name: register.pk for register in locked}


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


def _log(
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


def _correct(changes: Sequence[ChangedCall], hours: OldHours, *, by: User, at: datetime.datetime) -> None:
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
