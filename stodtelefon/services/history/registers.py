"""Reading in old registers of calls: what is new, what has changed, and who may."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.workbooks import Fault
from nch.counties.models import Organisation
from stodtelefon.enums import HistoryState
from stodtelefon.models import CallOrigin, HistoryImport, Register, SupportCall
from stodtelefon.selectors.contents import content_of
from stodtelefon.services.history.rows import ChangedCall, HistoryFaultsError, RegisterPlan, RegisterRow, Standing
from stodtelefon.services.history.writing import CHUNK, OldHours, chunks, correct_calls, log_calls, whole_calls
from stodtelefon.services.locks import lock_matters_of


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
    for keys in chunks(sorted(differing)):
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
    log_calls(plan.new, imported, registers, hours, by=by, at=at)
    for number in range(0, len(plan.changed), CHUNK):
        correct_calls(plan.changed[number : number + CHUNK], hours, by=by, at=at)
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
