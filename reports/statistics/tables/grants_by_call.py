"""Grants by call and budget year: applied for, granted, paid, used and paid back."""

from collections.abc import Sequence

from reports.statistics.definitions import YEAR, Chart, Dimension, Facts, Text, Value
from reports.statistics.follow_up import follow_up_table, span, summed, year_values
from reports.statistics.live import total_value
from reports.statistics.question import Question
from reports.statistics.tables.grants_by_county import (
    MEASURES,
    NOTES,
    READERS,
    SOURCE,
    about,
    finding,
    within_years,
)

CALL = Dimension("Call", Text("Utlysning", "Call for applications"))


def facts(question: Question) -> Facts:
    """Every year and call that has money in the period, the first opened first. Calls go by the title they have."""
    found = within_years(question, question.reach.money_by_call)
    there = {fact.key for fact in found}
    titles = {str(key): title for key, title in question.reach.call_titles.items()}
    calls = [Value(key, Text(title, title)) for key, title in titles.items() if key in there]
    codes = {YEAR.id: year_values(question), CALL.id: [*calls, total_value()]}
    rows = (((str(fact.year), fact.key), {fact.what.value: fact.number}) for fact in found)
    return Facts(codes, summed(codes, MEASURES, rows), finding(question, found), (about(question),))


def years(question: Question) -> Sequence[int]:
    """Budget years with money in them."""
    return span(fact.year for fact in question.reach.money_by_call)


TABLE = follow_up_table(
    id="grants-by-year-and-call",
    title=Text("Bidrag per budgetår och utlysning", "Grants by budget year and call"),
    description=Text(
        "Sökta, beviljade, utbetalade, använda och återbetalade bidrag efter budgetår och utlysning.",
        "Grants applied for, granted, paid, used and paid back, by budget year and call for applications.",
    ),
    dimensions=(YEAR, CALL),
    measures=MEASURES,
    notes=NOTES,
    source=SOURCE,
    chart=Chart.BAR,
    charted=("granted",),
    facts=facts,
    years=years,
    readers=READERS,
)
