"""Pages of the support line cost the same number of queries with one row and with three, and none more than twelve."""

import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from stodtelefon.enums import ChangeReason, CodeKind
from stodtelefon.guidance_text import Link
from stodtelefon.models import Shift, SupportCall, SupportLine
from stodtelefon.selectors import codes
from stodtelefon.selectors.matters import find_matter
from stodtelefon.services import correct_call, write_note
from stodtelefon.services.guidance import write_guidance
from stodtelefon.services.lines import set_exception
from stodtelefon.services.matters import give_code, tie_to_matter
from stodtelefon.services.rota import make_rota_feed, offer_shift
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.stodtelefon import (
    call_content,
    code,
    make_answerer,
    make_call,
    make_centre_line,
    make_handover,
    make_line,
    make_shift,
    make_suspected_note,
    make_swap,
    open_on_weekdays,
    siblings,
)
from tests.security.test_query_counts import MOST, queries

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2027, 1, 11)
WEEK = "?vecka=2027-W02"


def lines(count: int) -> None:
    """That many lines of resource centres in all."""
    for number in range(SupportLine.objects.count(), count):
        make_centre_line(f"{number + 3:02}", f"Län {number}")


def staff(line: SupportLine, count: int) -> None:
    for _ in range(count):
        make_user(Role.RC_LINE, line.organisation)


def days_out(line: SupportLine, count: int) -> None:
    lead = make_answerer(line)
    for number in range(count):
        day = MONDAY + datetime.timedelta(days=number)
        set_exception(line=line, day=day, hours=None, reason="Stängt", by=lead, at=timezone.now())


def shifts(line: SupportLine, count: int) -> None:
    """Shifts of one person on that many days, each offered to the others."""
    person = make_user(Role.RC_LINE, line.organisation)
    for number in range(count):
        shift = make_shift(line, person, MONDAY + datetime.timedelta(days=number))
        offer_shift(shift=shift, by=person, at=timezone.now())


def suspected(line: SupportLine, count: int) -> None:
    by = make_answerer(line)
    for _ in range(count):
        make_suspected_note(make_call(line, by), by)


def handovers(line: SupportLine, count: int) -> None:
    for _ in range(count):
        make_handover(line, make_user(Role.RC_LINE, line.organisation))


@pytest.mark.parametrize(
    ("name", "make", "query"),
    [
        ("line_detail", handovers, ""),
        ("log_call", handovers, ""),
        ("line_detail", staff, ""),
        ("line_detail", days_out, ""),
        ("rota", shifts, WEEK),
        ("lay_shifts", staff, ""),
        ("opening_hours", days_out, ""),
        ("opening_exception", days_out, ""),
        ("line_settings", staff, ""),
        ("suspected_notes", suspected, ""),
    ],
)
def test_page_of_a_line_costs_the_same_for_one_row_and_for_three(
    name: str, make: Callable[[SupportLine, int], None], query: str
) -> None:
    line = make_centre_line()
    open_on_weekdays(line)
    lead = make_answerer(line)
    address = reverse(f"stodtelefon:{name}", args=[] if name in ("suspected_notes", "log_call") else [line.pk]) + query
    make(line, 1)
    one = queries(lead, address)
    make(line, 3)
    assert one == queries(lead, address) <= MOST


@pytest.mark.parametrize(
    ("role", "name"), [(Role.NCH_LINE, "line_list"), (Role.NCH_ADMIN, "line_list"), (Role.NCH_ADMIN, "centre_list")]
)
def test_lists_of_lines_and_centres_cost_the_same_for_one_and_for_three(role: Role, name: str) -> None:
    reader, address = make_user(role), reverse(f"stodtelefon:{name}")
    lines(1)
    one = queries(reader, address)
    lines(3)
    assert one == queries(reader, address) <= MOST


def test_own_calendar_costs_the_same_for_one_line_and_for_three() -> None:
    home, address = make_centre_line(), reverse("stodtelefon:own_calendar")
    person, colleague = (make_user(Role.RC_LINE, home.organisation) for _ in range(2))
    costs = []
    make_rota_feed(by=person, at=timezone.now())
    for number in (1, 3):
        lines(number)
        for line in SupportLine.objects.exclude(shifts__person=person):
            make_shift(line, person, MONDAY + datetime.timedelta(days=Shift.objects.count()))
            make_swap(home, person, colleague, MONDAY + datetime.timedelta(days=100 + Shift.objects.count()))
        costs.append(queries(person, address))
    assert Shift.objects.count() == 9
    assert costs[0] == costs[1] <= MOST


def test_guidance_costs_the_same_for_one_text_and_centre_and_for_three() -> None:
    lead, costs = make_answerer(make_line()), []
    keeper = make_user(Role.NCH_LINE_LEAD)
    kinds = list(codes(CodeKind.EXPOSURE))
    county = make_county("12", "Skåne län")
    asked = "&".join(f"exposure={kind.pk}" for kind in kinds[:3])
    for number in (1, 3):
        for kind in kinds[len(costs) and 1 : number]:
            write_guidance(
                code=kind,
                text=f"Om {kind.label}.",
                links=[Link("Polisen", "https://polisen.se")],
                review_on=timezone.localdate() + datetime.timedelta(days=90),
                responsible=keeper,
                seen=0,
                by=keeper,
                at=timezone.now(),
            )
            make_organisation("resource_centre", county=county)
        costs.append(queries(lead, f"{reverse('stodtelefon:guidance')}?{asked}&county=12"))
    assert costs[0] == costs[1] <= MOST


def _correct(call: SupportCall, by: User, minutes: int) -> None:
    """Another length, county and centre, so that the history names all that it can name."""
    call.refresh_from_db()
    place = make_county(f"{minutes:02}", f"Län {minutes}")
    content = call_content(
        duration_minutes=minutes,
        county=place,
        municipality=place.municipalities.create(code=f"{minutes:02}80", name=f"Kommun {minutes}"),
        referral=code(CodeKind.REFERRAL, "resurscentrum"),
        referred_to=make_organisation("resource_centre", county=place),
        individuals=siblings(),
    )
    reason = ChangeReason.WRONG_CHOICE
    correct_call(call=call, version=call.version, content=content, reason=reason, by=by, at=timezone.now())


def test_call_with_a_matter_and_a_note_costs_the_same_for_one_correction_and_for_three() -> None:
    line = make_centre_line()
    by, now = make_answerer(line), timezone.now()
    first, call = (make_call(line, by, at=now) for _ in range(2))
    matter = find_matter(give_code(call=first, by=by, at=now), at=now)
    elsewhere = make_line()
    tie_to_matter(
        call=make_call(elsewhere, make_answerer(elsewhere)), matter=matter, by=make_answerer(elsewhere), at=now
    )
    tie_to_matter(call=call, matter=matter, by=by, at=now)
    write_note(call=call, text="Skolan undrar över rutiner.", by=by, at=now)
    address = reverse("stodtelefon:call_detail", args=[call.pk])
    _correct(call, by, 3)
    one = queries(by, address)
    for minutes in (5, 7):
        _correct(call, by, minutes)
    assert one == queries(by, address) <= MOST
