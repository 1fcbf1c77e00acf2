"""Calls against staffing, hour by hour: how many each person on shift answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, Adds, CellStatus, Chart, Facts, Measure, Number, Text, Value
from reports.statistics.live import ALL, CALLS, LINE_ONLY, Cells, about, live_table, rounded, total_value, within
from reports.statistics.question import Question
from reports.statistics.tables.line_load import HOUR
from stodtelefon.enums import Cut
from stodtelefon.selectors.lines import StaffedHour
from stodtelefon.selectors.tallies import Need

HOURS = Text("timmar", "hours")
BESIDE = Measure("beside", Text("Därav utan pass", "Of which without a shift"), COUNT, adds=Adds.ALWAYS)
STAFFED = Measure("staffed", Text("Bemannade timmar", "Staffed hours"), HOURS, decimals=1, adds=Adds.ALWAYS)
PER_HOUR = Measure(
    "per_hour",
    Text("Samtal per bemannad timme", "Calls per staffed hour"),
    Text("samtal per timme", "calls per hour"),
    decimals=2,
)


def needs(question: Question) -> Iterable[Need]:
    """The period by weekday and hour."""
    return [within(question, Cut.HOUR, "first_key", "second_key")]


def facts(question: Question) -> Facts:
    """The hours with a shift or a call; only calls that came while a line was staffed are divided by its hours."""
    [need] = needs(question)
    calls: Counter[int] = Counter()
    for (_, one), amounts in question.reading.sums(need).items():
        calls[int(one)] += amounts.calls
    lines = [question.chosen_line] if question.chosen_line else question.lines
    staffed = question.reading.staffed(lines, question.period, question.asked_at)
    minutes: Counter[int] = Counter()
    for (_, _, _, hour), number in staffed.items():
        minutes[hour] += number
    answered = _while_staffed(question, staffed)
    hours = range(min([*calls, *minutes], default=8), max([*calls, *minutes], default=16) + 1)
    cells: Cells = {}
    for hour in hours:
        cells |= _row(f"{hour:02}", calls[hour], answered[hour], minutes[hour])
    cells |= _row(ALL, calls.total(), answered.total(), minutes.total())
    values = [Value(f"{hour:02}", Text(f"{hour:02}–{hour + 1:02}", f"{hour:02}–{hour + 1:02}")) for hour in hours]
    return Facts({HOUR.id: [*values, total_value()]}, cells, _finding(values, cells), about(question))


def _while_staffed(question: Question, staffed: Mapping[StaffedHour, int]) -> Counter[int]:
    """Calls by hour, of the lines, months, weekdays and hours in which somebody had a shift."""
    found: Counter[int] = Counter()
    if staffed:
        lines, months = {line for line, _, _, _ in staffed}, [month for _, month, _, _ in staffed]
        for key, number in question.reading.calls_by_hour(lines, min(months), max(months)).items():
            if key in staffed:
                found[key[-1]] += number
    return found


def _row(code: str, calls: int, answered: int, minutes: int) -> Cells:
    return {
        (code, CALLS.code): calls,
        (code, BESIDE.code): calls - answered,
        (code, STAFFED.code): rounded(Decimal(minutes) / 60, 1),
        (code, PER_HOUR.code): _rate(answered, minutes),
    }


def _rate(calls: int, minutes: int) -> Number | CellStatus:
    return rounded(Decimal(60 * calls) / minutes, 2) if minutes else CellStatus.NOT_APPLICABLE


def _finding(values: list[Value], cells: Cells) -> Text:
    rates = {value: cell for value in values if not isinstance(cell := cells[value.code, "per_hour"], CellStatus)}
    if not rates:
        return Text(
            "Inga pass är inlagda under perioden, så samtalen kan inte ställas mot bemanningen",
            "No shifts are laid in the period, so calls cannot be set against staffing",
        )
    busiest = max(rates, key=lambda value: (rates[value], value.code))
    most = format_number(rates[busiest], decimals=2)
    if not rates[busiest]:
        return Text("Inget samtal kom medan någon hade pass", "No call came while somebody was on shift")
    return Text(
        f"Flest samtal per bemannad timme klockan {busiest.text.sv}: {most}",
        f"Most calls per staffed hour at {busiest.text.en}: {rates[busiest]}",
    )


TABLE = live_table(
    id="line-staffing",
    title=Text("Samtal mot bemanning", "Calls against staffing"),
    description=Text(
        "Samtal per timme på dygnet mot hur länge någon har haft pass då, alla veckodagar tillsammans.",
        "Calls by hour of the day against how long somebody has been on shift then, all weekdays together.",
    ),
    dimensions=(HOUR,),
    measures=(CALLS, BESIDE, STAFFED, PER_HOUR),
    notes=(
        Text(
            "Två som svarar samtidigt räknas som två timmar per timme. Pass räknas till och med nu, inte i förväg. "
            "Timmar utan pass har ingen kvot.",
            "Two who answer at once count as two hours an hour. Shifts count until now, not ahead. Hours without a "
            "shift have no rate.",
        ),
        Text(
            "Ett samtal är utan pass när ingen hade pass i samma telefon vid den timmen någon sådan veckodag under "
            "månaden. De samtalen ingår inte i kvoten: de hör till telefoner och månader utan schema, eller kom vid "
            "andra tider.",
            "A call is without a shift where nobody had one at the same line in that hour on any such weekday of the "
            "month. Those calls are not in the rate: they are of lines and months without a rota, or came at other "
            "times.",
        ),
        Text(
            "Samtal ur gamla register utan klockslag räknas inte på någon timme och är inte med här.",
            "Calls of old registers without a time count in no hour and are not included.",
        ),
    ),
    chart=Chart.COLUMN,
    charted=("per_hour",),
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
