"""Organisation categories that call less than their history suggests, with an interval."""

from collections.abc import Iterable

from reports.statistics.comparing import (
    BASIS,
    CAVEAT,
    HISTORY,
    MEASURES,
    METHOD,
    basis_values,
    compare,
    finding_of,
    historic_weights,
    history_months,
)
from reports.statistics.definitions import Chart, Facts, Filter, Text
from reports.statistics.live import CATEGORY, about, code_values, live_table, no_calls, tally_key, within
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors import latest_category_year, published_per_category
from stodtelefon.selectors.tallies import Need


def needs(question: Question) -> Iterable[Need]:
    """The period by category, and the years before it."""
    keys = (("first_key", tally_key(question.county)),) if question.county else ()
    since, until = history_months(question)
    return [
        within(question, Cut.PLACE, "second_key", keys=keys),
        Need(Cut.PLACE, ("year", "second_key"), since, until, keys),
    ]


def _published(question: Question) -> tuple[int | None, dict[tuple[str, str], int]]:
    """The latest breakdown published before the period, where the national line counts and nothing is narrowed."""
    line = question.chosen_line or question.national_line
    year = latest_category_year() if line and line == question.national_line and not question.county else None
    if year is None or year >= question.period.since.year:
        return None, {}
    return year, {(str(year), fact.code): fact.calls for fact in published_per_category(year)}


def facts(question: Question) -> Facts:
    """Categories against their share of earlier years' calls, registered or else published."""
    now, before = needs(question)
    observed = {code: amounts.calls for (code,), amounts in question.reading.sums(now).items()}
    by_year = {(year, code): amounts.calls for (year, code), amounts in question.reading.sums(before).items()}
    notes = list(about(question))
    if not by_year:
        year, by_year = _published(question)
        if year is not None:
            notes.append(
                Text(
                    f"Tidigare år är den publicerade fördelningen för {year}: inga tidigare samtal är registrerade.",
                    f"Earlier years are the published breakdown of {year}: no earlier calls are registered.",
                )
            )
    values = code_values(question, CodeKind.CALLER_CATEGORY, [*observed, *(code for _, code in by_year)])
    rows = [value.code for value in values]
    total = sum(observed.values())
    bases = {HISTORY: historic_weights(rows, by_year, total)}
    cells, fewer = compare(rows, observed, bases)
    finding = no_calls(question)
    if total and bases[HISTORY] is None:
        finding = Text("Det finns inga tidigare år att jämföra med", "There are no earlier years to compare with")
    elif total:
        finding = finding_of(
            [value.text for value in values if value.code in fewer],
            Text("tidigare år talar för", "earlier years suggest"),
            nobody=Text(
                "Ingen grupp ringer säkert mindre än tidigare år talar för",
                "No group surely calls less than earlier years suggest",
            ),
        )
    return Facts({CATEGORY.id: values, BASIS.id: basis_values(bases)}, cells, finding, tuple(notes))


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
    notes=(METHOD, CAVEAT),
    chart=Chart.INTERVAL,
    charted=("ratio", "low", "high"),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.COUNTY}),
)
