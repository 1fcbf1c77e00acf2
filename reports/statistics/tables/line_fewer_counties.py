"""Counties that call less than population and history suggest, with an interval."""

from collections.abc import Iterable

from reports.statistics.comparing import (
    BASIS,
    CAVEAT,
    HISTORY,
    MEASURES,
    METHOD,
    POPULATION,
    Weights,
    basis_values,
    compare,
    finding_of,
    historic_weights,
    history_months,
)
from reports.statistics.definitions import Chart, Facts, Filter, Text, Value
from reports.statistics.live import COUNTY, about, live_table, no_calls, within
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need


def needs(question: Question) -> Iterable[Need]:
    """The period by county, and the years before it."""
    keys = (("second_key", question.category),) if question.category else ()
    since, until = history_months(question)
    return [
        within(question, Cut.PLACE, "first_key", keys=keys),
        Need(Cut.PLACE, ("year", "first_key"), since, until, keys),
    ]


def population_of(question: Question) -> tuple[int | None, dict[str, int]]:
    """Inhabitants per county at the end of the period's last year, else of the nearest year that is known.

    Only their shares of the country count here, which hardly move between years.
    """
    years = question.reading.populations
    if not years:
        return None, {}
    year = min(years, key=lambda one: (abs(one - question.period.until.year), one))
    return year, years[year]


def facts(question: Question) -> Facts:
    """Counties with calls or inhabitants, on both bases."""
    now, before = needs(question)
    observed = {county: amounts.calls for (county,), amounts in question.reading.sums(now).items()}
    by_year = {(year, county): amounts.calls for (year, county), amounts in question.reading.sums(before).items()}
    rows = [county.code for county in question.reading.counties]
    total = sum(observed.get(row, 0) for row in rows)
    history = historic_weights(rows, by_year, total)
    year, people = population_of(question)
    # A county's calls vary as much around its share of the inhabitants as around its share of earlier calls.
    spread = history.dispersion / (1 + total / sum(history.by_row.values())) if history else 1.0
    population = Weights({row: people.get(row, 0) for row in rows}, spread) if people else None
    bases = {POPULATION: population, HISTORY: history}
    cells, fewer = compare(rows, observed, bases)
    names = {county.code: Text(county.name, county.name) for county in question.reading.counties}
    notes = list(about(question))
    if year is not None:
        notes.append(Text(f"Folkmängden är den 31 december {year}.", f"Population on 31 December {year}."))
    if history is None:
        notes.append(
            Text("Tidigare år har inga samtal per län i systemet.", "Earlier years have no calls per county here.")
        )
    what = Text(
        "folkmängd och tidigare år talar för" if history else "folkmängden talar för",
        "population and earlier years suggest" if history else "their population suggests",
    )
    nobody = Text(
        f"Inget län ringer säkert mindre än {what.sv}",
        "No county surely calls less than expected",
    )
    finding = finding_of([names[row] for row in fewer], what, nobody=nobody) if total else no_calls(question)
    return Facts(
        {COUNTY.id: [Value(row, names[row]) for row in rows], BASIS.id: basis_values(bases)},
        cells,
        finding,
        tuple(notes),
    )


TABLE = live_table(
    id="line-fewer-counties",
    title=Text("Län som ringer mindre än väntat", "Counties that call less than expected"),
    description=Text(
        "Samtal från varje län mot vad folkmängden och tidigare år ger anledning att vänta, med osäkerhet.",
        "Calls from each county against what population and earlier years suggest, with uncertainty.",
    ),
    dimensions=(COUNTY, BASIS),
    measures=MEASURES,
    notes=(METHOD, CAVEAT),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
