"""Support lines, code lists and calls for tests; the calls go through the service."""

import datetime
import uuid
from dataclasses import fields
from typing import Any

from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, LineKind, Stage
from stodtelefon.models import CallNote, Code, HandoverNote, Shift, ShiftSwap, SupportCall, SupportLine
from stodtelefon.opening import Span
from stodtelefon.services import CallInput, IndividualInput, load_code_lists, log_call, open_line, set_opening_hours
from stodtelefon.services.handovers import write_handover
from stodtelefon.services.notes import write_note
from stodtelefon.services.swaps import propose_swap
from tests.factories.accounts import make_county, make_organisation, make_user


def swedish(*parts: int) -> datetime.datetime:
    """A moment by the Swedish clock: year, month, day, hour, minute."""
    return datetime.datetime(*parts, tzinfo=timezone.get_default_timezone())  # type: ignore[misc,arg-type]


MORNING = swedish(2026, 3, 10, 9, 30)
EVENING = swedish(2026, 3, 10, 17, 0)


def make_line(organisation: Organisation | None = None) -> SupportLine:
    """The line of a resource centre, or the national one where no organisation is given; code lists included."""
    load_code_lists()
    kind = LineKind.REGIONAL if organisation else LineKind.NATIONAL_PROFESSIONALS
    name = f"Stödtelefonen {organisation.name}" if organisation else "NCH:s stödtelefon"
    owner = organisation or make_organisation("nch")
    return open_line(name=name, organisation=owner, kind=kind, by=None, at=MORNING)


def make_centre_line(code: str = "12", name: str = "Skåne län") -> SupportLine:
    """The line of a resource centre of its own in a county."""
    return make_line(make_organisation("resource_centre", county=make_county(code, name)))


def make_answerer(line: SupportLine) -> User:
    """Somebody who answers the line: NCH's staff or the centre's coordinator."""
    national = line.kind == LineKind.NATIONAL_PROFESSIONALS
    return make_user(Role.NCH_LINE if national else Role.RC_COORDINATOR, line.organisation)


def code(kind: CodeKind, name: str) -> Code:
    """An entry of a code list."""
    return Code.objects.get(kind=kind, code=name)


def exposure(name: str, stage: Stage) -> tuple[Code, Stage]:
    """A kind of exposure and its stage, as an individual is given them."""
    return code(CodeKind.EXPOSURE, name), stage


def individual(
    *exposures: tuple[Code, Stage], age: AgeGroup = AgeGroup.FROM_16, gender: Gender = Gender.GIRL_OR_WOMAN
) -> IndividualInput:
    """An exposed individual: a girl of 16 or 17, unless something else is said."""
    return IndividualInput(age, gender, exposures)


def siblings() -> tuple[IndividualInput, IndividualInput]:
    """A girl who is to be married and taken abroad, and her brother."""
    planned = (exposure("marriage", Stage.PLANNED), exposure("abduction", Stage.WORRY))
    return individual(*planned, age=AgeGroup.FROM_13), individual(age=AgeGroup.UNKNOWN, gender=Gender.BOY_OR_MAN)


def call_content(**changes: Any) -> CallInput:
    """What an ordinary call from Skåne says, with some of it changed."""
    return CallInput(
        **{
            "started_at": MORNING,
            "duration_minutes": 20,
            "channel": Channel.PHONE,
            "caller_category": code(CodeKind.CALLER_CATEGORY, "socialtjanst"),
            "topic": code(CodeKind.TOPIC, "rutiner"),
            "county": make_county("12", "Skåne län"),
            "county_known": True,
            **changes,
        }
    )


CONTENT = {field.name for field in fields(CallInput)}


def call_values(line: SupportLine, by: User, **changes: Any) -> dict[str, Any]:
    """Arguments of `log_call` for an ordinary call, with some of them or of its content changed."""
    content = {name: value for name, value in changes.items() if name in CONTENT}
    return {
        "by": by,
        "line": line,
        "content": call_content(**content),
        "idempotency_key": uuid.uuid4(),
        "at": EVENING,
        **{name: value for name, value in changes.items() if name not in CONTENT},
    }


def make_call(line: SupportLine, by: User, **changes: Any) -> SupportCall:
    """A logged call."""
    return log_call(**call_values(line, by, **changes))


OFFICE_HOURS = Span(datetime.time(9), datetime.time(16))


def open_on_weekdays(line: SupportLine) -> None:
    """Give a line the hours 9–16 on working days, from 2020 on."""
    set_opening_hours(
        line=line,
        hours=[(weekday, OFFICE_HOURS) for weekday in range(1, 6)],
        closed_on_holidays=True,
        valid_from=datetime.date(2020, 1, 1),
        by=None,
        at=MORNING,
    )


def make_shift(line: SupportLine, person: User, day: datetime.date = datetime.date(2027, 1, 11)) -> Shift:
    """A shift from 9 to 16 on one day, a Monday unless another is given."""
    starts_at = swedish(day.year, day.month, day.day, 9)
    return Shift.objects.create(
        line=line, person=person, starts_at=starts_at, ends_at=starts_at + datetime.timedelta(hours=7)
    )


def make_suspected_note(call: SupportCall, by: User, text: str = "Ring 070-174 06 64.") -> CallNote:
    """A note in which newer rules have found something."""
    note = write_note(call=call, text=text, by=by, at=EVENING)
    note.suspected_at = EVENING
    note.save()
    return note


def make_handover(line: SupportLine, by: User, text: str = "Linjen bröts två gånger i dag.") -> HandoverNote:
    """Something handed over to the next shift a moment ago."""
    return write_handover(line=line, text=text, by=by, at=timezone.now())


def make_swap(line: SupportLine, by: User, asked: User, day: datetime.date = datetime.date(2027, 2, 1)) -> ShiftSwap:
    """A swap that `by` proposes to a colleague: the shift of a day against that of the day after."""
    own, other = make_shift(line, by, day), make_shift(line, asked, day + datetime.timedelta(days=1))
    return propose_swap(own=own, other=other, by=by, at=timezone.now())
