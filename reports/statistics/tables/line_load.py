"""When in the week the calls come: by weekday and hour."""

import itertools
from collections import Counter
from collections.abc import Iterable

from reports.statistics.definitions import Chart, Dimension, Facts, Text, Value
from reports.statistics.live import (
    ALL,
    CALLS,
    LINE_ONLY,
    Cells,
    about,
    live_table,
    no_calls,
    number_of_calls,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need

HOUR = Dimension("Hour", Text("Timme", "Hour"))
WEEKDAY = Dimension("Weekday", Text("Veckodag", "Weekday"))
DAYS = (
    Text("Måndag", "Monday"),
    Text("Tisdag", "Tuesday"),
    Text("Onsdag", "Wednesday"),
    Text("Torsdag", "Thursday"),
    Text("Fredag", "Friday"),
    Text("Lördag", "Saturday"),
    Text("Söndag", "Sunday"),
)
USUAL_HOURS = range(8, 17)
"""Shown even where nobody called."""


def needs(question: Question) -> Iterable[Need]:
    """The period by weekday and hour."""
    return [within(question, Cut.HOUR, "first_key", "second_key")]


def facts(question: Question) -> Facts:
    """The hours from the first to the last with a call, and at least the usual ones."""
    [need] = needs(question)
    sums = question.reading.sums(need)
    found = {(int(hour), int(day)): amounts.calls for (day, hour), amounts in sums.items()}
    used = [hour for hour, _ in found] + list(USUAL_HOURS)
    hours = range(min(used), max(used) + 1)
    days = range(1, 8) if any(day > 5 for _, day in found) else range(1, 6)
    hour_values = [Value(f"{hour:02}", Text(f"{hour:02}–{hour + 1:02}", f"{hour:02}–{hour + 1:02}")) for hour in hours]
    day_values = [Value(str(day), DAYS[day - 1]) for day in days]
    counted: Counter[tuple[str, str]] = Counter()
    for (hour, day), calls in found.items():
        for codes in itertools.product((f"{hour:02}", ALL), (str(day), ALL)):
            counted[codes] += calls
    rows, columns = [*(one.code for one in hour_values), ALL], [*(one.code for one in day_values), ALL]
    cells: Cells = {(*codes, CALLS.code): counted[codes] for codes in itertools.product(rows, columns)}
    finding = no_calls(question)
    if any(found.values()):
        (hour, day), calls = max(found.items(), key=lambda pair: (pair[1], -pair[0][0], -pair[0][1]))
        most, name = number_of_calls(calls), DAYS[day - 1]
        outside = sum(amounts.outside_hours for amounts in sums.values())
        beside = f", {number_of_calls(outside).sv} kom utanför öppettiden" if outside else ""
        beside_en = f"; {number_of_calls(outside).en} came outside opening hours" if outside else ""
        finding = Text(
            f"{name.sv} klockan {hour:02}–{hour + 1:02} är trycket störst: {most.sv}{beside}",
            f"{name.en} {hour:02}–{hour + 1:02} is busiest: {most.en}{beside_en}",
        )
    return Facts(
        {HOUR.id: [*hour_values, total_value()], WEEKDAY.id: [*day_values, total_value()]},
        cells,
        finding,
        about(question),
    )


TABLE = live_table(
    id="line-load",
    title=Text("Samtal efter veckodag och timme", "Calls by weekday and hour"),
    description=Text(
        "När i veckan samtalen börjar, enligt svensk tid, räknat över hela perioden.",
        "When in the week calls begin, Swedish time, over the whole period.",
    ),
    dimensions=(HOUR, WEEKDAY),
    measures=(CALLS,),
    notes=(
        Text(
            "Bara samtal som togs emot räknas. Hur många som ringde utan att få svar syns inte här.",
            "Only calls that were answered count. How many rang in vain is not seen here.",
        ),
        Text(
            "Samtal ur gamla register utan klockslag räknas inte på någon timme och är inte med här.",
            "Calls of old registers without a time count in no hour and are not included.",
        ),
    ),
    chart=Chart.GRID,
    heading=WEEKDAY.id,
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
