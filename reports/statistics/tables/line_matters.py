"""Calls against matters: how much comes back."""

from reports.statistics.definitions import COUNT, Adds, Chart, Facts, Measure, Text
from reports.statistics.live import (
    CALLS,
    MONTH,
    PERCENT,
    PLACE_FILTERS,
    Row,
    in_period,
    live_table,
    month_facts,
    no_calls,
    percent,
)
from reports.statistics.question import Question
from stodtelefon.tallying import Amounts

MATTERS = Measure("matters", Text("Frågor", "Matters"), COUNT, adds=Adds.ALWAYS)
REPEATED = Measure("repeated", Text("Återkommande samtal", "Calls that come back"), COUNT, adds=Adds.ALWAYS)
SHARE = Measure("share", Text("Andel återkommande", "Share that come back"), PERCENT, decimals=1)

CODES_GIVEN = Text(
    "Ett samtal är återkommande när den som ringer har gett uppföljningskoden från ett tidigare samtal. "
    "Den som inte gör det räknas som en ny fråga, så andelen är minst så stor som den visas.",
    "A call comes back where the caller has given the code of an earlier call. Others count as new matters, "
    "so the share is at least what is shown.",
)


def _row(month: str, amounts: Amounts) -> Row:
    again = amounts.calls - amounts.matters
    return {
        "calls": amounts.calls,
        "matters": amounts.matters,
        "repeated": again,
        "share": percent(again, amounts.calls),
    }


def facts(question: Question) -> Facts:
    """Every month of the period."""
    whole = in_period(question, question.period)
    again = whole.calls - whole.matters
    finding = no_calls(question)
    if whole.calls and again:
        tenth = f"{100 * again / whole.calls:.1f}"
        finding = Text(
            f"{tenth.replace('.', ',')} procent av samtalen gäller en fråga som har varit uppe förut",
            f"{tenth} per cent of calls concern a matter that has been up before",
        )
    elif whole.calls:
        finding = Text(
            "Inget samtal är känt som återkommande: ingen som ringde gav en uppföljningskod",
            "No call is known to come back: no caller gave a follow-up code",
        )
    return month_facts(question, _row, finding)


TABLE = live_table(
    id="line-matters",
    title=Text("Frågor och återkommande samtal", "Matters and calls that come back"),
    description=Text(
        "Hur många olika frågor samtalen gällde, och hur många samtal som återkom till en tidigare fråga.",
        "How many matters the calls concerned, and how many calls came back to an earlier one.",
    ),
    dimensions=(MONTH,),
    measures=(CALLS, MATTERS, REPEATED, SHARE),
    notes=(CODES_GIVEN,),
    chart=Chart.COLUMN,
    charted=("repeated",),
    facts=facts,
    needs=lambda question: (),
    answers_to=PLACE_FILTERS,
)
