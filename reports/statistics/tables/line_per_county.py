"""Calls by the caller's county, also per 100 000 inhabitants; the unknown county by itself."""

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
    live_table,
    no_calls,
    rounded,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors import UNKNOWN_COUNTY
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

POPULATION = Measure("population", Text("Invånare", "Inhabitants"), COUNT, adds=Adds.EXCEPT_OVER_TIME)
RATE = Measure("rate", Text("Samtal per 100 000 invånare", "Calls per 100 000 inhabitants"), COUNT, decimals=1)
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
    cells: Cells = {}
    counties = question.reading.counties
    for county in counties:
        amounts = sums.get((county.code,), Amounts())
        cells.update(counts((county.code,), amounts))
        inhabitants = people.get(county.code)
        cells[county.code, "population"] = CellStatus.NOT_KNOWN if inhabitants is None else inhabitants
        cells[county.code, "rate"] = _rate(amounts.calls, inhabitants)
    unknown, known = sums.get(("",), Amounts()), added(sums.get((one.code,), Amounts()) for one in counties)
    cells.update(counts((UNKNOWN_COUNTY,), unknown))
    cells.update(counts((COUNTRY,), known.plus(unknown)))
    inhabitants = sum(people.values()) or None
    cells[UNKNOWN_COUNTY, "population"] = cells[UNKNOWN_COUNTY, "rate"] = CellStatus.NOT_APPLICABLE
    cells[COUNTRY, "population"] = inhabitants or CellStatus.NOT_KNOWN
    cells[COUNTRY, "rate"] = _rate(known.calls, inhabitants)
    drawn = "rate" if inhabitants else "calls"
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
            f"Folkmängden är den 31 december {of} (SCB){latest[0]}. Landets tal per invånare räknas på samtal med känt "
            "län.",
            f"Population on 31 December {of} (Statistics Sweden){latest[1]}; the country's rate is on known counties.",
        )
    finding, top = no_calls(question), ranked[0] if ranked else None
    if known.calls and top and not inhabitants:
        calls, whole = (format_number(_number(cells[code, "calls"])) for code in (top.code, COUNTRY))
        finding = Text(f"{top.name}: {calls} av {whole} samtal", f"{top.name}: {calls} of {whole} calls")
    elif known.calls and top:
        rate, usual = (_number(cells[code, "rate"]) for code in (top.code, COUNTRY))
        finding = Text(
            f"{top.name}: {format_number(rate, decimals=1)} samtal per 100 000 invånare, mot "
            f"{format_number(usual, decimals=1)} i landet",
            f"{top.name}: {rate} calls per 100 000 inhabitants, {usual} in Sweden",
        )
    return Facts({COUNTY.id: values}, cells, finding, (*about(question), population_note))


def _rate(calls: int, inhabitants: int | None) -> Decimal | CellStatus:
    return rounded(Decimal(calls * PER) / inhabitants, 1) if inhabitants else CellStatus.NOT_KNOWN


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
