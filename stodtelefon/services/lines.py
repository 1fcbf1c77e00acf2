"""Opening support lines, and deciding when they are open and how they work."""

import datetime
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.errors import FieldError
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from stodtelefon.enums import LineKind
from stodtelefon.models import OpeningException, OpeningHours, SupportLine
from stodtelefon.opening import Span, overlaps
from stodtelefon.selectors.lines import shifts_from

# The kind of organisation that may answer each kind of line.
LINE_HOME: dict[LineKind, OrganisationKind] = {
    LineKind.NATIONAL_PROFESSIONALS: OrganisationKind.NCH,
    LineKind.REGIONAL: OrganisationKind.RESOURCE_CENTRE,
}


HAS_BEEN: Final = "Dagen har varit. Samtalen är märkta efter de öppettider som gällde när de registrerades."


class LineError(FieldError):
    """The line cannot be so."""


@transaction.atomic
def open_line(
    *, name: str, organisation: Organisation, kind: LineKind, by: User | None, at: datetime.datetime
) -> SupportLine:
    """Return the organisation's line of that name, opened if it is new.

    `by` is None only where the system sets itself up. Raises LineError where the organisation is of the wrong kind, or
    had such a line that has been ended.
    """
    if by is not None:
        require(by, Right.MANAGE_USERS)
    if organisation.kind != LINE_HOME[kind]:
        raise LineError("organisation", f"{organisation.name} kan inte ha en telefon av slaget ”{kind.label}”.")
    line, created = SupportLine.objects.get_or_create(name=name, organisation=organisation, defaults={"kind": kind})
    if line.ended_from is not None:
        raise LineError("name", f"{line.name} har funnits och är avslutad. Öppna den igen i listan över stödtelefoner.")
    if created:
        record("line_opened", by=by, subject=line, organisation_id=organisation.pk, details={"kind": kind}, at=at)
    return line


def check_ending(*, line: SupportLine, day: datetime.date, at: datetime.datetime) -> None:
    """Raise LineError where the line cannot be ended from that day on."""
    if line.kind == LineKind.NATIONAL_PROFESSIONALS:
        raise LineError("", "Den nationella stödtelefonen hör till NCH:s uppdrag och kan inte avslutas här.")
    if line.ended_from is not None:
        raise LineError("", f"{line.name} är redan avslutad.")
    if day < timezone.localdate(at):
        raise LineError("day", "Telefonen kan avslutas tidigast från i dag. Det som redan är registrerat ändras inte.")


@transaction.atomic
def end_line(*, line: SupportLine, day: datetime.date, by: User, at: datetime.datetime) -> None:
    """End a line for good: from `day` on nobody logs calls, and the shifts that would come go off the rota.

    Its calls, their notes for as long as they are kept, and its statistics stay. Raises LineError.
    """
    require(by, Right.MANAGE_USERS, line.organisation_id)
    line = SupportLine.objects.select_for_update().get(pk=line.pk)
    check_ending(line=line, day=day, at=at)
    SupportLine.objects.filter(pk=line.pk).update(ended_from=day)
    shifts = shifts_from(line, day, at=at)
    details = {"from": day.isoformat(), "shifts_removed": shifts.count()}
    shifts.delete()
    record("line_ended", by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at)


@transaction.atomic
def reopen_line(*, line: SupportLine, by: User, at: datetime.datetime) -> None:
    """Let a line go on that was ended, or is to be; its rota has to be laid anew. Raises LineError where it runs."""
    require(by, Right.MANAGE_USERS, line.organisation_id)
    if not SupportLine.objects.filter(pk=line.pk, ended_from__isnull=False).update(ended_from=None):
        raise LineError("", f"{line.name} är inte avslutad.")
    record("line_reopened", by=by, subject=line, organisation_id=line.organisation_id, at=at)


