"""Calls per county of the caller, for the latest year that has been published; most counties only as one sum."""

from nch.common.formats import format_number
from reports.statistics.definitions import (
    COMPILED,
    CONTACT,
    COUNT,
    YEAR,
    Adds,
    Chart,
    Dimension,
    Disclosure,
    Facts,
    Measure,
    Role,
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.question import Question
from reports.statistics.tables.published_sources import source_notes, whole_year
from stodtelefon.selectors import (
    OTHER_COUNTIES,
    UNKNOWN_COUNTY,
    CountyFact,
    latest_county_year,
    published_per_county,
)

COUNTRY = "00"
"""The whole country, in Statistics Sweden's code list of counties."""

COUNTY = Dimension("County", Text("Län", "County"), Role.GEO)
ENGLISH = {"Okänt län": "Unknown county", "Övriga 18 län": "The other 18 counties"}
ENGLISH_NOTES = {
    "Den som ringde uppgav inte län.": "The caller did not state a county.",
    "Källan delar inte upp summan: 395 samtal minus dem som redovisas för sig.": (
        "The source does not break this sum down: 395 calls less those shown by themselves."
    ),
}


def _code(fact: CountyFact) -> str:
    if fact.county_code is not None:
        return fact.county_code
    return UNKNOWN_COUNTY if fact.label.startswith("Okän") else OTHER_COUNTIES


def facts(question: Question) -> Facts:
    """The published breakdown with the published total of the same year."""
    year = latest_county_year()
    if year is None:
        return Facts({YEAR.id: [], COUNTY.id: []}, {}, Text("Inget har publicerats", "Nothing has been published"))
    found = published_per_county(year)
    total = whole_year(year, [fact.calls for fact in found])
    values = [
        Value(
            _code(fact),
            Text(fact.label, ENGLISH.get(fact.label, fact.label)),
            (Text(fact.note, ENGLISH_NOTES.get(fact.note, fact.note)),) if fact.note else (),
        )
        for fact in found
    ]
    values.append(Value(COUNTRY, Text("Hela landet", "Sweden"), total.notes, is_total=True))
    time = str(year)
    return Facts(
        codes={
            YEAR.id: [year_value(year, *source_notes([*(fact.source for fact in found), total.source]))],
            COUNTY.id: values,
        },
        cells={**{(time, _code(fact), "calls"): fact.calls for fact in found}, (time, COUNTRY, "calls"): total.cell},
        finding=_finding(year, {_code(fact): fact for fact in found}, total.calls),
    )


def _finding(year: int, found: dict[str, CountyFact], total: int | None) -> Text:
    """How often the county is unknown, where both numbers are published; else which part is the largest."""
    of, of_en = (f" av {format_number(total)}", f" of {total}") if total else ("", "")
    if total and UNKNOWN_COUNTY in found:
        unknown = found[UNKNOWN_COUNTY].calls
        share = round(100 * unknown / total)
        return Text(
            f"Länet är okänt i {format_number(unknown)}{of} samtal {year}, {share} procent",
            f"The county is unknown in {unknown}{of_en} calls in {year}, {share} per cent",
        )
    largest = next(iter(found.values()))
    english = ENGLISH.get(largest.label, largest.label)
    return Text(
        f"{largest.label}: {format_number(largest.calls)}{of} samtal {year}",
        f"{english}: {largest.calls}{of_en} calls in {year}",
    )


TABLE = TableDefinition(
    id="calls-per-county",
    title=Text("Samtal till stödtelefonen per län", "Calls to the support line per county"),
    description=Text(
        "Samtal till den nationella stödtelefonen efter det län som den som ringer arbetar i.",
        "Calls to the national support line by the county in which the caller works.",
    ),
    dimensions=(YEAR, COUNTY),
    measures=(Measure("calls", Text("Samtal", "Calls"), COUNT, adds=Adds.ALWAYS, per_inhabitants=True),),
    notes=(
        Text(
            "Den som ringer behöver inte uppge län. De samtalen redovisas som okänt län.",
            "Callers need not state their county. Those calls are shown as unknown county.",
        ),
        Text(
            "Antalet är inte satt i relation till hur många som bor eller arbetar i länet.",
            "The numbers are not related to how many live or work in the county.",
        ),
    ),
    source=Text("NCH:s årsrapport för 2023 (rapport 2024:2)", "NCH's yearly report for 2023 (report 2024:2)"),
    contact=CONTACT,
    updated=COMPILED,
    disclosure=Disclosure.PUBLISHED,
    chart=Chart.BAR,
    facts=facts,
)
