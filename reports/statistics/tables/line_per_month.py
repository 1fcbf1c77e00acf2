"""Calls, matters and individuals per month of the period."""

from reports.statistics.code_breaks import monthly_breaks
from reports.statistics.definitions import CellStatus, Chart, Facts, Text
from reports.statistics.live import (
    CALLS,
    EVERY_CALL,
    INDIVIDUALS,
    MONTH,
    PLACE_FILTERS,
    Cells,
    about,
    by_month,
    counts,
    in_period,
    live_table,
    month_value,
    no_calls,
    number_of_calls,
)
from reports.statistics.question import Question
from stodtelefon.tallying import Amounts


def facts(question: Question) -> Facts:
    """Every month; what lies before the first registered call, or after today, is not known."""
    found = by_month(question)
    last = question.asked_at.date()
    first = question.recorded.since if question.recorded else last
    cells: Cells = {}
    for month in question.period.months:
        code = month_value(month).code
        if first <= month <= last:
            cells.update(counts((code,), found.get(month.isoformat(), Amounts())))
        else:
            cells.update({(code, measure.code): CellStatus.NOT_KNOWN for measure in (CALLS, INDIVIDUALS)})
    return Facts(
        {MONTH.id: [month_value(month) for month in question.period.months]},
        cells,
        _finding(question),
        about(question),
        monthly_breaks(question),
    )


def _finding(question: Question) -> Text:
    now, before = in_period(question, question.period).calls, in_period(question, question.period.before).calls
    if not now:
        return no_calls(question)
    calls, name = number_of_calls(now), question.period.name
    if not before or question.period.until > question.asked_at.date():
        return Text(f"{calls.sv} {name.sv}", f"{calls.en} in {name.en}")
    change = round(100 * (now - before) / before)
    earlier = question.period.before.name
    how_sv = f"{abs(change)} procent {'fler' if change > 0 else 'färre'} än" if change else "lika många som"
    how_en = f"{abs(change)} per cent {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    return Text(f"{calls.sv} {name.sv}, {how_sv} {earlier.sv}", f"{calls.en} in {name.en}, {how_en} in {earlier.en}")


TABLE = live_table(
    id="line-per-month",
    title=Text("Samtal per månad", "Calls per month"),
    description=Text("Samtal och utsatta individer per månad.", "Calls and exposed individuals per month."),
    dimensions=(MONTH,),
    measures=(CALLS, INDIVIDUALS),
    notes=(EVERY_CALL,),
    chart=Chart.COLUMN,
    charted=("calls",),
    facts=facts,
    needs=lambda question: (),
    answers_to=PLACE_FILTERS,
)