@transaction.atomic
def set_opening_hours(
    *,
    line: SupportLine,
    hours: Sequence[tuple[int, Span]],
    closed_on_holidays: bool,
    valid_from: datetime.date,
    by: User | None,
    at: datetime.datetime,
) -> None:
    """Give the line the weekly hours (weekday 1–7 and span) from a day on, until they are changed again.

    What was planned from that day on is replaced; what held before it stays, for calls are judged by the hours of
    their day when they are logged. `by` is None only where the system sets itself up. Raises LineError where two spans
    of a day overlap or one closes before it opens.
    """
    if by is not None:
        require(by, Right.LEAD_LINE, line.organisation_id)
    for weekday in {weekday for weekday, _ in hours}:
        spans = [span for day, span in hours if day == weekday]
        if any(span.closes <= span.opens for span in spans):
            raise LineError(f"day_{weekday}", "Telefonen måste stänga efter att den har öppnat.")
        if overlaps(spans):
            raise LineError(f"day_{weekday}", "Två tider samma dag går in i varandra.")
    OpeningHours.objects.filter(line=line, valid_from__gte=valid_from).delete()
    OpeningHours.objects.filter(line=line, valid_from__lt=valid_from).exclude(valid_to__lt=valid_from).update(
        valid_to=valid_from - datetime.timedelta(days=1)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(line=line, weekday=weekday, opens=span.opens, closes=span.closes, valid_from=valid_from)
        for weekday, span in hours
    )
    SupportLine.objects.filter(pk=line.pk).update(closed_on_holidays=closed_on_holidays)
    record(
        "opening_hours_set",
        by=by,
        subject=line,
        organisation_id=line.organisation_id,
        details={"from": valid_from.isoformat(), "spans": len(hours)},
        at=at,
    )


@transaction.atomic
def set_exception(
    *, line: SupportLine, day: datetime.date, hours: Span | None, reason: str, by: User, at: datetime.datetime
) -> OpeningException:
    """Let the line have other hours on one day, or be closed (`hours` None); said again, the day is changed.

    Raises LineError where it closes before it opens, and for days that have been: calls are judged by the hours of
    their day when they are logged, and what was said of them then is not changed.
    """
    require(by, Right.LEAD_LINE, line.organisation_id)
    if day < timezone.localdate(at):
        raise LineError("day", HAS_BEEN)
    if hours is not None and hours.closes <= hours.opens:
        raise LineError("closes", "Telefonen måste stänga efter att den har öppnat.")
    values = {"opens": hours and hours.opens, "closes": hours and hours.closes, "reason": reason}
    exception, _ = OpeningException.objects.update_or_create(line=line, day=day, defaults=values)
    details = {"day": day.isoformat(), "closed": hours is None}
    record("opening_exception_set", by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at)
    return exception


@transaction.atomic
def remove_exception(*, exception: OpeningException, by: User, at: datetime.datetime) -> None:
    """Let the day follow the week again. Raises LineError for a day that has been."""
    line = exception.line
    require(by, Right.LEAD_LINE, line.organisation_id)
    if exception.day < timezone.localdate(at):
        raise LineError("day", HAS_BEEN)
    details = {"day": exception.day.isoformat()}
    exception.delete()
    record(
        "opening_exception_removed", by=by, subject=line, organisation_id=line.organisation_id, details=details, at=at
    )


@transaction.atomic
def change_line(
    *, line: SupportLine, name: str, correction_hours: int, note_days: int, by: User, at: datetime.datetime
) -> None:
    """Change the line's name, for how many hours one corrects one's own calls, and for how many days notes are kept.

    Raises LineError where the organisation has another line of that name.
    """
    require(by, Right.LEAD_LINE, line.organisation_id)
    if SupportLine.objects.filter(organisation=line.organisation, name=name).exclude(pk=line.pk).exists():
        raise LineError("name", f"{line.organisation.name} har redan en telefon med det namnet.")
    values = {"name": name, "correction_hours": correction_hours, "note_days": note_days}
    SupportLine.objects.filter(pk=line.pk).update(**values)
    record("line_changed", by=by, subject=line, organisation_id=line.organisation_id, details=values, at=at)
