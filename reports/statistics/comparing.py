"""Observed against expected calls, with an interval: what the tables of those who call less have in common.

See docs/decisions/0021.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.statistics.definitions import COUNT, CellStatus, Dimension, Measure, Number, Text, Value
from reports.statistics.intervals import dispersion_of, poisson_interval
from reports.statistics.live import joined, rounded
from reports.statistics.question import Question, add_months

HISTORY_YEARS: Final = 5
"""So many years before the period are its history."""

ERROR: Final = 0.05
"""The chance that any interval at all of a table misses by accident, where nothing but chance is at work."""

BASIS: Final = Dimension("Basis", Text("Jämfört med", "Compared with"))
POPULATION, HISTORY = "population", "history"
BASES: Final = {
    POPULATION: Text("Folkmängd", "Population"),
    HISTORY: Text("Tidigare år", "Earlier years"),
}
OBSERVED: Final = Measure("observed", Text("Samtal", "Calls"), COUNT)
EXPECTED: Final = Measure("expected", Text("Väntade samtal", "Expected calls"), COUNT, decimals=1)
TIMES: Final = Text("gånger det väntade", "times the expected")
RATIO: Final = Measure("ratio", Text("Kvot", "Ratio"), TIMES, decimals=2)
LOW: Final = Measure("low", Text("Från", "From"), TIMES, decimals=2)
HIGH: Final = Measure("high", Text("Till", "To"), TIMES, decimals=2)
MEASURES: Final = (OBSERVED, EXPECTED, RATIO, LOW, HIGH)
METHOD: Final = Text(
    "Kvoten är samtalen delade med de väntade. Väntade samtal är periodens alla samtal, fördelade efter folkmängd "
    "eller som de fem åren före perioden. Intervallet är Garwoods exakta för ett antal. Det är vidgat med hur mycket "
    "mer än slumpen andelarna har varierat mellan tidigare år, och satt så att risken är högst 5 procent att något av "
    "tabellens intervall missar av en slump. Bara den som ligger helt under 1 i alla jämförelser som går att göra sägs "
    "ringa mindre än väntat.",
    "The ratio is calls over expected calls: all calls of the period, shared out by population or as in the five years "
    "before. The interval is Garwood's exact one for a count, widened by how much more than chance the shares have "
    "varied between earlier years, and set so that the risk is at most 5 per cent that any interval of the table "
    "misses by chance. Only who lies wholly below 1 in every comparison is said to call less than expected.",
)
CAVEAT: Final = Text(
    "Ett lågt tal säger inte varför. Länet kan ha en egen telefonlinje, behovet kan vara mindre, eller så är telefonen "
    "inte känd. Län som är okända räknas inte med, och okänt län är inte jämnt fördelat.",
    "A low number does not say why: the county may have a line of its own, need may be less, or the line be unknown. "
    "Calls with unknown county are left out, and are not evenly spread.",
)


@dataclass(frozen=True)
class Weights:
    """What the expected calls are shared out by, and how much the share itself varies."""

    by_row: Mapping[str, float]
    dispersion: float


def history_months(question: Question) -> tuple[datetime.date, datetime.date]:
    """The first day of the history and its last."""
    until = question.period.since - datetime.timedelta(days=1)
    return add_months(question.period.since, -12 * HISTORY_YEARS), until


def historic_weights(rows: Sequence[str], by_year: Mapping[tuple[str, str], int], observed: int) -> Weights | None:
    """Weights by earlier years' calls (keyed by year and row); None where there were none.

    What is expected from a history of H calls is uncertain itself: the variance grows by 1 + observed/H.
    """
    years = sorted({year for year, _ in by_year})
    table = [[by_year.get((year, row), 0) for year in years] for row in rows]
    whole = sum(map(sum, table))
    if not whole:
        return None
    spread = dispersion_of(table) * (1 + observed / whole)
    return Weights({row: sum(numbers) for row, numbers in zip(rows, table, strict=True)}, spread)


def compare(
    rows: Sequence[str], observed: Mapping[str, int], bases: Mapping[str, Weights | None]
) -> tuple[dict[tuple[str, ...], Number | CellStatus], list[str]]:
    """The cells (row, basis, measure), and the rows that lie wholly below 1 on every basis that is known."""
    total = sum(observed.get(row, 0) for row in rows)
    cells: dict[tuple[str, ...], Number | CellStatus] = {}
    below: dict[str, list[bool]] = {row: [] for row in rows}
    confidence = 1 - ERROR / max(len(rows), 1)
    for basis, weights in bases.items():
        whole = sum(weights.by_row.values()) if weights else 0.0
        for row in rows:
            number = observed.get(row, 0)
            cells[row, basis, OBSERVED.code] = number
            expected = total * weights.by_row.get(row, 0) / whole if weights and whole else 0.0
            if not weights or not expected:
                for measure in (EXPECTED, RATIO, LOW, HIGH):
                    cells[row, basis, measure.code] = CellStatus.NOT_KNOWN
                continue
            low, high = poisson_interval(number, confidence=confidence, dispersion=weights.dispersion)
            cells[row, basis, EXPECTED.code] = rounded(expected, 1)
            for measure, value in ((RATIO, number), (LOW, low), (HIGH, high)):
                cells[row, basis, measure.code] = rounded(value / expected, 2)
            below[row].append(high < expected)
    return cells, [row for row in rows if below[row] and all(below[row])]


def basis_values(bases: Mapping[str, object]) -> list[Value]:
    """The bases as values of their dimension."""
    return [Value(basis, BASES[basis]) for basis in bases]


def finding_of(names: Sequence[Text], what: Text, *, nobody: Text) -> Text:
    """Who calls less than expected, or that nobody surely does."""
    if not names:
        return nobody
    return Text(
        f"{joined([name.sv for name in names])} ringer mindre än {what.sv}",
        f"{', '.join(name.en for name in names)} call less than {what.en}",
    )
