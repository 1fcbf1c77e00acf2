"""Regional resource centres by funding round and phase at the end of a year."""

import datetime
import itertools
from collections import Counter, defaultdict

from nch.common.formats import format_number
from nch.common.sorting import fold
from reports.statistics.definitions import (
    COMPILED,
    CONTACT,
    COUNT,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Dimension,
    Disclosure,
    Facts,
    Measure,
    Number,
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.question import Question
from resurscentra.selectors import centres_at

LAST_YEAR = 2023
"""The latest year whose state has been published."""

TOTAL = "total"
ROUND = Dimension("Round", Text("Projektomgång", "Funding round"))
PHASE = Dimension("Phase", Text("Fas", "Phase"))
PHASES = {
    "orientering": ("orientation", Text("Orientering", "Orientation")),
    "utveckling": ("development", Text("Utveckling", "Development")),
    "genomförande": ("implementation", Text("Genomförande", "Implementation")),
    "drift": ("operation", Text("Drift", "Operation")),
}
"""By the Swedish word: code and texts, in the order in which a centre passes through them."""

ALL = Value(TOTAL, Text("Samtliga", "All"), is_total=True)


def facts(question: Question) -> Facts:
    """Count the centres on 31 December and the counties they are in, with the sums over rounds and phases."""
    time = str(LAST_YEAR)
    rounds = centres_at(datetime.date(LAST_YEAR, 12, 31))
    centres: Counter[tuple[str, str]] = Counter()
    counties: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in rounds:
        for centre in one.centres:
            if (word := fold(centre.phase)) not in PHASES:
                continue
            for key in itertools.product((str(one.number), TOTAL), (PHASES[word][0], TOTAL)):
                centres[key] += 1
                counties[key].add(centre.county)
    round_values = [
        *(
            Value(str(one.number), Text(f"Omgång {one.number} ({one.year})", f"Round {one.number} ({one.year})"))
            for one in rounds
        ),
        ALL,
    ]
    phase_values = [*(Value(code, text) for code, text in PHASES.values()), ALL]
    cells: dict[tuple[str, ...], Number | CellStatus] = {}
    for key in itertools.product((one.code for one in round_values), (one.code for one in phase_values)):
        cells[time, *key, "centres"] = centres[key]
        cells[time, *key, "counties"] = len(counties[key])
    running, in_all = centres[TOTAL, "operation"], centres[TOTAL, TOTAL]
    return Facts(
        codes={YEAR.id: [year_value(LAST_YEAR)], ROUND.id: round_values, PHASE.id: phase_values},
        cells=cells,
        finding=Text(
            f"{format_number(running)} av {format_number(in_all)} resurscentrum var i drift i slutet av {LAST_YEAR}",
            f"{running} of {in_all} resource centres were in operation at the end of {LAST_YEAR}",
        ),
    )


TABLE = TableDefinition(
    id="resource-centres",
    title=Text(
        "Regionala resurscentrum efter projektomgång och fas", "Regional resource centres by funding round and phase"
    ),
    description=Text(
        "Resurscentrum vid årets slut efter den omgång då de fick sina första medel och hur långt de har kommit.",
        "Resource centres at the end of the year by the round of their first money and how far they have come.",
    ),
    dimensions=(YEAR, ROUND, PHASE),
    measures=(
        Measure("centres", Text("Resurscentrum", "Resource centres"), COUNT, adds=Adds.EXCEPT_OVER_TIME),
        Measure(
            "counties",
            Text("Län med resurscentrum", "Counties with a centre"),
            COUNT,
            notes=(
                Text(
                    "Ett län räknas en gång i varje summa, och summorna är därför mindre än delarna tillsammans.",
                    "A county counts once in each total, so totals are less than the sum of their parts.",
                ),
            ),
        ),
    ),
    notes=(
        Text(
            "Ett län kan ha flera resurscentrum. Varje centrum räknas en gång, i den fas som gällde den 31 december.",
            "A county may have several centres. Each counts once, in its phase on 31 December.",
        ),
    ),
    source=Text("NCH:s årsrapport för 2023 (rapport 2024:2)", "NCH's yearly report for 2023 (report 2024:2)"),
    contact=CONTACT,
    updated=COMPILED,
    disclosure=Disclosure.PUBLISHED,
    chart=Chart.STACKED,
    heading="Phase",
    charted=("centres",),
    facts=facts,
)
