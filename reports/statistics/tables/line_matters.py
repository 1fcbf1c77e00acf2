"""Calls against matters: how many different ones the calls concern, and how much comes back."""

from collections.abc import Iterable

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.common.formats import format_number
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
    number_of_calls,
    percent,
    place_keys,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need, Sums
from stodtelefon.tallying import Amounts, UpBefore

MATTERS = Measure("matters", Text("Olika frågor", "Different matters"), COUNT, adds=Adds.EXCEPT_OVER_TIME)
REPEATED = Measure("repeated", Text("Återkommande samtal", "Calls that come back"), COUNT, adds=Adds.ALWAYS)
SHARE = Measure("share", Text("Andel återkommande", "Share that come back"), PERCENT, decimals=1)

CODES_GIVEN = Text(
    "Att samtal gäller samma fråga är känt när den som ringer har gett uppföljningskoden från ett tidigare samtal. "
    "Annars räknas samtalet som en fråga för sig, så frågorna är som mest så många som de visas.",
    "That calls concern the same matter is known where the caller has given the code of an earlier call. Other calls "
    "count as a matter each, so there are at most as many matters as shown.",
)
ONCE_A_MONTH = Text(
    "En fråga räknas en gång varje månad som den är uppe, så månadernas frågor kan inte läggas ihop. Ett samtal är "
    "återkommande när frågan har varit uppe förut, oavsett när och i vilken telefon.",
    "A matter counts once in each month in which it is up, so that months cannot be added up. A call comes back where "
    "its matter has been up before, whenever and at whatever line.",
)


def returning(question: Question, time: str, *by: str) -> Need:
    """The calls whose matter was up before, by month or year, and when it was."""
    return within(question, Cut.MATTER, time, *by, "third_key", keys=place_keys(question))


def already_up(question: Question, key: str, since: str) -> bool:
    """Whether a matter of the tally's key was up already from a time on (`2026`, `2026-02`), at the lines that count.

    At any line, where all of them count; else at the same one.
    """
    before = UpBefore.read(key)
    return (before.anywhere if _all_lines(question) else before.here) >= since


def _all_lines(question: Question) -> bool:
    """Whether every line counts: so does it in a release, which nobody's reach narrows."""
    by = question.reach.by
    return question.chosen_line is None and (by is None or access_of(by).everywhere(Right.SEE_STATISTICS))


def matters_of_years(question: Question, sums: Sums, again: Sums) -> Sums:
    """Sums by year and caller, with the matters that were up in the year: each at its first call in it.

    `again` are the calls that come back, by year, caller, and when the matter was up before.
    """
    counted = {key: amounts._replace(matters=amounts.calls) for key, amounts in sums.items()}
    for (year, caller, before), amounts in again.items():
        if already_up(question, before, year):
            there = counted[year, caller]
            counted[year, caller] = there._replace(matters=there.matters - amounts.calls)
    return counted


def needs(question: Question) -> Iterable[Need]:
    """The calls that come back, by month."""
    return [returning(question, "month")]


def facts(question: Question) -> Facts:
    """Every month of the period."""
    [need] = needs(question)
    again = question.reading.sums(need)
    in_month: dict[str, int] = {}
    for (month, before), amounts in again.items():
        if already_up(question, before, month[:7]):
            in_month[month] = in_month.get(month, 0) + amounts.calls

    def row(month: str, amounts: Amounts) -> Row:
        repeated = amounts.calls - amounts.matters
        return {
            "calls": amounts.calls,
            "matters": amounts.calls - in_month.get(month, 0),
            "repeated": repeated,
            "share": percent(repeated, amounts.calls),
        }

    since = f"{question.period.since:%Y-%m}"
    in_period_again = sum(each.calls for (_, before), each in again.items() if already_up(question, before, since))
    return month_facts(question, row, _finding(question, in_period_again))


def _finding(question: Question, in_period_again: int) -> Text:
    """How many matters the period's calls concern; `in_period_again` are the calls that are no further matter of it."""
    whole = in_period(question, question.period)
    if not whole.calls:
        return no_calls(question)
    if whole.calls == whole.matters:
        return Text(
            "Inget samtal är känt som återkommande: ingen som ringde gav en uppföljningskod",
            "No call is known to come back: no caller gave a follow-up code",
        )
    matters, calls = whole.calls - in_period_again, number_of_calls(whole.calls)
    share = f"{percent(whole.calls - whole.matters, whole.calls)}"
    return Text(
        f"{calls.sv} gällde {format_number(matters)} {'olika frågor' if matters > 1 else 'fråga'}; "
        f"{share.replace('.', ',')} procent av samtalen gällde en fråga som hade varit uppe förut",
        f"{calls.en} concerned {matters} {'different matters' if matters > 1 else 'matter'}; "
        f"{share} per cent of the calls concerned a matter that had been up before",
    )


TABLE = live_table(
    id="line-matters",
    title=Text("Frågor och återkommande samtal", "Matters and calls that come back"),
    description=Text(
        "Hur många olika frågor samtalen gällde varje månad, och hur många samtal som återkom till en tidigare fråga.",
        "How many different matters the calls of each month concerned, and how many calls came back to an earlier one.",
    ),
    dimensions=(MONTH,),
    measures=(CALLS, MATTERS, REPEATED, SHARE),
    notes=(CODES_GIVEN, ONCE_A_MONTH),
    chart=Chart.COLUMN,
    charted=("repeated",),
    facts=facts,
    needs=needs,
    answers_to=PLACE_FILTERS,
)
