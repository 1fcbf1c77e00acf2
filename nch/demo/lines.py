"""The support lines of the demo: when they are open, and who answers in the weeks round today."""

import datetime

from django.utils import timezone

from nch.accounts.models import User
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.demo.cast import Cast
from nch.demo.means import moment
from stodtelefon.enums import LineKind
from stodtelefon.models import SupportLine
from stodtelefon.opening import Span
from stodtelefon.selectors import FIRST_DAY, national_line
from stodtelefon.selectors.lines import own_shifts
from stodtelefon.services import open_line, set_opening_hours
from stodtelefon.services.handovers import write_handover
from stodtelefon.services.rota import lay_shifts, offer_shift

# Working days 9–16, as the national line had for many years; the centres' hours are made up.
NATIONAL_HOURS = Span(datetime.time(9), datetime.time(16))
REGIONAL_HOURS = Span(datetime.time(9), datetime.time(15))
MORNING = Span(datetime.time(9), datetime.time(12))
AFTERNOON = Span(datetime.time(12), datetime.time(16))
WEEKS_AHEAD = 4


def open_demo_lines() -> None:
    """Open two regional lines, and give them and the national one opening hours."""
    _set_hours(national_line(), NATIONAL_HOURS, FIRST_DAY)
    for name in ("Resurscentrum Heder Skåne", "Resurscentrum Gävleborg"):
        centre = Organisation.objects.get(kind=OrganisationKind.RESOURCE_CENTRE, name=name)
        opened = moment(2024, 1, 8)
        line = open_line(name=f"{name}, telefonlinje", organisation=centre, kind=LineKind.REGIONAL, by=None, at=opened)
        _set_hours(line, REGIONAL_HOURS, opened.date())


def _set_hours(line: SupportLine, span: Span, valid_from: datetime.date) -> None:
    set_opening_hours(
        line=line,
        hours=[(weekday, span) for weekday in range(1, 6)],
        closed_on_holidays=True,
        valid_from=valid_from,
        by=None,
        at=timezone.make_aware(datetime.datetime.combine(valid_from, datetime.time(8))),
    )


def lay_demo_rota(cast: Cast, *, at: datetime.datetime) -> None:
    """The national line's rota from this week on: Wednesday afternoons are nobody's, one shift is on offer."""
    lead, answerer = cast["line-lead"], cast["line"]
    first = timezone.localdate(at) - datetime.timedelta(days=timezone.localdate(at).weekday())
    last = first + datetime.timedelta(weeks=WEEKS_AHEAD, days=-1)
    plan: list[tuple[User, list[int], Span]] = [(answerer, [1, 2, 3, 4, 5], MORNING), (lead, [1, 2, 4, 5], AFTERNOON)]
    for person, weekdays, span in plan:
        lay_shifts(
            line=national_line(), person=person, weekdays=weekdays, span=span, first=first, last=last, by=lead, at=at
        )
    to_offer = own_shifts(answerer, since=at).filter(starts_at__gt=at + datetime.timedelta(days=2)).first()
    if to_offer is not None:
        offer_shift(shift=to_offer, by=answerer, at=at)
    text = "Linjen bröts två gånger under förmiddagen. Flera skolor frågar om resor under loven: vägledningen är ny."
    write_handover(line=national_line(), text=text, by=answerer, at=at - datetime.timedelta(hours=2))
