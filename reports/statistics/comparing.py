"""Observed against expected calls, with an interval: what the tables of those who call less have in common.

See docs/decisions/0021.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reports.statistics.code_breaks import list_notes, monthly_breaks
from reports.statistics.definitions import COUNT, CellStatus, Dimension, Measure, Number, Text, Value
from reports.statistics.intervals import Spread, share_interval, spread_of
from reports.statistics.live import REMIT_BREAK, about, added, joined, rounded
from reports.statistics.question import Period, Question, add_months
from stodtelefon.enums import CodeKind
from stodtelefon.models import SupportLine
from stodtelefon.selectors import REMIT_BREAK_YEAR
from stodtelefon.selectors.tallies import Sums

HISTORY_YEARS: Final = 5
"""So many years before the period are its history."""

FEWEST_YEARS: Final = 2
"""With fewer years of history nobody knows how much the shares vary."""

LEAST_HISTORY: Final = 4
"""A history with fewer calls than the period's over this says too little to be compared with."""

ERROR: Final = 0.05
"""The chance that any interval of a comparison misses by accident, where nothing but chance is at work."""

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
COMPARED: Final = (EXPECTED, RATIO, LOW, HIGH)
METHOD: Final = Text(
    "Kvoten är samtalen delade med de väntade. Väntade samtal är periodens samtal, fördelade efter folkmängd eller som "
    "de fem åren före perioden; bara rader som har något att jämföra med är med i fördelningen. Andelarna hänger ihop: "
    "om någon börjar ringa mycket oftare blir de andras andel mindre, fast de ringer lika ofta som förut. Intervallet "
    "är det exakta för en andel (Clopper–Pearson). Det är vidgat med hur mycket mer än slumpen andelarna har varierat "
    "mellan de tidigare åren: mer för stora rader än för små, och mer ju färre år och rader det är räknat på. Det är "
    "satt så att risken är omkring 5 procent att något av intervallen i en jämförelse missar av en slump. Bara den som "
    "ligger helt under 1 i alla jämförelser som går att göra sägs ringa mindre än väntat.",
    "The ratio is calls over expected calls: the period's calls, shared out by population or as in the five years "
    "before, among the rows that have something to be compared with. Shares hang together: if somebody begins to call "
    "much more, the others' shares fall though they call as often as before. The interval is the exact one for a share "
    "(Clopper–Pearson), widened by how much more than chance the shares have varied between the earlier years: more "
    "for large rows than for small ones, and more the fewer years and rows that rests on. It is set so that the risk "
    "is about 5 per cent that any interval of a comparison misses by chance. Only who lies wholly below 1 in every "
    "comparison that can be made is said to call less than expected.",
)
CAVEAT: Final = Text(
    "Ett lågt tal säger inte varför. Länet kan ha en egen telefonlinje, behovet kan vara mindre, eller så är telefonen "
    "inte känd. Län som är okända räknas inte med, och okänt län är inte jämnt fördelat.",
    "A low number does not say why: the county may have a line of its own, need may be less, or the line be unknown. "
    "Calls with unknown county are left out, and are not evenly spread.",
)
NATIONAL_BY_DEFAULT: Final = Text(
    "Utan vald telefon räknas den nationella stödtelefonen ensam. En regional telefon svarar sitt eget län, och när en "
    "sådan öppnar skulle det annars se ut som att andra ringer mindre.",
    "Without a chosen line the national one counts alone: a regional line answers its own county, and when one opens "
    "it would otherwise look as if others called less.",
)
ONE_REGION: Final = Text(
    "Länen jämförs bara för den nationella stödtelefonen: en regional telefon svarar mest sitt eget län",
    "Counties are compared for the national line only: a regional line mostly answers its own county",
)
SHORT_HISTORY: Final = Text(
    "Det finns inte två års samtal före perioden. Därför är det inte känt hur mycket andelarna brukar variera mellan "
    "åren, så inga intervall visas och ingen sägs ringa mindre än väntat.",
    "There are not two years of calls before the period, so nobody knows how much the shares vary between years: no "
    "intervals are shown, and nobody is said to call less than expected.",
)
FEW_BEFORE: Final = Text(
    "Samtalen före perioden är färre än en fjärdedel av periodens och räcker inte att jämföra med",
    "Calls before the period are fewer than a quarter of the period's: too few to be compared with",
)


# --- Which line, and which time -------------------------------------------------------------------------------------


def compared_line(question: Question) -> SupportLine | None:
    """The line whose calls are compared: the chosen one, else the national one, else the only one that counts."""
    only = question.lines[0] if len(question.lines) == 1 else None
    return question.chosen_line or question.national_line or only


def is_national(question: Question) -> bool:
    """Whether the compared line is the national one."""
    return question.national_line is not None and compared_line(question) == question.national_line


def line_keys(question: Question) -> tuple[tuple[str, str], ...]:
    """What narrows a cut to the compared line, where other lines count too."""
    line = compared_line(question)
    if line is None or question.chosen_line or len(question.lines) == 1:
        return ()
    return (("line", str(line.pk)),)


def about_compared(question: Question, now: Sums) -> list[Text]:
    """What has to be said with the numbers of the compared line; the last key of the period's sums is the mark."""
    made_up = sum(amounts.calls for key, amounts in now.items() if key[-1])
    return list(
        about(replace(question, chosen_line=compared_line(question)), made_up=(made_up, added(now.values()).calls))
    )


def history_months(question: Question) -> tuple[datetime.date, datetime.date]:
    """The first day of the history and its last."""
    until = question.period.since - datetime.timedelta(days=1)
    return add_months(question.period.since, -12 * HISTORY_YEARS), until


