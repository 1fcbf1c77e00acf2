"""Calls from a county before and after its first resource centre opened, against counties without a centre.

See docs/decisions/0021.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from nch.common.formats import format_number
from reports.statistics.before_after import Calls, Change, Sides, changes
from reports.statistics.comparing import (
    ONE_REGION,
    about_compared,
    as_note,
    break_notes,
    is_national,
    line_keys,
)
from reports.statistics.definitions import COUNT, CellStatus, Chart, Facts, Filter, Measure, Text, Value
from reports.statistics.live import COUNTY, Cells, joined, live_table, monthly, rounded
from reports.statistics.question import Period, Question, add_months, whole_time
from resurscentra.selectors import OpeningFact
from stodtelefon.enums import Cut
from stodtelefon.selectors import REMIT_BREAK_YEAR
from stodtelefon.selectors.recorded import Recorded
from stodtelefon.selectors.tallies import Need, Sums

WINDOW = 24
"""At most so many months on each side of the opening."""
FEWEST = 6
"""With fewer months on a side there is no comparison."""

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
    Measure("own_before", Text("Regionala telefoner före", "Regional lines before"), PER_MONTH, decimals=1),
    Measure("own_after", Text("Regionala telefoner efter", "Regional lines after"), PER_MONTH, decimals=1),
)
COMPARED = ("others", "ratio", "low", "high")
REGIONAL = ("own_before", "own_after")
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
    f"Högst {WINDOW} månader före och efter jämförs, minst {FEWEST} på var sida. Är månaderna inte lika många jämförs "
    "samtal per månad. Är öppningsdagen inte känd räknas det år då centrumet fick sina första medel bort, och "
    "månaderna före och efter det året jämförs. Intervallet är det exakta för hur stor andel av länets samtal som "
    "kom efter öppningen. Det är vidgat med hur mycket mer än slumpen andelarna har varierat mellan månaderna på "
    "samma sida, och satt så att risken är omkring 5 procent att något av länens intervall missar av en slump. Att "
    "ett län förändras långsamt av andra skäl räknas inte in.",
    f"At most {WINDOW} months before and after are compared, at least {FEWEST} on each side; where they are not "
    "equally many, by calls per month. Where the day is not known, the year of the first money is left out. The "
    "interval is the exact one for the share of the county's calls that came after the opening, widened by how much "
    "more than chance shares have varied between months of the same side, and set so that the risk is about 5 per "
    "cent that any county's interval misses by chance. Slow changes for other reasons are not in it.",
)
OWN_LINES = Text(
    "Utan vald telefon jämförs samtalen till den nationella stödtelefonen. Samtal från länet till regionala telefoner "
    "står för sig: de börjar ofta när centrumet öppnar. Där ingen sådan har registrerat samtal vet ingen hur många de "
    "var. Minskar samtalen till den nationella telefonen kan de alltså ha flyttat till länets egen.",
    "Without a chosen line, calls to the national one are compared. Calls from the county to regional lines stand by "
    "themselves: they often begin with the centre. Where none recorded calls, nobody knows how many there were. If "
    "calls to the national line decrease, they may have moved to the county's own.",
)


def sides_of(opening: OpeningFact, recorded: Collection[date], today: date) -> Sides:
    """The whole months with calls on record on each side; the month or year of the opening belongs to neither."""
    first, last = _opening_months(opening)
    kept = {month for month in recorded if month < today.replace(day=1)}
    before = [month for step in range(WINDOW) if (month := add_months(first, -1 - step)) in kept]
    after = [month for step in range(WINDOW) if (month := add_months(last, 1 + step)) in kept]
    return Sides(before[::-1], after)


def _opening_months(opening: OpeningFact) -> tuple[date, date]:
    """The first and the last month in which the centre may have opened."""
    if opening.opened_on:
        return opening.opened_on.replace(day=1), opening.opened_on.replace(day=1)
    return date(opening.funded_year, 1, 1), date(opening.funded_year, 12, 1)


def needs(question: Question) -> list[Need]:
    """The months that are compared, by county: the compared line's calls, and all lines' from counties with a centre;
    and the months in which the compared line was recorded."""
    keys = (("second_key", question.category),) if question.category else ()
    of_line, openings = monthly(question), question.reading.openings
    ends = [end for one in openings for end in _opening_months(one)] or [question.asked_at.date()]
    by_county = Need(
        Cut.PLACE, ("month", "first_key"), add_months(min(ends), -WINDOW), add_months(max(ends), WINDOW), keys
    )
    return [
        replace(by_county, keys=(*keys, *line_keys(question))),
        replace(by_county, keys=(*keys, ("first_key__in", tuple(one.county_code for one in openings)))),
        replace(of_line, keys=(*of_line.keys, *line_keys(question))),
        Need(Cut.DAY, ("month", "constructed"), keys=line_keys(question)),
    ]


def facts(question: Question) -> Facts:
    """Each county with a working centre; what cannot be compared is said to be unknown."""
    national, today = is_national(question), question.asked_at.date()
    compared_calls, all_calls, marks, months = (question.reading.sums(need) for need in needs(question))
    recorded = Recorded.of((date.fromisoformat(month) for month, _ in months), today)
    calls, elsewhere = _by_month(compared_calls), _by_month(all_calls)
    elsewhere.subtract({place: number for place, number in calls.items() if place in elsewhere})
    openings = question.reading.openings
    with_centre = {opening.county_code for opening in openings}
    without = [county.code for county in question.reading.counties if county.code not in with_centre]
    sides = {opening.county_code: sides_of(opening, recorded.months, today) for opening in openings}
    cells: Cells = {}
    for county, compared in sides.items():
        cells.update(_row(county, compared, calls))
        cells.update(_own(county, compared, elsewhere, today) if national else _status(county, REGIONAL))
    found = changes({code: one for code, one in sides.items() if _enough(one)}, calls, without) if national else {}
    for county in sides if national else ():
        cells.update(_against_others(county, found.get(county)))
    changed = [one.county for one in openings if one.county_code in found and found[one.county_code].is_sure]
    values = [
        Value(one.county_code, Text(one.county, one.county), _notes(one, sides[one.county_code], national=national))
        for one in openings
    ]
    whole = whole_time(recorded) or Period.of_months(today)
    shown = replace(question, period=whole)
    notes = [*about_compared(shown, marks), *(() if national else (as_note(ONE_REGION),))]
    notes += break_notes(shown, whole.since)
    finding = _finding(len(found), changed) if national else ONE_REGION
    return Facts({COUNTY.id: values}, cells, finding, tuple(notes))


def _by_month(sums: Sums) -> Counter[tuple[date, str]]:
    return Counter({(date.fromisoformat(month), county): amounts.calls for (month, county), amounts in sums.items()})


def _status(county: str, measures: Iterable[str], status: CellStatus = CellStatus.NOT_APPLICABLE) -> Cells:
    return dict.fromkeys(((county, measure) for measure in measures), status)


def _enough(sides: Sides) -> bool:
    return min(len(sides.before), len(sides.after)) >= FEWEST


def _row(county: str, sides: Sides, calls: Calls) -> Cells:
    """The county's own numbers; those of the comparison cannot be given as long as nobody has compared."""
    row = _status(county, ("before", "after", "change"), CellStatus.NOT_KNOWN) | _status(county, COMPARED)
    row[county, "months_before"], row[county, "months_after"] = len(sides.before), len(sides.after)
    if not _enough(sides):
        return row
    before, after = sides.sums([county], calls)
    row[county, "before"] = rounded(before / len(sides.before), 1)
    row[county, "after"] = rounded(after / len(sides.after), 1)
    months = len(sides.before) / len(sides.after)
    row[county, "change"] = rounded(after / before * months, 2) if before else CellStatus.NOT_APPLICABLE
    return row


