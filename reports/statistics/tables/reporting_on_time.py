"""Lägesbilder and economic reports by the year in which they were due: asked for, in time, late, missing."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from nch.accounts.enums import Right
from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, YEAR, Adds, Chart, Dimension, Facts, Measure, Text, Value
from reports.statistics.follow_up import (
    NO_COUNTY,
    Row,
    asked_years,
    follow_up_table,
    recipients_counties,
    span,
    summed,
    year_values,
)
from reports.statistics.live import COUNTY, total_value
from reports.statistics.question import Question

KIND = Dimension("Kind", Text("Slag", "Kind"))
SITUATION_REPORT, ECONOMIC_REPORT = "situation_report", "economic_report"
KINDS = [
    Value(SITUATION_REPORT, Text("Lägesbild", "Situation report")),
    Value(ECONOMIC_REPORT, Text("Ekonomisk redovisning", "Economic report")),
    total_value(),
]
ASKED = Measure("asked", Text("Begärda", "Asked for"), COUNT, adds=Adds.ALWAYS)
IN_TIME = Measure("in_time", Text("Inlämnade i tid", "Handed in on time"), COUNT, adds=Adds.ALWAYS)
LATE = Measure("late", Text("Inlämnade för sent", "Handed in late"), COUNT, adds=Adds.ALWAYS)
MISSING = Measure("missing", Text("Saknas", "Missing"), COUNT, adds=Adds.ALWAYS)
WAITING = Measure("waiting", Text("Väntas, inte förfallna", "Expected, not due yet"), COUNT, adds=Adds.ALWAYS)
MEASURES = (ASKED, IN_TIME, LATE, MISSING)
ALL_MEASURES = (*MEASURES, WAITING)
READERS = (Right.SEE_CENTRES,)
IN_TIME_NOTE = Text(
    "Det som räknas är när en rapport lämnades in första gången, senast den dag då den skulle lämnas. En rapport som "
    "har lämnats tillbaka för komplettering är alltså inte försenad av det.",
    "What counts is the first time a report was handed in, at the latest on the day it was due. A report sent back for "
    "completion is not late for that.",
)


def outcome(due_on: datetime.date, handed_in_on: datetime.date | None, today: datetime.date) -> Measure:
    """Which of the measures a report that is asked for counts under."""
    if handed_in_on is not None:
        return IN_TIME if handed_in_on <= due_on else LATE
    return MISSING if due_on < today else WAITING


def in_time_finding(question: Question, outcomes: Iterable[Measure]) -> Text:
    """How many of the reports that are due came in time."""
    sums = Counter(outcomes)
    due, name = sum(sums[one] for one in (IN_TIME, LATE, MISSING)), question.period.name
    if not due:
        return Text(f"Inga rapporter har förfallit {name.sv}", f"No reports have been due in {name.en}")
    return Text(
        f"{format_number(sums[IN_TIME])} av {format_number(due)} rapporter lämnades i tid {name.sv}",
        f"{sums[IN_TIME]} of {due} reports were handed in on time in {name.en}",
    )


def _reports(question: Question) -> Iterator[tuple[str, str, datetime.date, datetime.date | None]]:
    """Kind, county, due day and day of handing in."""
    for asked in question.reach.situation_reports:
        yield SITUATION_REPORT, asked.county, asked.due_on, asked.handed_in_on
    for report in question.reach.economic_reports:
        yield ECONOMIC_REPORT, report.county, report.due_on, report.handed_in_on


def years(question: Question) -> Sequence[int]:
    """Years in which a report was or is due."""
    return span(due_on.year for _, _, due_on, _ in _reports(question))


def facts(question: Question) -> Facts:
    """Every year, county and kind."""
    found = [one for one in _reports(question) if one[2].year in asked_years(question)]
    counties = recipients_counties(question, (county for _, county, _, _ in found))
    codes = {YEAR.id: year_values(question), COUNTY.id: counties, KIND.id: KINDS}
    today, rows, outcomes = question.asked_at.date(), list[Row](), list[Measure]()
    for kind, county, due_on, handed_in_on in found:
        measure = outcome(due_on, handed_in_on, today)
        outcomes.append(measure)
        rows.append(((str(due_on.year), county or NO_COUNTY, kind), {ASKED.code: 1, measure.code: 1}))
    return Facts(codes, summed(codes, ALL_MEASURES, rows), in_time_finding(question, outcomes))


TABLE = follow_up_table(
    id="reports-on-time-by-year-and-county",
    title=Text("Rapportering i tid per år, län och slag", "Reporting on time by year, county and kind"),
    description=Text(
        "Lägesbilder och ekonomiska redovisningar som har begärts, efter det år då de skulle lämnas: i tid, för sent "
        "eller inte alls.",
        "Situation reports and economic reports asked for, by the year in which they were due: handed in on time, late "
        "or not at all.",
    ),
    dimensions=(YEAR, COUNTY, KIND),
    measures=MEASURES,
    notes=(IN_TIME_NOTE,),
    source=Text("Lägesbilder och bidragsärenden i systemet", "Situation reports and grant cases in the system"),
    chart=Chart.BAR,
    charted=(ASKED.code,),
    facts=facts,
    years=years,
    readers=READERS,
)
