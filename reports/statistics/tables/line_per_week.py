"""Calls and individuals per ISO week. A week belongs to the period in which its Thursday lies, and is always whole."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from nch.common.formats import format_number
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
    rounded,
)
from reports.statistics.question import Period, Question
from reports.statistics.series import remit_breaks, week_notes
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

WEEK = Dimension("Week", Text("Vecka", "Week"), Role.TIME)
MOST_WEEKS = 53
ONE_DAY = datetime.timedelta(days=1)
ONE_WEEK = 7 * ONE_DAY


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


def week_value(monday: datetime.date, *notes: Text) -> Value:
    """An ISO week: `2026W53` is the one in which 31 December 2026 lies."""
    year, week, _ = monday.isocalendar()
    return Value(f"{year}W{week:02}", Text(f"v. {week} {year}", f"{year}-W{week:02}"), notes)


def facts(question: Question) -> Facts:
    """Every week, also those without calls; what is not recorded is not known.

    A week is usual that is over and recorded from its first day to its last.
    """
    mondays = weeks(question)
    [need] = needs(question)
    sums = question.reading.sums(need)
    values = [week_value(monday, *week_notes(question, monday)) for monday in mondays]
    totals = dict.fromkeys((value.code for value in values), Amounts())
    for (day,), amounts in sums.items():
        date = datetime.date.fromisoformat(day)
        code = week_value(date - datetime.timedelta(days=date.weekday())).code
        if code in totals:
            totals[code] = totals[code].plus(amounts)
    with_calls = [datetime.date.fromisoformat(day) for (day,) in sums]
    cells: Cells = {}
    whole = []
    for monday, (code, amounts) in zip(mondays, totals.items(), strict=True):
        days = [question.recorded.has_day(monday + step * ONE_DAY, with_calls) for step in range(7)]
        cells.update(counts((code,), amounts) if any(days) else not_known((code,)))
        if all(days) and monday + ONE_WEEK <= question.asked_at.date():
            whole.append(amounts.calls)
    shown = _shown(question, mondays)
    return Facts(
        {WEEK.id: values},
        cells,
        _finding(question, values, totals, whole),
        about(question, shown),
        remit_breaks(question),
    )


def _finding(question: Question, values: list[Value], totals: Mapping[str, Amounts], whole: list[int]) -> Text:
    busiest = max(values, key=lambda value: totals[value.code].calls)
    if not totals[busiest.code].calls:
        return no_calls(question)
    most = number_of_calls(totals[busiest.code].calls)
    if not sum(whole):
        return Text(f"Som mest {most.sv} i veckan ({busiest.text.sv})", f"At most {most.en} a week ({busiest.text.en})")
    usual = rounded(Decimal(sum(whole)) / len(whole), 1)
    return Text(
        f"{format_number(usual, decimals=1)} samtal i veckan i genomsnitt, som mest {most.sv} ({busiest.text.sv})",
        f"{usual} calls a week on average, at most {most.en} ({busiest.text.en})",
    )


def _shown(question: Question, mondays: list[datetime.date]) -> Period:
    """The months of the weeks that are shown: of a long period they are the last ones."""
    first, last = (monday + datetime.timedelta(days=3) for monday in (mondays[0], mondays[-1]))
    return Period(
        max(first.replace(day=1), question.period.since), min(Period.of_months(last).until, question.period.until)
    )


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
