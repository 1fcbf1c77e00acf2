"""Calls against staffing, hour by hour: how many each person on shift answers."""

from collections.abc import Iterable
from decimal import Decimal

from nch.common.formats import format_number
from reports.statistics.definitions import Adds, CellStatus, Chart, Facts, Measure, Number, Text, Value
from reports.statistics.live import ALL, CALLS, LINE_ONLY, Cells, about, live_table, rounded, total_value, within
from reports.statistics.question import Question
from reports.statistics.tables.line_load import HOUR
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need

HOURS = Text("timmar", "hours")
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
    """The hours with a shift or a call; the rate is that of the hours in which somebody has a shift."""
    [need] = needs(question)
    calls: dict[int, int] = {}
    for (_, key), amounts in question.reading.sums(need).items():
        calls[int(key)] = calls.get(int(key), 0) + amounts.calls
    lines = [question.chosen_line] if question.chosen_line else question.lines
    minutes: dict[int, int] = {}
    for (_, one), number in question.reading.staffed(lines, question.period).items():
        minutes[one] = minutes.get(one, 0) + number
    hours = range(min([*calls, *minutes], default=8), max([*calls, *minutes], default=16) + 1)
    cells: Cells = {}
    for hour in hours:
        code = f"{hour:02}"
        cells[code, "calls"] = calls.get(hour, 0)
        cells[code, "staffed"] = rounded(Decimal(minutes.get(hour, 0)) / 60, 1)
        cells[code, "per_hour"] = _rate(calls.get(hour, 0), minutes.get(hour, 0))
    staffed_calls = sum(number for hour, number in calls.items() if minutes.get(hour))
    cells[ALL, "calls"] = sum(calls.values())
    cells[ALL, "staffed"] = rounded(Decimal(sum(minutes.values())) / 60, 1)
    cells[ALL, "per_hour"] = _rate(staffed_calls, sum(minutes.values()))
    values = [Value(f"{hour:02}", Text(f"{hour:02}–{hour + 1:02}", f"{hour:02}–{hour + 1:02}")) for hour in hours]
    return Facts({HOUR.id: [*values, total_value()]}, cells, _finding(values, cells), about(question))


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
    measures=(CALLS, STAFFED, PER_HOUR),
    notes=(
        Text(
            "Två som svarar samtidigt räknas som två timmar per timme. Timmar utan pass har ingen kvot.",
            "Two who answer at once count as two hours an hour. Hours without a shift have no rate.",
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