def _own(county: str, sides: Sides, calls: Calls, today: date) -> Cells:
    """Calls per month to other lines than the national one, in the months in which some such line recorded any."""
    kept = Recorded.of((month for (month, of), number in calls.items() if of == county and number), today)
    row: Cells = {}
    for measure, side in zip(REGIONAL, (sides.before, sides.after), strict=True):
        months = kept.months_of(side)
        number = sum(calls.get((month, county), 0) for month in months)
        row[county, measure] = rounded(number / len(months), 1) if months else CellStatus.NOT_KNOWN
    return row


def _against_others(county: str, change: Change | None) -> Cells:
    """The numbers of the comparison; a limit that is infinite cannot be given."""
    if change is None:
        return _status(county, COMPARED, CellStatus.NOT_KNOWN)
    numbers = zip(COMPARED, (change.elsewhere, change.ratio, change.low, change.high), strict=True)
    return {
        (county, measure): rounded(number, 2) if math.isfinite(number) else CellStatus.NOT_APPLICABLE
        for measure, number in numbers
    }


def _notes(opening: OpeningFact, sides: Sides, *, national: bool) -> tuple[Text, ...]:
    if opening.opened_on:
        day = opening.opened_on.isoformat()
        opened = Text(f"{opening.centre} började arbeta {day}.", f"{opening.centre} began to work on {day}.")
    else:
        year = opening.funded_year
        opened = Text(
            f"{opening.centre} fick sina första medel {year}; dagen då arbetet började är inte känd.",
            f"{opening.centre} had its first money in {year}; the day on which work began is not known.",
        )
    years = [month.year for month in (*sides.before, *sides.after)]
    if national and _enough(sides) and min(years) < REMIT_BREAK_YEAR <= max(years):
        return (opened, Text("Jämförelsen går över ändringen av uppdraget 2023.", "It spans the new remit of 2023."))
    return (opened,)


def _finding(comparable: int, changed: Sequence[str]) -> Text:
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
    notes=(CAVEAT, OWN_LINES, METHOD),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
