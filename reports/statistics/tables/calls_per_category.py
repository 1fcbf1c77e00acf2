"""Calls per category of caller, for the latest year that has been published."""

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
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.question import Question
from reports.statistics.tables.published_sources import source_notes, whole_year
from stodtelefon.selectors import CategoryFact, latest_category_year, published_per_category

TOTAL = "total"
CATEGORY = Dimension("Category", Text("Den som ringer", "Caller"))
ENGLISH = {
    "socialtjanst": "Social services",
    "skola": "School or preschool",
    "halso_sjukvard": "Health care (including youth clinics)",
    "polis": "Police",
    "ideella": "Civil society organisations",
    "ovriga_myndigheter": "Other agencies",
    "utsatta_narstaende": "Exposed persons or their next of kin",
    "ovriga": "Others",
}


def _no_later(year: int) -> tuple[Text, ...]:
    return (
        Text(
            f"Efter {year} har ingen uppdelning med antal per kategori publicerats.",
            f"No numbers per category have been published after {year}.",
        ),
    )


def facts(question: Question) -> Facts:
    """The published breakdown, the largest category first, with the published total of the same year."""
    year = latest_category_year()
    if year is None:
        return Facts({YEAR.id: [], CATEGORY.id: []}, {}, Text("Inget har publicerats", "Nothing has been published"))
    found = published_per_category(year)
    total = whole_year(year, [fact.calls for fact in found])
    values = [Value(fact.code, Text(fact.label, ENGLISH.get(fact.code, fact.label))) for fact in found]
    values.append(Value(TOTAL, Text("Samtliga", "All"), total.notes, is_total=True))
    time = str(year)
    return Facts(
        codes={
            YEAR.id: [
                year_value(year, *_no_later(year), *source_notes([*(fact.source for fact in found), total.source]))
            ],
            CATEGORY.id: values,
        },
        cells={**{(time, fact.code, "calls"): fact.calls for fact in found}, (time, TOTAL, "calls"): total.cell},
        finding=_finding(year, found[0], total.calls),
    )


def _finding(year: int, largest: CategoryFact, total: int | None) -> Text:
    english, number = ENGLISH.get(largest.code, largest.label), format_number(largest.calls)
    if not total:
        return Text(
            f"{largest.label} ringde oftast av dem som har publicerats: {number} samtal {year}",
            f"{english} called most of those published: {largest.calls} calls in {year}",
        )
    share = round(100 * largest.calls / total)
    return Text(
        f"{largest.label} ringde oftast: {number} av {format_number(total)} samtal {year}, {share} procent",
        f"{english} called most: {largest.calls} of {total} calls in {year}, {share} per cent",
    )


TABLE = TableDefinition(
    id="calls-per-category",
    title=Text("Samtal till stödtelefonen efter vem som ringer", "Calls to the support line by caller"),
    description=Text(
        "Samtal till den nationella stödtelefonen efter den organisation som den som ringer arbetar i. "
        "Det senaste publicerade året.",
        "Calls to the national support line by the caller's organisation, for the latest published year.",
    ),
    dimensions=(YEAR, CATEGORY),
    measures=(Measure("calls", Text("Samtal", "Calls"), COUNT, adds=Adds.ALWAYS),),
    notes=(
        Text(
            "Varje samtal räknas en gång, i den kategori som den som ringer hör till.",
            "Each call counts once, in the caller's category.",
        ),
        Text(
            "Övriga är till exempel familjehem, skyddade boenden, politiker, journalister, studenter och jurister.",
            "Others are, for example, foster homes, shelters, politicians, journalists, students and lawyers.",
        ),
    ),
    source=Text(
        "Publicerade uppgifter om Nationella kompetensteamets stödtelefon",
        "Published figures on the support line of the National Competence Team",
    ),
    contact=CONTACT,
    updated=COMPILED,
    disclosure=Disclosure.PUBLISHED,
    chart=Chart.BAR,
    facts=facts,
)
