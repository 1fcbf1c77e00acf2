"""Organisation categories that call less than their history suggests, with an interval."""

import datetime
from collections import Counter
from dataclasses import replace

from reports.statistics.code_chains import Chains, chains_of
from reports.statistics.comparing import (
    BASIS,
    CAVEAT,
    FEW_BEFORE,
    HISTORY,
    MEASURES,
    METHOD,
    NATIONAL_BY_DEFAULT,
    SHORT_HISTORY,
    History,
    about_compared,
    basis_values,
    break_notes,
    compare,
    compared_line,
    finding_of,
    history_months,
    history_of,
    is_national,
    line_keys,
    without_comparison,
)
from reports.statistics.definitions import Chart, Facts, Filter, Text, Value
from reports.statistics.live import CATEGORY, code_values, live_table, no_calls, tally_key, within
from reports.statistics.question import Period, Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors import latest_category_year, published_per_category
from stodtelefon.selectors.tallies import Need

CHOOSE_LINE = Text(
    "Välj en telefon för att jämföra: flera regionala telefoner har inte samma historia",
    "Choose a line to compare: several regional lines do not share a history",
)
REPLACED = Text(
    "En kategori som har ersatts räknas ihop med den som tog över. En kategori som är ny sedan perioden eller de "
    "tidigare åren började har inget att jämföras med. Samtal som förr var kodade på annat sätt kan ha flyttats dit.",
    "A replaced category counts with the one that took over. One that is new since the earlier years began has nothing "
    "to be compared with; calls that were coded otherwise before may have moved to it.",
)


def needs(question: Question) -> list[Need]:
    """The period by category, and the months before it."""
    keys = line_keys(question) + ((("first_key", tally_key(question.county)),) if question.county else ())
    since, until = history_months(question)
    return [
        within(question, Cut.PLACE, "second_key", "constructed", keys=keys),
        Need(Cut.PLACE, ("month", "second_key"), since, until, keys),
    ]


def facts(question: Question) -> Facts:
    """Categories against their share of earlier years' calls, registered or else published."""
    now, before = (question.reading.sums(need) for need in needs(question))
    entries = question.reading.codes[CodeKind.CALLER_CATEGORY]
    calls = {(month, code): amounts.calls for (month, code), amounts in before.items() if amounts.calls}
    published = None if calls else _published_year(question)
    if published:
        first = datetime.date(published, 1, 1)
    else:
        first = min((datetime.date.fromisoformat(month) for month, _ in calls), default=question.period.since)
    chains = chains_of(entries, first, question.period.until)
    observed: Counter[str] = Counter()
    for (code, _), amounts in now.items():
        observed[chains.now[code]] += amounts.calls
    history = _published(published, chains) if published else _recorded(question, chains, calls)
    wide = replace(question, period=Period(first, question.period.until))
    values = code_values(wide, CodeKind.CALLER_CATEGORY, observed)
    notes = [*about_compared(question, now), *break_notes(question, first, CodeKind.CALLER_CATEGORY)]
    if published:
        notes.append(
            Text(
                f"Tidigare år är den publicerade fördelningen för {published}: inga tidigare samtal är registrerade.",
                f"Earlier years are the published breakdown of {published}: no earlier calls are registered.",
            )
        )
    return _compared(question, values, observed, history, notes)


def _published_year(question: Question) -> int | None:
    """The latest year with a breakdown published before the period, where the national line counts as a whole."""
    year = latest_category_year() if is_national(question) and not question.county else None
    return year if year is not None and year < question.period.since.year else None


def _published(year: int, chains: Chains) -> History:
    """The published breakdown of one year: how much shares vary between years it cannot tell."""
    by_row: Counter[str] = Counter()
    for fact in published_per_category(year):
        by_row[chains.now.get(fact.code, fact.code)] += fact.calls
    judged = {code: number for code, number in by_row.items() if code in chains.whole}
    return History(judged, datetime.date(year, 1, 1), None)


def _recorded(question: Question, chains: Chains, calls: dict[tuple[str, str], int]) -> History | None:
    folded: Counter[tuple[str, str]] = Counter()
    for (month, code), number in calls.items():
        folded[month, chains.now[code]] += number
    return history_of(sorted(chains.whole), question.period, folded)


def _compared(
    question: Question, values: list[Value], observed: Counter[str], history: History | None, notes: list[Text]
) -> Facts:
    rows = [value.code for value in values]
    judged = sum(observed[row] for row in history.by_row) if history else 0
    weights = history.weights(judged) if history else None
    cells, fewer = compare(rows, observed, {HISTORY: weights})
    finding = no_calls(question)
    if compared_line(question) is None:
        cells, finding = without_comparison(rows, observed, (HISTORY,)), CHOOSE_LINE
    elif observed.total() and history is None:
        finding = Text("Det finns inga tidigare år att jämföra med", "There are no earlier years to compare with")
    elif observed.total() and weights is None:
        finding = FEW_BEFORE
    elif observed.total() and history and history.spread is None:
        notes.append(SHORT_HISTORY)
        finding = Text(
            "Ingen grupp kan sägas ringa mindre än väntat: det finns inte två års samtal före perioden",
            "No group can be said to call less than expected: there are not two years of calls before the period",
        )
    elif observed.total():
        finding = finding_of(
            [value.text for value in values if value.code in fewer],
            Text("tidigare år talar för", "earlier years suggest"),
            nobody=Text(
                "Ingen grupp ringer säkert mindre än tidigare år talar för",
                "No group surely calls less than earlier years suggest",
            ),
        )
    return Facts({CATEGORY.id: values, BASIS.id: basis_values((HISTORY,))}, cells, finding, tuple(notes))


TABLE = live_table(
    id="line-fewer-callers",
    title=Text("Verksamheter som ringer mindre än väntat", "Organisations that call less than expected"),
    description=Text(
        "Samtal från varje slags verksamhet mot dess andel av tidigare års samtal, med osäkerhet. "
        "Hur många som arbetar i varje verksamhet är inte känt här, så folkmängd ingår inte.",
        "Calls from each kind of organisation against its share of earlier years' calls, with uncertainty.",
    ),
    dimensions=(CATEGORY, BASIS),
    measures=MEASURES,
    notes=(METHOD, REPLACED, NATIONAL_BY_DEFAULT, CAVEAT),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.COUNTY}),
)
