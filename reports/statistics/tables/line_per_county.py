"""Calls by the caller's county, also per 100 000 inhabitants; the unknown county by itself."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, Adds, CellStatus, Chart, Facts, Filter, Measure, Text, Value
from reports.statistics.live import (
    CALLS,
    COUNTRY,
    COUNTY,
    EVERY_CALL,
    INDIVIDUALS,
    Cells,
    about,
    added,
    counts,
    joined,
    live_table,
    no_calls,
    rounded,
    total_value,
    within,
)
from reports.statistics.question import Question, add_months
from reports.statistics.series import national_counts
from stodtelefon.enums import Cut, LineKind
from stodtelefon.selectors import UNKNOWN_COUNTY
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

POPULATION = Measure("population", Text("Invånare", "Inhabitants"), COUNT, adds=Adds.EXCEPT_OVER_TIME)
RATE = Measure(
    "rate",
    Text("Samtal per 100 000 invånare och år", "Calls per 100 000 inhabitants and year"),
    COUNT,
    decimals=1,
)
PER = 100_000


def needs(question: Question) -> Iterable[Need]:
    """The period by county."""
    keys = (("second_key", question.category),) if question.category else ()
    return [within(question, Cut.PLACE, "first_key", keys=keys)]


def facts(question: Question) -> Facts:
    """All counties, the unknown one, and the country with the rate of those whose county is known."""
    [need] = needs(question)
    sums = question.reading.sums(need)
    year = question.period.until.year
    # The running year has no population of its own yet: the latest known one is used, and the note says of which day.
    of = max((known for known in question.reading.populations if known <= year), default=None)
    people = {} if of is None else question.reading.populations[of]
    lived = _person_years(question)
    cells: Cells = {}
    counties = question.reading.counties
    for county in counties:
        amounts = sums.get((county.code,), Amounts())
        cells.update(counts((county.code,), amounts))
        inhabitants = people.get(county.code)
        cells[county.code, "population"] = CellStatus.NOT_KNOWN if inhabitants is None else inhabitants
        cells[county.code, "rate"] = _rate(amounts.calls, lived.get(county.code))
    unknown, known = sums.get(("",), Amounts()), added(sums.get((one.code,), Amounts()) for one in counties)
    cells.update(counts((UNKNOWN_COUNTY,), unknown))
    cells.update(counts((COUNTRY,), known.plus(unknown)))
    inhabitants = sum(people.values()) or None
    cells[UNKNOWN_COUNTY, "population"] = cells[UNKNOWN_COUNTY, "rate"] = CellStatus.NOT_APPLICABLE
    cells[COUNTRY, "population"] = inhabitants or CellStatus.NOT_KNOWN
    cells[COUNTRY, "rate"] = _rate(known.calls, sum(lived.values(), Decimal(0)))
    drawn = "rate" if lived and not _own_line(question) else "calls"
    ranked = sorted(counties, key=lambda one: -_number(cells[one.code, drawn]))
    values = [
        *(Value(county.code, Text(county.name, county.name)) for county in ranked),
        Value(UNKNOWN_COUNTY, Text("Okänt län", "Unknown county")),
        total_value(COUNTRY, Text("Hela landet", "Sweden")),
    ]
    population_note = Text(
        f"Folkmängden för {year} eller tidigare är inte inläst. Därför visas inga tal per invånare.",
        f"The population of {year} or earlier is not known here, so there are no rates.",
    )
    if inhabitants:
        latest = ("", "") if of == year else (f", den senaste som är inläst för {year}", f", the latest for {year}")
        population_note = Text(
            f"Folkmängden är den 31 december {of} (SCB){latest[0]}. Samtal per 100 000 invånare är per år: varje månad "
            "som är registrerad räknas med en tolftedel av årets folkmängd. Landets tal räknas på samtal med känt län.",
            f"Population on 31 December {of} (Statistics Sweden){latest[1]}. Rates are per year: each recorded month "
            "counts with a twelfth of the year's population; the country's rate is on known counties.",
        )
    finding, top = no_calls(question), ranked[0] if ranked else None
    if known.calls and top and drawn == "calls":
        calls, whole = (format_number(_number(cells[code, "calls"])) for code in (top.code, COUNTRY))
        finding = Text(f"{top.name}: {calls} av {whole} samtal", f"{top.name}: {calls} of {whole} calls")
    elif known.calls and top:
        rate, usual = (_number(cells[code, "rate"]) for code in (top.code, COUNTRY))
        finding = Text(
            f"{top.name}: {format_number(rate, decimals=1)} samtal per {format_number(PER)} invånare och år, mot "
            f"{format_number(usual, decimals=1)} i landet",
            f"{top.name}: {rate} calls per 100 000 inhabitants and year, {usual} in Sweden",
        )
    return Facts({COUNTY.id: values}, cells, finding, (*about(question), population_note, *_whose_lines(question)))


def _person_years(question: Question) -> dict[str, Decimal]:
    """How many years the inhabitants of each county have lived together in the recorded months, up to today.

    A year has its own population, or the latest before it that is known; a month before any that is known has none,
    and then nobody's rate is known.
    """
    populations, today = question.reading.populations, question.asked_at.date()
    parts: Counter[int] = Counter()
    for month in question.recorded.months_of(question.period.months):
        days = (add_months(month, 1) - month).days
        parts[month.year] += 1000 * min(days, (today - month).days + 1) // days
    lived: dict[str, Decimal] = {}
    for year, thousandths in parts.items():
        of = max((known for known in populations if known <= year), default=None)
        if of is None:
            return {}
        for county, people in populations[of].items():
            lived[county] = lived.get(county, Decimal(0)) + Decimal(people * thousandths) / 12_000
    return lived


def _own_line(question: Question) -> bool:
    """Whether only calls to counties' own lines count: between counties they tell nothing."""
    return not national_counts(question)


