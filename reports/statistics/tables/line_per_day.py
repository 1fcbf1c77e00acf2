"""Calls and individuals per day: the days of the period's last month."""

import datetime
from collections.abc import Iterable

from nch.common.formats import MONTHS, format_date
from reports.statistics.definitions import Chart, Dimension, Facts, Role, Text, Value
from reports.statistics.live import (
    CALLS,
    EVERY_CALL,
    INDIVIDUALS,
    LINE_ONLY,
    Cells,
    about,
    counts,
    live_table,
    no_calls,
    not_known,
    number_of_calls,
)
from reports.statistics.question import ENGLISH_MONTHS, Period, Question
from reports.statistics.series import day_notes, remit_breaks
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

DAY = Dimension("Day", Text("Dag", "Day"), Role.TIME)


def shown(question: Question) -> Period:
    """The last month of the period that can have calls: the present one where the period goes on."""
    return Period.of_months(max(question.period.since, min(question.period.until, question.asked_at.date())))


def needs(question: Question) -> Iterable[Need]:
    """The days of that month."""
    month = shown(question)
    return [Need(Cut.DAY, ("first_key",), month.since, month.until)]


def day_value(day: datetime.date, *notes: Text) -> Value:
    """A day by its date."""
    text = f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return Value(day.isoformat(), Text(text, f"{day.day} {ENGLISH_MONTHS[day.month - 1][:3]} {day.year}"), notes)


def facts(question: Question) -> Facts:
    """Every day of the month, also those without calls; what is not recorded, and what is ahead, is not known."""
    month = shown(question)
    [need] = needs(question)
    sums = question.reading.sums(need)
    days = [month.since + datetime.timedelta(days=number) for number in range((month.until - month.since).days + 1)]
    with_calls = [datetime.date.fromisoformat(day) for (day,) in sums]
    cells: Cells = {}
    for day in days:
        code, recorded = (day.isoformat(),), question.recorded.has_day(day, with_calls)
        cells.update(counts(code, sums.get(code, Amounts())) if recorded else not_known(code))
    busiest = max(days, key=lambda day: (sums.get((day.isoformat(),), Amounts()).calls, day))
    most = sums.get((busiest.isoformat(),), Amounts()).calls
    finding = no_calls(question, month)
    if most:
        calls, name = number_of_calls(most), month.name
        finding = Text(
            f"Mest ringdes det {format_date(busiest, long=True)}: {calls.sv}",
            f"Busiest day of {name.en}: {busiest.isoformat()} with {calls.en}",
        )
    values = [day_value(day, *day_notes(question, day)) for day in days]
    return Facts({DAY.id: values}, cells, finding, about(question, month), remit_breaks(question))


TABLE = live_table(
    id="line-per-day",
    title=Text("Samtal per dag", "Calls per day"),
    description=Text(
        "Samtal och utsatta individer per dag under periodens sista månad.",
        "Calls and exposed individuals per day in the last month of the period.",
    ),
    dimensions=(DAY,),
    measures=(CALLS, INDIVIDUALS),
    notes=(EVERY_CALL,),
    chart=Chart.COLUMN,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
