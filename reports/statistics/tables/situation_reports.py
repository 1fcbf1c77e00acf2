"""Lägesbilder by the period they are asked for and county: how complete each round is."""

from collections import Counter
from collections.abc import Sequence

from reports.statistics.definitions import Chart, Dimension, Facts, Role, Text, Value
from reports.statistics.follow_up import asked_years, county_values, follow_up_table, period_text, span, summed
from reports.statistics.live import COUNTY
from reports.statistics.question import Question
from reports.statistics.tables.reporting_on_time import (
    ALL_MEASURES,
    ASKED,
    IN_TIME_NOTE,
    MEASURES,
    READERS,
    in_time_finding,
    outcome,
)
from resurscentra.selectors import AskedReport

PERIOD = Dimension("Period", Text("Period", "Period"), Role.TIME)
SOURCE = Text("Lägesbilderna i systemet", "The situation reports in the system")


def reports(question: Question) -> list[AskedReport]:
    """What has been asked for; for release only where the last day to hand in has passed."""
    asked, today = question.reach.situation_reports, question.asked_at.date()
    return [one for one in asked if question.reach.by is not None or one.due_on < today]


def years(question: Question) -> Sequence[int]:
    """Years in which a period ended that a lägesbild was asked for."""
    return span(one.ends_on.year for one in reports(question))


def within_years(question: Question) -> list[AskedReport]:
    """The reports of periods that end in the years asked for."""
    return [one for one in reports(question) if one.ends_on.year in asked_years(question)]


def period_code(one: AskedReport) -> str:
    """The period's code. Two periods can have the same days, so these are not in it."""
    return f"P{one.period}"


def period_values(asked: Sequence[AskedReport]) -> list[Value]:
    """The periods, the earliest first, by the title they have."""
    periods = {period_code(one): one for one in asked}
    return [
        Value(code, period_text(one.title, one.starts_on, one.ends_on), _days(one)) for code, one in periods.items()
    ]


def _days(one: AskedReport) -> tuple[Text, ...]:
    return (
        Text(
            f"Avser {one.starts_on} till {one.ends_on}. Skulle lämnas senast {one.due_on}.",
            f"Concerns {one.starts_on} to {one.ends_on}. Was due on {one.due_on}.",
        ),
    )


def facts(question: Question) -> Facts:
    """Every period and county."""
    asked, today = within_years(question), question.asked_at.date()
    codes = {PERIOD.id: period_values(asked), COUNTY.id: county_values(question)}
    found = [(one, outcome(one.due_on, one.handed_in_on, today)) for one in asked]
    rows = [((period_code(one), one.county), {ASKED.code: 1, measure.code: 1}) for one, measure in found]
    return Facts(
        codes,
        summed(codes, ALL_MEASURES, rows),
        in_time_finding(question, Counter(measure for _, measure in found)),
    )


TABLE = follow_up_table(
    id="situation-reports-by-period-and-county",
    title=Text("Lägesbilder per period och län", "Situation reports by period and county"),
    description=Text(
        "Hur fullständiga lägesbilderna är: begärda för varje period, inlämnade i tid, för sent eller inte alls. Ett "
        "län med flera resurscentrum lämnar en för varje.",
        "How complete the situation reports are: asked for in each period, handed in on time, late or not at all. A "
        "county with several centres hands in one for each.",
    ),
    dimensions=(PERIOD, COUNTY),
    measures=MEASURES,
    notes=(IN_TIME_NOTE,),
    source=SOURCE,
    chart=Chart.BAR,
    charted=(ASKED.code,),
    facts=facts,
    years=years,
    readers=READERS,
)