def break_notes(question: Question, since: datetime.date, *kinds: CodeKind) -> tuple[Text, ...]:
    """The breaks from `since` to the period's end: of the national line's remit, and of code lists.

    `kinds` are the lists that the table is cut by; a category that it is narrowed to has breaks of its own.
    """
    wide = replace(question, period=Period(min(since, question.period.since), question.period.until))
    notes = list(list_notes(wide, *kinds))
    if is_national(question) and wide.period.since.year < REMIT_BREAK_YEAR <= wide.period.until.year:
        notes.insert(0, REMIT_BREAK.note)
    if question.category:
        notes += dict.fromkeys(one.note for one in monthly_breaks(wide).values())
    return tuple(notes)


# --- What is expected -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weights:
    """What the expected calls are shared out by.

    `spread` is how much the shares vary, None where nobody knows; a variance is `growth` times what it says, because
    weights that are counts are uncertain themselves.
    """

    by_row: Mapping[str, float]
    spread: Spread | None
    growth: float = 1.0


@dataclass(frozen=True)
class History:
    """The calls before the period by row, the first of the months that they are of, and how much the shares varied."""

    by_row: Mapping[str, int]
    first: datetime.date
    spread: Spread | None

    def weights(self, observed: int) -> Weights | None:
        """Weights for that many calls; None where there are too few before to say anything of them.

        What is expected from a history of H calls is uncertain itself: the variance grows by 1 + observed/H.
        """
        whole = sum(self.by_row.values())
        return None if LEAST_HISTORY * whole < observed else Weights(self.by_row, self.spread, 1 + observed / whole)


def history_of(rows: Iterable[str], period: Period, calls: Mapping[tuple[str, str], int]) -> History | None:
    """The history by calls of each month and row; None where there are none.

    Its years are counted back from the period. How much shares vary is known when the first calls are two years old.
    """
    rows = list(rows)
    known = {(datetime.date.fromisoformat(month), row): number for (month, row), number in calls.items() if row in rows}
    if not any(known.values()):
        return None
    first = min(month for (month, _), number in known.items() if number)
    table = [[0] * HISTORY_YEARS for _ in rows]
    places = {row: place for place, row in enumerate(rows)}
    for (month, row), number in known.items():
        table[places[row]][(_months_between(month, period.since) - 1) // 12] += number
    enough = first <= add_months(period.since, -12 * FEWEST_YEARS)
    by_row = {row: sum(numbers) for row, numbers in zip(rows, table, strict=True)}
    return History(by_row, first, spread_of([table]) if enough else None)


def _months_between(first: datetime.date, last: datetime.date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


# --- The comparison -------------------------------------------------------------------------------------------------


def compare(
    rows: Sequence[str], observed: Mapping[str, int], bases: Mapping[str, Weights | None]
) -> tuple[dict[tuple[str, ...], Number | CellStatus], list[str]]:
    """The cells (row, basis, measure), and the rows that lie wholly below 1 on every basis that is known."""
    cells: dict[tuple[str, ...], Number | CellStatus] = {}
    below: dict[str, list[bool]] = {row: [] for row in rows}
    for basis, weights in bases.items():
        found = _against(weights, observed) if weights else {}
        for row in rows:
            cells[row, basis, OBSERVED.code] = observed.get(row, 0)
            there = found.get(row, {})
            for measure in COMPARED:
                number = there.get(measure.code)
                cells[row, basis, measure.code] = (
                    CellStatus.NOT_KNOWN if number is None else rounded(number, measure.decimals)
                )
            if HIGH.code in there:
                below[row].append(there[HIGH.code] < 1)
    return cells, [row for row in rows if below[row] and all(below[row])]


def _against(weights: Weights, observed: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """The measures of each row that has a weight, where at least two have and there are calls to share out."""
    judged = {row: weight for row, weight in weights.by_row.items() if weight}
    whole, total = sum(judged.values()), sum(observed.get(row, 0) for row in judged)
    if len(judged) < 2 or not total:
        return {}
    confidence = 1 - ERROR / len(judged)
    beyond_chance = weights.spread.dispersion(confidence) - 1 if weights.spread else None
    found = {}
    for row, weight in judged.items():
        number, share = observed.get(row, 0), weight / whole
        found[row] = {EXPECTED.code: total * share, RATIO.code: number / (total * share)}
        if beyond_chance is None:
            continue
        # A share that truly moves from year to year shows most where there are many calls.
        dispersion = weights.growth * (1 + beyond_chance * max(1.0, share * len(judged)))
        low, high = share_interval(number, total, confidence=confidence, dispersion=dispersion)
        found[row] |= {LOW.code: low / share, HIGH.code: high / share}
    return found


def without_comparison(
    rows: Sequence[str], observed: Mapping[str, int], bases: Iterable[str]
) -> dict[tuple[str, ...], Number | CellStatus]:
    """The cells where the rows are not to be compared."""
    return {
        (row, basis, measure.code): observed.get(row, 0) if measure is OBSERVED else CellStatus.NOT_APPLICABLE
        for row in rows
        for basis in bases
        for measure in MEASURES
    }


def basis_values(bases: Iterable[str]) -> list[Value]:
    """The bases as values of their dimension."""
    return [Value(basis, BASES[basis]) for basis in bases]


def as_note(finding: Text) -> Text:
    """A finding as a sentence among the notes."""
    return Text(f"{finding.sv}.", f"{finding.en}.")


def finding_of(names: Sequence[Text], what: Text, *, nobody: Text) -> Text:
    """Who calls less than expected, or that nobody surely does."""
    if not names:
        return nobody
    return Text(
        f"{joined([name.sv for name in names])} ringer mindre än {what.sv}",
        f"{', '.join(name.en for name in names)} call less than {what.en}",
    )