def _whose_lines(question: Question) -> tuple[Text, ...]:
    """What has to be said of rates by county for the lines that count."""
    if _own_line(question):
        return (
            Text(
                "Bara samtal till länets egen telefon räknas. Talen säger inget om skillnader mellan länen.",
                "Only calls to a county's own line count. The rates tell nothing of differences between counties.",
            ),
        )
    regional = [one.organisation for one in question.lines if one.kind != LineKind.NATIONAL_PROFESSIONALS]
    if question.chosen_line or not regional:
        return ()
    with_line = {one.county_id for one in regional}
    names = [one.name for one in question.reading.counties if one.code in with_line]
    return (
        Text(
            f"Samtal till länens egna telefoner räknas med, så talen är högre i län som har en: {joined(names)}."
            " Välj den nationella telefonen för att jämföra länen.",
            f"Calls to counties' own lines count too, so rates are higher where there is one: {', '.join(names)}. "
            "Choose the national line to compare counties.",
        ),
    )


def _rate(calls: int, person_years: Decimal | None) -> Decimal | CellStatus:
    return rounded(calls * PER / person_years, 1) if person_years else CellStatus.NOT_KNOWN


def _number(cell: object) -> Decimal:
    return Decimal(cell) if isinstance(cell, (int, Decimal)) else Decimal(0)


TABLE = live_table(
    id="line-per-county",
    title=Text("Samtal per län", "Calls per county"),
    description=Text(
        "Samtal och utsatta individer efter det län som den som ringer arbetar i, och i förhållande till folkmängden.",
        "Calls and exposed individuals by the caller's county, also in relation to its population.",
    ),
    dimensions=(COUNTY,),
    measures=(CALLS, INDIVIDUALS, POPULATION, RATE),
    notes=(EVERY_CALL,),
    chart=Chart.BAR,
    more_charts=(Chart.MAP,),
    charted=("rate",),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
