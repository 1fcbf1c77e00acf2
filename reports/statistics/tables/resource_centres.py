"""Regional resource centres by funding round and phase at the end of a year."""

import datetime
from collections import Counter

from resurscentra.selectors import centres_at

from nch.common.formats import format_number
from nch.common.sorting import fold
from reports.statistics.definitions import (
    COMPILED,
    CONTACT,
    COUNT,
    YEAR,
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


def facts() -> Facts:
    """Count the centres on 31 December, with the sums over rounds and phases."""
    rounds = centres_at(datetime.date(LAST_YEAR, 12, 31))
    counted: Counter[tuple[str, ...]] = Counter()
    for one in rounds:
        for centre in one.centres:
            phase, _ = PHASES[fold(centre.phase)]
            for round_code in (str(one.number), TOTAL):
                for phase_code in (phase, TOTAL):
                    counted[str(LAST_YEAR), round_code, phase_code, "centres"] += 1
    round_values = [
        *(Value(str(one.number), Text(f"Omgång {one.number} ({one.year})", f"Round {one.number} ({one.year})")) for one in rounds),
        ALL,
    ]
    phase_values = [*(Value(code, text) for code, text in PHASES.values()), ALL]
    cells: dict[tuple[str, ...], Number] = {
        key: counted[key]
        for key in (
            (str(LAST_YEAR), round_value.code, phase_value.code, "centres")
            for round_value in round_values
            for phase_value in phase_values
        )
    }
    centres = cells[str(LAST_YEAR), TOTAL, TOTAL, "centres"]
    running = cells[str(LAST_YEAR), TOTAL, "operation", "centres"]
    return Facts(
        codes={YEAR.id: [year_value(LAST_YEAR)], ROUND.id: round_values, PHASE.id: phase_values},
        cells={**cells},
        finding=Text(
            f"{format_number(running)} av {format_number(centres)} resurscentrum var i drift vid utgången av {LAST_YEAR}",
            f"{running} of {centres} resource centres were in operation at the end of {LAST_YEAR}",
        ),
    )


TABLE = TableDefinition(
    id="resource-centres",
    title=Text(
        "Regionala resurscentrum efter projektomgång och fas", "Regional resource centres by funding round and phase"
    ),
    description=Text(
        "Antal resurscentrum vid årets slut efter den omgång då de fick sina första medel och hur långt de har kommit.",
        "Resource centres at the end of the year by the round in which they were first funded and how far they have come.",
    ),
    dimensions=(YEAR, ROUND, PHASE),
    measures=(Measure("centres", Text("Resurscentrum", "Resource centres"), COUNT),),
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
    chart=Chart.BAR,
    heading="Phase",
    facts=facts,
)
