"""Counties that call less than population and history suggest, with an interval."""

from collections.abc import Mapping

from reports.statistics.comparing import (
    BASIS,
    CAVEAT,
    FEW_BEFORE,
    HISTORY,
    MEASURES,
    METHOD,
    NATIONAL_BY_DEFAULT,
    ONE_REGION,
    POPULATION,
    SHORT_HISTORY,
    Weights,
    about_compared,
    as_note,
    basis_values,
    break_notes,
    compare,
    finding_of,
    history_months,
    history_of,
    is_national,
    line_keys,
    without_comparison,
)
from reports.statistics.definitions import Chart, Facts, Filter, Text, Value
from reports.statistics.live import COUNTY, Cells, live_table, no_calls, within
from reports.statistics.question import Question
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need


def needs(question: Question) -> list[Need]:
    """The period by county, and the months before it."""
    keys = line_keys(question) + ((("second_key", question.category),) if question.category else ())
    since, until = history_months(question)
    return [
        within(question, Cut.PLACE, "first_key", "constructed", keys=keys),
        Need(Cut.PLACE, ("month", "first_key"), since, until, keys),
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
    """All counties on both bases; without a comparison where a regional line is asked about."""
    now = question.reading.sums(needs(question)[0])
    rows = [county.code for county in question.reading.counties]
    observed = dict.fromkeys(rows, 0)
    for (county, _), amounts in now.items():
        if county in observed:
            observed[county] += amounts.calls
    notes = about_compared(question, now)
    names = {county.code: Text(county.name, county.name) for county in question.reading.counties}
    if is_national(question):
        cells, finding, more = _compared(question, observed, names)
    else:
        cells = without_comparison(rows, observed, (POPULATION, HISTORY))
        finding, more = ONE_REGION if sum(observed.values()) else no_calls(question), [as_note(ONE_REGION)]
    codes = {COUNTY.id: [Value(row, names[row]) for row in rows], BASIS.id: basis_values((POPULATION, HISTORY))}
    return Facts(codes, cells, finding, (*notes, *more))


def _compared(
    question: Question, observed: Mapping[str, int], names: Mapping[str, Text]
) -> tuple[Cells, Text, list[Text]]:
    """The cells, the finding and what has to be said of them."""
    before, total, rows = question.reading.sums(needs(question)[1]), sum(observed.values()), list(observed)
    history = history_of(
        rows, question.period, {(month, county): amounts.calls for (month, county), amounts in before.items()}
    )
    spread = history.spread if history else None
    year, people = population_of(question)
    bases = {
        # A county's calls vary as much around its share of the inhabitants as around its share of earlier calls.
        POPULATION: Weights({row: people.get(row, 0) for row in rows}, spread) if people else None,
        HISTORY: history.weights(total) if history else None,
    }
    cells, fewer = compare(rows, observed, bases)
    notes = list(break_notes(question, history.first if history else question.period.since))
    if year is not None:
        notes.append(Text(f"Folkmängden är den 31 december {year}.", f"Population on 31 December {year}."))
    if history is None:
        notes.append(
            Text("Tidigare år har inga samtal per län i systemet.", "Earlier years have no calls per county here.")
        )
    elif bases[HISTORY] is None:
        notes.append(as_note(FEW_BEFORE))
    if spread is None:
        notes.append(SHORT_HISTORY)
    return cells, _finding(question, [names[row] for row in fewer], bases, total, known=spread is not None), notes


def _finding(
    question: Question, fewer: list[Text], bases: Mapping[str, Weights | None], total: int, *, known: bool
) -> Text:
    if not total:
        return no_calls(question)
    if not any(bases.values()):
        return Text("Det finns inget att jämföra länen med", "There is nothing to compare the counties with")
    if not known:
        return Text(
            "Inget län kan sägas ringa mindre än väntat: det finns inte två års samtal före perioden",
            "No county can be said to call less than expected: there are not two years of calls before the period",
        )
    on = [
        words
        for basis, words in (
            (POPULATION, Text("folkmängden", "population")),
            (HISTORY, Text("tidigare år", "earlier years")),
        )
        if bases[basis]
    ]
    what = Text(
        f"{' och '.join(one.sv for one in on)} talar för",
        f"{' and '.join(one.en for one in on)} suggest",
    )
    nobody = Text(f"Inget län ringer säkert mindre än {what.sv}", "No county surely calls less than expected")
    return finding_of(fewer, what, nobody=nobody)


TABLE = live_table(
    id="line-fewer-counties",
    title=Text("Län som ringer mindre än väntat", "Counties that call less than expected"),
    description=Text(
        "Samtal från varje län mot vad folkmängden och tidigare år ger anledning att vänta, med osäkerhet.",
        "Calls from each county against what population and earlier years suggest, with uncertainty.",
    ),
    dimensions=(COUNTY, BASIS),
    measures=MEASURES,
    notes=(METHOD, NATIONAL_BY_DEFAULT, CAVEAT),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
