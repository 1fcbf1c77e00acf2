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


def population_of(question: Question) -> tuple[int | None, dict[str, int]]:
    """Inhabitants per county at the end of the period's last year, else of the nearest year that is known."""
    years = question.reading.populations
    if not years:
        return None, {}
    year = min(years, key=lambda one: (abs(one - question.period.until.year), one))
    return year, years[year]


def facts(question: Question) -> Facts:
    """All counties, the unknown one, and the country with the rate of those whose county is known."""
    [need] = needs(question)
    sums = question.reading.sums(need)
    year, people = population_of(question)
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
    for code in (UNKNOWN_COUNTY, COUNTRY):
        cells[code, "population"] = cells[code, "rate"] = CellStatus.NOT_APPLICABLE
    if inhabitants:
        cells[COUNTRY, "population"], cells[COUNTRY, "rate"] = inhabitants, _rate(known.calls, inhabitants)
    ranked = sorted(counties, key=lambda one: -_number(cells[one.code, "rate"]))
    values = [
        *(Value(county.code, Text(county.name, county.name)) for county in ranked),
        Value(UNKNOWN_COUNTY, Text("Okänt län", "Unknown county")),
        total_value(COUNTRY, Text("Hela landet", "Sweden")),
    ]
    notes = list(about(question))
    if year is not None:
        notes.append(
            Text(
                f"Folkmängden är den 31 december {year} (SCB). Landets tal per invånare räknas på samtal med känt län.",
                f"Population on 31 December {year} (Statistics Sweden); the country's rate is on known counties.",
            )
        )
    finding = no_calls(question)
    if known.calls and inhabitants:
        top = ranked[0]
        rate, usual = (_number(cells[code, "rate"]) for code in (top.code, COUNTRY))
        finding = Text(
            f"{top.name}: {format_number(rate, decimals=1)} samtal per 100 000 invånare, mot "
            f"{format_number(usual, decimals=1)} i landet",
            f"{top.name}: {rate} calls per 100 000 inhabitants, {usual} in Sweden",
        )
    return Facts({COUNTY.id: values}, cells, finding, tuple(notes))


def _rate(calls: int, inhabitants: int | None) -> Decimal | CellStatus:
    return rounded(Decimal(calls * PER) / inhabitants, 1) if inhabitants else CellStatus.NOT_KNOWN


def _number(cell: object) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(0)


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
