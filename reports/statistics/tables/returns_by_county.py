"""How complete the statistics of resource centres are: by round and county, who has handed in what."""

from collections import Counter
from collections.abc import Sequence

from reports.statistics.definitions import COUNT, METRIC_ID, Adds, Chart, Facts, Measure, Text
from reports.statistics.follow_up import Row, asked_years, county_values, follow_up_table, span, summed
from reports.statistics.live import COUNTY
from reports.statistics.question import Question
from reports.statistics.returns import READERS, SOURCE, period_code, period_values, returned
from reports.statistics.tables.reporting_on_time import (
    ALL_MEASURES,
    ASKED,
    IN_TIME_NOTE,
    MEASURES,
    in_time_finding,
    outcome,
)
from reports.statistics.tables.situation_reports import PERIOD
from resurscentra.statistics_form import GRIDS

SENT_BACK = Measure("sent_back", Text("Återsända för rättelse", "Sent back for correction"), COUNT, adds=Adds.ALWAYS)
LEFT_OUT = Measure("not_applicable", Text("Tabeller ej tillämpliga", "Tables not applicable"), COUNT, adds=Adds.ALWAYS)


def years_asked(question: Question) -> Sequence[int]:
    """Years that returns are asked about."""
    return span(one.starts_on.year for one in returned(question))


def facts(question: Question) -> Facts:
    """Every round and county: authorities' papers, of which nothing is hidden."""
    asked = [one for one in returned(question) if one.starts_on.year in asked_years(question)]
    today = question.asked_at.date()
    codes = {PERIOD.id: period_values(asked), COUNTY.id: county_values(question)}
    found = [(one, outcome(one.due_on, one.handed_in_on, today)) for one in asked]
    rows: list[Row] = [
        (
            (period_code(one), one.county),
            {
                ASKED.code: 1,
                measure.code: 1,
                SENT_BACK.code: int(one.handed_in_on is not None and not one.is_counted),
                LEFT_OUT.code: len([grid for grid in GRIDS if grid in one.not_applicable]),
            },
        )
        for one, measure in found
    ]
    measures = (*ALL_MEASURES, SENT_BACK, LEFT_OUT)
    finding = in_time_finding(question, Counter(measure for _, measure in found))
    return Facts(codes, summed(codes, measures, rows), finding)


TABLE = follow_up_table(
    id="statistics-returns-by-period-and-county",
    title=Text("Statistikinlämningar per period och län", "Statistics returns by period and county"),
    description=Text(
        "Hur fullständig resurscentrumens statistik är: begärd för varje period, inlämnad i tid, för sent eller inte "
        "alls, återsänd för rättelse, och hur många tabeller som inte är tillämpliga.",
        "How complete the centres' statistics are: asked for in each period, handed in on time, late or not at all, "
        "sent back for correction, and how many tables are not applicable.",
    ),
    dimensions=(PERIOD, COUNTY),
    measures=(*MEASURES, SENT_BACK, LEFT_OUT),
    notes=(IN_TIME_NOTE,),
    source=SOURCE,
    chart=Chart.BAR,
    charted=(ASKED.code,),
    heading=METRIC_ID,
    facts=facts,
    years=years_asked,
    readers=READERS,
)
