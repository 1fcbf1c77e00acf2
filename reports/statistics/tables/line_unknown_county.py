"""How often the county is unknown, month by month, against the line's target."""

from collections.abc import Iterable
from decimal import Decimal

from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, Adds, CellStatus, Chart, Facts, Filter, Measure, Text
from reports.statistics.live import (
    CALLS,
    MONTH,
    PERCENT,
    Row,
    in_period,
    live_table,
    month_facts,
    no_calls,
    percent,
    rounded,
)
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

UNKNOWN = Measure("unknown", Text("Okänt län", "Unknown county"), COUNT, adds=Adds.ALWAYS)
SHARE = Measure("share", Text("Andel med okänt län", "Share with unknown county"), PERCENT, decimals=1)
TARGET = Measure("target", Text("Högst enligt målet", "At most, by the target"), PERCENT, decimals=1)


def needs(question: Question) -> Iterable[Need]:
    """Calls with unknown county by month, over all time."""
    keys = [("first_key", "")]
    if question.category:
        keys.append(("second_key", question.category))
    return [Need(Cut.PLACE, ("month",), keys=tuple(keys))]


def target_of(question: Question) -> int | None:
    """The target of the chosen line, else of the national one, else of the only one, in per cent."""
    line = question.chosen_line or question.national_line or (question.lines[0] if len(question.lines) == 1 else None)
    return line.unknown_county_target if line else None


def unknown_in_period(question: Question) -> int:
    """Calls with unknown county in the period."""
    [need] = needs(question)
    months = {month.isoformat() for month in question.period.months}
    return sum(amounts.calls for (month,), amounts in question.reading.sums(need).items() if month in months)


def facts(question: Question) -> Facts:
    """Every month of the period; the share cannot be given for a month without calls."""
    [need] = needs(question)
    unknown, target = question.reading.sums(need), target_of(question)

    def row(month: str, amounts: Amounts) -> Row:
        without = unknown.get((month,), Amounts()).calls
        return {
            "calls": amounts.calls,
            "unknown": without,
            "share": percent(without, amounts.calls),
            "target": CellStatus.NOT_KNOWN if target is None else target,
        }

    in_all, without = in_period(question, question.period).calls, unknown_in_period(question)
    finding = no_calls(question)
    if in_all:
        share = rounded(Decimal(100 * without) / in_all, 1)
        words, words_en = "", ""
        if target is not None:
            is_met = 100 * without <= target * in_all
            words = f", målet är högst {target} procent {'och nås' if is_met else 'och nås inte'}"
            words_en = f"; the target is at most {target} per cent and is {'' if is_met else 'not '}met"
        finding = Text(
            f"Länet är okänt i {format_number(share, decimals=1)} procent av samtalen{words}",
            f"The county is unknown in {share} per cent of calls{words_en}",
        )
    return month_facts(question, row, finding, set_beforehand=frozenset({TARGET.code}))


TABLE = live_table(
    id="line-unknown-county",
    title=Text("Samtal med okänt län", "Calls with unknown county"),
    description=Text(
        "Hur stor del av samtalen som saknar län, månad för månad, mot telefonens mål.",
        "The share of calls without a county, by month, against the line's target.",
    ),
    dimensions=(MONTH,),
    measures=(CALLS, UNKNOWN, SHARE, TARGET),
    notes=(
        Text(
            "Målet sätts av den som leder telefonen. Utan vald telefon gäller den nationella telefonens mål.",
            "The target is set by the line's lead. Without a chosen line it is the national line's.",
        ),
    ),
    chart=Chart.COLUMN,
    charted=("share", "target"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
