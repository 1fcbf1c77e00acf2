"""Calls to the national support line per year, from its start: published totals, with gaps and a break."""

from django.utils import timezone

from nch.common.formats import format_number
from reports.statistics.definitions import (
    COMPILED,
    CONTACT,
    COUNT,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Disclosure,
    Facts,
    Measure,
    Number,
    SeriesBreak,
    TableDefinition,
    Text,
    year_value,
)
from reports.statistics.question import Question
from reports.statistics.tables.published_sources import part_notes, source_notes
from stodtelefon.selectors import FIRST_YEAR, REMIT_BREAK_YEAR, YearFact
from stodtelefon.selectors import published_per_year as year_facts

LAST_YEAR = 2023
"""The latest year whose total ships with the product; later ones may have been read in."""

NOT_PUBLISHED_YEAR = Text("Antalet har inte publicerats.", "The number has not been published.")
ENGLISH_NOTES = {
    "Stödtelefonen öppnade den 13 mars.": "The line opened on 13 March.",
    "En andra telefonlinje bemannades under året.": "A second line was staffed during the year.",
    "Antalet utsatta individer har inte publicerats.": "The number of exposed individuals has not been published.",
}


def _notes(fact: YearFact) -> tuple[Text, ...]:
    if fact.basis != "published":
        return (NOT_PUBLISHED_YEAR,)
    return notes_of_published(fact)


def notes_of_published(fact: YearFact) -> tuple[Text, ...]:
    """What is said of a year's published total: its note, from which day, and its source where it was read in."""
    source = (*part_notes(fact.from_date), *source_notes([fact.source]))
    # What the product ships of the break stands at the break itself.
    if not fact.note or (fact.year == REMIT_BREAK_YEAR and not fact.source):
        return source
    return (Text(fact.note, ENGLISH_NOTES.get(fact.note, fact.note)), *source)


def _finding(facts: list[YearFact]) -> Text:
    known = [(fact.year, fact.calls) for fact in facts if fact.basis == "published" and fact.calls is not None]
    if not known:
        return Text("Inga samtal har publicerats", "No calls have been published")
    year, calls = known[-1]
    number = format_number(calls)
    fewer = [earlier for earlier, before in known[:-1] if before < calls]
    if fewer:
        return Text(
            f"{number} samtal {year} – av de publicerade åren det lägsta antalet sedan {fewer[-1]}",
            f"{number} calls in {year} – the lowest published number since {fewer[-1]}",
        )
    return Text(f"{number} samtal {year}", f"{number} calls in {year}")


def facts(question: Question) -> Facts:
    """Published totals from `FIRST_YEAR` to the latest that has been published, in calls and individuals."""
    years = year_facts(FIRST_YEAR, max(LAST_YEAR, timezone.localdate().year))
    while years[-1].year > LAST_YEAR and years[-1].basis != "published":
        years.pop()
    cells: dict[tuple[str, ...], Number | CellStatus] = {}
    for fact in years:
        for measure, number in (("calls", fact.calls), ("individuals", fact.individuals)):
            cells[str(fact.year), measure] = CellStatus.NOT_PUBLISHED if number is None else number
    return Facts(
        codes={YEAR.id: [year_value(fact.year, *_notes(fact)) for fact in years]},
        cells=cells,
        finding=_finding(years),
    )


TABLE = TableDefinition(
    id="calls-per-year",
    title=Text("Samtal till stödtelefonen per år", "Calls to the support line per year"),
    description=Text(
        "Samtal från yrkesverksamma till den nationella stödtelefonen och utsatta individer som samtalen gällde.",
        "Calls from professionals to the national support line, and the exposed individuals they concerned.",
    ),
    dimensions=(YEAR,),
    measures=(
        Measure("calls", Text("Samtal", "Calls"), COUNT, adds=Adds.ALWAYS),
        Measure("individuals", Text("Utsatta individer", "Exposed individuals"), COUNT, adds=Adds.ALWAYS),
    ),
    notes=(
        Text(
            "Varje samtal räknas för sig. Samtalen är anonyma, så den som ringer flera gånger räknas varje gång.",
            "Each call counts by itself. Calls are anonymous, so a person who calls again counts again.",
        ),
        Text(
            "Ett samtal kan gälla ingen, en eller flera utsatta individer.",
            "A call may concern no, one or several exposed individuals.",
        ),
    ),
    breaks={
        str(REMIT_BREAK_YEAR): SeriesBreak(
            label=Text("Ändrat uppdrag och kortare telefontid", "New remit, shorter hours"),
            note=Text(
                "Tidsseriebrott: från 2023 ger stödtelefonen bara generell rådgivning och har kortare telefontid. "
                "Jämför inte med tidigare år utan förbehåll.",
                "Break in series: from 2023 the line gives general advice only and has shorter hours. "
                "Do not compare with earlier years without reservation.",
            ),
        )
    },
    source=Text(
        "NCH:s årsrapport för 2023 (rapport 2024:2) och tidigare publicerade uppgifter om stödtelefonen",
        "NCH's yearly report for 2023 (report 2024:2) and earlier published figures on the line",
    ),
    contact=CONTACT,
    updated=COMPILED,
    disclosure=Disclosure.PUBLISHED,
    chart=Chart.LINE,
    charted=("calls",),
    facts=facts,
)
