"""Calls, matters and individuals per month of the period."""

from reports.statistics.definitions import Chart, Facts, Text
from reports.statistics.live import (
    CALLS,
    EVERY_CALL,
    INDIVIDUALS,
    MONTH,
    PLACE_FILTERS,
    Row,
    in_period,
    live_table,
    month_facts,
    no_calls,
    number_of_calls,
    whole_percent,
)
from reports.statistics.question import Question
from reports.statistics.series import goes_on, why_not_compared
from stodtelefon.tallying import Amounts


def facts(question: Question) -> Facts:
    """Every month of the period."""
    return month_facts(question, _row, _finding(question))


def _row(month: str, amounts: Amounts) -> Row:
    return {CALLS.code: amounts.calls, INDIVIDUALS.code: amounts.individuals}


def _finding(question: Question) -> Text:
    now, before = in_period(question, question.period).calls, in_period(question, question.period.before).calls
    if not now:
        return no_calls(question)
    calls, name = number_of_calls(now), question.period.name
    if goes_on(question, question.period):
        return Text(f"{calls.sv} hittills {name.sv}", f"{calls.en} so far in {name.en}")
    if not before or why_not_compared(question):
        return Text(f"{calls.sv} {name.sv}", f"{calls.en} in {name.en}")
    change = whole_percent(now - before, before)
    earlier = question.period.before.name
    alike_sv, alike_en = ("", "") if now == before else ("ungefär ", "about ")
    how_sv = f"{abs(change)} procent {'fler' if change > 0 else 'färre'} än" if change else f"{alike_sv}lika många som"
    how_en = f"{abs(change)} per cent {'more' if change > 0 else 'fewer'} than" if change else f"{alike_en}as many as"
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
