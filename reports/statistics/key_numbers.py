"""The numbers at the top of the lines' dashboard, each with what it was in the period before."""

from dataclasses import dataclass
from decimal import Decimal

from nch.common.formats import format_number
from reports.statistics.definitions import Filter
from reports.statistics.live import in_period, rounded, whole_percent
from reports.statistics.question import Question
from reports.statistics.series import goes_on, why_not_compared
from reports.statistics.tables import line_unknown_county
from stodtelefon.tallying import Amounts


@dataclass(frozen=True)
class KeyNumber:
    """A number as it is written, with its unit and what it was before."""

    label: str
    value: str
    unit: str = ""
    trend: str = ""


def key_numbers(question: Question) -> list[KeyNumber]:
    """Calls, individuals, length, unknown county, what comes back, and calls outside opening hours.

    Everything but the first two is left out where there are no calls. With a kind of exposure there are none: calls
    with it are counted in a table of their own.
    """
    if Filter.EXPOSURE in question.narrowed():
        return []
    if Filter.COUNTY not in question.narrowed():
        question.reading.plan(line_unknown_county.needs(question))
    if question.recorded and not question.recorded.months_of(question.period.months):
        return [KeyNumber("Samtal", "Uppgift saknas")]
    now, before = in_period(question, question.period), in_period(question, question.period.before)
    numbers = [
        KeyNumber("Samtal", format_number(now.calls), "", _trend(question, now.calls, before.calls)),
        KeyNumber(
            "Utsatta individer",
            format_number(now.individuals),
            "",
            _trend(question, now.individuals, before.individuals),
        ),
    ]
    if now.calls:
        numbers += _shares(question, now, before)
    return numbers


def _shares(question: Question, now: Amounts, before: Amounts) -> list[KeyNumber]:
    earlier = question.period.before.name.sv

    def was(number: str) -> str:
        return f"{number} {earlier}" if before.calls and not why_not_compared(question) else ""

    numbers = []
    if Filter.COUNTY not in question.narrowed():
        unknown = line_unknown_county.unknown_in_period(question)
        target = line_unknown_county.target_of(question)
        aim = "" if target is None else f"Målet är högst {target} procent"
        numbers.append(KeyNumber("Okänt län", _percent(unknown, now.calls), "procent av samtalen", aim))
    again, again_before = now.calls - now.matters, before.calls - before.matters
    numbers.append(
        KeyNumber(
            "Återkommande samtal",
            _percent(again, now.calls),
            "procent av samtalen",
            was(f"{_percent(again_before, before.calls or 1)} procent"),
        )
    )
    length, length_before = (int(rounded(Decimal(one.minutes) / (one.calls or 1), 0)) for one in (now, before))
    numbers.append(
        KeyNumber("Samtalets längd", format_number(length), "minuter i genomsnitt", was(f"{length_before} minuter"))
    )
    numbers.append(
        KeyNumber(
            "Utanför öppettiden",
            _percent(now.outside_hours, now.calls),
            "procent av samtalen",
            was(f"{_percent(before.outside_hours, before.calls or 1)} procent"),
        )
    )
    return numbers


def _percent(part: int, whole: int) -> str:
    return format_number(rounded(Decimal(100 * part) / whole, 1), decimals=1)


def _trend(question: Question, now: int, before: int) -> str:
    if goes_on(question, question.period):
        return "Perioden pågår"
    if reason := why_not_compared(question):
        return reason.sv
    earlier = question.period.before.name.sv
    if not before:
        return f"Inga {earlier}"
    change = whole_percent(now - before, before)
    if not change:
        return f"{'Som' if now == before else 'Ungefär som'} {earlier}"
    return f"{abs(change)} procent {'fler' if change > 0 else 'färre'} än {earlier}"
