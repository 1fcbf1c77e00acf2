"""Calls from a county before and after its first resource centre opened, against counties without a centre."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, CellStatus, Chart, Facts, Filter, Measure, Text, Value
from reports.statistics.live import COUNTY, Cells, about, joined, live_table, rounded
from reports.statistics.question import Period, Question, add_months, whole_time
from resurscentra.selectors import OpeningFact, first_openings
from stodtelefon.enums import Cut
from stodtelefon.selectors import REMIT_BREAK_YEAR
from stodtelefon.selectors.recorded import Recorded
from stodtelefon.selectors.tallies import Need

WINDOW = 24
"""At most so many months on each side of the opening."""
FEWEST = 6
"""With fewer months on a side there is no comparison."""
Z = 1.959964
"""The normal quantile of a 95 per cent interval."""

PER_MONTH = Text("samtal per månad", "calls per month")
TIMES = Text("gånger", "times")
MEASURES = (
    Measure("months_before", Text("Månader före", "Months before"), COUNT),
    Measure("before", Text("Samtal per månad före", "Calls per month before"), PER_MONTH, decimals=1),
    Measure("months_after", Text("Månader efter", "Months after"), COUNT),
    Measure("after", Text("Samtal per månad efter", "Calls per month after"), PER_MONTH, decimals=1),
    Measure("change", Text("Efter mot före", "After over before"), TIMES, decimals=2),
    Measure("others", Text("Län utan centrum, efter mot före", "Counties without a centre"), TIMES, decimals=2),
    Measure("ratio", Text("Kvot mot län utan centrum", "Ratio to counties without"), TIMES, decimals=2),
    Measure("low", Text("Från", "From"), TIMES, decimals=2),
    Measure("high", Text("Till", "To"), TIMES, decimals=2),
)
CAVEAT = Text(
    "Läs med förbehåll. Ett centrum öppnar ofta när behovet är stort, och ett ovanligt högt tal följs oftast av ett "
    "lägre vad man än gör (regression mot medelvärdet). Den nationella stödtelefonens uppdrag och telefontid ändrades "
    "2023, och därför jämförs varje län med län utan centrum under samma månader. Att samtalen minskar säger inte om "
    "stödet har blivit bättre eller bara flyttat, och samtal med okänt län räknas inte.",
    "Read with reservation. Centres tend to open when need is high, and an unusually high number is mostly followed by "
    "a lower one whatever is done (regression to the mean). The national line's remit and hours changed in 2023, so "
    "each county is compared with counties without a centre in the same months. A decrease does not tell whether "
    "support has improved or only moved; calls with unknown county do not count.",
)
METHOD = Text(
    f"Högst {WINDOW} månader före och efter jämförs, minst {FEWEST} på var sida. Är öppningsdagen inte känd räknas det "
    "år då centrumet fick sina första medel bort, och månaderna före och efter det året jämförs. Intervallet är på 95 "
    "procent och räknat på logaritmen av kvoten mellan kvoterna.",
    f"At most {WINDOW} months before and after are compared, at least {FEWEST} on each side. Where the day is not "
    "known, the year of the first money is left out. The 95 per cent interval is on the log of the ratio of ratios.",
)


@dataclass(frozen=True)
class Sides:
    """The months that are compared."""

    before: Sequence[date]
    after: Sequence[date]

    @property
    def enough(self) -> bool:
        return min(len(self.before), len(self.after)) >= FEWEST


def sides_of(opening: OpeningFact, recorded: Recorded, today: date) -> Sides:
    """The whole months with calls on record on each side; the month or year of the opening belongs to neither."""
    if opening.opened_on:
        first, last = opening.opened_on.replace(day=1), opening.opened_on.replace(day=1)
    else:
        first, last = date(opening.funded_year, 1, 1), date(opening.funded_year, 12, 1)
    kept = {month for month in recorded.months if month < today.replace(day=1)}
    before = [month for step in range(WINDOW) if (month := add_months(first, -1 - step)) in kept]
    after = [month for step in range(WINDOW) if (month := add_months(last, 1 + step)) in kept]
    return Sides(before[::-1], after)


def needs(question: Question) -> Iterable[Need]:
    """Every month by county."""
    keys = (("second_key", question.category),) if question.category else ()
    return [Need(Cut.PLACE, ("month", "first_key"), keys=keys)]


def facts(question: Question) -> Facts:
    """Each county with a working centre; what cannot be compared is said to be unknown."""
    [need] = needs(question)
    calls = {
        (date.fromisoformat(month), county): found.calls
        for (month, county), found in question.reading.sums(need).items()
    }
    openings = first_openings()
    with_centre = {opening.county_code for opening in openings}
    without = [county.code for county in question.reading.counties if county.code not in with_centre]
    whole = whole_time(question.recorded) or Period.of_months(question.asked_at.date())
    cells: Cells = {}
    values, changed, comparable = [], [], 0
    for opening in openings:
        sides = sides_of(opening, question.recorded, question.asked_at.date())
        cells.update(_row(opening.county_code, sides, calls, without))
        values.append(Value(opening.county_code, Text(opening.county, opening.county), _notes(opening)))
        low, high = cells[opening.county_code, "low"], cells[opening.county_code, "high"]
        if not isinstance(low, CellStatus) and not isinstance(high, CellStatus):
            comparable += 1
            if low > 1 or high < 1:
                changed.append(opening.county)
    return Facts({COUNTY.id: values}, cells, _finding(values, comparable, changed), about(question, whole))


def _row(code: str, sides: Sides, calls: Mapping[tuple[date, str], int], without: Sequence[str]) -> Cells:
    row: Cells = {(code, measure.code): CellStatus.NOT_KNOWN for measure in MEASURES}
    row[code, "months_before"], row[code, "months_after"] = len(sides.before), len(sides.after)
    if not sides.enough:
        return row
    before, after = (sum(calls.get((month, code), 0) for month in months) for months in (sides.before, sides.after))
    row[code, "before"] = rounded(before / len(sides.before), 1)
    row[code, "after"] = rounded(after / len(sides.after), 1)
    others_before, others_after = (
        sum(calls.get((month, one), 0) for month in months for one in without) for months in (sides.before, sides.after)
    )
    months = len(sides.before) / len(sides.after)
    if not (before and after):
        return row
    row[code, "change"] = rounded(after / before * months, 2)
    if not (others_before and others_after):
        return row
    others = others_after / others_before * months
    ratio = after / before * months / others
    spread = Z * math.sqrt(1 / before + 1 / after + 1 / others_before + 1 / others_after)
    row[code, "others"], row[code, "ratio"] = rounded(others, 2), rounded(ratio, 2)
    row[code, "low"], row[code, "high"] = rounded(ratio * math.exp(-spread), 2), rounded(ratio * math.exp(spread), 2)
    return row


def _notes(opening: OpeningFact) -> tuple[Text, ...]:
    if opening.opened_on:
        day = opening.opened_on.isoformat()
        opened = Text(f"{opening.centre} började arbeta {day}.", f"{opening.centre} began to work on {day}.")
        year = opening.opened_on.year
    else:
        year = opening.funded_year
        opened = Text(
            f"{opening.centre} fick sina första medel {year}; dagen då arbetet började är inte känd.",
            f"{opening.centre} had its first money in {year}; the day on which work began is not known.",
        )
    if abs(year - REMIT_BREAK_YEAR) <= WINDOW // 12:
        return (opened, Text("Jämförelsen går över ändringen av uppdraget 2023.", "It spans the new remit of 2023."))
    return (opened,)


def _finding(values: Sequence[Value], comparable: int, changed: Sequence[str]) -> Text:
    if not comparable:
        return Text(
            "Det finns inte samtal från både före och efter att något centrum öppnade",
            "There are no calls from both before and after any centre opened",
        )
    if not changed:
        return Text(
            f"I inget av {format_number(comparable)} län skiljer sig ändringen säkert från län utan centrum",
            f"In none of {comparable} counties the change surely differs from counties without a centre",
        )
    return Text(
        f"{joined(changed)}: samtalen har ändrats annorlunda än i län utan centrum",
        f"{', '.join(changed)}: calls have changed otherwise than in counties without a centre",
    )


TABLE = live_table(
    of_period=False,
    id="line-around-openings",
    title=Text("Samtal före och efter att ett resurscentrum öppnade", "Calls before and after a centre opened"),
    description=Text(
        "Samtal per månad från varje län med resurscentrum, före och efter att det första centrumet öppnade.",
        "Calls per month from each county with a centre, before and after the first one opened.",
    ),
    dimensions=(COUNTY,),
    measures=MEASURES,
    notes=(CAVEAT, METHOD),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
