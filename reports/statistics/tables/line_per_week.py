"""Calls and individuals per ISO week. A week belongs to the period in which its Thursday lies, and is always whole."""

import datetime
from collections.abc import Iterable

from reports.statistics.definitions import Chart, Dimension, Facts, Role, Text, Value
from reports.statistics.live import (
    CALLS,
    EVERY_CALL,
    INDIVIDUALS,
    LINE_ONLY,
    Cells,
    about,
    counted_days,
    counts,
    live_table,
    no_calls,
    not_known,
    number_of_calls,
)
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

WEEK = Dimension("Week", Text("Vecka", "Week"), Role.TIME)
MOST_WEEKS = 53
ONE_WEEK = datetime.timedelta(days=7)


def weeks(question: Question) -> list[datetime.date]:
    """The Mondays of the period's last weeks, up to the present one; the first of a period that is still ahead.

    There is always one: on 1 January 2027, a Friday, the first week of 2027 has not begun.
    """
    since = question.period.since
    first_thursday = since + datetime.timedelta(days=(3 - since.weekday()) % 7)
    last_day = max(first_thursday, min(question.period.until, question.asked_at.date()))
    monday = last_day - datetime.timedelta(days=last_day.weekday())
    if monday + datetime.timedelta(days=3) > question.period.until:
        monday -= ONE_WEEK
    found: list[datetime.date] = []
    while monday + datetime.timedelta(days=3) >= since and len(found) < MOST_WEEKS:
        found.append(monday)
        monday -= ONE_WEEK
    return found[::-1]


def needs(question: Question) -> Iterable[Need]:
    """The days of those weeks, also where they lie in the months beside."""
    mondays = weeks(question)
    return [Need(Cut.DAY, ("first_key",), mondays[0], mondays[-1] + datetime.timedelta(days=6))]


def week_value(monday: datetime.date) -> Value:
    """An ISO week: `2026W53` is the one in which 31 December 2026 lies."""
    year, week, _ = monday.isocalendar()
    return Value(f"{year}W{week:02}", Text(f"v. {week} {year}", f"{year}-W{week:02}"))


def facts(question: Question) -> Facts:
    """Every week, also those without calls; before the first registered call and after today nothing is known."""
    mondays = weeks(question)
    [need] = needs(question)
    sums = question.reading.sums(need)
    values = [week_value(monday) for monday in mondays]
    totals = dict.fromkeys((value.code for value in values), Amounts())
    for (day,), amounts in sums.items():
        date = datetime.date.fromisoformat(day)
        code = week_value(date - datetime.timedelta(days=date.weekday())).code
        if code in totals:
            totals[code] = totals[code].plus(amounts)
    first, last = counted_days(question)
    counted = {week_value(monday).code for monday in mondays if first < monday + ONE_WEEK and monday <= last}
    cells: Cells = {}
    for code, amounts in totals.items():
        cells.update(counts((code,), amounts) if code in counted else not_known((code,)))
    calls = sum(totals[code].calls for code in counted)
    finding = no_calls(question)
    if calls:
        usual = f"{calls / len(counted):.1f}"
        busiest = max(values, key=lambda value: totals[value.code].calls)
        most = number_of_calls(totals[busiest.code].calls)
        finding = Text(
            f"{usual.replace('.', ',')} samtal i veckan i genomsnitt, som mest {most.sv} ({busiest.text.sv})",
            f"{usual} calls a week on average, at most {most.en} ({busiest.text.en})",
        )
    return Facts({WEEK.id: values}, cells, finding, about(question))


TABLE = live_table(
    id="line-per-week",
    title=Text("Samtal per vecka", "Calls per week"),
    description=Text(
        "Samtal och utsatta individer per vecka, för en lång period de sista 53 veckorna.",
        "Calls and exposed individuals per week, of a long period the last 53 weeks.",
    ),
    dimensions=(WEEK,),
    measures=(CALLS, INDIVIDUALS),
    notes=(
        Text(
            "Veckorna följer ISO 8601 och räknas hela: en vecka hör till den period där dess torsdag ligger.",
            "Weeks follow ISO 8601 and count whole: a week belongs to the period in which its Thursday lies.",
        ),
        EVERY_CALL,
    ),
    chart=Chart.COLUMN,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
